//! Things that go wrong on purpose.

mod chaos;
mod flood;
mod graphs;
mod order;
mod plan;
pub(crate) mod unknown;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chaos::Chaos;
use flood::FloodWaits;
pub(crate) use flood::Who;
pub use graphs::GraphFault;
use graphs::GraphFaults;
use jiff::Timestamp;
pub use order::FaultOrder;
pub(crate) use plan::Fault;
use plan::FaultPlan;
use std::sync::{Mutex, PoisonError};

use crate::keyring::Login;
use crate::rpc::RpcError;
use crate::shared::Shared;

/// What is unusual about the account's password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PasswordState {
    pub(crate) missing: bool,
    /// World time.
    pub(crate) changed_at: Option<Timestamp>,
}

/// What goes wrong, will go wrong and may go wrong.
#[derive(Debug)]
pub(crate) struct FaultState {
    pub(crate) plan: FaultPlan,
    pub(crate) floods: FloodWaits,
    pub(crate) chaos: Chaos,
    /// Graph tokens carry the number of the generation they were made in.
    pub(crate) graph_generation: AtomicU64,
    /// Graphs are in another language than English, whatever the client asked for.
    pub(crate) foreign_graphs: AtomicBool,
    pub(crate) graphs: GraphFaults,
    password: Mutex<PasswordState>,
}

impl FaultState {
    pub(crate) fn new(seed: u64, chaos_ppm: u32, chaos_ends_logins: bool) -> Self {
        Self {
            plan: FaultPlan::default(),
            floods: FloodWaits::default(),
            chaos: Chaos::new(seed, chaos_ppm, chaos_ends_logins),
            graph_generation: AtomicU64::new(0),
            foreign_graphs: AtomicBool::new(false),
            graphs: GraphFaults::default(),
            password: Mutex::default(),
        }
    }

