//! Runs: what was collected, when, and how it ended.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChannelId, Collector, RunId};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// In the queue.
    Queued,
    /// Talking to Telegram.
    Running,
    /// Told by Telegram to wait.
    Waiting,
    /// Everything was collected.
    Done,
    /// Some of it was; `error` says what was not.
    Partial,
    /// Nothing was; `error` says why.
    Failed,
}

impl RunState {
    /// Every state.
    pub const ALL: &[Self] =
        &[Self::Queued, Self::Running, Self::Waiting, Self::Done, Self::Partial, Self::Failed];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }

    /// Over, one way or another.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Partial | Self::Failed)
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }
}

/// Who asked for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The schedule.
    Schedule,
    /// A person, or a program through the API.
    Manual,
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schedule => "schedule",
            Self::Manual => "manual",
        })
    }
}

impl FromStr for Trigger {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "schedule" => Ok(Self::Schedule),
            "manual" => Ok(Self::Manual),
            _ => Err(format!("“{text}” is not a trigger")),
        }
    }
}

/// One run of one collector for one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// Whose.
    pub channel_id: ChannelId,
    /// The channel's title.
    pub channel_title: String,
    /// What.
    pub collector: Collector,
    /// Who asked.
    pub trigger: Trigger,
    /// How far.
    pub state: RunState,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Requests made to Telegram.
    pub requests: i32,
    /// Values not known before.
    pub values_new: i32,
    /// Values that Telegram revised.
    pub values_changed: i32,
    /// Values that were as before.
    pub values_unchanged: i32,
    /// How long Telegram let it wait, seconds.
    pub waited_seconds: i32,
    /// What it is doing, in words, while it runs.
    pub step: Option<String>,
    /// What went wrong, in words.
    pub error: Option<String>,
}
