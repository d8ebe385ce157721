//! What the cursor says about a bucket.

use super::{ChartKind, ChartSpec};
use crate::format::{self, UNKNOWN};
use crate::model::{Nano, Unit};

/// A bucket in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// Which bucket, and whether it is complete.
    pub head: String,
    /// One value for each series, hidden ones included, in the chart's order.
    pub values: Vec<String>,
    /// The visible series together; for stacks of two or more.
    pub total: Option<String>,
    /// The total or the single value in dollars, at the chart's rate.
    pub usd: Option<String>,
}

/// A bucket of a chart in words: exact values, never compact ones.
pub fn readout(spec: &ChartSpec, bucket: usize) -> Readout {
    let words =
        |value: Option<i128>| value.map_or_else(|| UNKNOWN.to_owned(), |value| value_text(spec.unit, value));
    let mut head = spec.x.name(bucket);
    if spec.is_partial(bucket) {
        head.push_str(" · not complete");
    }
    let total = spec.total_at(bucket);
    let stacked = spec.kind == ChartKind::StackedBar && spec.visible().count() > 1;
    Readout {
        head,
        values: spec.series.iter().map(|series| words(series.at(bucket).map(i128::from))).collect(),
        total: stacked.then(|| words(total)),
        usd: total.and_then(|total| usd(spec, total)),
    }
}

/// A value in full: `1,204,113`, `12.410000001 TON`, `1,250 Stars`.
pub fn value_text(unit: Unit, value: i128) -> String {
    match unit {
        Unit::Count => format::exact(value),
        Unit::NanoTon => format!("{} TON", format::amount(Nano(value)).text()),
        Unit::Stars => format!("{} Stars", format::exact(value)),
    }
}

/// `≈ $38.20`; `None` without a rate, or for an amount beyond what can be multiplied exactly.
fn usd(spec: &ChartSpec, value: i128) -> Option<String> {
    let (rate, places) = decimal(spec.usd_rate.as_deref()?)?;
    let places = match spec.unit {
        Unit::NanoTon => places + 9,
        Unit::Stars => places,
        Unit::Count => return None,
    };
    // A rate without decimals still makes whole cents.
    let product = value.checked_mul(rate)?.checked_mul(100)?;
    let cents = format::div_half_even(product, 10i128.checked_pow(places)?);
    let sign = if cents < 0 { format::MINUS } else { "" };
    let (dollars, cents) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    Some(format!("≈ {sign}${}.{cents:02}", format::grouped(dollars)))
}

/// The digits of a decimal as an integer and how many of them are behind the point. The decimal library, which money
/// itself goes through, would weigh 10 kB in the browser; the test below holds the two together.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    Some(([whole, fraction].concat().parse().ok()?, u32::try_from(fraction.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::samples;
    use crate::model::UsdRate;
    use proptest::prelude::*;

    #[test]
    fn nonsense_is_no_rate() {
        for text in ["", ".", "1.2.3", "-1", "1e5", " 1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal("3.0742"), Some((30_742, 4)));
    }

    proptest! {
        #[test]
        fn dollars_are_those_of_the_decimal_library(nanos in -1_000_000_000_000_000i64..1_000_000_000_000_000, rate in 1u32..10_000_000, places in 0u32..7) {
            let rate = UsdRate(rust_decimal::Decimal::new(rate.into(), places));
            let mut spec = samples::money_bars();
            spec.usd_rate = Some(rate.0.to_string());
            let expected = format::usd(Nano(nanos.into()).to_usd(rate).unwrap());
            prop_assert_eq!(usd(&spec, nanos.into()), Some(format!("≈ {expected}")));
        }
    }
}
