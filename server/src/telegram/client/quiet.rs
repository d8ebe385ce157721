//! Flood waits: Telegram refuses a method for a while, by account and method. What it refused is not sent before that is
//! over, whoever asks.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::telegram::fault::Fault;

/// The waits of one account.
pub(super) struct Quiet {
    clock: Clock,
    until: Mutex<HashMap<String, Timestamp>>,
}

impl Quiet {
    /// Nothing has to wait.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, until: Mutex::default() }
    }

    fn until(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A method has to wait until then, or longer if it has to already.
    pub(super) fn keep(&self, method: &str, until: Timestamp) {
        let mut waits = self.until();
        let wait = waits.entry(method.to_owned()).or_insert(until);
        *wait = until.max(*wait);
    }

    /// Telegram has just said so.
    pub(super) fn begin(&self, method: &str, seconds: u32) {
        let until = self.clock.now().saturating_add(SignedDuration::from_secs(seconds.into()));
        self.keep(method, until.unwrap_or(Timestamp::MAX));
    }

    /// Until when a method has to wait, if that is still to come.
    pub(super) fn running(&self, method: &str) -> Option<Timestamp> {
        self.until().get(method).copied().filter(|until| *until > self.clock.now())
    }

    /// What Telegram would say if it were asked now; whole seconds, rounded up.
    pub(super) fn refuse(&self, method: &'static str) -> Result<(), Fault> {
        let Some(until) = self.running(method) else { return Ok(()) };
        let rest = self.clock.now().duration_until(until);
        let seconds = rest.as_secs() + i64::from(rest.subsec_nanos() > 0);
        Err(Fault::FloodWait { method, seconds: u32::try_from(seconds).unwrap_or(u32::MAX) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_waits_to_the_second_and_nothing_else_does() {
        let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let clock = Clock::manual(start);
        let quiet = Quiet::new(clock.clone());
        quiet.begin("stats.loadAsyncGraph", 30);
        quiet.keep("stats.loadAsyncGraph", start);
        assert_eq!(quiet.refuse("messages.getHistory"), Ok(()));
        let seconds = |quiet: &Quiet| match quiet.refuse("stats.loadAsyncGraph") {
            Err(Fault::FloodWait { seconds, .. }) => Some(seconds),
            _ => None,
        };
        assert_eq!(seconds(&quiet), Some(30));
        clock.advance(SignedDuration::from_millis(29_100));
        assert_eq!(seconds(&quiet), Some(1));
        clock.advance(SignedDuration::from_millis(900));
        assert_eq!(seconds(&quiet), None);
    }
}
