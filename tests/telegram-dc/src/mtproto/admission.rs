//! Which messages of a packet are taken up, as Telegram decides it.

use grammers_tl_types::{enums, types};

use super::message::{MSG_CONTAINER, Message};
use super::reply::Reply;
use super::sessions::Sessions;
use super::{msg_id, salt, seq_no, session};
use crate::dc::DcState;
use crate::keyring::Key;

/// An answer of at most so many bytes is sent again when its request comes again; a larger one is only named.
const SMALL: usize = 16 * 1024;

/// Codes of `bad_msg_notification`.
const BAD_CONTAINER: i32 = 64;

pub(crate) enum Admission {
    /// The packet as a whole is refused.
    Refused(Reply),
    Taken(Taken),
}

/// What a packet brought.
#[derive(Default)]
pub(crate) struct Taken {
    /// What is to be carried out.
    pub(crate) messages: Vec<Message>,
    /// What is to be said about it before.
    pub(crate) replies: Vec<Reply>,
    /// Answers to what was asked before already.
    pub(crate) again: Vec<Message>,
}

/// Checks a packet and takes the messages out of it.
pub(crate) fn admit(dc: &DcState, key: &Key, salt: i64, session: i64, message: Message) -> Admission {
    let now = dc.now();
    let outer = Message { body: Vec::new(), ..message };
    let refused = |code| Admission::Refused(Reply::bad_message(&outer, code));
    if let Some(code) = msg_id::fault(outer.msg_id, now) {
        return refused(code);
    }
    if !salt::accepts(key.id, dc.salts(), now, salt) {
        let new = salt::current(key.id, dc.salts(), now);
        return Admission::Refused(Reply::bad_salt(&outer, new));
    }
    let Some(messages) = message.flatten() else { return refused(BAD_CONTAINER) };
    // What a container holds is older than itself.
    let alone = messages.first().is_some_and(|first| first.msg_id == outer.msg_id);
    let mut taken = Taken::default();
    let mut sessions = key.sessions();
    if !alone {
        let noted = match seq_no::fault(MSG_CONTAINER, outer.seq_no) {
            None => sessions.get(session).note(outer.msg_id, outer.seq_no),
            Some(code) => Err(code),
        };
        if let Err(code) = noted {
            return refused(code);
        }
    }
    if sessions.get(session).announce() {
        let first = messages.iter().map(|message| message.msg_id).min().unwrap_or(outer.msg_id);
        taken.replies.push(Reply::new_session(first, salt::current(key.id, dc.salts(), now)));
    }
    for message in messages {
        match check(&mut sessions, session, &message) {
            Ok(()) => taken.messages.push(message),
            Err(session::DUPLICATE) => repeat(&mut sessions, session, &message, &mut taken),
            Err(code) => taken.replies.push(Reply::bad_message(&message, code)),
        }
    }
    Admission::Taken(taken)
}

fn check(sessions: &mut Sessions, session: i64, message: &Message) -> Result<(), i32> {
    if message.msg_id & 3 != 0 {
        return Err(msg_id::NOT_A_CLIENTS);
    }
    if let Some(code) = seq_no::fault(message.constructor(), message.seq_no) {
        return Err(code);
    }
    sessions.get(session).note(message.msg_id, message.seq_no)
}

/// A message that was there before is never carried out again: the client gets the answer again if it may have
/// missed it, is told to wait if it is being worked on, and is refused otherwise.
fn repeat(sessions: &mut Sessions, session: i64, message: &Message, taken: &mut Taken) {
    let msg_id = message.msg_id;
    let status = sessions.get(session).state(msg_id);
    let running = sessions.get(session).is_running(msg_id);
    match sessions.answer_to(session, msg_id) {
        Some(kept) if kept.body.len() <= SMALL => taken.again.push(kept.message()),
        Some(kept) => {
            let info = types::MsgDetailedInfo {
                msg_id,
                answer_msg_id: kept.msg_id,
                bytes: i32::try_from(kept.body.len()).unwrap_or(i32::MAX),
                status: i32::from(status),
            };
            taken.replies.push(Reply::service(&enums::MsgDetailedInfo::Info(info)));
        }
        None if running => taken.replies.push(Reply::acknowledgment(msg_id)),
        None => taken.replies.push(Reply::bad_message(message, session::DUPLICATE)),
    }
}
