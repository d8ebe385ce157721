//! One client's connection.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::admission::{Admission, Taken, admit};
use super::frame::{self, FrameReader};
use super::message::Message;
use super::packet::Packet;
use super::reply::Reply;
use super::service::{self, Service};
use super::writer::{self, Lost, MAX_CONTAINER, Writer};
use super::{cipher, gzip};
use crate::dc::DcState;
use crate::keyring::Key;
use crate::rpc::{self, Answered, Caller, Delivery, RpcError};
use crate::shared::Shared;

/// What Telegram answers to a key it does not know.
const UNKNOWN_KEY: i32 = 404;

/// So many late answers and pushed updates wait for a client that is slow to read.
const WAITING: usize = 64;

/// So many sessions on one connection are told apart.
const SESSIONS: usize = 64;

/// Why a connection ends.
enum End {
    Close,
    Refuse(i32),
}

impl From<Lost> for End {
    fn from(Lost: Lost) -> Self {
        Self::Close
    }
}

/// What is to go out on a connection, though it did not ask for it just now.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) key: Arc<Key>,
    pub(crate) session: i64,
    pub(crate) replies: Vec<Reply>,
    /// Whether the connection closes in place of the answer.
    pub(crate) lost: bool,
}

struct Connection<W> {
    shared: Arc<Shared>,
    dc: Arc<DcState>,
    writer: Writer<W>,
    close_at: Option<Instant>,
    outgoing: mpsc::Sender<Outgoing>,
    incoming: mpsc::Receiver<Outgoing>,
    /// The keys and sessions that have been heard of here.
    known: HashSet<([u8; 8], i64)>,
}

/// Counts connections that end by a panic, which would be a bug.
struct Watchman(Arc<Shared>);

impl Drop for Watchman {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.panics.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Serves a client until it leaves, misbehaves or the data centre shuts down.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    dc: Arc<DcState>,
    stream: TcpStream,
    mut stop: watch::Receiver<bool>,
) {
    let _watchman = Watchman(shared.clone());
    let _ = stream.set_nodelay(true);
    tokio::select! {
        () = talk(shared, dc.clone(), stream) => {}
        () = dc.gone_down() => {}
        _ = stop.changed() => {}
    }
}

async fn talk(shared: Arc<Shared>, dc: Arc<DcState>, mut stream: TcpStream) {
    let (reader, writer) = stream.split();
    let mut frames = FrameReader::new(reader);
    let (outgoing, incoming) = mpsc::channel(WAITING);
    let writer = Writer::new(writer, dc.clone());
    let known = HashSet::new();
    let mut connection = Connection { shared, dc, writer, close_at: None, outgoing, incoming, known };
    loop {
        let close_at = connection.close_at.unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400));
        let end = tokio::select! {
            frame = frames.next() => match frame {
                Ok(Some(payload)) => connection.receive(&payload).await,
                Ok(None) => Err(End::Close),
                Err(error) => {
                    tracing::debug!(dc = connection.dc.id, %error, "closing a connection");
                    Err(End::Close)
                }
            },
            Some(outgoing) = connection.incoming.recv() => connection.pass_on(outgoing).await,
            () = sleep_until(close_at) => Err(End::Close),
        };
        match end {
            Ok(()) => {}
            Err(End::Close) => return,
            Err(End::Refuse(code)) => {
                let _ = connection.writer.write(&frame::refusal(code)).await;
                return;
            }
        }
    }
}

impl<W: AsyncWrite + Unpin> Connection<W> {
    async fn receive(&mut self, payload: &[u8]) -> Result<(), End> {
        let key_id = payload.first_chunk().copied().ok_or(End::Close)?;
        let Some(key) = self.shared.keys.find(key_id, self.dc.id) else {
            let reason =
                if key_id == [0; 8] { "a key exchange, which cannot be simulated" } else { "an unknown key" };
            tracing::warn!(dc = self.dc.id, "refusing {reason}: take a key from the access file");
            return Err(End::Refuse(UNKNOWN_KEY));
        };
        let plaintext = cipher::decrypt(&key.bytes, payload).ok_or(End::Close)?;
        let Packet { salt, session, message } = Packet::read(&plaintext).ok_or(End::Close)?;
        let Taken { messages, mut replies, mut again } = match admit(&self.dc, &key, salt, session, message) {
            Admission::Refused(reply) => {
                return Ok(self.writer.send(&key, session, vec![reply]).await?);
            }
            Admission::Taken(taken) => taken,
        };
        again.extend(self.greet(&key, session));
        for message in messages {
            match service::handle(&self.dc, &key, session, &message) {
                Service::Done(answers) => replies.extend(answers),
                Service::Again(messages) => again.extend(messages),
                Service::CloseAfter(delay, answers) => {
                    self.close_at = Instant::now().checked_add(delay);
                    replies.extend(answers);
                }
                Service::Request => match self.request(&key, session, &message) {
                    Ok(reply) => replies.push(reply),
                    Err(end) => {
                        self.lose(&key, session, replies);
                        return Err(end);
                    }
                },
            }
        }
        self.writer.send_messages(&key, session, again).await?;
        Ok(self.writer.send(&key, session, replies).await?)
    }

