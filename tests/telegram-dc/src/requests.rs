use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// How many requests are remembered one by one, and how many unknown ones besides.
const REMEMBERED: usize = 100_000;
const UNKNOWN_REMEMBERED: usize = 1_000;

/// So many names of methods, and as many of errors, are told apart.
const NAMES: usize = 4_096;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
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
    /// The id of the user whose key it was asked with; `None` for a key that nobody is signed in with.
    pub account: Option<i64>,
    /// The data centre that was asked.
    pub dc: i32,
    /// The method by Telegram's name, such as `stats.getBroadcastStats`, without `initConnection` and the like.
    pub method: String,
    /// When, by the machine's clock.
    pub at: Timestamp,
    /// When, by the world's clock.
    pub world_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether the account had been told to wait and the time was not up (world time). The request that is told so
    /// first is not inside.
    pub inside_flood_wait: bool,
}

/// How often an account has asked for a method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MethodCount {
    /// As in [`RequestRecord`].
    pub account: Option<i64>,
    /// As in [`RequestRecord`].
    pub method: String,
    /// How often, whatever came of it.
    pub count: u64,
    /// How often before a flood wait was over.
    pub inside_flood_wait: u64,
    /// The first time, by the machine's clock.
    pub first_at: Timestamp,
    /// The last time, by the machine's clock.
    pub last_at: Timestamp,
}

/// The whole log, as `GET /truth/requests` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestSummary {
    /// The last 100,000 requests, oldest first.
    pub requests: Vec<RequestRecord>,
    /// All requests by account and method.
    pub by_method: Vec<MethodCount>,
    /// The number of all requests.
    pub total: u64,
    /// How many of them came before a flood wait was over.
    pub inside_flood_wait: u64,
}

/// Who asks, where and when.
pub(crate) struct Asked {
    pub(crate) account: Option<i64>,
    pub(crate) dc: i32,
    pub(crate) world_at: Timestamp,
}

/// The requests of all clients on all data centres, oldest first; service messages such as pings are not requests.
/// The counts are kept for ever, the requests themselves only as far as memory allows.
#[derive(Clone, Debug, Default)]
pub struct RequestLog {
    ledger: Arc<Mutex<Ledger>>,
    harm: Arc<Mutex<Vec<String>>>,
}

#[derive(Debug, Default)]
struct Ledger {
    lines: VecDeque<Line>,
    unknown: Vec<RequestRecord>,
    methods: Names<String>,
    outcomes: Names<Outcome>,
    counts: BTreeMap<(Option<i64>, u16), Count>,
}

/// A request in few bytes: names by their numbers, times in Unix microseconds.
#[derive(Clone, Copy, Debug)]
struct Line {
    account: Option<i64>,
    at: i64,
    world_at: i64,
    dc: i32,
    method: u16,
    outcome: u16,
    inside: bool,
}

#[derive(Debug)]
struct Count {
    count: u64,
    inside: u64,
    first_at: i64,
    last_at: i64,
}

