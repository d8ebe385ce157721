//! The Stars ledger: reactions, subscriptions, paid messages and withdrawals.

use super::cast::PAYERS;
use super::ledger::{Row, RowKind, withdrawal};
use super::ledger_ton::identifier;
use super::{Day, Dice, Post, Spec, World, midnight};

const STAR: i128 = 1_000_000_000;

/// Stars can be taken out so long after they were earned.
pub(crate) const HELD_SECONDS: i64 = 21 * 86_400;

/// The least that Telegram pays out, and how often this owner asks.
const LEAST_STARS: i128 = 1_000;
const WITHDRAWAL_EVERY: u32 = 45;

/// People pay for one of so many latest posts.
const LATEST_POSTS: usize = 6;

/// The message that every channel begins with.
const CREATION: i32 = 1;

pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day], mut posts: Vec<Post>, now: i64) -> Vec<Row> {
    posts.retain(|post| post.deleted_at.is_none());
    let mut rows: Vec<Row> = days.iter().flat_map(|day| earned(world, spec, &posts, day)).collect();
    let mut taken: Vec<Row> = Vec::new();
    for day in days.iter().filter(|day| (day.number + 5) % WITHDRAWAL_EVERY == world.days % WITHDRAWAL_EVERY)
    {
        let date = midnight(day.date) + 18 * 3600;
        let matured = |row: &&Row| row.date + HELD_SECONDS <= date;
        let ripe: i128 = rows.iter().filter(matured).map(|row| row.nano).sum();
        let gone: i128 = taken.iter().filter(|row| row.date <= date).map(Row::effect).sum();
        let whole = (ripe + gone) / STAR;
        if whole >= LEAST_STARS && date <= now {
            let id = identifier(world.seed, "stars withdrawal", spec.id, day.number);
            taken.extend(withdrawal(&id, date, whole * STAR, day.number / WITHDRAWAL_EVERY % 5, now));
        }
    }
    rows.extend(taken);
    rows
}

fn earned(world: &World, spec: &Spec, posts: &[Post], day: &Day) -> Vec<Row> {
    let mut dice = Dice::new(world.seed, "stars", spec.id, day.number);
    let count = u32::try_from(dice.between(2, 9)).unwrap_or(2);
    (0..count)
        .map(|index| {
            let (user, _) = PAYERS[usize::try_from(dice.between(0, 5)).unwrap_or(0)];
            let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
            let id = identifier(world.seed, "stars row", spec.id, day.number * 16 + index);
            let (nano, kind) = match dice.between(0, 9) {
                0..=5 => {
                    let post = liked(world, spec, posts, date);
                    (i128::from(dice.between(1, 60)) * STAR, RowKind::Reaction { post, user })
                }
                6 | 7 => (250 * STAR, RowKind::Subscription { user }),
                _ => paid_message(&mut dice, user),
            };
            Row { id, date, nano, kind }
        })
        .collect()
}

/// One of the latest posts at a moment, or else the channel's creation. `posts` are in order and never deleted.
fn liked(world: &World, spec: &Spec, posts: &[Post], date: i64) -> i32 {
    let made = &posts[..posts.partition_point(|post| post.date < date)];
    let latest = &made[made.len().saturating_sub(LATEST_POSTS)..];
    let second = u32::try_from(date).unwrap_or(0);
    let place = Dice::new(world.seed, "liked", spec.id, second).number() % latest.len().max(1) as u64;
    usize::try_from(place).ok().and_then(|place| latest.get(place)).map_or(CREATION, Post::counted_id)
}

fn paid_message(dice: &mut Dice, user: i64) -> (i128, RowKind) {
    let price = i128::from(dice.between(11, 99)) * STAR;
    let commission_nano = price * 150 / 1_000;
    (price - commission_nano, RowKind::PaidMessage { user, commission_permille: 150, commission_nano })
}
