use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::keyring::Login;
use crate::rpc::RpcError;
use crate::shared::Shared;

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Answer(RpcError),
    DropBefore,
    DropAfter,
    Delay(Duration),
}

/// What is unusual about the account's password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PasswordState {
    pub(crate) missing: bool,
    /// World time.
    pub(crate) changed_at: Option<Timestamp>,
}

/// The faults that are still to happen.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    pending: Mutex<Vec<(String, Fault, u32)>>,
    /// Graph tokens carry the number of the generation they were made in.
    pub(crate) graph_generation: AtomicU64,
    password: Mutex<PasswordState>,
}

impl FaultPlan {
    fn add(&self, method: &str, fault: Fault, times: u32) {
        if times > 0 {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            pending.push((method.to_owned(), fault, times));
        }
    }

    pub(crate) fn password(&self) -> PasswordState {
        *self.password.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_password(&self, state: PasswordState) {
        *self.password.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// The fault that this request suffers, which is then one fewer.
    pub(crate) fn strike(&self, method: &str) -> Option<Fault> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let index = pending.iter().position(|(name, _, _)| name == method || name == "*")?;
        let (_, fault, times) = &mut pending[index];
        let fault = fault.clone();
        *times -= 1;
        if *times == 0 {
            pending.remove(index);
        }
        Some(fault)
    }
}

/// Makes things go wrong on purpose. Methods are named as Telegram names them (`stats.getBroadcastStats`); `*` means
/// any. Faults for the same method happen in the order they were asked for.
#[derive(Clone, Debug)]
pub struct Faults {
    shared: Arc<Shared>,
}

impl Faults {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The next `times` requests get `FLOOD_WAIT_<seconds>`.
    pub fn flood_wait(&self, method: &str, seconds: u32, times: u32) {
        self.rpc_error(method, 420, &format!("FLOOD_WAIT_{seconds}"), times);
    }

    /// The next `times` requests get that error.
    pub fn rpc_error(&self, method: &str, code: i32, name: &str, times: u32) {
        self.shared.faults.add(method, Fault::Answer(RpcError::new(code, name)), times);
    }

    /// The connection closes in place of the next `times` requests, which are not carried out.
    pub fn drop_connection_before(&self, method: &str, times: u32) {
        self.shared.faults.add(method, Fault::DropBefore, times);
    }

    /// The next `times` requests are carried out, but the connection closes in place of the answer.
    pub fn drop_connection_after(&self, method: &str, times: u32) {
        self.shared.faults.add(method, Fault::DropAfter, times);
    }

    /// The next `times` requests are answered that much later (wall time).
    pub fn delay(&self, method: &str, by: Duration, times: u32) {
        self.shared.faults.add(method, Fault::Delay(by), times);
    }

    /// All graph tokens given out so far answer `GRAPH_EXPIRED_RELOAD`.
    pub fn expire_graph_tokens(&self) {
        self.shared.faults.graph_generation.fetch_add(1, Ordering::Relaxed);
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

    /// Forgets all faults that have not happened yet, and what was done to the password.
    pub fn clear(&self) {
        self.shared.faults.set_password(PasswordState::default());
        self.shared.faults.pending.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultPlan};

    #[test]
    fn faults_happen_in_order_and_run_out() {
        let plan = FaultPlan::default();
        plan.add("a.b", Fault::DropBefore, 2);
        plan.add("a.b", Fault::DropAfter, 1);
        plan.add("c.d", Fault::DropAfter, 0);
        let strikes: Vec<_> = (0..4).map(|_| plan.strike("a.b")).collect();
        assert_eq!(strikes, [Some(Fault::DropBefore), Some(Fault::DropBefore), Some(Fault::DropAfter), None]);
        assert_eq!(plan.strike("c.d"), None);
    }
}
