use app::model::{Balances, Metric};

use crate::store::channels::{Access, ChannelFacts};
use crate::store::samples::{At, Line};
use crate::store::transactions::Told;
use crate::telegram::convert::lines;

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
    /// What could not be collected, each a sentence. With any, the run is partial.
    pub(super) problems: Vec<String>,
}

/// A line as the store keeps it.
pub(super) fn stored(line: lines::Line) -> Line {
    let at = |at| match at {
        lines::At::Day(day) => At::Day(day),
        lines::At::Hour(hour) => At::Hour(hour),
    };
    Line {
        dimension: line.dimension,
        points: line.points.into_iter().map(|(when, value)| (at(when), value)).collect(),
    }
}
