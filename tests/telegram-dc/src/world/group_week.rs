//! A supergroup's week: how many took part, and who did most.

use std::collections::BTreeMap;

use super::dice::{Dice, scale};
use super::group_log;
use super::members::is_one_of;
use super::{Channel, GroupDay, people};

/// Of seven days' visits so many thousandths are by somebody who had not been there before in the week.
const NEW_VIEWERS_PERMILLE: u64 = 310;
const NEW_POSTERS_PERMILLE: u64 = 365;

/// Telegram names no more than so many.
const MOST: usize = 10;

pub(crate) struct GroupWeek<'a> {
    channel: Channel<'a>,
    days: &'a [GroupDay],
}

/// Messages of somebody, and how long they are on average.
pub(crate) struct Poster {
    pub(crate) user: i64,
    pub(crate) messages: u64,
    pub(crate) characters: u64,
}

/// What an administrator did.
#[derive(Default)]
pub(crate) struct Deeds {
    pub(crate) deleted: u64,
    pub(crate) thrown_out: u64,
    pub(crate) restricted: u64,
}

impl<'a> GroupWeek<'a> {
    pub(crate) fn new(channel: Channel<'a>, days: &'a [GroupDay]) -> Self {
        Self { channel, days }
    }

    pub(crate) fn messages(&self) -> u64 {
        self.days.iter().map(GroupDay::messages).sum()
    }

    /// People who read something in the week, each counted once.
    pub(crate) fn viewers(&self) -> u64 {
        scale(self.days.iter().map(|day| day.viewers).sum(), NEW_VIEWERS_PERMILLE, 1_000)
    }

    /// People who wrote something in the week, each counted once.
    pub(crate) fn posters(&self) -> u64 {
        scale(self.days.iter().map(|day| day.posters).sum(), NEW_POSTERS_PERMILLE, 1_000)
    }

    /// The busiest first. Some of them are the same from week to week.
    pub(crate) fn top_posters(&self) -> Vec<Poster> {
        let (seed, id) = (self.channel.world.seed, self.channel.spec.id);
        let week = self.days.first().map_or(0, |day| day.day.number);
        let all = self.messages();
        let mut posters: Vec<_> = (0..MOST as u64)
            .map(|place| {
                let mut dice = Dice::new(seed, "busy", id, week * 16 + u32::try_from(place).unwrap_or(0));
                let user = people::one_of(seed, "busy", id, 0, place + MOST as u64 * dice.between(0, 1)).id;
                let messages = dice.share(all, dice.clone().between(4, 34), 1_000);
                Poster { user, messages, characters: dice.between(9, 140) }
            })
            .filter(|poster| poster.messages > 0)
            .collect();
        posters.sort_by_key(|poster| (std::cmp::Reverse(poster.messages), poster.user));
        posters
    }

    /// Everything that administrators did in the week, by the log.
    pub(crate) fn top_admins(&self) -> Vec<(i64, Deeds)> {
        let mut deeds: BTreeMap<i64, Deeds> = BTreeMap::new();
        for group in self.days {
            let by = |what, place| group_log::admin(&self.channel, what, &group.day, place);
            for place in 0..group.deleted {
                deeds.entry(by("deletions", place)).or_default().deleted += 1;
            }
            for place in 0..group.restricted {
                deeds.entry(by("restrictions", place)).or_default().restricted += 1;
            }
            for place in (0..group.day.left).filter(|place| is_one_of(*place, group.banned, group.day.left)) {
                deeds.entry(by("bans", place)).or_default().thrown_out += 1;
            }
        }
        let mut admins: Vec<_> = deeds.into_iter().collect();
        admins.sort_by_key(|(user, deeds)| (std::cmp::Reverse(deeds.deleted), *user));
        admins
    }

    /// Who brought others in, by the log.
    pub(crate) fn top_inviters(&self) -> Vec<(i64, u64)> {
        let mut invitations: BTreeMap<i64, u64> = BTreeMap::new();
        for group in self.days {
            for place in 0..group.day.joined() {
                if let Some(by) = group_log::brought_by(&self.channel, &group.day, place) {
                    *invitations.entry(by).or_default() += 1;
                }
            }
        }
        let mut inviters: Vec<_> = invitations.into_iter().collect();
        inviters.sort_by_key(|(user, count)| (std::cmp::Reverse(*count), *user));
        inviters.truncate(MOST);
        inviters
    }
}
