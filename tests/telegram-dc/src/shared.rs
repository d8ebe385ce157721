//! What all connections of all data centres share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::clock::Clock;
use crate::dc::DcState;
use crate::faults::FaultState;
use crate::keyring::Keyring;
use crate::requests::RequestLog;
use crate::rpc::auth::Exports;
use crate::srp::Srp;
use crate::subscribers::Subscribers;
use crate::world::World;
use crate::{AccessUser, Options};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    /// Where each data centre listens.
    pub(crate) addresses: BTreeMap<i32, SocketAddr>,
    pub(crate) dcs: BTreeMap<i32, Arc<DcState>>,
    pub(crate) user: AccessUser,
    pub(crate) keys: Keyring,
    pub(crate) world: Arc<World>,
    pub(crate) clock: Clock,
    pub(crate) faults: FaultState,
    pub(crate) requests: RequestLog,
    pub(crate) exports: Exports,
    pub(crate) srp: Srp,
    pub(crate) subscribers: Subscribers,
    /// How many connections ended by a panic.
    pub(crate) panics: AtomicU64,
}
