//! Small pictures in JPEG that any program can read: mosaics of blocks with one colour each.
//!
//! A block with one colour has no frequencies but the lowest, so the whole of baseline JPEG comes down to a few fixed
//! tables and a run of differences.

/// A picture's side is so many pixels for each block.
pub(crate) const BLOCK: u16 = 8;

/// Quantises the lowest frequency, which is eight times the colour, to the colour itself.
const QUANTISER: [u8; 64] = [8; 64];

/// One Huffman code of four bits for each size of a difference (0 to 8 bits), and one of one bit for "nothing more".
const SIZES: [u8; 16] = [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const NOTHING_MORE: [u8; 16] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A picture of `wide` by `high` blocks; `color` says how bright, blue and red a block is (YCbCr).
pub(crate) fn mosaic(wide: u16, high: u16, color: impl Fn(u16, u16) -> [u8; 3]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    segment(&mut file, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(&mut file, 0xdb, &[&[0][..], &QUANTISER].concat());
    let ([top, bottom], [left, right]) = ((high * BLOCK).to_be_bytes(), (wide * BLOCK).to_be_bytes());
    let planes = [3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    segment(&mut file, 0xc0, &[&[8, top, bottom, left, right][..], &planes].concat());
    segment(&mut file, 0xc4, &[&[0x00][..], &SIZES, &[0, 1, 2, 3, 4, 5, 6, 7, 8]].concat());
    segment(&mut file, 0xc4, &[&[0x10][..], &NOTHING_MORE, &[0]].concat());
    segment(&mut file, 0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    let mut bits = Bits { file, pending: 0, count: 0 };
    let mut before = [128; 3];
    for row in 0..high {
        for column in 0..wide {
            let now = color(column, row);
            for (plane, value) in now.into_iter().enumerate() {
                bits.difference(i32::from(value) - i32::from(before[plane]));
                bits.push(0, 1);
            }
            before = now;
        }
    }
    let mut file = bits.finish();
    file.extend([0xff, 0xd9]);
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, body: &[u8]) {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend(body);
}

/// The entropy-coded part, bit by bit.
struct Bits {
    file: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// The size of a difference, then the difference itself: negative ones less one, in so many bits.
    fn difference(&mut self, difference: i32) {
        let size = 32 - difference.unsigned_abs().leading_zeros();
        self.push(size, 4);
        let coded = if difference < 0 { difference - 1 } else { difference };
        self.push(coded.cast_unsigned() & ((1 << size) - 1), size);
    }

    fn push(&mut self, value: u32, count: u32) {
        self.pending = self.pending << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let [.., byte] = (self.pending >> self.count).to_be_bytes();
            self.file.push(byte);
            // A byte of ones would be taken for a marker.
            if byte == 0xff {
                self.file.push(0);
            }
        }
        self.pending &= (1 << self.count) - 1;
    }

    /// Fills the last byte with ones.
    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            let missing = 8 - self.count;
            self.push((1 << missing) - 1, missing);
        }
        self.file
    }
}

#[cfg(test)]
mod tests {
    use super::mosaic;

    #[test]
    fn a_picture_has_its_frame_its_size_and_no_stray_markers() {
        let file = mosaic(3, 2, |column, row| {
            [if column % 2 == 0 { 0 } else { 255 }, 90, 40 + 90 * u8::from(row > 0)]
        });
        assert_eq!(&file[..4], [0xff, 0xd8, 0xff, 0xe0]);
        assert_eq!(&file[file.len() - 2..], [0xff, 0xd9]);
        let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        assert_eq!(&file[frame + 5..frame + 9], [0, 16, 0, 24]);
        let scan = file.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap() + 14;
        let data = &file[scan..file.len() - 2];
        assert!(data.windows(2).all(|pair| pair[0] != 0xff || pair[1] == 0));
    }
}
