//! Service messages: what a client says about the connection itself.

use std::collections::BTreeSet;
use std::time::Duration;

use grammers_tl_types::{
    Cursor, Deserializable, Identifiable, RawVec, Serializable, enums, functions, types,
};

use super::message::Message;
use super::outbox::Kept;
use super::reply::Reply;
use super::salt;
use crate::dc::DcState;
use crate::keyring::Key;

/// Telegram reads at most so many message ids in one message.
const MOST_IDS: usize = 8192;

/// What comes of a message.
pub(crate) enum Service {
    /// It was about the connection; these go back.
    Done(Vec<Reply>),
    /// These messages, which were sent before, are sent again.
    Again(Vec<Message>),
    /// As `Done`, and the connection closes unless another such message comes in time.
    CloseAfter(Duration, Vec<Reply>),
    /// It is a request to the API.
    Request,
}

impl Service {
    fn answer(object: &impl Serializable) -> Self {
        Self::Done(vec![Reply::service(object)])
    }
}

/// Handles a service message; anything else is a request.
pub(crate) fn handle(dc: &DcState, key: &Key, session: i64, message: &Message) -> Service {
    let msg_id = message.msg_id;
    let mut rest = Cursor::from_slice(message.body.get(4..).unwrap_or_default());
    match message.constructor() {
        functions::Ping::CONSTRUCTOR_ID => match functions::Ping::deserialize(&mut rest) {
            Ok(functions::Ping { ping_id }) => Service::answer(&pong(msg_id, ping_id)),
            Err(_) => Service::Done(Vec::new()),
        },
        functions::PingDelayDisconnect::CONSTRUCTOR_ID => {
            match functions::PingDelayDisconnect::deserialize(&mut rest) {
                Ok(ping) => {
                    let delay = Duration::from_secs(u64::try_from(ping.disconnect_delay).unwrap_or(0));
                    Service::CloseAfter(delay, vec![Reply::service(&pong(msg_id, ping.ping_id))])
                }
                Err(_) => Service::Done(Vec::new()),
            }
        }
        functions::GetFutureSalts::CONSTRUCTOR_ID => {
            let num = functions::GetFutureSalts::deserialize(&mut rest).map_or(2, |request| request.num);
            let salts = RawVec(salt::upcoming(key.id, dc.salts(), dc.now(), num));
            let now = i32::try_from(dc.now().as_second()).unwrap_or(i32::MAX);
            let salts = types::FutureSalts { req_msg_id: msg_id, now, salts };
            Service::answer(&enums::FutureSalts::Salts(salts))
        }
        functions::DestroySession::CONSTRUCTOR_ID => {
            let session_id = functions::DestroySession::deserialize(&mut rest).map_or(0, |r| r.session_id);
            let known = session_id != session && key.sessions().forget(session_id);
            Service::answer(&destroyed(session_id, known))
        }
        functions::RpcDropAnswer::CONSTRUCTOR_ID => {
            let request = functions::RpcDropAnswer::deserialize(&mut rest).map_or(0, |r| r.req_msg_id);
            Service::Done(drop_answer(key, session, msg_id, request))
        }
        types::MsgsAck::CONSTRUCTOR_ID => {
            key.sessions().acknowledge(session, &ids(&mut rest));
            Service::Done(Vec::new())
        }
        types::MsgsStateReq::CONSTRUCTOR_ID => {
            Service::Done(vec![states(key, session, msg_id, &ids(&mut rest))])
        }
        types::MsgResendReq::CONSTRUCTOR_ID => send_again(key, session, msg_id, &ids(&mut rest)),
        types::HttpWait::CONSTRUCTOR_ID
        | types::MsgsStateInfo::CONSTRUCTOR_ID
        | types::MsgsAllInfo::CONSTRUCTOR_ID
        | types::Pong::CONSTRUCTOR_ID => Service::Done(Vec::new()),
        _ => Service::Request,
    }
}

fn ids(rest: &mut Cursor<'_>) -> Vec<i64> {
    let mut ids = Vec::<i64>::deserialize(rest).unwrap_or_default();
    ids.truncate(MOST_IDS);
    ids
}

fn states(key: &Key, session: i64, req_msg_id: i64, ids: &[i64]) -> Reply {
    let mut sessions = key.sessions();
    let session = sessions.get(session);
    let info = ids.iter().map(|id| session.state(*id)).collect();
    Reply::service(&enums::MsgsStateInfo::Info(types::MsgsStateInfo { req_msg_id, info }))
}

/// All of the messages, or their states if one of them is not there any more (or was the client's own).
fn send_again(key: &Key, session: i64, msg_id: i64, ids: &[i64]) -> Service {
    let sessions = key.sessions();
    let wanted: BTreeSet<i64> = ids.iter().copied().collect();
    let kept = |id: i64| sessions.unacknowledged(session, id).map(Kept::message);
    let messages: Option<Vec<_>> = wanted.into_iter().map(kept).collect();
    drop(sessions);
    match messages {
        Some(messages) => Service::Again(messages),
        None => Service::Done(vec![states(key, session, msg_id, ids)]),
    }
}

/// Takes an answer back that is on its way or being worked on.
fn drop_answer(key: &Key, session: i64, msg_id: i64, request: i64) -> Vec<Reply> {
    let mut sessions = key.sessions();
    if let Some(taken) = sessions.take_answer(session, request) {
        let bytes = i32::try_from(taken.body.len()).unwrap_or(i32::MAX);
        let dropped = types::RpcAnswerDropped { msg_id: taken.msg_id, seq_no: taken.seq_no, bytes };
        let dropped: enums::RpcDropAnswer = dropped.into();
        vec![Reply::result(msg_id, &dropped.to_bytes())]
    } else if sessions.get(session).end(request) {
        let running = enums::RpcDropAnswer::RpcAnswerDroppedRunning.to_bytes();
        vec![Reply::result(request, &running), Reply::result(msg_id, &running)]
    } else {
        vec![Reply::result(msg_id, &enums::RpcDropAnswer::RpcAnswerUnknown.to_bytes())]
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
