//! Messages and containers, as bytes.

use grammers_tl_types::{Cursor, Deserializable, Serializable};

use super::gzip;

pub(crate) const MSG_CONTAINER: u32 = 0x73f1_f8dc;
pub(crate) const RPC_RESULT: u32 = 0xf35c_6d01;

/// Telegram accepts about this many messages in one container.
const MAX_MESSAGES: usize = 1020;

/// One message as it was received: its constructor is the first four bytes of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) msg_id: i64,
    pub(crate) seq_no: i32,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// Reads one message; the cursor then stands behind it.
    pub(crate) fn read(cursor: &mut Cursor<'_>, available: usize) -> Option<Self> {
        let msg_id = i64::deserialize(cursor).ok()?;
        let seq_no = i32::deserialize(cursor).ok()?;
        let length = usize::try_from(i32::deserialize(cursor).ok()?).ok()?;
        if length > available || length < 4 || !length.is_multiple_of(4) {
            return None;
        }
        let mut body = vec![0; length];
        cursor.read_exact(&mut body).ok()?;
        Some(Self { msg_id, seq_no, body })
    }

    pub(crate) fn constructor(&self) -> u32 {
        constructor(&self.body)
    }

    /// The messages of a container, or this one alone, with `gzip_packed` bodies unpacked. `None` for a container
    /// that Telegram would call invalid.
    pub(crate) fn flatten(self) -> Option<Vec<Self>> {
        let mut allowance = gzip::MAX_UNPACKED;
        let message = self.unpacked(&mut allowance)?;
        if message.constructor() != MSG_CONTAINER {
            return Some(vec![message]);
        }
        let mut cursor = Cursor::from_slice(&message.body[4..]);
        let count = usize::try_from(i32::deserialize(&mut cursor).ok()?).ok()?;
        if count > MAX_MESSAGES {
            return None;
        }
        (0..count)
            .map(|_| {
                let inner = Self::read(&mut cursor, message.body.len())?.unpacked(&mut allowance)?;
                (inner.constructor() != MSG_CONTAINER && inner.msg_id < message.msg_id).then_some(inner)
            })
            .collect()
    }

    fn unpacked(mut self, allowance: &mut u64) -> Option<Self> {
        if self.constructor() == gzip::GZIP_PACKED {
            self.body = gzip::unpack(&self.body, allowance)?;
        }
        (self.body.len() >= 4).then_some(self)
    }

    pub(crate) fn write(&self, buffer: &mut Vec<u8>) {
        self.msg_id.serialize(buffer);
        self.seq_no.serialize(buffer);
        i32::try_from(self.body.len()).unwrap_or(i32::MAX).serialize(buffer);
        buffer.extend(&self.body);
    }
}

/// The first four bytes of an object.
pub(crate) fn constructor(body: &[u8]) -> u32 {
    body.first_chunk().copied().map_or(0, u32::from_le_bytes)
}

/// The body of a container of messages.
pub(crate) fn container(messages: &[Message]) -> Vec<u8> {
    let mut body = MSG_CONTAINER.to_le_bytes().to_vec();
    i32::try_from(messages.len()).unwrap_or(i32::MAX).serialize(&mut body);
    messages.iter().for_each(|message| message.write(&mut body));
    body
}

#[cfg(test)]
mod tests {
    use super::{Message, container};

    fn message(msg_id: i64, body: &[u8]) -> Message {
        Message { msg_id, seq_no: 1, body: body.to_vec() }
    }

    #[test]
    fn a_container_gives_its_messages() {
        let outer = message(100, &container(&[message(4, b"abcd"), message(8, b"efgh")]));
        assert_eq!(outer.flatten().unwrap(), [message(4, b"abcd"), message(8, b"efgh")]);
        assert_eq!(message(4, b"abcd").flatten().unwrap(), [message(4, b"abcd")]);
    }

    #[test]
    fn many_small_bombs_are_refused_as_a_large_one_is() {
        let bomb = crate::mtproto::gzip::pack(vec![0; 1024 * 1024]);
        let container = |count: i64| {
            let bombs: Vec<_> = (1..=count).map(|id| message(id * 4, &bomb)).collect();
            message(10_000, &container(&bombs)).flatten()
        };
        assert_eq!(container(4).unwrap().len(), 4);
        assert_eq!(container(5), None);
    }

    #[test]
    fn bad_containers_are_invalid() {
        let nested = container(&[message(4, &container(&[message(2, b"abcd")]))]);
        assert_eq!(message(100, &nested).flatten(), None);
        assert_eq!(message(4, &container(&[message(8, b"abcd")])).flatten(), None);
        let mut cut = container(&[message(4, b"abcdefgh")]);
        cut.truncate(cut.len() - 4);
        assert_eq!(message(100, &cut).flatten(), None);
        assert_eq!(message(100, &[0xdc, 0xf8, 0xf1, 0x73, 255, 255, 255, 127]).flatten(), None);
    }
}
