//! One client's connection.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::frame::{self, FrameReader};
use super::message::{Message, container};
use super::packet::Packet;
use super::service::{self, Reply, Service};
use super::{cipher, gzip, msg_id, salt};
use crate::keyring::Key;
use crate::rpc::{self, Caller, RpcError, Verdict};
use crate::shared::Shared;

/// A container is cut off at this many bytes, so that a frame stays below a mebibyte.
const MAX_CONTAINER: usize = 1_000_000;

/// What Telegram answers to a key it does not know.
const UNKNOWN_KEY: i32 = 404;

/// Why a connection ends.
enum End {
    Close,
    Refuse(i32),
}

struct Connection<W> {
    shared: Arc<Shared>,
    dc: i32,
    writer: W,
    frames_sent: i32,
    close_at: Option<Instant>,
}

/// Serves a client until it leaves, misbehaves or the data centre shuts down.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    dc: i32,
    mut stream: TcpStream,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let (reader, writer) = stream.split();
    let mut frames = FrameReader::new(reader);
    let mut connection = Connection { shared, dc, writer, frames_sent: 0, close_at: None };
    loop {
        let close_at = connection.close_at.unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400));
        let payload = tokio::select! {
            frame = frames.next() => match frame {
                Ok(Some(payload)) => payload,
                Ok(None) => return,
                Err(error) => {
                    tracing::debug!(dc, %error, "closing a connection");
                    return;
                }
            },
            () = sleep_until(close_at) => return,
            _ = stop.changed() => return,
        };
        match connection.receive(&payload).await {
            Ok(()) => {}
            Err(End::Close) => return,
            Err(End::Refuse(code)) => {
                let _ = connection.writer.write_all(&frame::refusal(code)).await;
                return;
            }
        }
    }
}

impl<W: AsyncWrite + Unpin> Connection<W> {
    async fn receive(&mut self, payload: &[u8]) -> Result<(), End> {
        let key_id = payload.first_chunk().copied().ok_or(End::Close)?;
        let Some(key) = self.shared.keys.find(key_id, self.dc) else {
            let reason =
                if key_id == [0; 8] { "a key exchange, which cannot be simulated" } else { "an unknown key" };
            tracing::warn!(dc = self.dc, "refusing {reason}: take a key from the access file");
            return Err(End::Refuse(UNKNOWN_KEY));
        };
        let plaintext = cipher::decrypt(&key.bytes, payload).ok_or(End::Close)?;
        let Packet { salt, session, message } = Packet::read(&plaintext).ok_or(End::Close)?;
        let mut replies = Vec::new();
        let Some(messages) = self.admit(&key, salt, session, message, &mut replies) else {
            return self.send(&key, session, replies).await;
        };
        for message in messages {
            match service::handle(&key, session, &message) {
                Service::Done(answers) => replies.extend(answers),
                Service::CloseAfter(delay, answers) => {
                    self.close_at = Instant::now().checked_add(delay);
                    replies.extend(answers);
                }
                Service::Request => replies.push(self.request(&key, session, &message).await?),
            }
        }
        self.send(&key, session, replies).await
    }

    /// Checks a message as Telegram does; the messages inside, unless a reply says what is wrong.
    fn admit(
        &self,
        key: &Key,
        salt: i64,
        session: i64,
        message: Message,
        replies: &mut Vec<Reply>,
    ) -> Option<Vec<Message>> {
        let now = Timestamp::now();
        if let Some(code) = msg_id::fault(message.msg_id, now) {
            replies.push(Reply::bad_message(&message, code));
            return None;
        }
        if !salt::accepts(key.id, now, salt) {
            replies.push(Reply::bad_salt(&message, salt::current(key.id, now)));
            return None;
        }
        let mut sessions = key.sessions();
        let known = sessions.get(session);
        if !known.note(message.msg_id) {
            replies.push(Reply::bad_message(&message, 19));
            return None;
        }
        let outer = Message { body: Vec::new(), ..message };
        let Some(mut messages) = message.flatten() else {
            replies.push(Reply::bad_message(&outer, 64));
            return None;
        };
        if known.announce() {
            let first = messages.iter().map(|message| message.msg_id).min().unwrap_or(outer.msg_id);
            replies.push(Reply::new_session(first, salt::current(key.id, now)));
        }
        messages.retain(|inner| {
            let fresh = inner.msg_id == outer.msg_id || known.note(inner.msg_id);
            if !fresh {
                replies.push(Reply::bad_message(inner, 19));
            }
            fresh
        });
        Some(messages)
    }

    async fn request(&self, key: &Arc<Key>, session: i64, message: &Message) -> Result<Reply, End> {
        let caller = Caller { shared: &self.shared, dc: self.dc, key, session };
        let (delay, verdict) = rpc::answer(&caller, &message.body);
        if let Some(delay) = delay {
            sleep(delay).await;
        }
        match verdict {
            Verdict::Result(object) => {
                let mut reply = Reply::result(message.msg_id, &gzip::pack(object));
                if reply.body.len() > MAX_CONTAINER {
                    tracing::error!(bytes = reply.body.len(), "an answer is too large for one frame");
                    reply = Reply::result(message.msg_id, &RpcError::new(500, "ANSWER_TOO_LARGE").to_bytes());
                }
                Ok(reply)
            }
            Verdict::Error(error) => Ok(Reply::result(message.msg_id, &error.to_bytes())),
            Verdict::Drop => Err(End::Close),
        }
    }

    /// Sends replies in as few frames as their size allows.
    async fn send(&mut self, key: &Key, session: i64, replies: Vec<Reply>) -> Result<(), End> {
        let mut frames: Vec<Vec<Message>> = Vec::new();
        let mut size = usize::MAX;
        for reply in replies {
            let message = Message {
                msg_id: self.shared.msg_ids.next(reply.answer),
                seq_no: key.sessions().get(session).next_seq_no(reply.content),
                body: reply.body,
            };
            let length = message.body.len() + 16;
            match frames.last_mut() {
                Some(frame) if size + length <= MAX_CONTAINER && frame.len() < 100 => {
                    size += length;
                    frame.push(message);
                }
                _ => {
                    size = length;
                    frames.push(vec![message]);
                }
            }
        }
        for messages in frames {
            self.send_frame(key, session, messages).await?;
        }
        Ok(())
    }

    async fn send_frame(&mut self, key: &Key, session: i64, mut messages: Vec<Message>) -> Result<(), End> {
        let message = match (messages.pop(), messages.is_empty()) {
            (None, _) => return Ok(()),
            (Some(only), true) => only,
            (Some(last), false) => {
                messages.push(last);
                Message {
                    msg_id: self.shared.msg_ids.next(true),
                    seq_no: key.sessions().get(session).next_seq_no(false),
                    body: container(&messages),
                }
            }
        };
        let salt = salt::current(key.id, Timestamp::now());
        let payload = cipher::encrypt(&key.bytes, key.id, Packet { salt, session, message }.to_bytes());
        let frame = frame::wrap(&payload, self.frames_sent);
        self.frames_sent = self.frames_sent.wrapping_add(1);
        self.writer.write_all(&frame).await.map_err(|_| End::Close)
    }
}
