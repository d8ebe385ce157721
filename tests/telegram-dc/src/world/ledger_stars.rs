//! The Stars ledger: all that people pay a channel for, and what its owner does with it.

use super::balance::STARS_HELD_SECONDS;
use super::cast::PAYERS;
use super::ledger::{Withdrawal, identifier};
use super::row::{Row, RowKind};
use super::{
    Day, Dice, Post, Spec, World, affiliate, gift, ledger_live, ledger_media, midnight, subscription,
};

pub(crate) const STAR: i128 = 1_000_000_000;

/// Telegram's share of paid messages, in thousandths.
pub(crate) const COMMISSION_PERMILLE: i32 = 150;

/// The least that Telegram pays out, and how often this owner asks: last on the second day before the world starts.
const LEAST_STARS: i128 = 1_000;
const WITHDRAWAL_EVERY: u32 = 45;

/// People pay for one of so many latest posts.
const LATEST_POSTS: usize = 6;

/// The message that every channel begins with.
const CREATION: i32 = 1;

/// How often the owner spends Stars on ads.
const ADS_EVERY: u32 = 50;

pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day], mut posts: Vec<Post>, now: i64) -> Vec<Row> {
    posts.retain(|post| post.deleted_at.is_none());
    let mut rows: Vec<Row> = days.iter().flat_map(|day| earned(world, spec, &posts, day)).collect();
    rows.extend(days.iter().flat_map(|day| ledger_live::rows(world, spec, day)));
    rows.extend(days.iter().flat_map(|day| ledger_media::rows(world, spec, day)));
    rows.extend(subscription::rows(world, spec, days));
    rows.extend(gift::rows(world, spec, days));
    rows.extend(affiliate::rows(world, spec, days));
    let (spent, taken) = outgoings(world, spec, days, &rows);
    rows.extend(spent);
    rows.extend(taken.iter().flat_map(|withdrawal| withdrawal.rows(now)));
    rows
}

/// What the owner spent and took out: never more than was free at that moment.
fn outgoings(world: &World, spec: &Spec, days: &[Day], earned: &[Row]) -> (Vec<Row>, Vec<Withdrawal>) {
    let (mut spent, mut taken): (Vec<Row>, Vec<Withdrawal>) = Default::default();
    for day in days {
        let (noon, evening) = (midnight(day.date) + 12 * 3600, midnight(day.date) + 18 * 3600);
        let free = |at: i64, spent: &[Row], taken: &[Withdrawal]| -> i128 {
            // What is given back is missing at once.
            let counts = |row: &&Row| row.date + if row.nano < 0 { 0 } else { STARS_HELD_SECONDS } <= at;
            let ripe: i128 = earned.iter().filter(counts).map(|row| row.nano).sum();
            let spent: i128 = spent.iter().map(|row| row.nano).sum();
            ripe + spent - taken.iter().map(|earlier| earlier.gone(at)).sum::<i128>()
        };
        if let Some((purpose, nano, kind)) = spending(day.number)
            && free(noon, &spent, &taken) >= nano
        {
            let id = identifier(world.seed, purpose, spec.id, day.number);
            spent.push(Row { id, date: noon, nano: -nano, kind });
        }
        if (day.number + 2) % WITHDRAWAL_EVERY == world.days % WITHDRAWAL_EVERY {
            let whole = free(evening, &spent, &taken) / STAR;
            if whole >= LEAST_STARS {
                let id = identifier(world.seed, "stars withdrawal", spec.id, day.number);
                let fate = day.number / WITHDRAWAL_EVERY % 5;
                taken.push(Withdrawal { id, date: evening, nano: whole * STAR, fate });
            }
        }
    }
    (spent, taken)
}

/// What is spent at noon: on ads, with a fraction of a Star, or on something that nobody can describe.
fn spending(day: u32) -> Option<(&'static str, i128, RowKind)> {
    match day {
        day if day % ADS_EVERY == 33 => {
            let nano = i128::from(day % 4 + 1) * 31 * STAR + STAR / 4;
            Some(("stars ads", nano, RowKind::AdsSpending))
        }
        day if day % 180 == 151 => Some(("stars unsupported", 3 * STAR, RowKind::Unsupported)),
        _ => None,
    }
}

fn earned(world: &World, spec: &Spec, posts: &[Post], day: &Day) -> Vec<Row> {
    let mut dice = Dice::new(world.seed, "stars", spec.id, day.number);
    let count = u32::try_from(dice.between(2, 9)).unwrap_or(2);
    let row = |index: u32, second: i64, nano, kind| {
        let id = identifier(world.seed, "stars row", spec.id, day.number * 16 + index);
        Row { id, date: midnight(day.date) + second, nano, kind }
    };
    let mut rows: Vec<Row> = (0..count)
        .map(|index| {
            let (user, _) = PAYERS[usize::try_from(dice.between(0, 5)).unwrap_or(0)];
            let second = dice.between(0, 86_399).cast_signed();
            let (nano, kind) = if dice.between(0, 9) < 7 {
                let post = liked(world, spec, posts, midnight(day.date) + second);
                (i128::from(dice.between(1, 60)) * STAR, RowKind::Reaction { post, user })
            } else {
                paid_message(&mut dice, user)
            };
            row(index, second, nano, kind)
        })
        .collect();
    if day.number % 90 == 17 {
        rows.push(row(15, 9 * 3600, 7 * STAR, RowKind::Unsupported));
    }
    rows
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
    let (nano, commission_nano) = shared(i128::from(dice.between(11, 99)) * STAR);
    let commission_permille = COMMISSION_PERMILLE;
    (nano, RowKind::PaidMessage { user, commission_permille, commission_nano })
}

/// The channel's and Telegram's part of a price.
pub(crate) fn shared(price: i128) -> (i128, i128) {
    let commission = price * i128::from(COMMISSION_PERMILLE) / 1_000;
    (price - commission, commission)
}
