//! Channels, as the pages show them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChannelId, ChannelLink, Collector, Nano, Rights, UsdRate};

/// A collected channel or supergroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Telegram's bare id.
    pub id: ChannelId,
    /// As its owner wrote it: hostile text, any script, any direction.
    pub title: String,
    /// The public name, without `@`.
    pub username: Option<String>,
    /// A supergroup rather than a channel.
    pub is_group: bool,
    /// `participants_count` of the full channel at the last look.
    pub subscribers: Option<i64>,
    /// Does a linked account administer it?
    pub is_admin: bool,
    /// May the linked account read its statistics?
    pub can_view_stats: bool,
    /// May it read its ad revenue (TON)?
    pub can_view_revenue: bool,
    /// May it read its Stars revenue?
    pub can_view_stars_revenue: bool,
    /// Collected from a simulated data centre; every page and file says so.
    pub simulated: bool,
    /// When Telegram last answered for it.
    pub as_of: Option<Timestamp>,
}

impl Channel {
    /// What the linked accounts together may see of it.
    pub const fn rights(&self) -> Rights {
        Rights {
            is_admin: self.is_admin,
            can_view_stats: self.can_view_stats,
            can_view_revenue: self.can_view_revenue,
            can_view_stars_revenue: self.can_view_stars_revenue,
        }
    }

    /// What the linked accounts may collect of it, money first.
    pub fn collectors(&self) -> Vec<Collector> {
        let may = |one: &Collector| one.exists_in(self.is_group) && one.allowed_by(self.rights());
        Collector::ALL.iter().copied().filter(may).collect()
    }
}

/// A channel that a linked account administers or that was added by its link, collected or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownChannel {
    /// Which, and what may be seen of it.
    #[serde(flatten)]
    pub channel: Channel,
    /// Did a linked account create it?
    pub is_owned: bool,
    /// Is it collected?
    pub is_collected: bool,
}

impl KnownChannel {
    /// Does the link say its id or its name? What an invite link leads to, only Telegram knows.
    pub fn is_named(&self, link: &ChannelLink) -> bool {
        match link {
            ChannelLink::Id(id) => self.channel.id == *id,
            ChannelLink::Username(name) => {
                self.channel.username.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
            }
            ChannelLink::Invite(_) => false,
        }
    }

    /// What the linked accounts are in it.
    pub const fn role(&self) -> &'static str {
        match (self.is_owned, self.channel.is_admin) {
            (true, _) => "owner",
            (false, true) => "administrator",
            (false, false) => "reader",
        }
    }
}

/// A channel's line in the portfolio and in the navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSummary {
    /// Who.
    pub channel: Channel,
    /// Subscribers by UTC day, oldest first, at most 30 whole days; `None` is a gap.
    pub sparkline: Vec<Option<i64>>,
    /// Subscribers at the end of the newest whole day minus those 30 whole days before; `None` when one is not known.
    pub change_30d: Option<i64>,
    /// Views of the last 7 whole days, all sources.
    pub views_7d: Option<i64>,
    /// Ad revenue of the last 30 whole days, nanotons.
    pub ad_revenue_30d: Option<Nano>,
}

/// The first page: every collected channel and their sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portfolio {
    /// Largest first.
    pub channels: Vec<ChannelSummary>,
    /// Withdrawable over all channels, nanotons; `None` when no balance is known. Where there are real channels,
    /// simulated ones are left out of the sum.
    pub available: Option<Nano>,
    /// USD a TON: the newest rate, if it was stated within 24 hours.
    pub usd_rate: Option<UsdRate>,
    /// The oldest observation among what `available` sums; `None` when nothing is known.
    pub as_of: Option<Timestamp>,
    /// What a person has to do, in words; empty is good.
    pub needs_you: Vec<String>,
}
