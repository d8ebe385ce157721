//! Boosts: who lifts a channel's level, for how long, and why.

use jiff::Timestamp;

use super::dice::{Dice, scale};
use super::giveaway::{self, Giveaway, Prize};
use super::ledger::identifier;
use super::{Channel, Day, SELF_ID, midnight, people};

const DAY: i64 = 86_400;

/// A Premium user's boost lasts so long, in seconds, and is then renewed or not.
const PERIOD_SECONDS: i64 = 30 * DAY;

/// How many boosts a Premium subscription that the channel gave away is worth.
const BOOSTS_FOR_PREMIUM: u32 = 4;

/// The slots the account has, and which channels it boosts with them since the numbered day.
pub(crate) const SLOTS: [(i32, Option<(i64, u32)>); 4] =
    [(1, Some((1_420_000_002, 12))), (2, Some((1_420_000_007, 50))), (3, None), (4, None)];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Boost {
    pub(crate) id: String,
    pub(crate) user: Option<i64>,
    /// Unix seconds.
    pub(crate) date: i64,
    /// As known by now: a renewal moves it. Unix seconds.
    pub(crate) expires: i64,
    pub(crate) source: Source,
    /// As how many boosts it counts.
    pub(crate) multiplier: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A Premium user.
    Premium,
    /// A Premium subscription that the channel gave somebody.
    Gift { slug: String, used_at: Option<i64> },
    /// A giveaway of the channel, by the message that people take part with.
    Giveaway {
        post: i32,
        /// Nobody won this prize.
        unclaimed: bool,
        slug: Option<String>,
        used_at: Option<i64>,
        /// Stars given away.
        stars: Option<u32>,
    },
}

impl Boost {
    /// Whether it counts at a moment in Unix seconds.
    pub(crate) fn is_active(&self, at: i64) -> bool {
        self.date <= at && at < self.expires
    }

    /// Whether the channel paid for it: a gift or a giveaway.
    pub(crate) fn is_gift(&self) -> bool {
        self.source != Source::Premium
    }
}

/// How many boosts a set of them counts as.
pub(crate) fn total<'a>(boosts: impl IntoIterator<Item = &'a Boost>) -> u32 {
    boosts.into_iter().map(|boost| boost.multiplier).sum()
}

/// All boosts a channel has had by now, expired ones included, as they look by now; newest first.
pub(crate) fn until(channel: &Channel<'_>, now: Timestamp) -> Vec<Boost> {
    if channel.spec.boosts_in_hundred_days == 0 {
        return Vec::new();
    }
    let days = channel.whole_days(now);
    let second = now.as_second();
    let mut boosts: Vec<Boost> =
        days.iter().flat_map(|day| premium(channel, day, second)).chain(own(channel, second)).collect();
    boosts.extend(days.iter().filter_map(|day| gift(channel, day)));
    let giveaways = giveaway::until(channel, now);
    boosts.extend(giveaways.iter().flat_map(|giveaway| given(channel, giveaway, second)));
    boosts.retain(|boost| boost.date <= second);
    boosts.sort_by(|a, b| (b.date, &b.id).cmp(&(a.date, &a.id)));
    boosts
}

/// The level that so many boosts reach, with the boosts that it and the next one take.
pub(crate) fn level(boosts: u32) -> (u32, u32, Option<u32>) {
    let level = boosts.isqrt().min(MOST_LEVELS);
    let next = level + 1;
    (level, level * level, (next <= MOST_LEVELS).then_some(next * next))
}

/// `boosts_channel_level_max`.
const MOST_LEVELS: u32 = 100;

/// About how many of so many subscribers have Premium.
pub(crate) fn premium_subscribers(channel: &Channel<'_>, subscribers: u64) -> u64 {
    let permille = Dice::new(channel.world.seed, "premium share", channel.spec.id, 0).between(35, 120);
    scale(subscribers, permille, 1_000)
}

fn boost_of(channel: &Channel<'_>, purpose: &str, number: u32) -> String {
    identifier(channel.world.seed, purpose, channel.spec.id, number)
}

/// The expiry that is known by now of something that is renewed so many times.
fn renewed(date: i64, renewals: i64, now: i64) -> i64 {
    let over = (now - date).div_euclid(PERIOD_SECONDS).clamp(0, renewals);
    date + (over + 1) * PERIOD_SECONDS
}

fn premium(channel: &Channel<'_>, day: &Day, now: i64) -> Vec<Boost> {
    let (seed, spec) = (channel.world.seed, channel.spec);
    let mut dice = Dice::new(seed, "boosts", spec.id, day.number);
    let count = dice.share(1, spec.boosts_in_hundred_days, 100);
    (0..u32::try_from(count).unwrap_or(0))
        .map(|index| {
            let number = day.number * 64 + index;
            let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
            let renewals = dice.between(0, 5).cast_signed();
            Boost {
                id: boost_of(channel, "boost", number),
                user: Some(premium_person(seed, spec.id, number)),
                date,
                expires: renewed(date, renewals, now),
                source: Source::Premium,
                multiplier: if dice.once_in(8) { 4 } else { 1 },
            }
        })
        .collect()
}

/// One person in six has Premium: somebody who does is found soon.
fn premium_person(seed: u64, channel: i64, number: u32) -> i64 {
    let people =
        (0..64).map(|another: u32| people::somebody(seed, "boost", channel, number + (another << 24)));
    people.into_iter().find(|person| person.premium).map_or(SELF_ID, |person| person.id)
}

