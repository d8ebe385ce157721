//! A client made of bytes, to say what grammers never would.

use std::time::Duration;

use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};
use grammers_tl_types::{Cursor, Deserializable, Serializable};
use jiff::Timestamp;
use telegram_dc::DataCentre;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Raw {
    stream: TcpStream,
    key: AuthKey,
    sent: i32,
    pub(crate) salt: i64,
    pub(crate) session: i64,
}

/// What came: a constructor and its fields.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) constructor: u32,
    pub(crate) fields: Vec<u8>,
}

impl Raw {
    pub(crate) async fn connect(centre: &DataCentre) -> Self {
        let dc = centre.access().dc(2).unwrap();
        let stream = TcpStream::connect((dc.host.as_str(), dc.port)).await.unwrap();
        let key = AuthKey::from_bytes(centre.access().ready_key(2).unwrap());
        Self { stream, key, sent: 0, salt: 0, session: 77 }
    }

    pub(crate) fn with_key(mut self, bytes: [u8; 256]) -> Self {
        self.key = AuthKey::from_bytes(bytes);
        self
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

    pub(crate) fn encrypt(&self, msg_id: i64, body: &[u8]) -> Vec<u8> {
        let mut buffer = DequeBuffer::with_capacity(body.len() + 128, 64);
        let mut plaintext = Vec::new();
        self.salt.serialize(&mut plaintext);
        self.session.serialize(&mut plaintext);
        msg_id.serialize(&mut plaintext);
        1_i32.serialize(&mut plaintext);
        i32::try_from(body.len()).unwrap().serialize(&mut plaintext);
        plaintext.extend(body);
        buffer.extend(plaintext);
        encrypt_data_v2(&mut buffer, &self.key);
        buffer.as_ref().to_vec()
    }

    pub(crate) async fn send(&mut self, msg_id: i64, body: &[u8]) {
        let payload = self.encrypt(msg_id, body);
        let frame = self.frame(&payload);
        self.write(&frame).await;
    }

    /// The next messages, containers opened; empty once the connection has closed.
    pub(crate) async fn receive(&mut self) -> Vec<Answer> {
        let mut length = [0; 4];
        if timeout(PATIENCE, self.stream.read_exact(&mut length)).await.expect("an answer").is_err() {
            return Vec::new();
        }
        let length = i32::from_le_bytes(length);
        assert!(length > 0, "refused with {length}");
        let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
        self.stream.read_exact(&mut rest).await.unwrap();
        let end = rest.len() - 4;
        let plaintext = decrypt_data_v2(&mut rest[4..end], &self.key).unwrap();
        let mut cursor = Cursor::from_slice(plaintext);
        i64::deserialize(&mut cursor).unwrap();
        assert_eq!(i64::deserialize(&mut cursor).unwrap(), self.session);
        let body = message(&mut cursor);
        if body[..4] != 0x73f1_f8dc_u32.to_le_bytes() {
            return vec![answer(&body)];
        }
        let mut cursor = Cursor::from_slice(&body[4..]);
        let count = i32::deserialize(&mut cursor).unwrap();
        (0..count).map(|_| answer(&message(&mut cursor))).collect()
    }

    /// Whether the other side has closed, perhaps after a few last bytes.
    pub(crate) async fn is_closed(&mut self) -> bool {
        let mut last = Vec::new();
        timeout(PATIENCE, self.stream.read_to_end(&mut last)).await.is_ok()
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
}

fn message(cursor: &mut Cursor<'_>) -> Vec<u8> {
    i64::deserialize(cursor).unwrap();
    i32::deserialize(cursor).unwrap();
    let mut body = vec![0; usize::try_from(i32::deserialize(cursor).unwrap()).unwrap()];
    cursor.read_exact(&mut body).unwrap();
    body
}

fn answer(body: &[u8]) -> Answer {
    Answer { constructor: u32::from_le_bytes(body[..4].try_into().unwrap()), fields: body[4..].to_vec() }
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
