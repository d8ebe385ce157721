use std::collections::BTreeSet;

use app::model::{Balances, ChannelId, Metric, UnitCode};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use crate::store::channels::{Access, ChannelFacts};
use crate::store::samples::{At, ChartHash, Line};
use crate::store::transactions::Told;
use crate::store::{self, Counts};
use crate::telegram::convert::lines::{self, Shape};
use crate::telegram::convert::salvage::Unread;

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

/// A metric's lines and the chart that they are from, or what was said instead of numbers.
pub(super) type ReadChart = Result<(Vec<Line>, ChartHash), String>;

/// A chart that says what it said when it was read last.
#[derive(Debug)]
pub(super) struct Repeated {
    pub(super) shape: Shape,
    pub(super) json: String,
    pub(super) chart: ChartHash,
}

impl Repeated {
    /// Its metrics.
    pub(super) fn metrics(&self) -> impl Iterator<Item = (Metric, ChartHash)> + use<> {
        let chart = self.chart;
        self.shape.metrics().into_iter().map(move |metric| (metric, chart))
    }
}

/// What a run gathered, ready to be recorded.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    /// What the channel is, and what the account may see of it.
    pub(super) facts: Option<(ChannelFacts, Access)>,
    /// Kind and TL bytes of every answer that is kept.
    pub(super) snapshots: Vec<(String, Vec<u8>)>,
    /// What each metric's chart says.
    pub(super) metrics: Vec<(Metric, ReadChart)>,
    /// Charts from which the samples are already, and which were not read again.
    pub(super) repeated: Vec<Repeated>,
    /// Balances by currency.
    pub(super) balances: Vec<Balances>,
    /// Ledger rows.
    pub(super) rows: Vec<Told>,
    /// Currencies that the account may not see any more.
    pub(super) lost: Vec<UnitCode>,
    /// What only this collector gathers.
    pub(super) records: Vec<Box<dyn Record>>,
    /// What could not be collected, each a sentence. With any, the run is partial.
    pub(super) problems: Vec<String>,
}

impl Harvest {
    /// Keeps as it was sent what cannot be read of a list, and says so; `what` was listed.
    pub(super) fn add_unread(&mut self, what: &str, method: &str, unread: Unread) {
        if !unread.is_empty() {
            self.problems.push(refused(what, unread.count, &unread));
        }
        for reason in unread.names.iter().map(|part| &part.reason).collect::<BTreeSet<_>>() {
            self.problems.push(format!(
                "The names beside the {what} were refused and kept as they were sent: {reason}."
            ));
        }
        let parts = unread.parts.into_iter().chain(unread.names);
        self.snapshots.extend(parts.map(|part| (unread_kind(method, &part.raw), part.raw)));
    }
}

fn refused(what: &str, count: usize, unread: &Unread) -> String {
    let reasons: BTreeSet<&str> = unread.parts.iter().map(|part| part.reason.as_str()).collect();
    let reasons: Vec<&str> = reasons.into_iter().collect();
    let (were, they) = if count == 1 { ("was", "it was") } else { ("were", "they were") };
    format!("{count} of the {what} {were} refused and kept as {they} sent: {}.", reasons.join("; "))
}

/// The kind of what could not be read. Each has its own, so that the same is kept once.
pub(super) fn unread_kind(method: &str, raw: &[u8]) -> String {
    let hash = Sha256::digest(raw);
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("unread/{method}/{hash}")
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
