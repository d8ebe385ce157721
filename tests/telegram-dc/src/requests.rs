use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// How many requests are remembered.
const REMEMBERED: usize = 100_000;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With a result.
    Answered,
    /// With an error of that name, such as `CHAT_ADMIN_REQUIRED` or `FLOOD_WAIT_30`.
    Refused(String),
    /// The data centre does not know the method: a gap in the stand-in or a mistake in the client.
    Unknown,
    /// The connection was dropped before or after it was carried out, as a fault demanded.
    Dropped,
}

/// One request of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestRecord {
    /// The data centre that was asked.
    pub dc: i32,
    /// The method by Telegram's name, such as `stats.getBroadcastStats`, without `initConnection` and the like.
    pub method: String,
    /// When, by the machine's clock.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
}

/// The requests of all clients on all data centres, oldest first; service messages such as pings are not requests.
#[derive(Clone, Debug, Default)]
pub struct RequestLog {
    records: Arc<Mutex<Vec<RequestRecord>>>,
    harm: Arc<Mutex<Vec<String>>>,
}

impl RequestLog {
    pub(crate) fn add(&self, dc: i32, method: &str, outcome: Outcome) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() >= REMEMBERED {
            records.drain(..REMEMBERED / 10);
        }
        records.push(RequestRecord { dc, method: method.to_owned(), at: Timestamp::now(), outcome });
    }

    pub(crate) fn add_harm(&self, what: String) {
        let mut harm = self.harm.lock().unwrap_or_else(PoisonError::into_inner);
        if harm.len() < REMEMBERED {
            harm.push(what);
        }
    }

    /// What would have changed a channel of the real Telegram though the client only meant to look, in words. A test
    /// asserts that there is none.
    #[must_use]
    pub fn harm(&self) -> Vec<String> {
        self.harm.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All requests so far.
    #[must_use]
    pub fn all(&self) -> Vec<RequestRecord> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a method was asked for, whatever came of it.
    #[must_use]
    pub fn count(&self, method: &str) -> usize {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.iter().filter(|record| record.method == method).count()
    }

    /// The requests that the data centre did not know. A test asserts that there are none.
    #[must_use]
    pub fn unknown(&self) -> Vec<RequestRecord> {
        self.all().into_iter().filter(|record| record.outcome == Outcome::Unknown).collect()
    }

    /// Forgets the requests so far.
    pub fn clear(&self) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.harm.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
