//! The TON ledger: ad proceeds, suggested posts paid in TON, and withdrawals.

use super::balance::TON_HELD_SECONDS;
use super::ledger::{Withdrawal, identifier};
use super::row::{Row, RowKind};
use super::{Day, Dice, Spec, World, midnight, people};

/// One withdrawal in so many days, the last of them on the day before the world starts.
const WITHDRAWAL_EVERY: u32 = 30;

const TON: i128 = 1_000_000_000;

pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day], now: i64) -> Vec<Row> {
    let mut rows = proceeds(world, spec, days);
    rows.extend(days.iter().filter_map(|day| suggested(world, spec, day)));
    rows.extend(days.iter().filter_map(|day| unsupported(world, spec, day)));
    let mut taken: Vec<Withdrawal> = Vec::new();
    for day in days.iter().filter(|day| is_withdrawal_day(world, day.number)) {
        let date = midnight(day.date) + 10 * 3600 + 17 * 60;
        let ripe = |row: &&Row| row.date + TON_HELD_SECONDS <= date;
        let booked: i128 = rows.iter().filter(ripe).map(|row| row.nano).sum();
        let gone: i128 = taken.iter().map(|earlier| earlier.gone(date)).sum();
        let permille = Dice::new(world.seed, "withdrawn", spec.id, day.number).between(550, 950);
        let nano = (booked - gone) * i128::from(permille) / 1_000;
        if nano > 0 {
            let id = identifier(world.seed, "ton withdrawal", spec.id, day.number);
            taken.push(Withdrawal { id, date, nano, fate: day.number / WITHDRAWAL_EVERY % 5 });
        }
    }
    rows.extend(taken.iter().flat_map(|withdrawal| withdrawal.rows(now)));
    rows
}

fn is_withdrawal_day(world: &World, number: u32) -> bool {
    (number + 1) % WITHDRAWAL_EVERY == world.days % WITHDRAWAL_EVERY
}

/// Whole days are booked together, early on the day after the last of them.
fn proceeds(world: &World, spec: &Spec, days: &[Day]) -> Vec<Row> {
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
            (nano > 0).then_some(Row { id, date, nano: i128::from(nano), kind })
        })
        .collect()
}

/// Now and then somebody pays for a post they suggested; the channel gets 85 %.
fn suggested(world: &World, spec: &Spec, day: &Day) -> Option<Row> {
    let mut dice = Dice::new(world.seed, "ton suggested", spec.id, day.number);
    dice.once_in(31).then(|| {
        let user = people::somebody(world.seed, "ton suggests", spec.id, day.number).id;
        let nano = i128::from(dice.between(2, 30)) * TON * 850 / 1_000;
        let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
        let id = identifier(world.seed, "ton suggested", spec.id, day.number);
        Row { id, date, nano, kind: RowKind::SuggestedPost { user } }
    })
}

/// Rarely there is income of a kind that nobody can describe.
fn unsupported(world: &World, spec: &Spec, day: &Day) -> Option<Row> {
    (day.number % 120 == 31).then(|| {
        let id = identifier(world.seed, "ton unsupported", spec.id, day.number);
        Row { id, date: midnight(day.date) + 9 * 3600 + 1, nano: 777_000_001, kind: RowKind::Unsupported }
    })
}
