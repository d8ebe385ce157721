//! A client made of bytes, to say what grammers never would.

use std::time::Duration;

use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};
use grammers_tl_types::{Cursor, Deserializable, Serializable, enums as e, types as t};
use jiff::Timestamp;
use telegram_dc::DataCentre;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(5);

const CONTAINER: u32 = 0x73f1_f8dc;
const ACKNOWLEDGMENT: u32 = 0x62d6_b459;

pub(crate) struct Raw {
    dc: i32,
    stream: TcpStream,
    key: AuthKey,
    sent: i32,
    /// How many messages that want to be acknowledged the session has sent.
    pub(crate) content: i32,
    pub(crate) salt: i64,
    pub(crate) session: i64,
}

/// What came: a constructor and its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) msg_id: i64,
    pub(crate) seq_no: i32,
    pub(crate) constructor: u32,
    pub(crate) fields: Vec<u8>,
}

impl Answer {
    /// The id that the fields begin with.
    pub(crate) fn about(&self) -> i64 {
        i64::from_le_bytes(self.fields[..8].try_into().unwrap())
    }
}

impl Raw {
    /// At home, signed in.
    pub(crate) async fn connect(centre: &DataCentre) -> Self {
        Self::connect_to(centre, 2).await
    }

    /// With the ready key of a data centre.
    pub(crate) async fn connect_to(centre: &DataCentre, dc: i32) -> Self {
        let key = centre.access().ready_key(dc).unwrap();
        Self {
            dc,
            stream: dial(centre, dc).await,
            key: AuthKey::from_bytes(key),
            sent: 0,
            content: 0,
            salt: 0,
            session: 77,
        }
    }

    pub(crate) fn with_key(mut self, bytes: [u8; 256]) -> Self {
        self.key = AuthKey::from_bytes(bytes);
        self
    }

