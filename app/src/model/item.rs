//! Posts and stories: what is said of single ones is said of both.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an item of a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A message, or several that are one album.
    Post,
    /// A story.
    Story,
}

impl ItemKind {
    /// The stable name: in the database and in sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Story => "story",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Post, Self::Story].into_iter().find(|one| one.name() == name)
    }
}

/// One post or story of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Telegram's number of it in its channel: posts and stories are counted apart.
    pub id: i32,
}

impl Item {
    /// The post of that number.
    pub const fn post(id: i32) -> Self {
        Self { kind: ItemKind::Post, id }
    }

    /// The story of that number.
    pub const fn story(id: i32) -> Self {
        Self { kind: ItemKind::Story, id }
    }
}

/// `post 7`.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.id)
    }
}

/// What a graph of a single item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemGraph {
    /// Views in each stretch of time.
    Views,
    /// Forwards, public and private.
    Shares,
    /// Reactions by mood.
    Reactions,
    /// Votes in a post's poll.
    Votes,
}

impl ItemGraph {
    /// The stable name: in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Shares => "shares",
            Self::Reactions => "reactions",
            Self::Votes => "votes",
        }
    }

    /// The graph of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Views, Self::Shares, Self::Reactions, Self::Votes].into_iter().find(|one| one.name() == name)
    }
}
