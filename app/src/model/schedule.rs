//! Schedules: what is collected when.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChannelId, RunId};

/// One kind of collecting, with its own schedule for each channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collector {
    /// `channels.getFullChannel`: subscribers, rights, flags.
    Facts,
    /// `stats.getBroadcastStats` and its graphs.
    Statistics,
    /// `payments.getStarsRevenueStats`, both currencies.
    Revenue,
    /// `payments.getStarsTransactions`, both currencies.
    Ledger,
}

impl Collector {
    /// Every collector, money first: the order of a first run.
    pub const ALL: &[Self] = &[Self::Facts, Self::Revenue, Self::Ledger, Self::Statistics];

    /// The stable name: on the command line, in the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Statistics => "statistics",
            Self::Revenue => "revenue",
            Self::Ledger => "ledger",
        }
    }

    /// Seconds between runs unless the user says otherwise.
    pub const fn default_every_seconds(self) -> i32 {
        match self {
            Self::Facts | Self::Statistics => 6 * 3600,
            Self::Revenue | Self::Ledger => 3 * 3600,
        }
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a collector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a collector; use facts, revenue, ledger or statistics")]
pub struct UnknownCollector(pub String);

impl FromStr for Collector {
    type Err = UnknownCollector;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|one| one.name() == text)
            .ok_or_else(|| UnknownCollector(text.to_owned()))
    }
}

/// When one collector runs for one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Whose.
    pub channel_id: ChannelId,
    /// The channel's title.
    pub channel_title: String,
    /// What.
    pub collector: Collector,
    /// Seconds between runs.
    pub every_seconds: i32,
    /// Off means never, until switched on.
    pub enabled: bool,
    /// When it is next due.
    pub next_due_at: Timestamp,
    /// The newest run.
    pub last_run: Option<RunId>,
    /// Why it waits for a person; `None` when it does not.
    pub parked_reason: Option<String>,
}
