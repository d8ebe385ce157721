//! Giveaways: prepaid, running and over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a giveaway is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveawayState {
    /// Paid for and not launched (`prepaidGiveaway`).
    Prepaid,
    /// Was prepaid, and is not any more: it was launched.
    Launched,
    /// People can take part.
    Running,
    /// `preparing_results`.
    Preparing,
    /// There are results.
    Finished,
}

impl GiveawayState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Prepaid, Self::Launched, Self::Running, Self::Preparing, Self::Finished];

    /// The stable name: in files, the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepaid => "prepaid",
            Self::Launched => "launched",
            Self::Running => "running",
            Self::Preparing => "preparing",
            Self::Finished => "finished",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }
}

/// What tells giveaways of a channel apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveawayId {
    /// Telegram's id of one that is paid for and not launched; its launch has an id of its own.
    Prepaid(i64),
    /// The message that people take part with (`giveaway_msg_id`, `launch_msg_id`).
    Message(i32),
}

impl GiveawayId {
    /// Is it one that is paid for and not launched?
    pub const fn is_prepaid(self) -> bool {
        matches!(self, Self::Prepaid(_))
    }

    /// The number, of either kind.
    pub fn number(self) -> i64 {
        match self {
            Self::Prepaid(id) => id,
            Self::Message(id) => id.into(),
        }
    }
}

/// What is known of a giveaway; `None` is unknown, or does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Giveaway {
    /// Which.
    pub id: GiveawayId,
    /// How far it is.
    pub state: GiveawayState,
    /// Months of Premium for each winner, unless Stars are given away.
    pub months: Option<i32>,
    /// Stars in all, unless Premium is given away.
    pub stars: Option<i64>,
    /// How many prizes there are.
    pub quantity: Option<i32>,
    /// Boosts that launching a prepaid giveaway of Stars brings.
    pub boosts: Option<i32>,
    /// When a prepaid one was paid for.
    pub paid_at: Option<Timestamp>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it is to end.
    pub until: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
    /// How many won.
    pub winners: Option<i32>,
    /// How many of them have used their code.
    pub activated: Option<i32>,
    /// It was called off and paid back.
    pub is_refunded: Option<bool>,
}

impl Giveaway {
    /// One of which nothing more is known.
    pub const fn new(id: GiveawayId, state: GiveawayState) -> Self {
        Self {
            id,
            state,
            months: None,
            stars: None,
            quantity: None,
            boosts: None,
            paid_at: None,
            started_at: None,
            until: None,
            finished_at: None,
            winners: None,
            activated: None,
            is_refunded: None,
        }
    }
}

/// A giveaway, and when it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenGiveaway {
    /// As last seen.
    pub giveaway: Giveaway,
    /// The first look at it.
    pub first_seen_at: Timestamp,
    /// The newest look at it.
    pub last_seen_at: Timestamp,
    /// When it last said something new.
    pub changed_at: Timestamp,
}
