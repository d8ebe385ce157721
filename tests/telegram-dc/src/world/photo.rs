//! Which photos there are: of channels, and in messages.

use super::Dice;

/// What a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhotoOf {
    /// A channel.
    Channel(i64),
    /// Whatever a message of a channel is about.
    Message { channel: i64, message: i32 },
    /// Whatever a story of a channel is about.
    Story { channel: i64, story: i32 },
}

/// Telegram's id of a photo, from which follows what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PhotoId(pub(crate) i64);

/// All ids have this bit, and 28 bits for the message, or for the story beside a bit that says so.
const MARK: i64 = 1 << 60;
const MESSAGE_BITS: u32 = 28;
const MESSAGES: i64 = (1 << MESSAGE_BITS) - 1;
const STORY: i64 = 1 << (MESSAGE_BITS - 1);

impl PhotoId {
    pub(crate) fn of(subject: PhotoOf) -> Self {
        let (channel, message) = match subject {
            PhotoOf::Channel(channel) => (channel, 0),
            PhotoOf::Message { channel, message } => (channel, i64::from(message)),
            PhotoOf::Story { channel, story } => (channel, STORY | i64::from(story)),
        };
        Self(MARK | channel << MESSAGE_BITS | message)
    }

    pub(crate) fn subject(self) -> Option<PhotoOf> {
        if self.0 & !(MARK - 1) != MARK {
            return None;
        }
        let (channel, message) = ((self.0 & !MARK) >> MESSAGE_BITS, self.0 & MESSAGES);
        let number = i32::try_from(message & !STORY).ok()?;
        let subject = match (message & STORY, number) {
            (0, 0) => PhotoOf::Channel(channel),
            (0, message) => PhotoOf::Message { channel, message },
            (_, story) => PhotoOf::Story { channel, story },
        };
        (Self::of(subject) == self).then_some(subject)
    }
}

/// For how many days after the one it was given out on a file reference is good.
const REFERENCE_DAYS: i64 = 1;

/// What must accompany a file's id besides the access hash, and changes every day.
pub(crate) fn file_reference(seed: u64, id: i64, now: i64) -> Vec<u8> {
    let day = u32::try_from(now.div_euclid(86_400)).unwrap_or(0);
    let seal = Dice::new(seed, "file reference", id, day).number();
    [&day.to_le_bytes()[..], &seal.to_le_bytes()].concat()
}

/// Whether a file reference was given out for that file, and lately.
pub(crate) fn is_reference_good(seed: u64, id: i64, reference: &[u8], now: i64) -> bool {
    (0..=REFERENCE_DAYS).any(|ago| file_reference(seed, id, now - ago * 86_400) == reference)
}

#[cfg(test)]
mod tests {
    use super::{PhotoId, PhotoOf, file_reference, is_reference_good};

    #[test]
    fn ids_say_what_they_are_of_and_references_age() {
        for subject in [
            PhotoOf::Channel(1_420_000_001),
            PhotoOf::Message { channel: 1_420_000_002, message: 7_001 },
            PhotoOf::Story { channel: 1_420_000_002, story: 7_001 },
        ] {
            assert_eq!(PhotoId::of(subject).subject(), Some(subject));
        }
        assert_eq!(PhotoId(5).subject(), None);
        assert_eq!(PhotoId(-5).subject(), None);
        let now = 1_800_000_000;
        let reference = file_reference(7, 5, now);
        assert!(is_reference_good(7, 5, &reference, now));
        assert!(is_reference_good(7, 5, &reference, now + 86_400));
        assert!(!is_reference_good(7, 5, &reference, now + 2 * 86_400));
        assert!(!is_reference_good(7, 6, &reference, now));
    }
}
