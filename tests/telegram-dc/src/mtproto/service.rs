//! Service messages: what a client says about the connection itself.

use std::time::Duration;

use grammers_tl_types::{
    Cursor, Deserializable, Identifiable, RawVec, Serializable, enums, functions, types,
};
use jiff::Timestamp;

use super::message::{Message, RPC_RESULT};
use super::salt;
use crate::keyring::Key;

/// What comes of a message.
pub(crate) enum Service {
    /// It was about the connection; these go back.
    Done(Vec<Reply>),
    /// As `Done`, and the connection closes unless another such message comes in time.
    CloseAfter(Duration, Vec<Reply>),
    /// It is a request to the API.
    Request,
}

/// A message to the client.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) body: Vec<u8>,
    /// Whether the client must acknowledge it.
    pub(crate) content: bool,
    /// Whether somebody asked for it.
    pub(crate) answer: bool,
}

impl Reply {
    fn bare(object: &impl Serializable) -> Vec<Self> {
        vec![Self { body: object.to_bytes(), content: false, answer: true }]
    }

    /// The result of a request: an object, maybe packed, or an `rpc_error`.
    pub(crate) fn result(msg_id: i64, object: &[u8]) -> Self {
        let mut body = RPC_RESULT.to_le_bytes().to_vec();
        msg_id.serialize(&mut body);
        body.extend(object);
        Self { body, content: true, answer: true }
    }

    pub(crate) fn bad_message(message: &Message, error_code: i32) -> Self {
        let (bad_msg_id, bad_msg_seqno) = (message.msg_id, message.seq_no);
        let notice = types::BadMsgNotification { bad_msg_id, bad_msg_seqno, error_code };
        let body = enums::BadMsgNotification::Notification(notice).to_bytes();
        Self { body, content: false, answer: true }
    }

    pub(crate) fn bad_salt(message: &Message, new_server_salt: i64) -> Self {
        let (bad_msg_id, bad_msg_seqno) = (message.msg_id, message.seq_no);
        let notice = types::BadServerSalt { bad_msg_id, bad_msg_seqno, error_code: 48, new_server_salt };
        let body = enums::BadMsgNotification::BadServerSalt(notice).to_bytes();
        Self { body, content: false, answer: true }
    }

    pub(crate) fn new_session(first_msg_id: i64, server_salt: i64) -> Self {
        let created = types::NewSessionCreated { first_msg_id, unique_id: rand::random(), server_salt };
        Self { body: enums::NewSession::Created(created).to_bytes(), content: true, answer: false }
    }
}

/// Handles a service message; anything else is a request.
pub(crate) fn handle(key: &Key, session: i64, message: &Message) -> Service {
    let now = Timestamp::now();
    let msg_id = message.msg_id;
    let mut rest = Cursor::from_slice(message.body.get(4..).unwrap_or_default());
    match message.constructor() {
        functions::Ping::CONSTRUCTOR_ID => match functions::Ping::deserialize(&mut rest) {
            Ok(functions::Ping { ping_id }) => Service::Done(Reply::bare(&pong(msg_id, ping_id))),
            Err(_) => Service::Done(Vec::new()),
        },
        functions::PingDelayDisconnect::CONSTRUCTOR_ID => {
            match functions::PingDelayDisconnect::deserialize(&mut rest) {
                Ok(ping) => {
                    let delay = Duration::from_secs(u64::try_from(ping.disconnect_delay).unwrap_or(0));
                    Service::CloseAfter(delay, Reply::bare(&pong(msg_id, ping.ping_id)))
                }
                Err(_) => Service::Done(Vec::new()),
            }
        }
        functions::GetFutureSalts::CONSTRUCTOR_ID => {
            let num = functions::GetFutureSalts::deserialize(&mut rest).map_or(2, |request| request.num);
            let salts = RawVec(salt::upcoming(key.id, now, num));
            let now = i32::try_from(now.as_second()).unwrap_or(i32::MAX);
            let salts = types::FutureSalts { req_msg_id: msg_id, now, salts };
            Service::Done(Reply::bare(&enums::FutureSalts::Salts(salts)))
        }
        functions::DestroySession::CONSTRUCTOR_ID => {
            let session_id = functions::DestroySession::deserialize(&mut rest).map_or(0, |r| r.session_id);
            let known = session_id != session && key.sessions().forget(session_id);
            Service::Done(Reply::bare(&destroyed(session_id, known)))
        }
        functions::RpcDropAnswer::CONSTRUCTOR_ID => {
            let answer = enums::RpcDropAnswer::RpcAnswerUnknown.to_bytes();
            Service::Done(vec![Reply::result(msg_id, &answer)])
        }
        types::MsgsStateReq::CONSTRUCTOR_ID | types::MsgResendReq::CONSTRUCTOR_ID => {
            let ids = Vec::<i64>::deserialize(&mut rest).unwrap_or_default();
            let mut sessions = key.sessions();
            let session = sessions.get(session);
            let info = ids.iter().map(|id| if session.has_seen(*id) { 4 } else { 1 }).collect();
            let info = types::MsgsStateInfo { req_msg_id: msg_id, info };
            Service::Done(Reply::bare(&enums::MsgsStateInfo::Info(info)))
        }
        types::MsgsAck::CONSTRUCTOR_ID
        | types::HttpWait::CONSTRUCTOR_ID
        | types::MsgsStateInfo::CONSTRUCTOR_ID
        | types::MsgsAllInfo::CONSTRUCTOR_ID
        | types::Pong::CONSTRUCTOR_ID => Service::Done(Vec::new()),
        _ => Service::Request,
    }
}

fn pong(msg_id: i64, ping_id: i64) -> enums::Pong {
    enums::Pong::Pong(types::Pong { msg_id, ping_id })
}

fn destroyed(session_id: i64, known: bool) -> enums::DestroySessionRes {
    if known {
        enums::DestroySessionRes::DestroySessionOk(types::DestroySessionOk { session_id })
    } else {
        enums::DestroySessionRes::DestroySessionNone(types::DestroySessionNone { session_id })
    }
}
