//! What goes to a client: messages are numbered, kept until they are acknowledged, packed together and encrypted.

use std::sync::Arc;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::cipher;
use super::frame;
use super::message::{Message, container};
use super::outbox::Kept;
use super::packet::Packet;
use super::reply::{Reply, Spoil};
use super::salt;
use crate::dc::DcState;
use crate::keyring::Key;

/// A container is cut off at this many bytes, so that a frame stays below a mebibyte.
pub(crate) const MAX_CONTAINER: usize = 1_000_000;

/// A container holds at most so many messages.
const MAX_MESSAGES: usize = 100;

/// The connection is lost.
#[derive(Debug)]
pub(crate) struct Lost;

pub(crate) struct Writer<W> {
    stream: W,
    dc: Arc<DcState>,
    frames_sent: i32,
}

/// Gives a reply its numbers, and keeps it if it must be acknowledged.
pub(crate) fn number(dc: &DcState, key: &Key, session: i64, reply: Reply) -> Message {
    let mut sessions = key.sessions();
    let message = Message {
        msg_id: dc.msg_ids.next(reply.answer, dc.now()),
        seq_no: sessions.get(session).next_seq_no(reply.content),
        body: reply.body,
    };
    if reply.content {
        let Message { msg_id, seq_no, ref body } = message;
        let (request, body) = (reply.request, body.clone());
        sessions.keep(Kept { session, msg_id, seq_no, request, body });
    }
    message
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(crate) fn new(stream: W, dc: Arc<DcState>) -> Self {
        Self { stream, dc, frames_sent: 0 }
    }

    /// Sends replies in as few frames as their size allows.
    pub(crate) async fn send(&mut self, key: &Key, session: i64, replies: Vec<Reply>) -> Result<(), Lost> {
        let mut together = Vec::new();
        for reply in replies {
            let spoil = reply.spoil;
            let message = number(&self.dc, key, session, reply);
            match spoil {
                None => together.push(message),
                Some(spoil) => {
                    self.send_messages(key, session, std::mem::take(&mut together)).await?;
                    self.send_spoilt(key, session, message, spoil).await?;
                }
            }
        }
        self.send_messages(key, session, together).await
    }

    /// Sends messages that have their numbers.
    pub(crate) async fn send_messages(
        &mut self,
        key: &Key,
        session: i64,
        messages: Vec<Message>,
    ) -> Result<(), Lost> {
        let mut frames: Vec<Vec<Message>> = Vec::new();
        let mut size = usize::MAX;
        for message in messages {
            let length = message.body.len() + 16;
            match frames.last_mut() {
                Some(frame) if size + length <= MAX_CONTAINER && frame.len() < MAX_MESSAGES => {
                    size += length;
                    frame.push(message);
                }
                _ => {
                    size = length;
                    frames.push(vec![message]);
                }
            }
        }
        for mut messages in frames {
            let message = match (messages.pop(), messages.is_empty()) {
                (None, _) => continue,
                (Some(only), true) => only,
                (Some(last), false) => {
                    messages.push(last);
                    Message {
                        msg_id: self.dc.msg_ids.next(true, self.dc.now()),
                        seq_no: key.sessions().get(session).next_seq_no(false),
                        body: container(&messages),
                    }
                }
            };
            let payload = self.encrypt(key, session, message);
            let frame = self.frame(&payload);
            self.write(&frame).await?;
        }
        Ok(())
    }

    async fn send_spoilt(
        &mut self,
        key: &Key,
        session: i64,
        message: Message,
        spoil: Spoil,
    ) -> Result<(), Lost> {
        let mut payload = self.encrypt(key, session, message);
        if spoil == Spoil::Garbage {
            payload[8..].fill_with(rand::random);
        }
        let mut frame = self.frame(&payload);
        if spoil == Spoil::WrongCrc
            && let Some(last) = frame.last_mut()
        {
            *last ^= 0x5a;
        }
        self.write(&frame).await
    }

    fn encrypt(&self, key: &Key, session: i64, message: Message) -> Vec<u8> {
        let salt = salt::current(key.id, self.dc.salts(), self.dc.now());
        cipher::encrypt(&key.bytes, key.id, Packet { salt, session, message }.to_bytes())
    }

    fn frame(&mut self, payload: &[u8]) -> Vec<u8> {
        let frame = frame::wrap(payload, self.frames_sent);
        self.frames_sent = self.frames_sent.wrapping_add(1);
        frame
    }

    /// Writes bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        self.stream.write_all(bytes).await.map_err(|_| Lost)
    }
}
