//! Since when what is kept of a channel is known, and where it has gaps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is kept of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Days of its metrics: from the first that any of them knows.
    Statistics,
    /// What the channel is, as it was looked at.
    Facts,
    /// Posts, as far back as they were read.
    Posts,
    /// Stories, as far back as Telegram lists them.
    Stories,
    /// Both ledgers, from their first rows.
    Ledger,
    /// Balances, as they were looked at.
    Balances,
    /// Boosts: their beginnings and ends from then on, never guessed backwards.
    Boosts,
    /// Giveaways, from the first that was announced or paid for.
    Giveaways,
    /// The usage of invite links, as it was looked at.
    InviteLinks,
    /// The admin log, which Telegram keeps for 48 hours.
    AdminLog,
}

impl Record {
    /// Every one, in the order of pages.
    pub const ALL: [Self; 10] = [
        Self::Statistics,
        Self::Facts,
        Self::Posts,
        Self::Stories,
        Self::Ledger,
        Self::Balances,
        Self::Boosts,
        Self::Giveaways,
        Self::InviteLinks,
        Self::AdminLog,
    ];

    /// The stable name, in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Facts => "facts",
            Self::Posts => "posts",
            Self::Stories => "stories",
            Self::Ledger => "ledger",
            Self::Balances => "balances",
            Self::Boosts => "boosts",
            Self::Giveaways => "giveaways",
            Self::InviteLinks => "invite_links",
            Self::AdminLog => "admin_log",
        }
    }

    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Statistics => "Statistics",
            Self::Facts => "Facts",
            Self::Posts => "Posts",
            Self::Stories => "Stories",
            Self::Ledger => "Ledger",
            Self::Balances => "Balances",
            Self::Boosts => "Boosts",
            Self::Giveaways => "Giveaways",
            Self::InviteLinks => "Invite links",
            Self::AdminLog => "Admin log",
        }
    }
}

/// A time of which something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

/// What is known of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Since when each is known, in the order of [`Record::ALL`]; what was never met is not there.
    pub since: Vec<(Record, Timestamp)>,
    /// Times of which the admin log's events are not known, oldest first: nobody looked for longer than Telegram keeps
    /// them.
    pub admin_log_gaps: Vec<Gap>,
}
