//! What all connections of all data centres share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::Options;
use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::dc::DcState;
use crate::faults::FaultState;
use crate::keyring::Keyring;
use crate::requests::RequestLog;
use crate::rpc::auth::Exports;
use crate::rpc::login_token::LoginTokens;
use crate::rpc::sent_codes::SentCodes;
use crate::srp::Srp;
use crate::subscribers::Subscribers;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    /// Where each data centre listens.
    pub(crate) addresses: BTreeMap<i32, SocketAddr>,
    pub(crate) accounts: Accounts,
    pub(crate) dcs: BTreeMap<i32, Arc<DcState>>,
    pub(crate) keys: Keyring,
    pub(crate) clock: Clock,
    pub(crate) faults: FaultState,
    pub(crate) requests: RequestLog,
    pub(crate) exports: Exports,
    pub(crate) sent_codes: SentCodes,
    pub(crate) login_tokens: LoginTokens,
    pub(crate) srp: Srp,
    pub(crate) subscribers: Subscribers,
    /// How many connections ended by a panic.
    pub(crate) panics: AtomicU64,
}