    /// What a session that comes back on this connection may have missed.
    fn greet(&mut self, key: &Key, session: i64) -> Vec<Message> {
        if self.known.len() >= SESSIONS {
            self.known.clear();
        }
        if self.known.insert((key.id, session)) {
            self.shared.subscribers.follow(key, session, &self.outgoing);
            key.sessions().all_unacknowledged(session)
        } else {
            Vec::new()
        }
    }

    /// Carries a request out. One whose answer takes its time holds up nothing else.
    fn request(&self, key: &Arc<Key>, session: i64, message: &Message) -> Result<Reply, End> {
        let caller = Caller { shared: &self.shared, dc: self.dc.id, key, session };
        let Answered { delay, object, delivery, subscribes } = rpc::answer(&caller, &message.body);
        if subscribes {
            self.shared.subscribers.add(key, session, &self.outgoing, self.shared.clock.now());
        }
        let reply = object.map(|object| fitting(message.msg_id, object, delivery));
        let lost = delivery == Delivery::Lost;
        if let Some(delay) = delay {
            key.sessions().get(session).begin(message.msg_id);
            let replies = Vec::from_iter(reply);
            self.send_later(delay, message.msg_id, Outgoing { key: key.clone(), session, replies, lost });
            return Ok(Reply::acknowledgment(message.msg_id));
        }
        match reply {
            Some(reply) if !lost => Ok(reply),
            reply => {
                self.lose(key, session, reply);
                Err(End::Close)
            }
        }
    }

    fn send_later(&self, delay: Duration, request: i64, late: Outgoing) {
        let (outgoing, dc) = (self.outgoing.clone(), self.dc.clone());
        tokio::spawn(async move {
            sleep(delay).await;
            if !late.key.sessions().get(late.session).end(request) {
                return;
            }
            if let Err(mpsc::error::SendError(late)) = outgoing.send(late).await {
                lose(&dc, &late.key, late.session, late.replies);
            }
        });
    }

    async fn pass_on(&mut self, outgoing: Outgoing) -> Result<(), End> {
        let Outgoing { key, session, replies, lost } = outgoing;
        if lost {
            self.lose(&key, session, replies);
            return Err(End::Close);
        }
        Ok(self.writer.send(&key, session, replies).await?)
    }

    fn lose(&self, key: &Key, session: i64, replies: impl IntoIterator<Item = Reply>) {
        lose(&self.dc, key, session, replies);
    }
}

/// Keeps what cannot be sent here until its session comes back.
fn lose(dc: &DcState, key: &Key, session: i64, replies: impl IntoIterator<Item = Reply>) {
    for reply in replies {
        writer::number(dc, key, session, reply);
    }
}

/// The answer, or an error if it does not fit into a frame.
fn fitting(msg_id: i64, object: Vec<u8>, delivery: Delivery) -> Reply {
    let mut reply = Reply::result(msg_id, &gzip::pack(object));
    if reply.body.len() > MAX_CONTAINER {
        tracing::error!(bytes = reply.body.len(), "an answer is too large for one frame");
        reply = Reply::result(msg_id, &RpcError::new(500, "ANSWER_TOO_LARGE").to_bytes());
    }
    if let Delivery::Spoilt(spoil) = delivery {
        reply.spoil = Some(spoil);
    }
    reply
}

impl<W> Drop for Connection<W> {
    fn drop(&mut self) {
        self.shared.subscribers.remove(&self.outgoing);
        self.incoming.close();
        while let Ok(Outgoing { key, session, replies, .. }) = self.incoming.try_recv() {
            lose(&self.dc, &key, session, replies);
        }
    }
}
