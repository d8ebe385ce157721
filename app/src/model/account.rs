//! Linked Telegram accounts, and the channels that they administer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, KnownChannel};

/// A linked Telegram account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAccount {
    /// Our number for it.
    pub id: AccountId,
    /// The person's name, as they wrote it: hostile text.
    pub display_name: String,
    /// Linked to a simulated data centre.
    pub simulated: bool,
    /// Since when Telegram has ended its session, so that a person has to link it again; `None` while it can be used.
    pub needs_linking_since: Option<Timestamp>,
    /// Until when Telegram wants no requests from it, if that is still to come.
    pub quiet_until: Option<Timestamp>,
    /// When it was last linked.
    pub linked_at: Timestamp,
}

/// What the accounts page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// In the order they were first linked.
    pub accounts: Vec<LinkedAccount>,
    /// Every channel and group that they administer, or that was added by its link, largest first.
    pub channels: Vec<KnownChannel>,
}