    pub(crate) fn password(&self) -> PasswordState {
        *self.password.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_password(&self, state: PasswordState) {
        *self.password.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Makes things go wrong on purpose. Methods are named as Telegram names them (`stats.getBroadcastStats`); `*` means
/// any. Faults for the same method happen in the order they were asked for. [`FaultOrder`] says the same in words for
/// the command line.
#[derive(Clone, Debug)]
pub struct Faults {
    shared: Arc<Shared>,
}

impl Faults {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The next request gets `FLOOD_WAIT_<seconds>`, and from then on the account has to wait: until so many seconds
    /// of world time have passed, further requests for the method get `FLOOD_WAIT_` with the seconds that are left,
    /// and the log counts them as inside a flood wait. When it is over, the next request gets another wait, until
    /// there have been `times` of them.
    pub fn flood_wait(&self, method: &str, seconds: u32, times: u32) {
        self.add(method, Fault::FloodWait { seconds, premium: false }, times);
    }

    /// As [`Faults::flood_wait`], with `FLOOD_PREMIUM_WAIT_<seconds>`.
    pub fn premium_flood_wait(&self, method: &str, seconds: u32, times: u32) {
        self.add(method, Fault::FloodWait { seconds, premium: true }, times);
    }

    /// The next `times` requests get that error.
    pub fn rpc_error(&self, method: &str, code: i32, name: &str, times: u32) {
        self.add(method, Fault::Answer(RpcError::new(code, name)), times);
    }

    /// The next `times` requests get 500 `RPC_CALL_FAIL`.
    pub fn server_error(&self, method: &str, times: u32) {
        self.rpc_error(method, 500, "RPC_CALL_FAIL", times);
    }

    /// The next `times` requests get -503 `Timeout`.
    pub fn timeout(&self, method: &str, times: u32) {
        self.rpc_error(method, -503, "Timeout", times);
    }

    /// The next `times` requests get 400 `CONNECTION_LAYER_INVALID`, as if Telegram no longer spoke the client's
    /// layer.
    pub fn layer_invalid(&self, method: &str, times: u32) {
        self.rpc_error(method, 400, "CONNECTION_LAYER_INVALID", times);
    }

    /// The next `times` requests get 406 `UPDATE_APP_TO_LOGIN`, which Telegram answers to sign-ins with an old layer.
    pub fn update_app(&self, method: &str, times: u32) {
        self.rpc_error(method, 406, "UPDATE_APP_TO_LOGIN", times);
    }

    /// The connection closes in place of the next `times` requests, which are not carried out.
    pub fn drop_connection_before(&self, method: &str, times: u32) {
        self.add(method, Fault::DropBefore, times);
    }

    /// The next `times` requests are carried out, but the connection closes in place of the answer. The answer waits
    /// for the session to come back.
    pub fn drop_connection_after(&self, method: &str, times: u32) {
        self.add(method, Fault::DropAfter, times);
    }

    /// The next `times` requests are answered that much later (wall time); other requests overtake them.
    pub fn delay(&self, method: &str, by: Duration, times: u32) {
        self.add(method, Fault::Delay(by), times);
    }

    /// The next `times` requests are carried out, but noise comes in place of the answer, in a good frame.
    pub fn garbage(&self, method: &str, times: u32) {
        self.add(method, Fault::Garbage, times);
    }

    /// The answers to the next `times` requests come in frames with a wrong check sum.
    pub fn wrong_crc(&self, method: &str, times: u32) {
        self.add(method, Fault::WrongCrc, times);
    }

    /// The answers to the next `times` requests are of a constructor that no client knows.
    pub fn unknown_constructor(&self, method: &str, times: u32) {
        self.add(method, Fault::UnknownConstructor, times);
    }

    /// One ledger row, graph, boost, message, story, its counters, invite link, importer or action of an event of the
    /// admin log in the answers to the next `times` requests (the last one) is of a constructor that no client knows.
    pub fn unknown_inside(&self, method: &str, times: u32) {
        self.add(method, Fault::UnknownInside, times);
    }

    /// All graph tokens given out so far answer `GRAPH_EXPIRED_RELOAD`.
    pub fn expire_graph_tokens(&self) {
        self.shared.faults.graph_generation.fetch_add(1, Ordering::Relaxed);
    }

    /// From now on graphs come in Russian, or no more, whatever `lang_code` says.
    pub fn foreign_graphs(&self, foreign: bool) {
        self.shared.faults.foreign_graphs.store(foreign, Ordering::Relaxed);
    }

    /// From now on the graph of that name is something else, for all channels ([`GraphFault`] says what, the names are
    /// those of the fields of the answer without `_graph`, shortened: `growth`, `iv`, `views_by_source`, …).
    pub fn graph_is(&self, graph: &str, fault: GraphFault) {
        self.shared.faults.graphs.set(graph, fault);
    }

    /// Somebody gives a channel another title, of any length. Does nothing for an unknown id; [`Faults::clear`] leaves it.
    pub fn rename(&self, channel_id: i64, title: &str) {
        self.shared.accounts.owner().world.rename(channel_id, title);
    }

    /// Ends the login of every key, as when the account's owner terminates the session: 401 `SESSION_REVOKED`.
    pub fn revoke_session(&self) {
        self.shared.keys.end_all_logins(Login::Revoked);
    }

    /// The account has no password from now on: `PASSWORD_MISSING` for withdrawals.
    pub fn forget_password(&self) {
        self.shared.faults.set_password(PasswordState { missing: true, changed_at: None });
    }

    /// The account's password is set anew, to the same words, at the world's present time: for a day withdrawals get
    /// `PASSWORD_TOO_FRESH_<seconds>`, and who was asked for the password before gets `SRP_PASSWORD_CHANGED`.
    pub fn password_changed(&self) {
        let changed_at = Some(self.shared.clock.now());
        self.shared.faults.set_password(PasswordState { missing: false, changed_at });
        self.shared.srp.change();
    }

    /// Ends the logins of one account only: 401 `SESSION_REVOKED`. Does nothing if nobody has that id.
    pub fn revoke_sessions_of(&self, user_id: i64) {
        if let Some(account) = self.shared.accounts.find(|user| user.id == user_id) {
            self.shared.keys.end_logins_of(account.holder, Login::Revoked);
        }
    }

    /// Ends the login of every key, as if Telegram had forgotten it: 401 `AUTH_KEY_UNREGISTERED`.
    pub fn auth_key_unregistered(&self) {
        self.shared.keys.end_all_logins(Login::Unbound);
    }

    /// Does what an order says.
    pub fn order(&self, order: &FaultOrder) {
        order.carry_out(self);
    }

    /// Forgets all faults that have not happened yet, and what was done to the password and to graphs, and ends all flood
    /// waits.
    pub fn clear(&self) {
        self.shared.faults.set_password(PasswordState::default());
        self.foreign_graphs(false);
        self.shared.faults.graphs.clear();
        self.shared.faults.plan.clear();
        self.shared.faults.floods.clear();
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn add(&self, method: &str, fault: Fault, times: u32) {
        self.shared.faults.plan.add(method, fault, times);
    }
}
