//! The truth about boosts, giveaways and invite links.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Truth;
use crate::world::boost::{self, Boost, Source};
use crate::world::giveaway::{self, Giveaway, Prize};
use crate::world::invite::{self, Link};
use crate::world::{Channel, SELF_ID};

/// A boost that a channel has or had. Dates are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthBoost {
    /// Telegram's id.
    pub id: String,
    /// Whose it is; nobody's while a giveaway runs, or if nobody won.
    pub user: Option<i64>,
    /// When it came.
    pub date: i64,
    /// When it goes, or went; a renewal moves it by thirty days.
    pub expires: i64,
    /// Whether it counts now.
    pub active: bool,
    /// As how many boosts it counts.
    pub multiplier: u32,
    /// `premium`, `gift` or `giveaway`.
    pub source: &'static str,
    /// The message of the giveaway it comes from.
    pub giveaway_msg_id: Option<i32>,
    /// Whether nobody has used the gift, or nobody won the prize.
    pub unclaimed: bool,
    /// The code that came with it, used or not.
    pub slug: Option<String>,
    /// Stars given away.
    pub stars: Option<u32>,
}

/// A giveaway that has started. Dates are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthGiveaway {
    /// The message that announces it.
    pub launch_msg_id: i32,
    /// The message that people take part with.
    pub post_msg_id: i32,
    /// The message that announces its end, once that is there.
    pub results_msg_id: Option<i32>,
    /// When it started.
    pub started: i64,
    /// When it is to end.
    pub until: i64,
    /// When it was over, if it is.
    pub finished: Option<i64>,
    /// Months of Premium, unless Stars are given away.
    pub months: Option<u32>,
    /// Stars in all, unless Premium is given away.
    pub stars: Option<u32>,
    /// How many prizes there are.
    pub quantity: u32,
    /// How many found somebody; 0 before the end.
    pub winners: u32,
    /// How many of them have used their code.
    pub activated: u32,
    /// Whether it was called off and paid back.
    pub refunded: bool,
    /// Whether everybody sees who won.
    pub winners_visible: bool,
    /// Who won, in the order of the prizes.
    pub winner_ids: Vec<i64>,
    /// The codes they got, if they won Premium.
    pub codes: Vec<String>,
}

/// A giveaway that is paid for and not launched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthPrepaid {
    /// Telegram's id, which its launch does not have.
    pub id: i64,
    /// When it was paid for, Unix seconds.
    pub paid: i64,
    /// Months of Premium, unless Stars are given away.
    pub months: Option<u32>,
    /// Stars in all, unless Premium is given away.
    pub stars: Option<u32>,
    /// Boosts that launching it brings, where Stars are given away.
    pub boosts: Option<u32>,
    /// How many prizes there are.
    pub quantity: u32,
}

/// An invite link. Dates are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthInvite {
    /// The link.
    pub link: String,
    /// Whose it is.
    pub admin_id: i64,
    /// Whether it is the account's.
    pub own: bool,
    /// When it was made.
    pub created: i64,
    /// What administrators call it.
    pub title: Option<String>,
    /// Whether it is an administrator's primary link.
    pub permanent: bool,
    /// Whether somebody has to let people in.
    pub request_needed: bool,
    /// Whether it leads to a paid subscription.
    pub paid: bool,
    /// Whether it was revoked.
    pub revoked: bool,
    /// How many came through it; the sum of `joined_by_day`.
    pub usage: u64,
    /// How many wait to be let in.
    pub requested: usize,
    /// How many came and have let their subscription lapse.
    pub subscription_expired: usize,
    /// How many came on each UTC day that has some.
    pub joined_by_day: BTreeMap<Date, u64>,
}

impl Truth {
    /// All boosts the channel has had so far, newest first. Empty for an unknown id.
    #[must_use]
    pub fn boosts(&self, channel_id: i64) -> Vec<TruthBoost> {
        let now = self.clock.now();
        let of = |channel: Channel<'_>| boost::until(&channel, now);
        let boosts = self.world.channel(channel_id).map_or_else(Vec::new, of);
        boosts.into_iter().map(|boost| truth_of_boost(boost, now.as_second())).collect()
    }

