//! Balances: nothing but sums over the ledger.

use jiff::Timestamp;

use super::ledger::{Row, Unit};
use super::ledger_stars::HELD_SECONDS;

/// Billionths of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Balances {
    /// Earned and not taken out.
    pub(crate) current: i128,
    /// What could be taken out now.
    pub(crate) available: i128,
    /// All that was ever earned.
    pub(crate) overall: i128,
}

/// TON can be taken out a day after it was booked.
const TON_HELD_SECONDS: i64 = 86_400;

pub(crate) fn of(unit: Unit, ledger: &[Row], now: Timestamp) -> Balances {
    let held_since = now.as_second() - if unit == Unit::Ton { TON_HELD_SECONDS } else { HELD_SECONDS };
    let sum = |keep: &dyn Fn(&Row) -> bool| -> i128 {
        ledger.iter().filter(|row| keep(row)).map(Row::effect).sum()
    };
    let current = sum(&|_| true);
    let held = sum(&|row| row.is_earning() && row.date > held_since);
    Balances { current, available: (current - held).max(0), overall: sum(&Row::is_earning) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::{SignedDuration, Timestamp};

    use crate::world::{Unit, World, midnight};

    #[test]
    fn nothing_is_withdrawn_that_was_not_earned() {
        for (seed, days) in [(1, 1), (2, 30), (3, 95), (4, 400)] {
            let world = World::new(seed, date(2025, 3, 1), days, 30);
            let start = Timestamp::from_second(midnight(world.first_day)).unwrap();
            for hours in (-30..i64::from(days + 40) * 24).step_by(31) {
                let now = start + SignedDuration::from_hours(hours);
                for channel in world.channels().take(2) {
                    for unit in [Unit::Ton, Unit::Stars] {
                        let balances = channel.balances(unit, now);
                        assert!(
                            balances.available >= 0 && balances.available <= balances.current,
                            "{balances:?}"
                        );
                        assert!(balances.current <= balances.overall, "{balances:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn rows_never_change_once_they_are_final() {
        let world = World::new(7, date(2025, 3, 1), 200, 30);
        let at = |day: i64| Timestamp::from_second(midnight(world.first_day) + day * 86_400).unwrap();
        for channel in world.channels().take(2) {
            for unit in [Unit::Ton, Unit::Stars] {
                let (then, later) = (channel.ledger(unit, at(200)), channel.ledger(unit, at(260)));
                let settled = |row: &&crate::world::Row| row.date < at(190).as_second();
                let then: Vec<_> = then.iter().filter(settled).collect();
                assert_eq!(then, later.iter().filter(settled).collect::<Vec<_>>());
            }
        }
    }
}
