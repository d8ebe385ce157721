//! TCP full transport: length, sequence number, payload, CRC-32.

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The largest frame Telegram and its clients accept, in bytes, with some room for headers.
pub(crate) const MAX_FRAME: usize = 1024 * 1024 + 8 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("the connection failed: {0}")]
    Io(#[from] std::io::Error),
    #[error("a frame of {0} bytes")]
    Length(i32),
    #[error("frame number {got} where {expected} was due")]
    Sequence { expected: i32, got: i32 },
    #[error("a frame with a wrong CRC-32")]
    Crc,
}

/// Takes frames off a stream. Waiting for one may be cancelled without losing bytes.
pub(crate) struct FrameReader<R> {
    stream: R,
    buffer: BytesMut,
    sequence: i32,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, buffer: BytesMut::with_capacity(4096), sequence: 0 }
    }

    /// The payload of the next frame; `None` once the other side has closed.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        loop {
            if let Some(payload) = take(&mut self.buffer, self.sequence)? {
                self.sequence = self.sequence.wrapping_add(1);
                return Ok(Some(payload));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}

fn take(buffer: &mut BytesMut, sequence: i32) -> Result<Option<Vec<u8>>, FrameError> {
    let Some(length) = word(buffer, 0) else { return Ok(None) };
    let size = usize::try_from(length).map_err(|_| FrameError::Length(length))?;
    if !(12..=MAX_FRAME).contains(&size) || !size.is_multiple_of(4) {
        return Err(FrameError::Length(length));
    }
    if buffer.len() < size {
        return Ok(None);
    }
    let frame = buffer.split_to(size);
    let got = word(&frame, 4).unwrap_or_default();
    if word(&frame, size - 4).map(i32::cast_unsigned) != Some(crc32(&frame[..size - 4])) {
        return Err(FrameError::Crc);
    }
    if got != sequence {
        return Err(FrameError::Sequence { expected: sequence, got });
    }
    Ok(Some(frame[8..size - 4].to_vec()))
}

/// One frame around a payload.
pub(crate) fn wrap(payload: &[u8], sequence: i32) -> Vec<u8> {
    let length = i32::try_from(payload.len() + 12).unwrap_or(i32::MAX);
    let mut frame = Vec::with_capacity(payload.len() + 12);
    frame.extend(length.to_le_bytes());
    frame.extend(sequence.to_le_bytes());
    frame.extend(payload);
    let crc = crc32(&frame);
    frame.extend(crc.to_le_bytes());
    frame
}

/// What Telegram sends in place of a frame when it refuses a connection: the negative code as length, number and
/// body.
pub(crate) fn refusal(code: i32) -> Vec<u8> {
    code.wrapping_neg().to_le_bytes().repeat(3)
}

fn word(bytes: &[u8], at: usize) -> Option<i32> {
    bytes.get(at..at + 4)?.try_into().ok().map(i32::from_le_bytes)
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::{FrameError, FrameReader, wrap};

    #[tokio::test]
    async fn frames_come_back_in_order() {
        let bytes = [wrap(b"abcd", 0), wrap(b"efghijkl", 1)].concat();
        let mut reader = FrameReader::new(bytes.as_slice());
        assert_eq!(reader.next().await.unwrap().unwrap(), b"abcd");
        assert_eq!(reader.next().await.unwrap().unwrap(), b"efghijkl");
        assert!(reader.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_flipped_bit_and_a_skipped_number_are_refused() {
        let mut bytes = wrap(b"abcd", 0);
        bytes[9] ^= 1;
        assert!(matches!(FrameReader::new(bytes.as_slice()).next().await, Err(FrameError::Crc)));
        let skipped = wrap(b"abcd", 1);
        let answer = FrameReader::new(skipped.as_slice()).next().await;
        assert!(matches!(answer, Err(FrameError::Sequence { expected: 0, got: 1 })));
    }

    #[tokio::test]
    async fn absurd_lengths_are_refused_before_anything_is_read() {
        for length in [-1, 0, 11, 13, i32::MAX] {
            let bytes = length.to_le_bytes();
            assert!(matches!(FrameReader::new(bytes.as_slice()).next().await, Err(FrameError::Length(_))));
        }
    }
}
