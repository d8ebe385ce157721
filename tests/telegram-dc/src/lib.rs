//! A Telegram data centre to test against: real MTProto 2.0 on loopback, with a seeded world behind it.
//!
//! [`DataCentre::start`] serves the account's home data centre (2) and the one that keeps statistics (4) to any
//! MTProto client that holds one of the keys in [`Access`]. What the account owns (channels, their days, their
//! ledgers) follows from a seed and a first day alone; [`Clock`] says which moment of that world it is, and
//! [`Truth`] says what the answers ought to add up to.

mod access;
mod accounts;
mod centre;
mod chart;
mod clock;
mod dc;
mod error;
mod faults;
mod jpeg;
mod keyring;
mod mtproto;
mod options;
mod phone;
mod push;
mod requests;
mod rpc;
mod shared;
mod srp;
mod subscribers;
mod truth;
mod world;

pub use access::{Access, AccessUser, DcAddress, KeySet};
pub use centre::DataCentre;
pub use clock::Clock;
pub use dc::Dc;
pub use error::Error;
pub use faults::{FaultOrder, Faults, GraphFault};
pub use options::{Crowd, FAR_DC, HOME_DC, Options, STATS_DC};
pub use requests::{MethodCount, Outcome, RequestLog, RequestRecord, RequestSummary};
pub use rpc::methods;
pub use truth::{
    Truth, TruthBalances, TruthBoost, TruthChannel, TruthDay, TruthForward, TruthGiveaway, TruthGroupDay,
    TruthInvite, TruthPost, TruthPostKind, TruthPrepaid, TruthRow, TruthStory, TruthStoryForward,
};
pub use world::{Role, RowKind, RowState, Unit};
