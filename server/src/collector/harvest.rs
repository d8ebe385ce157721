use app::model::{Balances, ChannelId, Metric};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::store::channels::{Access, ChannelFacts};
use crate::store::samples::{At, Line};
use crate::store::transactions::Told;
use crate::store::{self, Counts};
use crate::telegram::convert::lines;

/// When something was gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// When asking began: what happened since may be missing.
    pub(super) asked_at: Timestamp,
    /// When it is recorded.
    pub(super) now: Timestamp,
}

/// Something that one collector gathers and no other: its store function, with what to give it.
pub(super) trait Record: std::fmt::Debug + Send + Sync {
    /// Records it inside the caller's transaction; the same again changes nothing.
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>>;
}

/// What a run gathered, ready to be recorded.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    /// What the channel is, and what the account may see of it.
    pub(super) facts: Option<(ChannelFacts, Access)>,
    /// Kind and TL bytes of every answer that is kept.
    pub(super) snapshots: Vec<(String, Vec<u8>)>,
    /// For each metric its lines, or what was said instead of numbers.
    pub(super) metrics: Vec<(Metric, Result<Vec<Line>, String>)>,
    /// Balances by currency.
    pub(super) balances: Vec<Balances>,
    /// Ledger rows.
    pub(super) rows: Vec<Told>,
    /// What only this collector gathers.
    pub(super) records: Vec<Box<dyn Record>>,
    /// What could not be collected, each a sentence. With any, the run is partial.
    pub(super) problems: Vec<String>,
}

/// A line as the store keeps it.
pub(super) fn stored(line: lines::Line) -> Line {
    let at = |at| match at {
        lines::At::Day(day) => At::Day(day),
        lines::At::Hour(hour) => At::Hour(hour),
        lines::At::Instant(at) => At::Instant(at),
    };
    Line {
        dimension: line.dimension,
        points: line.points.into_iter().map(|(when, value)| (at(when), value)).collect(),
    }
}
