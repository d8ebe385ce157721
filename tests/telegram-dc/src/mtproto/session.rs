//! What the server remembers of one client session: which messages it has seen, and its own count of messages.

use std::collections::{BTreeSet, HashMap};

/// So many message ids are remembered for each session, and so many sessions for each key.
const REMEMBERED: usize = 4096;
const SESSIONS: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Session {
    seen: BTreeSet<i64>,
    content_sent: i32,
    announced: bool,
}

impl Session {
    /// Notes a message; false if it was there before.
    pub(crate) fn note(&mut self, msg_id: i64) -> bool {
        let new = self.seen.insert(msg_id);
        if self.seen.len() > REMEMBERED {
            self.seen.pop_first();
        }
        new
    }

    /// Whether the session has yet to be announced; true once.
    pub(crate) fn announce(&mut self) -> bool {
        !std::mem::replace(&mut self.announced, true)
    }

    pub(crate) fn has_seen(&self, msg_id: i64) -> bool {
        self.seen.contains(&msg_id)
    }

    /// The sequence number of the next message to the client.
    pub(crate) fn next_seq_no(&mut self, content: bool) -> i32 {
        let number = self.content_sent.wrapping_mul(2) + i32::from(content);
        self.content_sent = self.content_sent.wrapping_add(i32::from(content));
        number
    }
}

/// The sessions of one key. Telegram lets several exist, but two that take turns belong to two clients, and that
/// kills the key.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    known: HashMap<i64, Session>,
    order: Vec<i64>,
    speaking: Option<i64>,
    silenced: BTreeSet<i64>,
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
        self.known.remove(&id).is_some()
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
}

#[cfg(test)]
mod tests {
    use super::{Session, Sessions};

    #[test]
    fn duplicates_are_noticed_and_old_ids_forgotten() {
        let mut session = Session::default();
        assert!(session.note(4));
        assert!(!session.note(4));
        (2..6000).for_each(|id| assert!(session.note(id * 4)));
        assert!(!session.has_seen(4));
    }

    #[test]
    fn sequence_numbers_count_content() {
        let mut session = Session::default();
        let numbers = [false, true, false, true, true].map(|content| session.next_seq_no(content));
        assert_eq!(numbers, [0, 1, 2, 3, 5]);
    }

    #[test]
    fn taking_turns_is_noticed_but_taking_over_is_not() {
        let mut sessions = Sessions::default();
        assert!(sessions.speak(1) && sessions.speak(1) && sessions.speak(2) && sessions.speak(3));
        assert!(!sessions.speak(2));
    }
}
