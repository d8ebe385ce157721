//! Flood waits that are running.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::rpc::RpcError;

/// Who has to wait: an account, or a key that nobody is signed in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Account(i64),
    Key([u8; 8]),
}

#[derive(Clone, Copy, Debug)]
struct Wait {
    /// World time.
    until: Timestamp,
    /// Whether Telegram Premium would shorten it.
    premium: bool,
}

/// The waits by account and method (its constructor). Until a wait has passed in world time, all requests for the
/// method are told how much of it is left.
#[derive(Debug, Default)]
pub(crate) struct FloodWaits(Mutex<HashMap<(Who, u32), Wait>>);

impl FloodWaits {
    pub(crate) fn begin(
        &self,
        who: Who,
        method: u32,
        seconds: u32,
        premium: bool,
        now: Timestamp,
    ) -> RpcError {
        let until = now.checked_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX);
        let wait = Wait { until, premium };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((who, method), wait);
        wait.error(now)
    }

    /// The error for a request that comes too early.
    pub(crate) fn running(&self, who: Who, method: u32, now: Timestamp) -> Option<RpcError> {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = *waits.get(&(who, method))?;
        if wait.until > now {
            return Some(wait.error(now));
        }
        waits.remove(&(who, method));
        None
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Wait {
    fn error(&self, now: Timestamp) -> RpcError {
        let left = self.until.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
        let name = if self.premium { "FLOOD_PREMIUM_WAIT" } else { "FLOOD_WAIT" };
        RpcError::new(420, &format!("{name}_{left}"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{FloodWaits, Who};

    #[test]
    fn a_wait_is_for_one_account_and_method_and_ends_on_time() {
        let (waits, me, now) = (FloodWaits::default(), Who::Account(5), Timestamp::UNIX_EPOCH);
        let after = |milliseconds| now + SignedDuration::from_millis(milliseconds);
        assert_eq!(waits.begin(me, 1, 30, false, now).name, "FLOOD_WAIT_30");
        assert_eq!(waits.running(me, 1, after(500)).unwrap().name, "FLOOD_WAIT_30");
        assert_eq!(waits.running(me, 1, after(29_001)).unwrap().name, "FLOOD_WAIT_1");
        assert_eq!((waits.running(me, 2, now), waits.running(Who::Key([0; 8]), 1, now)), (None, None));
        assert_eq!(waits.running(me, 1, after(30_000)), None);
        let error = waits.begin(me, 1, 5, true, now);
        assert_eq!((error.code, error.name.as_str()), (420, "FLOOD_PREMIUM_WAIT_5"));
        waits.clear();
        assert_eq!(waits.running(me, 1, now), None);
    }
}
