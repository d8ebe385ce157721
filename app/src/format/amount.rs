//! Money: every nano is there, only two decimals are loud.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{MINUS, grouped};
use crate::model::Nano;

/// An amount in parts, so that a page can dim what is small: `12` `.41` `0000001`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The minus sign, or nothing.
    pub sign: &'static str,
    /// Whole units, grouped.
    pub units: String,
    /// The first two decimals, always there, cut off rather than rounded.
    pub decimals: String,
    /// The remaining decimals up to the last that is not zero; dimmed, but there.
    pub rest: String,
}

impl Amount {
    /// The exact amount in one piece: `12.410000001`.
    pub fn text(&self) -> String {
        format!("{}{}.{}{}", self.sign, self.units, self.decimals, self.rest)
    }

    /// Two decimals, for where the exact amount stands beside it. Cut off: nobody is shown more than there is.
    pub fn short(&self) -> String {
        format!("{}{}.{}", self.sign, self.units, self.decimals)
    }
}

/// The parts of an amount of TON or Stars.
pub fn amount(nanos: Nano) -> Amount {
    let magnitude = nanos.0.unsigned_abs();
    let per_unit = Nano::PER_UNIT.unsigned_abs();
    let decimals = format!("{:09}", magnitude % per_unit);
    let (loud, rest) = decimals.split_at(2);
    Amount {
        sign: if nanos.0 < 0 { MINUS } else { "" },
        units: grouped(magnitude / per_unit),
        decimals: loud.to_owned(),
        rest: rest.trim_end_matches('0').to_owned(),
    }
}

/// US dollars with two decimals, halves to even (the accountant's rounding; nothing is summed after it): `$38.20`.
pub fn usd(dollars: Decimal) -> String {
    let cents = dollars.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven);
    let sign = if cents < Decimal::ZERO { MINUS } else { "" };
    let mut text = cents.abs().to_string();
    let dot = text.find('.').unwrap_or_else(|| {
        text.push('.');
        text.len() - 1
    });
    while text.len() < dot + 3 {
        text.push('0');
    }
    let whole = text[..dot].parse().map(grouped).unwrap_or_else(|_| text[..dot].to_owned());
    format!("{sign}${whole}{}", &text[dot..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UsdRate;
    use proptest::prelude::*;

    #[test]
    fn two_decimals_are_loud_and_the_rest_is_there() {
        let parts = amount(Nano(12_410_000_001));
        assert_eq!(
            (parts.sign, parts.units.as_str(), parts.decimals.as_str(), parts.rest.as_str()),
            ("", "12", "41", "0000001")
        );
        assert_eq!(amount(Nano(1_234_500_000_000)).text(), "1,234.50");
        assert_eq!(amount(Nano(-1)).text(), "−0.000000001");
        assert_eq!(amount(Nano(-1_999_999_999)).short(), "−1.99");
    }

    #[test]
    fn dollars_round_halves_to_even() {
        let usd = |text: &str| usd(text.parse().unwrap());
        assert_eq!(usd("38.2"), "$38.20");
        assert_eq!([usd("0.125"), usd("0.135"), usd("-0.125")], ["$0.12", "$0.14", "−$0.12"]);
        assert_eq!(usd("-0.001"), "$0.00");
        assert_eq!([usd("0"), usd("1234567")], ["$0.00", "$1,234,567.00"]);
    }

    #[test]
    fn half_a_ton_is_not_a_billion_dollars() {
        let rate = UsdRate::from_wire(2.75).unwrap();
        assert_eq!(usd(Nano(410_000_000).to_usd(rate).unwrap()), "$1.13");
    }

    proptest! {
        #[test]
        fn the_parts_make_the_exact_amount(nanos in any::<i64>()) {
            let text = amount(Nano(nanos.into())).text().replace(',', "").replace(MINUS, "-");
            let (whole, fraction) = text.split_once('.').unwrap();
            let back: i128 = format!("{whole}{fraction:0<9}").parse().unwrap();
            prop_assert_eq!(back, i128::from(nanos));
        }
    }
}
