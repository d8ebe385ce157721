//! What the server remembers of one client session: which messages it has seen and what became of them, and its own
//! count of messages.

use std::collections::{BTreeMap, BTreeSet};

/// So many message ids are remembered for each session.
const REMEMBERED: usize = 4096;

/// The bits of a message's state in `msgs_state_info`.
const UNKNOWN: u8 = 1;
const NOT_RECEIVED: u8 = 2;
const NOT_RECEIVED_YET: u8 = 3;
const RECEIVED: u8 = 4;
const ACKNOWLEDGED: u8 = 8;
const NEEDS_NO_ACKNOWLEDGMENT: u8 = 16;
const PROCESSED: u8 = 32;
const ANSWERED: u8 = 64;
const KNOWN_TO_BE_RECEIVED: u8 = 128;

/// Codes of `bad_msg_notification`.
pub(crate) const DUPLICATE: i32 = 19;
const TOO_OLD: i32 = 20;
const SEQ_NO_TOO_LOW: i32 = 32;
const SEQ_NO_TOO_HIGH: i32 = 33;

/// A message from the client.
#[derive(Debug)]
struct Seen {
    /// `None` once the order of the messages has lost its meaning.
    seq_no: Option<i32>,
    state: u8,
}

#[derive(Debug, Default)]
pub(crate) struct Session {
    seen: BTreeMap<i64, Seen>,
    content_sent: i32,
    announced: bool,
    /// Requests whose answers take their time.
    running: BTreeSet<i64>,
}

impl Session {
    /// Notes a message.
    ///
    /// # Errors
    /// The code of `bad_msg_notification` if it was there before or its sequence number does not fit in with those
    /// of the messages before and after it.
    pub(crate) fn note(&mut self, msg_id: i64, seq_no: i32) -> Result<(), i32> {
        if self.seen.contains_key(&msg_id) {
            return Err(DUPLICATE);
        }
        if self.seen.len() >= REMEMBERED
            && self.seen.first_key_value().is_some_and(|(first, _)| msg_id < *first)
        {
            return Err(TOO_OLD);
        }
        let before = self.seen.range(..msg_id).next_back().and_then(|(_, seen)| seen.seq_no);
        let after = self.seen.range(msg_id..).next().and_then(|(_, seen)| seen.seq_no);
        let odd = seq_no & 1 == 1;
        if before.is_some_and(|before| before > seq_no || odd && before == seq_no) {
            return Err(SEQ_NO_TOO_LOW);
        }
        if after.is_some_and(|after| after < seq_no || odd && after == seq_no) {
            return Err(SEQ_NO_TOO_HIGH);
        }
        let state = if odd { RECEIVED } else { RECEIVED | NEEDS_NO_ACKNOWLEDGMENT };
        self.seen.insert(msg_id, Seen { seq_no: Some(seq_no), state });
        if self.seen.len() > REMEMBERED {
            self.seen.pop_first();
        }
        Ok(())
    }

    /// Whether the session has yet to be announced; true once.
    pub(crate) fn announce(&mut self) -> bool {
        !std::mem::replace(&mut self.announced, true)
    }

    /// Forgets the order of the messages so far, as clients whose clock was put back number them anew.
    pub(crate) fn forget_order(&mut self) {
        self.seen.values_mut().for_each(|seen| seen.seq_no = None);
    }

    /// A request is being worked on.
    pub(crate) fn begin(&mut self, msg_id: i64) {
        self.running.insert(msg_id);
        self.add_state(msg_id, PROCESSED);
    }

    /// Its answer is ready; false if the client no longer wants it.
    pub(crate) fn end(&mut self, msg_id: i64) -> bool {
        self.running.remove(&msg_id)
    }

    pub(crate) fn is_running(&self, msg_id: i64) -> bool {
        self.running.contains(&msg_id)
    }

    /// A request was answered, which acknowledges it too.
    pub(crate) fn answered(&mut self, msg_id: i64) {
        self.add_state(msg_id, PROCESSED | ANSWERED | ACKNOWLEDGED);
    }

    /// The client has acknowledged the answer, so it knows that the request arrived.
    pub(crate) fn answer_arrived(&mut self, msg_id: i64) {
        self.add_state(msg_id, KNOWN_TO_BE_RECEIVED);
    }

    /// What `msgs_state_info` says about a message of the client.
    pub(crate) fn state(&self, msg_id: i64) -> u8 {
        let first = self.seen.first_key_value().map(|(id, _)| *id);
        match self.seen.get(&msg_id) {
            Some(seen) => seen.state,
            None if self.seen.last_key_value().is_none_or(|(last, _)| msg_id > *last) => NOT_RECEIVED_YET,
            None if first.is_some_and(|first| msg_id > first) => NOT_RECEIVED,
            None => UNKNOWN,
        }
    }

    fn add_state(&mut self, msg_id: i64, bits: u8) {
        if let Some(seen) = self.seen.get_mut(&msg_id) {
            seen.state |= bits;
        }
    }

    /// The sequence number of the next message to the client.
    pub(crate) fn next_seq_no(&mut self, content: bool) -> i32 {
        let number = self.content_sent.wrapping_mul(2) + i32::from(content);
        self.content_sent = self.content_sent.wrapping_add(i32::from(content));
        number
    }
}

#[cfg(test)]
mod tests {
    use super::{DUPLICATE, SEQ_NO_TOO_HIGH, SEQ_NO_TOO_LOW, Session, TOO_OLD};

    #[test]
    fn duplicates_are_noticed_and_so_is_what_may_be_one() {
        let mut session = Session::default();
        assert_eq!(session.note(8, 0), Ok(()));
        assert_eq!(session.note(8, 0), Err(DUPLICATE));
        (3..6000).for_each(|id| assert_eq!(session.note(id * 4, 0), Ok(())));
        assert_eq!(session.note(8, 0), Err(TOO_OLD));
    }

    #[test]
    fn sequence_numbers_grow_with_message_ids() {
        let mut session = Session::default();
        assert_eq!(session.note(40, 1), Ok(()));
        assert_eq!(session.note(44, 1), Err(SEQ_NO_TOO_LOW));
        assert_eq!(session.note(44, 2), Ok(()));
        assert_eq!(session.note(48, 2), Ok(()));
        assert_eq!(session.note(52, 0), Err(SEQ_NO_TOO_LOW));
        assert_eq!(session.note(36, 3), Err(SEQ_NO_TOO_HIGH));
        session.forget_order();
        assert_eq!(session.note(36, 3), Ok(()));
    }

    #[test]
    fn sequence_numbers_count_content() {
        let mut session = Session::default();
        let numbers = [false, true, false, true, true].map(|content| session.next_seq_no(content));
        assert_eq!(numbers, [0, 1, 2, 3, 5]);
    }

    #[test]
    fn the_state_of_a_message_is_told_as_it_is() {
        let mut session = Session::default();
        assert_eq!(session.state(40), 3);
        session.note(40, 1).unwrap();
        session.note(48, 2).unwrap();
        assert_eq!([36, 40, 44, 48, 52].map(|id| session.state(id)), [1, 4, 2, 4 + 16, 3]);
        session.begin(40);
        assert_eq!(session.state(40), 4 + 32);
        assert!(session.end(40) && !session.end(40));
        session.answered(40);
        assert_eq!(session.state(40), 4 + 8 + 32 + 64);
        session.answer_arrived(40);
        assert_eq!(session.state(40), 4 + 8 + 32 + 64 + 128);
    }
}
