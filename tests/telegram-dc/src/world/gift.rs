//! Gifts to a channel: some stay on show, some are turned into Stars.

use super::ledger::identifier;
use super::ledger_stars::STAR;
use super::row::{Row, RowKind};
use super::{Day, Dice, Spec, World, midnight, people};

/// A gift of Telegram's catalogue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GiftKind {
    pub(crate) id: i64,
    pub(crate) emoji: &'static str,
    /// What it costs, and what the channel gets for it.
    pub(crate) stars: u32,
    pub(crate) convert_stars: u32,
    /// How many there will ever be, if that is limited.
    pub(crate) limited_to: Option<i32>,
    /// What it costs to make it one of a kind, if that is possible.
    pub(crate) upgrade_stars: Option<u32>,
}

const KINDS: [GiftKind; 4] = [
    GiftKind {
        id: 5_170_145_012_310_081_615,
        emoji: "💝",
        stars: 15,
        convert_stars: 13,
        limited_to: None,
        upgrade_stars: None,
    },
    GiftKind {
        id: 5_170_233_102_089_322_756,
        emoji: "🧸",
        stars: 15,
        convert_stars: 13,
        limited_to: None,
        upgrade_stars: None,
    },
    GiftKind {
        id: 5_170_521_118_301_225_164,
        emoji: "💎",
        stars: 100,
        convert_stars: 85,
        limited_to: None,
        upgrade_stars: None,
    },
    GiftKind {
        id: 5_773_668_482_394_620_318,
        emoji: "🎩",
        stars: 500,
        convert_stars: 425,
        limited_to: Some(25_000),
        upgrade_stars: Some(50),
    },
];

const MESSAGES: [&str; 4] =
    ["Danke für alles! ☕️", "<b>not bold</b>", "شكرا لك", "For the post about \"unsafe\""];

/// One that a channel was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gift {
    /// Telegram's `saved_id`.
    pub(crate) id: i64,
    pub(crate) kind: &'static GiftKind,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) from: i64,
    /// Whether only the channel may know who gave it.
    pub(crate) name_hidden: bool,
    /// Whether the profile shows it.
    pub(crate) saved: bool,
    pub(crate) message: Option<&'static str>,
    /// When it is turned into Stars and gone, Unix seconds; it may lie ahead.
    pub(crate) converted_at: Option<i64>,
}

pub(crate) fn kind(id: i64) -> Option<&'static GiftKind> {
    KINDS.iter().find(|kind| kind.id == id)
}

/// All that came on these days, oldest first; those that were turned into Stars included.
pub(crate) fn received(world: &World, spec: &Spec, days: &[Day]) -> Vec<Gift> {
    days.iter().filter(|_| spec.gift_once_in > 0).filter_map(|day| on(world, spec, day)).collect()
}

fn on(world: &World, spec: &Spec, day: &Day) -> Option<Gift> {
    let mut dice = Dice::new(world.seed, "gift", spec.id, day.number);
    if !dice.once_in(spec.gift_once_in) {
        return None;
    }
    let kind = &KINDS[usize::try_from(dice.between(0, 3)).unwrap_or(0)];
    let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
    let (name_hidden, saved) = (dice.once_in(5), !dice.once_in(4));
    let message = dice.once_in(2).then(|| MESSAGES[usize::try_from(dice.between(0, 3)).unwrap_or(0)]);
    let converted = dice.once_in(3);
    let kept = dice.between(3_600, 60 * 86_400).cast_signed();
    Some(Gift {
        id: 1_000 + i64::from(day.number),
        kind,
        date,
        from: people::somebody(world.seed, "giver", spec.id, day.number).id,
        name_hidden,
        saved,
        message,
        converted_at: converted.then_some(date + kept),
    })
}

/// What they were turned into, also what lies ahead.
pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day]) -> Vec<Row> {
    let converted = |gift: Gift| {
        let date = gift.converted_at?;
        let number = u32::try_from(gift.id).unwrap_or(0);
        let id = identifier(world.seed, "gift converted", spec.id, number);
        let kind = RowKind::GiftConverted { user: gift.from, gift: gift.kind.id };
        Some(Row { id, date, nano: i128::from(gift.kind.convert_stars) * STAR, kind })
    };
    received(world, spec, days).into_iter().filter_map(converted).collect()
}
