//! The TON ledger: ad proceeds and withdrawals.

use super::ledger::{Row, RowKind, withdrawal};
use super::{Day, Dice, Spec, World, midnight};

/// One withdrawal in so many days, the last of them on the day before the world starts.
const WITHDRAWAL_EVERY: u32 = 30;

pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day], now: i64) -> Vec<Row> {
    let mut rows = proceeds(world, spec, days, now);
    let mut taken: Vec<Row> = Vec::new();
    for day in days.iter().filter(|day| is_withdrawal_day(world, day.number)) {
        let date = midnight(day.date) + 10 * 3600 + 17 * 60;
        let balance = balance_at(&rows, &taken, date, now);
        let permille = Dice::new(world.seed, "withdrawn", spec.id, day.number).between(550, 950);
        let amount = balance * i128::from(permille) / 1_000;
        if amount > 0 {
            let id = identifier(world.seed, "ton withdrawal", spec.id, day.number);
            let fate = day.number / WITHDRAWAL_EVERY % 5;
            taken.extend(withdrawal(&id, date, amount, fate, now));
        }
    }
    rows.extend(taken);
    rows
}

fn is_withdrawal_day(world: &World, number: u32) -> bool {
    (number + 1) % WITHDRAWAL_EVERY == world.days % WITHDRAWAL_EVERY
}

/// What could be withdrawn at a moment: all that was booked, less what had been taken by then as it stood then.
fn balance_at(earned: &[Row], taken: &[Row], date: i64, now: i64) -> i128 {
    let booked: i128 = earned.iter().filter(|row| row.date <= date.min(now)).map(|row| row.nano).sum();
    let gone: i128 = taken.iter().filter(|row| row.date <= date.min(now)).map(Row::effect).sum();
    booked + gone
}

/// Whole days are booked together, early on the day after the last of them.
fn proceeds(world: &World, spec: &Spec, days: &[Day], now: i64) -> Vec<Row> {
    let together = usize::try_from(spec.booked_days).unwrap_or(1).max(1);
    days.chunks_exact(together)
        .filter_map(|days| {
            let (first, last) = (days.first()?, days.last()?);
            let nano: u64 = days.iter().map(|day| day.revenue_nano).sum();
            let (from, to) = (midnight(first.date), midnight(last.date) + 86_399);
            let minutes = Dice::new(world.seed, "booked", spec.id, first.number).between(0, 59).cast_signed();
            let date = to + 1 + 3 * 3600 + minutes * 60;
            let id = identifier(world.seed, "ton proceeds", spec.id, first.number);
            let kind = RowKind::AdsProceeds { from, to };
            (date <= now && nano > 0).then_some(Row { id, date, nano: i128::from(nano), kind })
        })
        .collect()
}

/// Something that looks like Telegram's transaction ids.
pub(crate) fn identifier(seed: u64, purpose: &str, channel: i64, number: u32) -> String {
    let mut dice = Dice::new(seed, purpose, channel, number);
    format!("{:016x}{:016x}", dice.number(), dice.number())
}
