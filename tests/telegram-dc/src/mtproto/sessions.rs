//! The sessions of one key.

use std::collections::{BTreeSet, HashMap};

use super::message::Message;
use super::outbox::{Kept, Outbox};
use super::session::Session;

/// So many sessions are remembered for each key.
const SESSIONS: usize = 64;

/// Telegram lets several sessions exist, but two that take turns belong to two clients, and that kills the key.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    known: HashMap<i64, Session>,
    order: Vec<i64>,
    speaking: Option<i64>,
    silenced: BTreeSet<i64>,
    outbox: Outbox,
}

impl Sessions {
    pub(crate) fn get(&mut self, id: i64) -> &mut Session {
        if !self.known.contains_key(&id) {
            self.order.push(id);
            if self.order.len() > SESSIONS {
                self.forget(self.order[0]);
            }
        }
        self.known.entry(id).or_default()
    }

    pub(crate) fn forget(&mut self, id: i64) -> bool {
        self.order.retain(|known| *known != id);
        self.silenced.remove(&id);
        self.outbox.forget(id);
        self.known.remove(&id).is_some()
    }

    pub(crate) fn forget_order(&mut self) {
        self.known.values_mut().for_each(Session::forget_order);
    }

    /// Notes that a session has made a request; false if it does so again after another session took over.
    pub(crate) fn speak(&mut self, id: i64) -> bool {
        if self.silenced.contains(&id) {
            return false;
        }
        if let Some(before) = self.speaking.replace(id)
            && before != id
        {
            self.silenced.insert(before);
        }
        true
    }

    /// Keeps a message to the client until it is acknowledged.
    pub(crate) fn keep(&mut self, kept: Kept) {
        if let Some(request) = kept.request {
            self.get(kept.session).answered(request);
        }
        self.outbox.keep(kept);
    }

    /// The client has these messages.
    pub(crate) fn acknowledge(&mut self, session: i64, msg_ids: &[i64]) {
        for request in self.outbox.acknowledge(session, msg_ids) {
            self.get(session).answer_arrived(request);
        }
    }

    /// The answer to a request that the client may not have yet.
    pub(crate) fn answer_to(&self, session: i64, request: i64) -> Option<&Kept> {
        self.outbox.answer_to(session, request)
    }

    /// Takes back the answer to a request that the client may not have yet.
    pub(crate) fn take_answer(&mut self, session: i64, request: i64) -> Option<Kept> {
        self.outbox.take_answer(session, request)
    }

    /// A message to the client that it may not have yet.
    pub(crate) fn unacknowledged(&self, session: i64, msg_id: i64) -> Option<&Kept> {
        self.outbox.find(session, msg_id)
    }

    /// All messages to the client that it may not have yet, oldest first.
    pub(crate) fn all_unacknowledged(&self, session: i64) -> Vec<Message> {
        self.outbox.all(session)
    }
}

#[cfg(test)]
mod tests {
    use super::Sessions;

    #[test]
    fn taking_turns_is_noticed_but_taking_over_is_not() {
        let mut sessions = Sessions::default();
        assert!(sessions.speak(1) && sessions.speak(1) && sessions.speak(2) && sessions.speak(3));
        assert!(!sessions.speak(2));
    }

    #[test]
    fn old_sessions_are_forgotten() {
        let mut sessions = Sessions::default();
        for id in 0..1_000 {
            sessions.get(id);
            assert!(sessions.speak(id));
        }
        assert_eq!((sessions.known.len(), sessions.order.len()), (64, 64));
        assert_eq!(sessions.silenced.len(), 63);
    }
}
