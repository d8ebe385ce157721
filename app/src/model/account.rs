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
    /// What Telegram wants not to be asked for a while, by method; those that are over may be among them.
    pub flood_waits: Vec<FloodWait>,
    /// When it was last linked.
    pub linked_at: Timestamp,
}

/// A method that Telegram wants not to be asked for a while: it counts by account and method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloodWait {
    /// Telegram's name, as `stats.getBroadcastStats`.
    pub method: String,
    /// Not before this moment.
    pub until: Timestamp,
}

/// What the accounts page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// In the order they were first linked.
    pub accounts: Vec<LinkedAccount>,
    /// Every channel and group that they administer, or that was added by its link, largest first.
    pub channels: Vec<KnownChannel>,
}