/// Values by their numbers. What comes after the last number is all the same.
#[derive(Debug)]
struct Names<T> {
    values: Vec<T>,
    numbers: HashMap<T, u16>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    /// The value's number; that of `other` if there are too many values already.
    fn number(&mut self, value: T, other: impl Fn() -> T) -> u16 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let value = if self.values.len() < NAMES { value } else { other() };
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u16::try_from(self.values.len()).unwrap_or(u16::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

impl Ledger {
    fn record(&self, line: &Line) -> RequestRecord {
        RequestRecord {
            account: line.account,
            dc: line.dc,
            method: self.methods.values[usize::from(line.method)].clone(),
            at: moment(line.at),
            world_at: moment(line.world_at),
            outcome: self.outcomes.values[usize::from(line.outcome)].clone(),
            inside_flood_wait: line.inside,
        }
    }
}

fn moment(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}

impl RequestLog {
    pub(crate) fn add(&self, asked: &Asked, method: &str, outcome: Outcome, inside: bool) {
        let mut ledger = self.ledger();
        let at = Timestamp::now().as_microsecond();
        let world_at = asked.world_at.as_microsecond();
        let method = ledger.methods.number(method.to_owned(), || "(others)".to_owned());
        let is_unknown = outcome == Outcome::Unknown;
        let outcome = ledger.outcomes.number(outcome, || Outcome::Refused("(others)".to_owned()));
        let (account, dc) = (asked.account, asked.dc);
        let line = Line { account, at, world_at, dc, method, outcome, inside };
        if ledger.lines.len() >= REMEMBERED {
            ledger.lines.pop_front();
        }
        ledger.lines.push_back(line);
        if is_unknown && ledger.unknown.len() < UNKNOWN_REMEMBERED {
            let record = ledger.record(&line);
            ledger.unknown.push(record);
        }
        let none = Count { count: 0, inside: 0, first_at: at, last_at: at };
        let count = ledger.counts.entry((account, method)).or_insert(none);
        count.count += 1;
        count.inside += u64::from(inside);
        count.last_at = at;
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

    /// The last 100,000 requests, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<RequestRecord> {
        let ledger = self.ledger();
        ledger.lines.iter().map(|line| ledger.record(line)).collect()
    }

    /// How often a method was asked for, whatever came of it.
    #[must_use]
    pub fn count(&self, method: &str) -> usize {
        let counts = self.by_method();
        let count: u64 = counts.iter().filter(|one| one.method == method).map(|one| one.count).sum();
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// How often an account has asked for a method so far.
    pub(crate) fn count_of(&self, account: Option<i64>, method: &str) -> u64 {
        let ledger = self.ledger();
        let count =
            ledger.methods.numbers.get(method).and_then(|number| ledger.counts.get(&(account, *number)));
        count.map_or(0, |count| count.count)
    }

    /// All requests by account and method.
    #[must_use]
    pub fn by_method(&self) -> Vec<MethodCount> {
        let ledger = self.ledger();
        let counts = ledger.counts.iter().map(|((account, method), count)| MethodCount {
            account: *account,
            method: ledger.methods.values[usize::from(*method)].clone(),
            count: count.count,
            inside_flood_wait: count.inside,
            first_at: moment(count.first_at),
            last_at: moment(count.last_at),
        });
        counts.collect()
    }

    /// The log and its sums.
    #[must_use]
    pub fn summary(&self) -> RequestSummary {
        let by_method = self.by_method();
        RequestSummary {
            total: by_method.iter().map(|one| one.count).sum(),
            inside_flood_wait: by_method.iter().map(|one| one.inside_flood_wait).sum(),
            requests: self.all(),
            by_method,
        }
    }

    /// How many requests came before a flood wait was over.
    #[must_use]
    pub fn inside_flood_wait(&self) -> u64 {
        self.ledger().counts.values().map(|count| count.inside).sum()
    }

    /// The first 1,000 requests that the data centre did not know. A test asserts that there are none.
    #[must_use]
    pub fn unknown(&self) -> Vec<RequestRecord> {
        self.ledger().unknown.clone()
    }

    /// Forgets the requests so far, and their counts.
    pub fn clear(&self) {
        self.harm.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.ledger() = Ledger::default();
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Asked, NAMES, Outcome, REMEMBERED, RequestLog};

    #[test]
    fn counts_outlive_the_requests_and_nothing_grows_without_end() {
        let log = RequestLog::default();
        let asked = Asked { account: Some(5), dc: 2, world_at: Timestamp::UNIX_EPOCH };
        for number in 0..REMEMBERED + 10 {
            let outcome = Outcome::Refused(format!("FLOOD_WAIT_{number}"));
            log.add(&asked, "help.getConfig", outcome, number % 2 == 1);
        }
        (0..6_000).for_each(|number| log.add(&asked, &format!("{number:#x}"), Outcome::Unknown, false));
        assert_eq!(log.count("help.getConfig"), REMEMBERED + 10);
        assert_eq!(log.count_of(Some(5), "help.getConfig"), REMEMBERED as u64 + 10);
        assert_eq!(log.all().len(), REMEMBERED);
        assert_eq!(log.unknown().len(), 1_000);
        assert_eq!(log.by_method().len(), NAMES + 1);
        let summary = log.summary();
        assert_eq!(summary.total, REMEMBERED as u64 + 6_010);
        assert_eq!((summary.inside_flood_wait, log.inside_flood_wait()), (50_005, 50_005));
        log.clear();
        assert_eq!(log.summary().total, 0);
    }
}