/// The account's own boosts, which it always renews.
fn own(channel: &Channel<'_>, now: i64) -> Vec<Boost> {
    let of = |(slot, place): (i32, Option<(i64, u32)>)| {
        let (_, day) = place.filter(|(id, _)| *id == channel.spec.id)?;
        let date = own_date(channel, day);
        Some(Boost {
            id: boost_of(channel, "own boost", slot.cast_unsigned()),
            user: Some(SELF_ID),
            date,
            expires: renewed(date, i64::MAX, now),
            source: Source::Premium,
            multiplier: 1,
        })
    };
    SLOTS.into_iter().filter_map(of).collect()
}

/// Where the account uses a slot. Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) channel: i64,
    pub(crate) date: i64,
    pub(crate) expires: i64,
}

/// The numbers of the account's slots, and what they are used for by now.
pub(crate) fn slots(world: &super::World, now: i64) -> Vec<(i32, Option<Used>)> {
    let used = |place: Option<(i64, u32)>| {
        let (channel, day) = place?;
        let date = own_date(&world.channel(channel)?, day);
        (date <= now).then(|| Used { channel, date, expires: renewed(date, i64::MAX, now) })
    };
    SLOTS.into_iter().map(|(slot, place)| (slot, used(place))).collect()
}

fn own_date(channel: &Channel<'_>, day: u32) -> i64 {
    midnight(channel.world.first_day) + i64::from(day) * DAY + 8 * 3600
}

/// Now and then a channel of some size gives somebody Premium.
fn gift(channel: &Channel<'_>, day: &Day) -> Option<Boost> {
    let (seed, spec) = (channel.world.seed, channel.spec);
    let mut dice = Dice::new(seed, "gift code", spec.id, day.number);
    dice.once_in(24).then(|| {
        let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
        let months = [3, 6, 12][usize::try_from(dice.between(0, 2)).unwrap_or(0)];
        let never = dice.once_in(4);
        let used_at = (!never).then(|| date + dice.between(3_600, 20 * 86_400).cast_signed());
        let slug = identifier(seed, "gift code slug", spec.id, day.number)[..16].to_owned();
        Boost {
            id: boost_of(channel, "gift code", day.number),
            user: Some(people::somebody(seed, "gift code", spec.id, day.number).id),
            date,
            expires: date + months * 30 * DAY,
            source: Source::Gift { slug, used_at },
            multiplier: BOOSTS_FOR_PREMIUM,
        }
    })
}

/// A giveaway lifts the channel from its launch on; one that will be called off, until it ends.
fn given(channel: &Channel<'_>, giveaway: &Giveaway, now: i64) -> Vec<Boost> {
    let (date, post) = (giveaway.started, giveaway.post());
    let ends = |days: i64| if giveaway.refunded { giveaway.until } else { date + days * DAY };
    let id = |index: u32| boost_of(channel, "giveaway boost", giveaway.number * 128 + index);
    match giveaway.prize {
        Prize::Stars { stars, boosts } => {
            let source =
                Source::Giveaway { post, unclaimed: false, slug: None, used_at: None, stars: Some(stars) };
            vec![Boost { id: id(0), user: None, date, expires: ends(365), source, multiplier: boosts }]
        }
        Prize::Premium { months } => {
            let winners = giveaway.winners(channel);
            let over = giveaway.finished(now).is_some();
            let mut winners = winners.into_iter().map(Some).chain(std::iter::repeat(None));
            (0..giveaway.quantity)
                .map(|index| {
                    let winner = winners.next().flatten().filter(|_| over);
                    let user = winner.as_ref().map(|winner| winner.user);
                    let used_at = winner.as_ref().and_then(|winner| winner.used_at);
                    let slug = winner.map(|winner| winner.slug);
                    let unclaimed = over && slug.is_none();
                    let source = Source::Giveaway { post, unclaimed, slug, used_at, stars: None };
                    let expires = ends(i64::from(months) * 30);
                    Boost { id: id(index), user, date, expires, source, multiplier: BOOSTS_FOR_PREMIUM }
                })
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::Timestamp;
    use jiff::civil::date;

    use super::{level, until};
    use crate::world::{World, midnight};

    #[test]
    fn levels_begin_where_the_one_before_ends() {
        assert_eq!(level(0), (0, 0, Some(1)));
        assert_eq!(level(24), (4, 16, Some(25)));
        assert_eq!(level(25), (5, 25, Some(36)));
        assert_eq!(level(20_000), (100, 10_000, None));
    }

    #[test]
    fn boosts_come_at_their_date_go_at_their_expiry_and_are_renewed_in_time() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        for channel in world.channels().filter(|channel| channel.spec.boosts_in_hundred_days > 0) {
            let mut known: HashMap<String, i64> = HashMap::new();
            for hours in (360 * 24..420 * 24).step_by(7) {
                let now = midnight(world.first_day) + hours * 3600;
                let boosts = until(&channel, Timestamp::from_second(now).unwrap());
                for boost in &boosts {
                    assert!(boost.date <= now);
                    match known.insert(boost.id.clone(), boost.expires) {
                        Some(before) if before != boost.expires => {
                            assert!(before <= now && boost.expires == before + 30 * 86_400, "{boost:?}");
                        }
                        _ => {}
                    }
                }
                assert!(known.len() <= boosts.len(), "no boost is forgotten");
            }
            let ids: std::collections::HashSet<_> = known.keys().collect();
            assert_eq!(ids.len(), known.len());
            assert!(known.len() > 50);
        }
    }
}
