//! What was sent with one key and not yet acknowledged. It is sent again when its session comes back on another
//! connection, or when the client asks for it.

use std::collections::VecDeque;

use super::message::Message;

/// So many messages, and so many bytes of them, are kept for each key; the oldest are forgotten first.
const MESSAGES: usize = 512;
const BYTES: usize = 4 * 1024 * 1024;

/// A message to the client.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) session: i64,
    pub(crate) msg_id: i64,
    pub(crate) seq_no: i32,
    /// The request that it answers.
    pub(crate) request: Option<i64>,
    pub(crate) body: Vec<u8>,
}

impl Kept {
    pub(crate) fn message(&self) -> Message {
        Message { msg_id: self.msg_id, seq_no: self.seq_no, body: self.body.clone() }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    kept: VecDeque<Kept>,
    bytes: usize,
}

impl Outbox {
    pub(crate) fn keep(&mut self, kept: Kept) {
        self.bytes += kept.body.len();
        self.kept.push_back(kept);
        while self.kept.len() > MESSAGES || self.bytes > BYTES {
            let Some(oldest) = self.kept.pop_front() else { return };
            self.bytes -= oldest.body.len();
        }
    }

    /// Forgets messages that have arrived; the requests that they answered.
    pub(crate) fn acknowledge(&mut self, session: i64, msg_ids: &[i64]) -> Vec<i64> {
        let mut requests = Vec::new();
        self.retain(|kept| {
            let arrived = kept.session == session && msg_ids.contains(&kept.msg_id);
            if arrived {
                requests.extend(kept.request);
            }
            !arrived
        });
        requests
    }

    pub(crate) fn forget(&mut self, session: i64) {
        self.retain(|kept| kept.session != session);
    }

    pub(crate) fn find(&self, session: i64, msg_id: i64) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.session == session && kept.msg_id == msg_id)
    }

    pub(crate) fn answer_to(&self, session: i64, request: i64) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.session == session && kept.request == Some(request))
    }

    pub(crate) fn take_answer(&mut self, session: i64, request: i64) -> Option<Kept> {
        let index =
            self.kept.iter().position(|kept| kept.session == session && kept.request == Some(request))?;
        let taken = self.kept.remove(index)?;
        self.bytes -= taken.body.len();
        Some(taken)
    }

    /// All that a session may not have yet, oldest first.
    pub(crate) fn all(&self, session: i64) -> Vec<Message> {
        self.kept.iter().filter(|kept| kept.session == session).map(Kept::message).collect()
    }

    fn retain(&mut self, mut keep: impl FnMut(&Kept) -> bool) {
        let bytes = &mut self.bytes;
        self.kept.retain(|kept| {
            let keep = keep(kept);
            if !keep {
                *bytes -= kept.body.len();
            }
            keep
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, Kept, MESSAGES, Outbox};

    fn kept(msg_id: i64, size: usize) -> Kept {
        let (session, seq_no, request) = (1, 1, Some(msg_id - 1));
        Kept { session, msg_id, seq_no, request, body: vec![0; size] }
    }

    #[test]
    fn what_is_acknowledged_is_gone() {
        let mut outbox = Outbox::default();
        (0..4).for_each(|id| outbox.keep(kept(id, 100)));
        assert_eq!(outbox.acknowledge(2, &[1, 2]), [0; 0]);
        assert_eq!(outbox.acknowledge(1, &[1, 2, 77]), [0, 1]);
        assert!(outbox.find(1, 1).is_none() && outbox.answer_to(1, 2).is_some());
        assert_eq!(outbox.all(1).iter().map(|message| message.msg_id).collect::<Vec<_>>(), [0, 3]);
        assert!(outbox.all(2).is_empty());
        assert_eq!(outbox.take_answer(1, 2).unwrap().msg_id, 3);
        outbox.forget(1);
        assert_eq!((outbox.kept.len(), outbox.bytes), (0, 0));
    }

    #[test]
    fn it_never_holds_much() {
        let mut outbox = Outbox::default();
        (0..10_000).for_each(|id| outbox.keep(kept(id, 16)));
        assert_eq!((outbox.kept.len(), outbox.bytes), (MESSAGES, MESSAGES * 16));
        (0..10).for_each(|id| outbox.keep(kept(id, BYTES / 3)));
        assert!(outbox.bytes <= BYTES && outbox.kept.len() <= 3);
    }
}
