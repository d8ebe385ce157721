//! Message ids: Unix time × 2³², with the sender in the two lowest bits.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The code of `bad_msg_notification` for an id that no client may make.
pub(crate) const NOT_A_CLIENTS: i32 = 18;

/// How far in the past and in the future a client's message may lie, in seconds.
const PAST: i64 = 300;
const FUTURE: i64 = 30;

/// Hands out the server's message ids, ever increasing.
#[derive(Debug, Default)]
pub(crate) struct MsgIds(AtomicI64);

impl MsgIds {
    /// An id for an answer (1 modulo 4) or for something nobody asked for (3 modulo 4).
    pub(crate) fn next(&self, answer: bool, now: Timestamp) -> i64 {
        let now = at(now);
        let mut id = now;
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
            id = now.max(last + 4);
            Some(id)
        });
        id | if answer { 1 } else { 3 }
    }

    /// Begins again, as the clock was moved.
    pub(crate) fn restart(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The lowest id of a moment of wall time.
pub(crate) fn at(moment: Timestamp) -> i64 {
    let fraction = (i64::from(moment.subsec_nanosecond()) << 32) / 1_000_000_000;
    (moment.as_second() << 32 | fraction) & !3
}

/// The code of `bad_msg_notification` that a client's message id deserves, if any.
pub(crate) fn fault(id: i64, now: Timestamp) -> Option<i32> {
    let seconds = id >> 32;
    if id & 3 != 0 {
        Some(NOT_A_CLIENTS)
    } else if seconds < now.as_second() - PAST {
        Some(16)
    } else if seconds > now.as_second() + FUTURE {
        Some(17)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{MsgIds, at, fault};

    #[test]
    fn ids_grow_and_tell_answers_apart() {
        let ids = MsgIds::default();
        let now = Timestamp::now();
        let (first, second) = (ids.next(true, now), ids.next(false, now));
        assert!(second > first);
        assert_eq!((first & 3, second & 3), (1, 3));
    }

    #[test]
    fn old_new_and_odd_ids_are_named() {
        let now = Timestamp::now();
        assert_eq!(fault(at(now), now), None);
        assert_eq!(fault(at(now) | 1, now), Some(18));
        assert_eq!(fault(at(now - SignedDuration::from_mins(6)), now), Some(16));
        assert_eq!(fault(at(now + SignedDuration::from_mins(1)), now), Some(17));
    }
}
