//! Boosts: who lifts a channel's level.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::TelegramUserId;

/// How a channel stands (`premium.boostsStatus`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoostStatus {
    /// The level reached.
    pub level: i32,
    /// `current_level_boosts`: boosts that this level takes.
    pub current_level_boosts: i32,
    /// Boosts now, each counted with its multiplier.
    pub boosts: i32,
    /// Those of them from gifts and giveaways.
    pub gift_boosts: Option<i32>,
    /// Boosts that the next level takes; `None` at the highest.
    pub next_level_boosts: Option<i32>,
    /// `premium_audience.part`: about how many subscribers have Premium.
    pub premium_subscribers: Option<i64>,
    /// `premium_audience.total`: subscribers.
    pub subscribers: Option<i64>,
    /// When Telegram last said so.
    pub observed_at: Timestamp,
}

/// Where a boost comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoostSource {
    /// Somebody with Premium.
    Premium,
    /// A Premium subscription that the channel gave somebody.
    Gift,
    /// A giveaway of the channel.
    Giveaway,
}

impl BoostSource {
    /// Every source.
    pub const ALL: &[Self] = &[Self::Premium, Self::Gift, Self::Giveaway];

    /// The stable name: in files, the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Premium => "premium",
            Self::Gift => "gift",
            Self::Giveaway => "giveaway",
        }
    }

    /// The source of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }
}

/// A boost (`boost` in TL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boost {
    /// Telegram's id.
    pub id: String,
    /// Where it comes from.
    pub source: BoostSource,
    /// Whose it is; nobody's while a giveaway runs, or when nobody won.
    pub user_id: Option<TelegramUserId>,
    /// As how many boosts it counts.
    pub multiplier: i32,
    /// Stars that its giveaway distributes.
    pub stars: Option<i64>,
    /// The message of its giveaway.
    pub giveaway_msg_id: Option<i32>,
    /// Nobody has used the gift, or nobody won the prize.
    pub is_unclaimed: bool,
    /// `date`: since when it counts.
    pub applied_at: Timestamp,
    /// Until when it counts, unless it is renewed.
    pub expires_at: Timestamp,
}

/// What is known of a channel's boosts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boosts {
    /// How it stands; `None` before the first look.
    pub status: Option<BoostStatus>,
    /// Every boost that was ever seen, newest first.
    pub boosts: Vec<SeenBoost>,
}

/// A boost, and when it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBoost {
    /// As last seen.
    pub boost: Boost,
    /// The first look with it.
    pub first_seen_at: Timestamp,
    /// The newest look with it.
    pub last_seen_at: Timestamp,
    /// The first look without it; `None` while it is there.
    pub ended_seen_at: Option<Timestamp>,
}