    /// The giveaways that have started so far, oldest first. Empty for an unknown id.
    #[must_use]
    pub fn giveaways(&self, channel_id: i64) -> Vec<TruthGiveaway> {
        let now = self.clock.now();
        self.world.channel(channel_id).map_or_else(Vec::new, |channel| {
            let giveaways = giveaway::until(&channel, now);
            giveaways.iter().map(|one| truth_of_giveaway(&channel, one, now.as_second())).collect()
        })
    }

    /// What is paid for and not launched by now. Empty for an unknown id.
    #[must_use]
    pub fn prepaid_giveaways(&self, channel_id: i64) -> Vec<TruthPrepaid> {
        let Some(channel) = self.world.channel(channel_id) else { return Vec::new() };
        let prepaid = giveaway::prepaid(&channel, self.clock.now()).into_iter();
        prepaid
            .map(|one| {
                let (months, stars, boosts) = match one.prize {
                    Prize::Premium { months } => (Some(months), None, None),
                    Prize::Stars { stars, boosts } => (None, Some(stars), Some(boosts)),
                };
                TruthPrepaid { id: one.id, paid: one.date, months, stars, boosts, quantity: one.quantity }
            })
            .collect()
    }

    /// The invite links made so far, newest first, whoever made them. Empty for an unknown id.
    #[must_use]
    pub fn invites(&self, channel_id: i64) -> Vec<TruthInvite> {
        let now = self.clock.now();
        self.world.channel(channel_id).map_or_else(Vec::new, |channel| {
            let links = invite::until(&channel, now);
            links.into_iter().map(|link| truth_of_link(&channel, link, now.as_second())).collect()
        })
    }
}

fn truth_of_boost(boost: Boost, now: i64) -> TruthBoost {
    let active = boost.is_active(now);
    let used = |at: Option<i64>| at.is_some_and(|at| at <= now);
    let (source, giveaway_msg_id, unclaimed, slug, stars) = match boost.source {
        Source::Premium => ("premium", None, false, None, None),
        Source::Gift { slug, used_at } => ("gift", None, !used(used_at), Some(slug), None),
        Source::Giveaway { post, unclaimed, slug, stars, .. } => {
            ("giveaway", Some(post), unclaimed, slug, stars)
        }
    };
    let Boost { id, user, date, expires, multiplier, .. } = boost;
    TruthBoost {
        id,
        user,
        date,
        expires,
        active,
        multiplier,
        source,
        giveaway_msg_id,
        unclaimed,
        slug,
        stars,
    }
}

fn truth_of_giveaway(channel: &Channel<'_>, giveaway: &Giveaway, now: i64) -> TruthGiveaway {
    let finished = giveaway.finished(now);
    let winners = if finished.is_some() { giveaway.winners(channel) } else { Vec::new() };
    let (months, stars) = match giveaway.prize {
        Prize::Premium { months } => (Some(months), None),
        Prize::Stars { stars, .. } => (None, Some(stars)),
    };
    let activated = winners.iter().filter(|winner| winner.used_at.is_some_and(|at| at <= now)).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    TruthGiveaway {
        launch_msg_id: giveaway.launch,
        post_msg_id: giveaway.post(),
        results_msg_id: giveaway.results.filter(|_| finished.is_some()).map(|(id, _)| id),
        started: giveaway.started,
        until: giveaway.until,
        finished,
        months,
        stars,
        quantity: giveaway.quantity,
        winners: count(winners.len()),
        activated: if months.is_some() { count(activated) } else { 0 },
        refunded: giveaway.refunded && finished.is_some(),
        winners_visible: giveaway.winners_visible,
        winner_ids: winners.iter().map(|winner| winner.user).collect(),
        codes: winners.into_iter().filter(|_| months.is_some()).map(|winner| winner.slug).collect(),
    }
}

fn truth_of_link(channel: &Channel<'_>, link: Link, now: i64) -> TruthInvite {
    let date = |second: i64| {
        let at = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        at.to_zoned(TimeZone::UTC).date()
    };
    let by_day = link.by_day(channel, now);
    TruthInvite {
        link: link.url(),
        admin_id: link.admin,
        own: link.admin == SELF_ID,
        created: link.created,
        permanent: link.permanent,
        request_needed: link.request_needed,
        paid: link.paid,
        revoked: link.revoked_at.is_some_and(|at| at <= now),
        usage: link.usage(channel, now),
        requested: link.pending.len(),
        subscription_expired: link.lapsed.len(),
        joined_by_day: by_day.into_iter().map(|(day, count)| (date(day), count)).collect(),
        title: link.title,
    }
}
