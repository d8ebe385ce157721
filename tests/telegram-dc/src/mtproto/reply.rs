//! Messages to the client, before they have a number.

use grammers_tl_types::{Serializable, enums, types};

use super::message::{Message, RPC_RESULT};

/// How an answer is spoilt on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoil {
    /// Noise in a good frame takes its place.
    Garbage,
    /// The frame's check sum is wrong.
    WrongCrc,
}

/// A message to the client.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) body: Vec<u8>,
    /// Whether the client must acknowledge it.
    pub(crate) content: bool,
    /// Whether somebody asked for it.
    pub(crate) answer: bool,
    /// The request whose result it is.
    pub(crate) request: Option<i64>,
    pub(crate) spoil: Option<Spoil>,
}

impl Reply {
    /// An answer of the server itself, which needs no acknowledgment.
    pub(crate) fn service(object: &impl Serializable) -> Self {
        Self { body: object.to_bytes(), content: false, answer: true, request: None, spoil: None }
    }

    /// The result of a request: an object, maybe packed, or an `rpc_error`.
    pub(crate) fn result(msg_id: i64, object: &[u8]) -> Self {
        let mut body = RPC_RESULT.to_le_bytes().to_vec();
        msg_id.serialize(&mut body);
        body.extend(object);
        Self { body, content: true, answer: true, request: Some(msg_id), spoil: None }
    }

    /// Something that nobody asked for.
    pub(crate) fn push(body: Vec<u8>) -> Self {
        Self { body, content: true, answer: false, request: None, spoil: None }
    }

    pub(crate) fn bad_message(message: &Message, error_code: i32) -> Self {
        let (bad_msg_id, bad_msg_seqno) = (message.msg_id, message.seq_no);
        let notice = types::BadMsgNotification { bad_msg_id, bad_msg_seqno, error_code };
        Self::service(&enums::BadMsgNotification::Notification(notice))
    }

    pub(crate) fn bad_salt(message: &Message, new_server_salt: i64) -> Self {
        let (bad_msg_id, bad_msg_seqno) = (message.msg_id, message.seq_no);
        let notice = types::BadServerSalt { bad_msg_id, bad_msg_seqno, error_code: 48, new_server_salt };
        Self::service(&enums::BadMsgNotification::BadServerSalt(notice))
    }

    pub(crate) fn new_session(first_msg_id: i64, server_salt: i64) -> Self {
        let created = types::NewSessionCreated { first_msg_id, unique_id: rand::random(), server_salt };
        Self::push(enums::NewSession::Created(created).to_bytes())
    }

    /// The request has arrived; its answer takes its time.
    pub(crate) fn acknowledgment(msg_id: i64) -> Self {
        Self::service(&enums::MsgsAck::Ack(types::MsgsAck { msg_ids: vec![msg_id] }))
    }
}
