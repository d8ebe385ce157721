//! `gzip_packed`, both ways.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use grammers_tl_types::{Cursor, Deserializable, Serializable};

pub(crate) const GZIP_PACKED: u32 = 0x3072_cfa1;

/// No honest message, with all that is packed inside, is larger than this, in bytes.
pub(crate) const MAX_UNPACKED: u64 = 4 * 1024 * 1024;

/// Answers shorter than this, in bytes, are not worth packing.
const WORTH_PACKING: usize = 1024;

/// The object inside a `gzip_packed` body (constructor included), at most `allowance` bytes, which it is taken off.
pub(crate) fn unpack(body: &[u8], allowance: &mut u64) -> Option<Vec<u8>> {
    let packed = Vec::<u8>::deserialize(&mut Cursor::from_slice(body.get(4..)?)).ok()?;
    let mut object = Vec::new();
    GzDecoder::new(packed.as_slice()).take(*allowance + 1).read_to_end(&mut object).ok()?;
    *allowance = allowance.checked_sub(u64::try_from(object.len()).ok()?)?;
    Some(object)
}

/// The object itself, or packed where that makes it shorter.
pub(crate) fn pack(object: Vec<u8>) -> Vec<u8> {
    if object.len() < WORTH_PACKING {
        return object;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let Ok(packed) = encoder.write_all(&object).and_then(|()| encoder.finish()) else { return object };
    let mut body = GZIP_PACKED.to_le_bytes().to_vec();
    packed.serialize(&mut body);
    if body.len() < object.len() { body } else { object }
}

#[cfg(test)]
mod tests {
    use super::{MAX_UNPACKED, pack, unpack};

    #[test]
    fn there_and_back() {
        let object = b"columns".repeat(1000);
        let packed = pack(object.clone());
        assert!(packed.len() < 200);
        let mut allowance = 10_000;
        assert_eq!(unpack(&packed, &mut allowance).unwrap(), object);
        assert_eq!(allowance, 3_000);
        assert_eq!(unpack(&packed, &mut allowance), None);
        assert_eq!(pack(b"short".to_vec()), b"short");
    }

    #[test]
    fn bombs_and_noise_are_refused() {
        let unpack = |body: &[u8]| unpack(body, &mut MAX_UNPACKED.clone());
        assert_eq!(unpack(&pack(vec![0; 5 * 1024 * 1024])), None);
        assert_eq!(unpack(&[1, 2, 3]), None);
        assert_eq!(unpack(&[0xa1, 0xcf, 0x72, 0x30, 3, 1, 2, 3]), None);
    }
}
