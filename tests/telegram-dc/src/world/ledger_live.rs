//! What people pay now and then: messages in live streams, and posts they suggested.

use super::ledger::identifier;
use super::ledger_stars::{COMMISSION_PERMILLE, STAR, shared};
use super::row::{Row, RowKind};
use super::{Day, Dice, Spec, World, midnight, people};

/// One live stream, and one suggested post, in about so many days.
const LIVE_ONCE_IN: u64 = 9;
const SUGGESTED_ONCE_IN: u64 = 23;

pub(crate) fn rows(world: &World, spec: &Spec, day: &Day) -> Vec<Row> {
    live(world, spec, day).into_iter().chain(suggested(world, spec, day)).collect()
}

/// A stream begins at 19:00 UTC and is over within an hour.
fn live(world: &World, spec: &Spec, day: &Day) -> Vec<Row> {
    let mut dice = Dice::new(world.seed, "live", spec.id, day.number);
    let count = if dice.once_in(LIVE_ONCE_IN) { dice.between(3, 8) } else { 0 };
    (0..u32::try_from(count).unwrap_or(0))
        .map(|index| {
            let user = people::somebody(world.seed, "live", spec.id, day.number * 8 + index).id;
            let (nano, commission_nano) = shared(i128::from(dice.between(5, 200)) * STAR);
            let (reaction, commission_permille) = (dice.once_in(3), COMMISSION_PERMILLE);
            let date = midnight(day.date) + 19 * 3600 + dice.between(0, 3_599).cast_signed();
            let id = identifier(world.seed, "live", spec.id, day.number * 8 + index);
            let kind = RowKind::LiveMessage { user, reaction, commission_permille, commission_nano };
            Row { id, date, nano, kind }
        })
        .collect()
}

/// The channel gets 85 % of the price once the post has stayed for a day.
fn suggested(world: &World, spec: &Spec, day: &Day) -> Option<Row> {
    let mut dice = Dice::new(world.seed, "suggested", spec.id, day.number);
    dice.once_in(SUGGESTED_ONCE_IN).then(|| {
        let user = people::somebody(world.seed, "suggests", spec.id, day.number).id;
        let (nano, _) = shared(i128::from(dice.between(5, 900)) * STAR);
        let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
        let id = identifier(world.seed, "suggested", spec.id, day.number);
        Row { id, date, nano, kind: RowKind::SuggestedPost { user } }
    })
}
