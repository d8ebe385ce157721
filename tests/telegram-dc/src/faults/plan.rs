//! The faults that are still to happen.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::keyring::Login;
use crate::rpc::RpcError;

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It gets an error.
    Answer(RpcError),
    /// It gets 420, and so do those that follow before the time is up (world time).
    FloodWait { seconds: u32, premium: bool },
    /// The connection closes in its place.
    DropBefore,
    /// It is carried out, but the connection closes in place of the answer.
    DropAfter,
    /// The answer is late (wall time).
    Delay(Duration),
    /// Noise comes in place of the answer.
    Garbage,
    /// The answer comes in a frame with a wrong check sum.
    WrongCrc,
    /// The answer's constructor is none that a client knows.
    UnknownConstructor,
    /// Something inside the answer is of a constructor that no client knows.
    UnknownInside,
    /// The data centre's salts change just before the answer.
    RotateSalts,
    /// The data centre goes down in its place, and comes back after so long (wall time).
    Down(Duration),
    /// The data centre's clock jumps that many seconds ahead just before the answer.
    ClockGains(i64),
    /// The graph tokens given out so far expire just before the answer.
    ExpireGraphTokens,
    /// The account's logins end, and the request finds that out.
    EndLogins(Login),
}

/// Which requests which faults wait for.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    pending: Mutex<Vec<(String, Fault, u32)>>,
}

impl FaultPlan {
    pub(crate) fn add(&self, method: &str, fault: Fault, times: u32) {
        if times > 0 {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            pending.push((method.to_owned(), fault, times));
        }
    }

    /// The fault that this request suffers, which is then one fewer.
    pub(crate) fn strike(&self, method: &str) -> Option<Fault> {
        self.strike_if(method, |_| true)
    }

    /// What else happens to a request that is late: the next fault, unless that is the delay of the next request.
    pub(crate) fn strike_late(&self, method: &str) -> Option<Fault> {
        self.strike_if(method, |fault| !matches!(fault, Fault::Delay(_)))
    }

    fn strike_if(&self, method: &str, is_so: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let index = pending.iter().position(|(name, _, _)| name == method || name == "*")?;
        let (_, fault, times) = &mut pending[index];
        if !is_so(fault) {
            return None;
        }
        let fault = fault.clone();
        *times -= 1;
        if *times == 0 {
            pending.remove(index);
        }
        Some(fault)
    }

    pub(crate) fn clear(&self) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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

    #[test]
    fn a_request_is_late_once_and_may_suffer_something_else_beside() {
        let plan = FaultPlan::default();
        let late = Fault::Delay(Duration::from_secs(1));
        plan.add("a.b", late.clone(), 2);
        plan.add("a.b", Fault::DropAfter, 1);
        assert_eq!((plan.strike("a.b"), plan.strike_late("a.b")), (Some(late.clone()), None));
        assert_eq!((plan.strike("a.b"), plan.strike_late("a.b")), (Some(late), Some(Fault::DropAfter)));
        assert_eq!(plan.strike("a.b"), None);
    }
}