    /// The same session on a new connection.
    pub(crate) async fn reconnect(&mut self, centre: &DataCentre) {
        self.stream = dial(centre, self.dc).await;
        self.sent = 0;
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    pub(crate) fn frame(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut frame = i32::try_from(payload.len() + 12).unwrap().to_le_bytes().to_vec();
        frame.extend(self.sent.to_le_bytes());
        frame.extend(payload);
        let mut crc = flate2::Crc::new();
        crc.update(&frame);
        frame.extend(crc.sum().to_le_bytes());
        self.sent += 1;
        frame
    }

    /// The sequence number that a body of that kind gets.
    pub(crate) fn seq_no(&mut self, body: &[u8]) -> i32 {
        let constructor = body.first_chunk().copied().map_or(0, u32::from_le_bytes);
        let content = ![CONTAINER, ACKNOWLEDGMENT].contains(&constructor);
        let number = self.content * 2 + i32::from(content);
        self.content += i32::from(content);
        number
    }

    pub(crate) fn encrypt(&mut self, msg_id: i64, body: &[u8]) -> Vec<u8> {
        let seq_no = self.seq_no(body);
        self.encrypt_as(msg_id, seq_no, body)
    }

    pub(crate) fn encrypt_as(&self, msg_id: i64, seq_no: i32, body: &[u8]) -> Vec<u8> {
        self.encrypt_message(&message(msg_id, seq_no, body))
    }

    /// A packet around whatever takes the message's place.
    pub(crate) fn encrypt_message(&self, message: &[u8]) -> Vec<u8> {
        let mut buffer = DequeBuffer::with_capacity(message.len() + 128, 64);
        let mut plaintext = Vec::new();
        self.salt.serialize(&mut plaintext);
        self.session.serialize(&mut plaintext);
        plaintext.extend(message);
        buffer.extend(plaintext);
        encrypt_data_v2(&mut buffer, &self.key);
        buffer.as_ref().to_vec()
    }

    pub(crate) async fn send(&mut self, msg_id: i64, body: &[u8]) {
        let seq_no = self.seq_no(body);
        self.send_as(msg_id, seq_no, body).await;
    }

    pub(crate) async fn send_as(&mut self, msg_id: i64, seq_no: i32, body: &[u8]) {
        let payload = self.encrypt_as(msg_id, seq_no, body);
        let frame = self.frame(&payload);
        self.write(&frame).await;
    }

    /// The next messages, containers opened; empty once the connection has closed.
    pub(crate) async fn receive(&mut self) -> Vec<Answer> {
        self.try_receive().await.expect("an answer")
    }

    /// As `receive`; `None` if nothing comes in time.
    pub(crate) async fn try_receive(&mut self) -> Option<Vec<Answer>> {
        timeout(PATIENCE, self.next()).await.ok()
    }

    /// As `receive`, but nothing may come for a while.
    pub(crate) async fn hears_nothing(&mut self) -> bool {
        timeout(Duration::from_millis(300), self.next()).await.is_err()
    }

    async fn next(&mut self) -> Vec<Answer> {
        let mut length = [0; 4];
        if self.stream.read_exact(&mut length).await.is_err() {
            return Vec::new();
        }
        let length = i32::from_le_bytes(length);
        assert!(length > 0, "refused with {length}");
        let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
        if self.stream.read_exact(&mut rest).await.is_err() {
            return Vec::new();
        }
        let end = rest.len() - 4;
        let plaintext = decrypt_data_v2(&mut rest[4..end], &self.key).unwrap();
        let mut cursor = Cursor::from_slice(plaintext);
        i64::deserialize(&mut cursor).unwrap();
        assert_eq!(i64::deserialize(&mut cursor).unwrap(), self.session);
        let outer = answer(&mut cursor);
        if outer.constructor != CONTAINER {
            return vec![outer];
        }
        let mut cursor = Cursor::from_slice(&outer.fields);
        let count = i32::deserialize(&mut cursor).unwrap();
        (0..count).map(|_| answer(&mut cursor)).collect()
    }

    /// Says that messages have arrived.
    pub(crate) async fn acknowledge(&mut self, answers: &[Answer]) {
        let msg_ids = answers.iter().map(|answer| answer.msg_id).collect();
        self.send(msg_id_now(), &e::MsgsAck::Ack(t::MsgsAck { msg_ids }).to_bytes()).await;
    }

    /// Whether the other side has closed, perhaps after a few last bytes.
    pub(crate) async fn is_closed(&mut self) -> bool {
        let mut last = Vec::new();
        timeout(PATIENCE, self.stream.read_to_end(&mut last)).await.is_ok()
    }

    /// Says nothing more, and waits until the other side has closed too.
    pub(crate) async fn finish(&mut self) -> bool {
        let _ = self.stream.shutdown().await;
        self.is_closed().await
    }

    /// The first four bytes as a number: negative where Telegram refuses.
    pub(crate) async fn refusal(&mut self) -> i32 {
        timeout(PATIENCE, self.stream.read_i32_le()).await.expect("an answer").unwrap()
    }

    /// Learns the salt by being told that it is wrong.
    pub(crate) async fn learn_salt(&mut self) {
        self.send(msg_id_now(), &ping(1)).await;
        let answers = self.receive().await;
        assert_eq!(answers[0].constructor, 0xedab_447b, "{answers:?}");
        self.salt = i64::from_le_bytes(answers[0].fields[16..24].try_into().unwrap());
    }

    /// A session that has been greeted.
    pub(crate) async fn begin(&mut self) {
        self.learn_salt().await;
        self.send(msg_id_now(), &ping(1)).await;
        let greeting = self.receive().await;
        self.acknowledge(&greeting).await;
        self.send(msg_id_now(), &ping(2)).await;
        assert_eq!(self.receive().await.len(), 1, "the acknowledgment has arrived before the ping");
    }
}

async fn dial(centre: &DataCentre, dc: i32) -> TcpStream {
    let dc = centre.access().dc(dc).unwrap();
    let stream = TcpStream::connect((dc.host.as_str(), dc.port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// A message as it stands in a packet or a container.
pub(crate) fn message(msg_id: i64, seq_no: i32, body: &[u8]) -> Vec<u8> {
    let mut message = msg_id.to_bytes();
    seq_no.serialize(&mut message);
    i32::try_from(body.len()).unwrap().serialize(&mut message);
    message.extend(body);
    message
}

pub(crate) fn container(messages: &[Vec<u8>]) -> Vec<u8> {
    let count = i32::try_from(messages.len()).unwrap();
    [CONTAINER.to_bytes(), count.to_bytes(), messages.concat()].concat()
}

fn answer(cursor: &mut Cursor<'_>) -> Answer {
    let msg_id = i64::deserialize(cursor).unwrap();
    let seq_no = i32::deserialize(cursor).unwrap();
    let mut body = vec![0; usize::try_from(i32::deserialize(cursor).unwrap()).unwrap()];
    cursor.read_exact(&mut body).unwrap();
    let constructor = u32::from_le_bytes(body[..4].try_into().unwrap());
    Answer { msg_id, seq_no, constructor, fields: body[4..].to_vec() }
}

pub(crate) fn ping(id: i64) -> Vec<u8> {
    grammers_tl_types::functions::Ping { ping_id: id }.to_bytes()
}

pub(crate) fn msg_id_at(moment: Timestamp) -> i64 {
    moment.as_second() << 32 | i64::from(moment.subsec_nanosecond()) << 2
}

pub(crate) fn msg_id_now() -> i64 {
    msg_id_at(Timestamp::now())
}
