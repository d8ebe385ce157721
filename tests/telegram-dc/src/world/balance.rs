//! Balances: nothing but sums over the ledger.
//!
//! | row | overall (earned) | current | held back at first |
//! | --- | --- | --- | --- |
//! | income of any kind, unsupported income | + | + | yes |
//! | a sale that is given back (negative) | − | − | ends the sale's |
//! | Stars spent on ads, unsupported spending (negative) | | − | |
//! | withdrawal, pending or succeeded (negative) | | − | |
//! | withdrawal, failed | | | |
//! | withdrawal that came back (positive) | | + | |

use std::collections::HashSet;

use jiff::Timestamp;

use super::row::{Row, Unit};

/// Billionths of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Balances {
    /// Earned and not taken out.
    pub(crate) current: i128,
    /// What could be taken out now.
    pub(crate) available: i128,
    /// All that was ever earned.
    pub(crate) overall: i128,
    /// When the least amount that can be taken out will be free, if it is not yet: Unix seconds.
    pub(crate) least_free_at: Option<i64>,
}

/// TON can be taken out a day after it was booked, Stars 21 days after they were earned.
pub(crate) const TON_HELD_SECONDS: i64 = 86_400;
pub(crate) const STARS_HELD_SECONDS: i64 = 21 * 86_400;

/// The least that can be taken out: any TON, or a thousand Stars.
pub(crate) fn least(unit: Unit) -> i128 {
    if unit == Unit::Ton { 1 } else { 1_000_000_000_000 }
}

pub(crate) fn of(unit: Unit, ledger: &[Row], now: Timestamp) -> Balances {
    let held_for = if unit == Unit::Ton { TON_HELD_SECONDS } else { STARS_HELD_SECONDS };
    let current = ledger.iter().map(Row::effect).sum();
    let overall = ledger.iter().filter(|row| row.is_earning()).map(|row| row.nano).sum();
    // What was given back is not held: it is gone, together with what it gave back.
    let undone: HashSet<&str> =
        ledger.iter().filter(|row| row.is_refund()).map(|row| row.id.as_str()).collect();
    let held: Vec<&Row> = ledger
        .iter()
        .filter(|row| row.is_earning() && row.date + held_for > now.as_second())
        .filter(|row| !undone.contains(row.id.as_str()))
        .collect();
    let available = current - held.iter().map(|row| row.nano).sum::<i128>();
    let mut free = available;
    let least_free_at = held.iter().find_map(|row| {
        free += row.nano;
        (available < least(unit) && free >= least(unit)).then_some(row.date + held_for)
    });
    Balances { current, available, overall, least_free_at }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use jiff::{SignedDuration, Timestamp};

    use crate::world::{Row, RowKind, RowState, Unit, World, midnight};

    const BOTH: [Unit; 2] = [Unit::Ton, Unit::Stars];

    fn at(world: &World, day: i64) -> Timestamp {
        Timestamp::from_second(midnight(world.first_day) + day * 86_400).unwrap()
    }

    #[test]
    fn nothing_is_withdrawn_that_was_not_earned() {
        for (seed, days) in [(1, 1), (2, 30), (3, 95), (4, 400)] {
            let world = World::new(seed, date(2025, 3, 1), days, 30);
            for hours in (-30..i64::from(days + 40) * 24).step_by(31) {
                let now = at(&world, 0) + SignedDuration::from_hours(hours);
                for channel in world.channels().take(2) {
                    for unit in BOTH {
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
        for channel in world.channels().take(2) {
            for unit in BOTH {
                let (then, later) =
                    (channel.ledger(unit, at(&world, 200)), channel.ledger(unit, at(&world, 260)));
                let settled = |row: &&Row| row.date < at(&world, 190).as_second();
                let then: Vec<_> = then.iter().filter(settled).collect();
                assert_eq!(then, later.iter().filter(settled).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn each_kind_moves_the_balances_as_the_table_says() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let now = at(&world, 400);
        let channel = world.channels().nth(1).unwrap();
        for unit in BOTH {
            let (mut overall, mut current) = (0, 0);
            for row in channel.ledger(unit, now) {
                match row.kind {
                    RowKind::Withdrawal { state: RowState::Failed } => {}
                    RowKind::Withdrawal { .. } | RowKind::AdsSpending => current += row.nano,
                    RowKind::WithdrawalRefund => current += row.nano,
                    RowKind::Unsupported if row.nano < 0 => current += row.nano,
                    _ => {
                        overall += row.nano;
                        current += row.nano;
                    }
                }
                let out = matches!(
                    row.kind,
                    RowKind::Withdrawal { .. } | RowKind::AdsSpending | RowKind::PaidMediaRefund { .. }
                );
                assert!(out == (row.nano < 0) || row.kind == RowKind::Unsupported, "{row:?}");
            }
            let balances = channel.balances(unit, now);
            assert_eq!((balances.overall, balances.current), (overall, current));
        }
    }

    #[test]
    fn what_is_given_back_was_sold_the_same_day_and_no_day_loses() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let channel = world.channels().nth(1).unwrap();
        let ledger = channel.ledger(Unit::Stars, at(&world, 400));
        let mut by_day: BTreeMap<i64, i128> = BTreeMap::new();
        for row in ledger.iter().filter(|row| row.is_earning()) {
            *by_day.entry(row.date.div_euclid(86_400)).or_default() += row.nano;
        }
        assert!(by_day.values().all(|nano| *nano >= 0));
        let refunds: Vec<_> =
            ledger.iter().filter(|row| matches!(row.kind, RowKind::PaidMediaRefund { .. })).collect();
        assert!(!refunds.is_empty());
        for refund in refunds {
            let sale = ledger.iter().find(|row| row.id == refund.id && !row.is_refund()).unwrap();
            assert_eq!(sale.nano, -refund.nano);
            assert!(sale.date < refund.date);
            assert_eq!(sale.date.div_euclid(86_400), refund.date.div_euclid(86_400));
        }
    }

    #[test]
    fn proceeds_are_the_revenue_of_their_days() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        for channel in world.channels().take(2) {
            let now = at(&world, 402);
            let days = channel.whole_days(now);
            let mut until = midnight(world.first_day) - 1;
            for row in channel.ledger(Unit::Ton, now) {
                if let RowKind::AdsProceeds { from, to } = row.kind {
                    assert_eq!(from, until + 1, "no day is missing");
                    let meant = days.iter().filter(|day| (from..=to).contains(&midnight(day.date)));
                    assert_eq!(row.nano, meant.map(|day| i128::from(day.revenue_nano)).sum());
                    until = to;
                }
            }
        }
    }

    #[test]
    fn the_least_amount_is_free_when_it_was_promised() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let channel = world.channels().nth(1).unwrap();
        let moments = (22..390).step_by(3).map(|day| at(&world, day));
        let mut promised = 0;
        for now in moments {
            let Some(free_at) = channel.balances(Unit::Stars, now).least_free_at else { continue };
            assert!(channel.balances(Unit::Stars, now).available < super::least(Unit::Stars));
            let then = Timestamp::from_second(free_at).unwrap();
            let before = Timestamp::from_second(free_at - 1).unwrap();
            // Nothing is taken out in between: the owner waits for a thousand Stars and more.
            if channel.ledger(Unit::Stars, then).iter().all(|row| row.nano > 0 || row.date <= now.as_second())
            {
                assert!(channel.balances(Unit::Stars, then).available >= super::least(Unit::Stars));
                assert!(channel.balances(Unit::Stars, before).available < super::least(Unit::Stars));
                promised += 1;
            }
        }
        assert!(promised > 0);
    }
}
