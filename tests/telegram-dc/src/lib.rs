//! A Telegram data centre to test against: real MTProto 2.0 on loopback, with a seeded world behind it.
//!
//! [`DataCentre::start`] serves the account's home data centre (2) and the one that keeps statistics (4) to any
//! MTProto client that holds one of the keys in [`Access`]. What the account owns (channels, their days, their
//! ledgers) follows from a seed and a first day alone; [`Clock`] says which moment of that world it is, and
//! [`Truth`] says what the answers ought to add up to.

mod access;
mod centre;
mod chart;
mod clock;
mod error;
mod faults;
mod keyring;
mod mtproto;
mod options;
mod requests;
mod rpc;
mod shared;
mod srp;
mod truth;
mod world;

pub use access::{Access, AccessUser, DcAddress, KeySet};
pub use centre::DataCentre;
pub use clock::Clock;
pub use error::Error;
pub use faults::Faults;
pub use options::{FAR_DC, HOME_DC, Options, STATS_DC};
pub use requests::{Outcome, RequestLog, RequestRecord};
pub use truth::{Truth, TruthBalances, TruthChannel, TruthDay, TruthGroupDay, TruthRow, TruthStory};
pub use world::{Role, RowKind, RowState, Unit};
