//! What happened in a supergroup on one UTC day, beside who came and left.

use jiff::civil::Weekday;

use super::cast::LANGUAGES;
use super::dice::{Dice, scale};
use super::{Day, Spec};

/// The names Telegram gives the kinds of messages, in the order of the counts.
pub(crate) const MESSAGE_TYPES: [&str; 5] = ["Text", "Photos", "Videos", "Voice Messages", "Other"];

/// Thousandths of the usual activity, Monday first: people ride and write at the weekend.
const WEEK: [u64; 7] = [860, 880, 900, 940, 1_060, 1_240, 1_180];

/// Messages, and people who read, for a thousand members a day.
const MESSAGES_PERMILLE: u64 = 118;
const VIEWERS_PERMILLE: u64 = 231;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupDay {
    /// Members, those who came and those who left.
    pub(crate) day: Day,
    pub(crate) messages_by: [u64; MESSAGE_TYPES.len()],
    /// People who read something, and who wrote something: fewer than messages.
    pub(crate) viewers: u64,
    pub(crate) posters: u64,
    /// They add up to `viewers`.
    pub(crate) viewers_by_language: [u64; LANGUAGES.len()],
    pub(crate) deleted: u64,
    pub(crate) edited: u64,
    /// Who was thrown out: some of those who left.
    pub(crate) banned: u64,
    /// Who may not write for a while.
    pub(crate) restricted: u64,
}

impl GroupDay {
    pub(crate) fn of(seed: u64, spec: &Spec, day: &Day) -> Self {
        let mut dice = Dice::new(seed, "group day", spec.id, day.number);
        let week = WEEK[usize::from(day.date.weekday().since(Weekday::Monday).unsigned_abs()) % 7];
        let mut usual = |permille: u64| {
            let rate = permille * week * dice.between(850, 1_150) / 1_000;
            dice.share(day.opening, rate, 1_000_000)
        };
        let (messages, viewers) = (usual(MESSAGES_PERMILLE), usual(VIEWERS_PERMILLE));
        Self {
            messages_by: dice.split(messages, [71, 14, 4, 5, 6]),
            viewers,
            posters: dice.share(messages, 240, 1_000).min(messages),
            viewers_by_language: dice.split(viewers, spec.languages),
            deleted: dice.share(messages, 14, 1_000),
            edited: dice.share(messages, 33, 1_000),
            banned: dice.share(day.left, 90, 1_000).min(day.left),
            restricted: dice.between(0, 2).min(day.opening),
            day: day.clone(),
        }
    }

    pub(crate) fn messages(&self) -> u64 {
        self.messages_by.iter().sum()
    }

    /// The part of the day that has happened when so many millionths of it have.
    pub(crate) fn so_far(&self, ppm: u64) -> Self {
        let part = |count: u64| scale(count, ppm, 1_000_000);
        Self {
            day: self.day.so_far(ppm),
            messages_by: self.messages_by.map(part),
            viewers: part(self.viewers),
            posters: part(self.posters),
            viewers_by_language: self.viewers_by_language.map(part),
            deleted: part(self.deleted),
            edited: part(self.edited),
            banned: part(self.banned),
            restricted: part(self.restricted),
        }
    }

    /// What happened between two moments of the day.
    pub(crate) fn between(&self, from_ppm: u64, to_ppm: u64) -> Self {
        let (before, mut after) = (self.so_far(from_ppm), self.so_far(to_ppm));
        after.day = self.day.between(from_ppm, to_ppm);
        subtract(&mut after.messages_by, &before.messages_by);
        after.viewers -= before.viewers;
        after.posters -= before.posters;
        subtract(&mut after.viewers_by_language, &before.viewers_by_language);
        after.deleted -= before.deleted;
        after.edited -= before.edited;
        after.banned -= before.banned;
        after.restricted -= before.restricted;
        after
    }
}

fn subtract<const N: usize>(from: &mut [u64; N], amount: &[u64; N]) {
    from.iter_mut().zip(amount).for_each(|(from, amount)| *from -= amount);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::GroupDay;
    use crate::world::{Kind, World};

    #[test]
    fn counts_are_possible_and_parts_make_the_whole() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        for channel in world.channels().filter(|channel| channel.spec.kind == Kind::Supergroup) {
            for day in channel.history.until(400) {
                let group = GroupDay::of(7, channel.spec, &day);
                assert!(group.posters <= group.messages() && group.viewers <= day.opening);
                assert!(group.deleted + group.edited <= group.messages() && group.banned <= day.left);
                assert_eq!(group.viewers_by_language.iter().sum::<u64>(), group.viewers);
                let (morning, rest) = (group.between(0, 333_333), group.between(333_333, 1_000_000));
                assert_eq!(morning.messages() + rest.messages(), group.messages());
                assert_eq!(morning.edited + rest.edited, group.edited);
                assert_eq!(group.so_far(1_000_000), group);
            }
        }
    }
}
