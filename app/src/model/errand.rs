//! Errands: questions to Telegram that are no run of a collector.

use serde::{Deserialize, Serialize};

use super::{ChannelId, ErrandId};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrandKind {
    /// What a link leads to; a channel or supergroup is collected from then on.
    Resolve,
    /// Which channels the account administers by now.
    Refresh,
}

impl ErrandKind {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Refresh => "refresh",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Resolve, Self::Refresh].into_iter().find(|kind| kind.name() == name)
    }
}

/// What came of an errand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrandAnswer {
    /// It got what it asked for.
    pub is_good: bool,
    /// What came of it, a sentence.
    pub text: String,
    /// The channel it led to.
    pub channel: Option<ChannelId>,
}

/// An errand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// Its number.
    pub id: ErrandId,
    /// What is asked.
    pub kind: ErrandKind,
    /// What came of it; `None` while it is under way.
    pub answer: Option<ErrandAnswer>,
}
