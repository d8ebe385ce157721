//! Invite links, and who waits to be let in.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::TelegramUserId;

/// An invite link (`chatInviteExported`). Whoever has it may come in: its `Debug` leaves out the link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteLink {
    /// What tells it from others: the last part of the link.
    pub hash: String,
    /// The link.
    pub link: String,
    /// Whose it is.
    pub admin_id: TelegramUserId,
    /// What administrators call it.
    pub title: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed to begin.
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// How many may come through it.
    pub usage_limit: Option<i32>,
    /// An administrator's primary link.
    pub is_permanent: bool,
    /// Somebody has to let people in.
    pub request_needed: bool,
    /// It was revoked.
    pub is_revoked: bool,
    /// Stars a period, if it leads to a paid subscription.
    pub price_stars: Option<i64>,
    /// Seconds of a period that is paid for.
    pub price_period_seconds: Option<i32>,
    /// How many came through it.
    pub usage: i32,
    /// How many wait to be let in.
    pub requested: i32,
    /// How many came and have let their subscription lapse.
    pub subscription_expired: i32,
}

impl fmt::Debug for InviteLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InviteLink")
            .field("title", &self.title)
            .field("created_at", &self.created_at)
            .field("usage", &self.usage)
            .finish_non_exhaustive()
    }
}

/// Somebody who came through a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteImporter {
    /// Who.
    pub user_id: TelegramUserId,
    /// When.
    pub joined_at: Timestamp,
    /// Who let them in, if that was needed.
    pub approved_by: Option<TelegramUserId>,
}
