//! Money: integers from the wire to the page. Nothing here ever passes through a float.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The currency of a balance or ledger row. The code is stable; its label is data
/// (the coin was renamed once already: Toncoin, then Gram).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UnitCode {
    /// Toncoin (Gram), counted in nanotons.
    #[serde(rename = "TON")]
    Ton,
    /// Telegram Stars, counted in nanostars.
    #[serde(rename = "XTR")]
    Stars,
}

impl UnitCode {
    /// The code used in files, in the API and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ton => "TON",
            Self::Stars => "XTR",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ton => "TON",
            Self::Stars => "Stars",
        }
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for UnitCode {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "TON" => Ok(Self::Ton),
            "XTR" => Ok(Self::Stars),
            _ => Err(MoneyError::UnknownUnit(text.to_owned())),
        }
    }
}

/// An exact amount in billionths of its unit: nanotons for TON, nanostars for Stars. Signed:
/// negative is outgoing. 128 bits, because a sum of Stars times 10⁹ may pass 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nano(pub i128);

/// What can be wrong with an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The sum or product does not fit.
    #[error("the amount is too large to be counted exactly")]
    Overflow,
    /// Not an integer of nanos.
    #[error("“{0}” is not a whole number of nanos")]
    NotAnInteger(String),
    /// Not `TON` or `XTR`.
    #[error("“{0}” is not a currency we know; use TON or XTR")]
    UnknownUnit(String),
    /// A rate that is zero, negative or not a number.
    #[error("“{0}” is not a usable rate")]
    BadRate(String),
}

impl Nano {
    /// Billionths in one unit.
    pub const PER_UNIT: i128 = 1_000_000_000;

    /// The amount of `units` whole units and `nanos` billionths, both with the amount's sign
    /// (`starsAmount{amount, nanos}` in TL).
    pub fn from_parts(units: i64, nanos: i32) -> Self {
        Self(i128::from(units) * Self::PER_UNIT + i128::from(nanos))
    }

    /// The sum, or [`MoneyError::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::Overflow)
    }

    /// The exact decimal with nine places: `-12.500000000`.
    pub fn decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let per_unit = Self::PER_UNIT.unsigned_abs();
        format!("{sign}{}.{:09}", magnitude / per_unit, magnitude % per_unit)
    }

    /// USD = nanos / 10⁹ × rate, exactly (no rounding).
    ///
    /// Telegram's reference text says "divide by the rate"; every official client multiplies
    /// (TDLib `usd_rate * 1e-7` cents a nanoton), and so do we.
    pub fn to_usd(self, rate: UsdRate) -> Result<Decimal, MoneyError> {
        Decimal::try_from_i128_with_scale(self.0, 9)
            .ok()
            .and_then(|amount| amount.checked_mul(rate.0))
            .map(|usd| usd.normalize())
            .ok_or(MoneyError::Overflow)
    }
}

impl fmt::Display for Nano {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Nano {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| MoneyError::NotAnInteger(text.to_owned()))
    }
}

// JSON numbers lose precision beyond 53 bits in most readers, so amounts travel as strings.
impl Serialize for Nano {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nano {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// US dollars for one whole unit, as Telegram stated it at a recorded moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UsdRate(pub Decimal);

impl UsdRate {
    /// The rate from `usd_rate:double`, through its shortest decimal form, so that what the wire said
    /// is what is kept. A rate of zero or less means "unknown" (TDLib treats it so).
    pub fn from_wire(rate: f64) -> Result<Self, MoneyError> {
        let bad = || MoneyError::BadRate(rate.to_string());
        if !rate.is_finite() || rate <= 0.0 {
            return Err(bad());
        }
        let text = format!("{rate}");
        Decimal::from_str_exact(&text).map(Self).map_err(|_| bad())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_fraction_of_a_ton_is_not_a_billion_dollars() {
        // Telegram Desktop 5.16 showed 0.41 TON as 1.1 billion dollars; see tdesktop issue 29498.
        let usd = Nano(410_000_000).to_usd(UsdRate::from_wire(2.75).unwrap()).unwrap();
        assert_eq!(usd.to_string(), "1.1275");
    }

    #[test]
    fn decimals_keep_all_nine_places_and_the_sign() {
        assert_eq!(Nano(12_500_000_000).decimal(), "12.500000000");
        assert_eq!(Nano(-1).decimal(), "-0.000000001");
        assert_eq!(Nano::from_parts(-3, -250_000_000).decimal(), "-3.250000000");
        assert_eq!(Nano(0).decimal(), "0.000000000");
    }

    #[test]
    fn json_keeps_amounts_as_strings() {
        assert_eq!(serde_json::to_string(&Nano(i128::MAX)).unwrap(), format!("\"{}\"", i128::MAX));
    }

    #[test]
    fn rates_of_zero_and_nonsense_are_unknown() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(UsdRate::from_wire(rate).is_err(), "{rate}");
        }
        assert_eq!(UsdRate::from_wire(3.0142).unwrap().0.to_string(), "3.0142");
    }

    proptest! {
        #[test]
        fn the_decimal_reads_back_to_the_same_nanos(nanos in any::<i64>()) {
            let text = Nano(nanos.into()).decimal();
            let back: i128 = text.replace('.', "").parse().unwrap();
            prop_assert_eq!(back, i128::from(nanos));
        }

        #[test]
        fn sums_never_wrap(a in any::<i128>(), b in any::<i128>()) {
            prop_assert_eq!(Nano(a).checked_add(Nano(b)).ok().map(|sum| sum.0), a.checked_add(b));
        }
    }
}
