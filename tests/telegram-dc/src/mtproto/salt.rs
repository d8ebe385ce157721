//! Server salts: a new one each half hour of the data centre's time, valid for an hour, different for each key. The
//! `turn` counts the changes out of turn, each of which makes all other salts invalid.

use grammers_tl_types::types::FutureSalt;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

const EVERY: i64 = 1800;
const VALID: i64 = 3600;

fn numbered(key_id: [u8; 8], turn: u64, slot: i64) -> i64 {
    let digest = Sha256::new()
        .chain_update(b"salt")
        .chain_update(key_id)
        .chain_update(turn.to_le_bytes())
        .chain_update(slot.to_le_bytes());
    let mut salt = [0; 8];
    salt.copy_from_slice(&digest.finalize()[..8]);
    i64::from_le_bytes(salt) | 1
}

/// The salt to use now.
pub(crate) fn current(key_id: [u8; 8], turn: u64, now: Timestamp) -> i64 {
    numbered(key_id, turn, now.as_second() / EVERY)
}

/// Whether a client may use this salt now.
pub(crate) fn accepts(key_id: [u8; 8], turn: u64, now: Timestamp, salt: i64) -> bool {
    let slot = now.as_second() / EVERY;
    salt == numbered(key_id, turn, slot) || salt == numbered(key_id, turn, slot - 1)
}

/// The salt of now and those to come; at least two, at most 64.
pub(crate) fn upcoming(key_id: [u8; 8], turn: u64, now: Timestamp, wanted: i32) -> Vec<FutureSalt> {
    let slot = now.as_second() / EVERY;
    (0..i64::from(wanted.clamp(2, 64)))
        .map(|ahead| FutureSalt {
            valid_since: seconds((slot + ahead) * EVERY),
            valid_until: seconds((slot + ahead) * EVERY + VALID),
            salt: numbered(key_id, turn, slot + ahead),
        })
        .collect()
}

fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{accepts, current, upcoming};

    #[test]
    fn a_salt_outlives_its_successors_first_half_hour() {
        let (key, now) = ([3; 8], Timestamp::now());
        let salt = current(key, 0, now);
        assert!(salt != 0 && accepts(key, 0, now, salt));
        assert!(accepts(key, 0, now + SignedDuration::from_mins(30), salt));
        assert!(!accepts(key, 0, now + SignedDuration::from_mins(90), salt));
        assert!(!accepts([4; 8], 0, now, salt) && !accepts(key, 0, now, 0));
        assert!(!accepts(key, 1, now, salt));
    }

    #[test]
    fn the_first_of_the_upcoming_is_valid_now() {
        let now = Timestamp::now();
        let salts = upcoming([3; 8], 2, now, 1);
        assert_eq!(salts.len(), 2);
        assert!(i64::from(salts[0].valid_since) <= now.as_second());
        assert_eq!(salts[0].salt, current([3; 8], 2, now));
    }
}
