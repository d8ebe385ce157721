//! Login codes that have been sent and not yet used.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::RpcError;
use crate::access::hex;

/// How long a code is good for, in world time.
pub(crate) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// So many codes are sent to one phone within [`FLOOD_TIME`] of world time.
const MOST: usize = 10;
const FLOOD_TIME: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Default)]
pub(crate) struct SentCodes(Mutex<Codes>);

#[derive(Debug, Default)]
struct Codes {
    /// By `phone_code_hash`.
    open: HashMap<String, Sent>,
    /// To which phone, and when.
    log: Vec<(String, Timestamp)>,
}

#[derive(Debug)]
struct Sent {
    phone: String,
    /// The key that asked for it: no other one can use it.
    key: [u8; 8],
    at: Timestamp,
    again: bool,
}

impl SentCodes {
    /// Sends a code to a phone; the hash that goes with it.
    pub(crate) fn send(&self, phone: &str, key: [u8; 8], now: Timestamp) -> Result<String, RpcError> {
        let mut codes = self.lock();
        codes.open.retain(|_, sent| now.duration_since(sent.at) < CODE_LIFE);
        codes.log.retain(|(_, at)| now.duration_since(*at) < FLOOD_TIME);
        if codes.log.iter().filter(|(to, _)| to == phone).count() >= MOST {
            return Err(RpcError::new(400, "PHONE_NUMBER_FLOOD"));
        }
        codes.log.push((phone.to_owned(), now));
        let hash = hex(&rand::random::<[u8; 9]>());
        codes.open.insert(hash.clone(), Sent { phone: phone.to_owned(), key, at: now, again: false });
        Ok(hash)
    }

    /// Sends it another way, which works once.
    pub(crate) fn send_again(
        &self,
        hash: &str,
        phone: &str,
        key: [u8; 8],
        now: Timestamp,
    ) -> Result<(), RpcError> {
        let mut codes = self.lock();
        let sent = codes.find(hash, phone, key, now)?;
        if sent.again {
            return Err(RpcError::new(406, "SEND_CODE_UNAVAILABLE"));
        }
        (sent.again, sent.at) = (true, now);
        Ok(())
    }

    /// Whether a code that goes with that hash is still good.
    pub(crate) fn check(
        &self,
        hash: &str,
        phone: &str,
        key: [u8; 8],
        now: Timestamp,
    ) -> Result<(), RpcError> {
        self.lock().find(hash, phone, key, now).map(|_| ())
    }

    pub(crate) fn forget(&self, hash: &str) {
        self.lock().open.remove(hash);
    }

    fn lock(&self) -> MutexGuard<'_, Codes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Codes {
    fn find(&mut self, hash: &str, phone: &str, key: [u8; 8], now: Timestamp) -> Result<&mut Sent, RpcError> {
        self.open
            .get_mut(hash)
            .filter(|sent| sent.phone == phone && sent.key == key && now.duration_since(sent.at) < CODE_LIFE)
            .ok_or_else(|| RpcError::new(400, "PHONE_CODE_EXPIRED"))
    }
}
