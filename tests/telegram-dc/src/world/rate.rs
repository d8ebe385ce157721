//! What a TON costs: a walk between monthly prices, with a daily flutter.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Unit, World, dice::Dice, midnight};

const MONTH: i64 = 30;

impl World {
    /// US dollars for one unit at a moment.
    pub(crate) fn usd_rate(&self, unit: Unit, at: Timestamp) -> f64 {
        match unit {
            Unit::Ton => f64::from(ton_micro_usd(self.seed, at.to_zoned(TimeZone::UTC).date())) / 1e6,
            Unit::Stars => 0.013,
        }
    }
}

/// Millionths of a US dollar for one TON on a UTC day.
fn ton_micro_usd(seed: u64, date: Date) -> u32 {
    let day = midnight(date).div_euclid(86_400);
    let (month, into) = (day.div_euclid(MONTH), day.rem_euclid(MONTH));
    let knot =
        |month: i64| Dice::new(seed, "ton month", month, 0).between(2_300_000, 4_100_000).cast_signed();
    let (from, to) = (knot(month), knot(month + 1));
    let calm = from + (to - from) * into / MONTH;
    let flutter = Dice::new(seed, "ton day", day, 0).between(980, 1_020).cast_signed();
    u32::try_from(calm * flutter / 1_000).unwrap_or(3_000_000)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::ton_micro_usd;

    #[test]
    fn it_moves_a_little_each_day() {
        let days: Vec<_> = (1..=31).map(|day| ton_micro_usd(7, date(2026, 3, day))).collect();
        assert!(days.windows(2).all(|pair| pair[0].abs_diff(pair[1]) < 400_000), "{days:?}");
        assert!(days.windows(2).any(|pair| pair[0] != pair[1]));
        assert_ne!(ton_micro_usd(7, date(2026, 3, 1)), ton_micro_usd(8, date(2026, 3, 1)));
    }
}
