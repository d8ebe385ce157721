//! How often somebody may try to sign in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tries at one name from one address in a window.
const PER_NAME: usize = 10;
/// Tries from one address in a window, whatever the name.
const PER_ADDRESS: usize = 60;
/// How long a try counts.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// When more are remembered than this, the old ones are dropped.
const SWEEP_AT: usize = 4_096;

/// Counts tries in this process's memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignInLimit(Arc<Mutex<Tries>>);

type Tries = HashMap<(IpAddr, Option<String>), Vec<Timestamp>>;

impl SignInLimit {
    /// Counts a try; `false` when there were too many already. A refused try does not count, so that waiting helps.
    pub(crate) fn try_now(&self, address: IpAddr, login: &str, now: Timestamp) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > SWEEP_AT {
            tries.retain(|_, moments| moments.iter().any(|at| is_recent(*at, now)));
        }
        let keys = [((address, Some(login.to_owned())), PER_NAME), ((address, None), PER_ADDRESS)];
        let mut is_allowed = true;
        for (key, most) in &keys {
            if let Some(moments) = tries.get_mut(key) {
                moments.retain(|at| is_recent(*at, now));
                is_allowed &= moments.len() < *most;
            }
        }
        if is_allowed {
            for (key, _) in keys {
                tries.entry(key).or_default().push(now);
            }
        }
        is_allowed
    }

    /// Forgets the tries at a name: the sign-in worked.
    pub(crate) fn forget(&self, address: IpAddr, login: &str) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&(address, Some(login.to_owned())));
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    #[test]
    fn the_eleventh_try_in_a_minute_is_refused_and_waiting_helps() {
        let (limit, now) = (SignInLimit::default(), Timestamp::UNIX_EPOCH);
        assert!((0..10).all(|_| limit.try_now(HERE, "anna", now)));
        assert!(!limit.try_now(HERE, "anna", now));
        assert!(limit.try_now(HERE, "boris", now) && limit.try_now(THERE, "anna", now));
        assert!(limit.try_now(HERE, "anna", now + WINDOW));
    }

    #[test]
    fn an_address_that_tries_many_names_is_refused() {
        let (limit, now) = (SignInLimit::default(), Timestamp::UNIX_EPOCH);
        assert!((0..60).all(|name| limit.try_now(HERE, &name.to_string(), now)));
        assert!(!limit.try_now(HERE, "anna", now));
    }

    #[test]
    fn a_sign_in_that_worked_starts_over() {
        let (limit, now) = (SignInLimit::default(), Timestamp::UNIX_EPOCH);
        (0..10).for_each(|_| assert!(limit.try_now(HERE, "anna", now)));
        limit.forget(HERE, "anna");
        assert!(limit.try_now(HERE, "anna", now));
    }
}
