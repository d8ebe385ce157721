//! The plaintext of an encrypted packet: salt, session and one message.

use grammers_tl_types::{Cursor, Deserializable, Serializable};

use super::message::Message;

#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) salt: i64,
    pub(crate) session: i64,
    pub(crate) message: Message,
}

impl Packet {
    /// Reads a decrypted packet; `None` if the lengths inside do not fit or the padding is not 12 to 1024 bytes.
    pub(crate) fn read(plaintext: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::from_slice(plaintext);
        let salt = i64::deserialize(&mut cursor).ok()?;
        let session = i64::deserialize(&mut cursor).ok()?;
        let message = Message::read(&mut cursor, plaintext.len())?;
        (12..=1024).contains(&(plaintext.len() - cursor.pos())).then_some(Self { salt, session, message })
    }

    /// The plaintext without padding.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32 + self.message.body.len());
        self.salt.serialize(&mut bytes);
        self.session.serialize(&mut bytes);
        self.message.write(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Packet;
    use crate::mtproto::message::Message;

    #[test]
    fn there_and_back_with_padding() {
        let message = Message { msg_id: 4, seq_no: 1, body: b"abcd".to_vec() };
        let mut bytes = Packet { salt: 1, session: 2, message }.to_bytes();
        assert!(Packet::read(&bytes).is_none());
        bytes.extend([0; 12]);
        let packet = Packet::read(&bytes).unwrap();
        assert_eq!((packet.salt, packet.session, packet.message.body.as_slice()), (1, 2, &b"abcd"[..]));
        bytes.extend([0; 1024]);
        assert!(Packet::read(&bytes).is_none());
    }
}
