//! Everything that is kept for the owner, row by row: what `channelscope export --all` writes.
//!
//! Every cell is text as PostgreSQL says it, so that all kinds are read the same way and amounts arrive exactly; what
//! is unknown is `None`. What only the program needs (sessions, access hashes, raw answers, the queue) is left out.

mod kinds;
mod table;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use serde::Serialize;
use sqlx::PgConnection;

use super::error::Result;
pub use kinds::Kind;

/// The cells of a row, in the order of [`Kind::columns`].
pub type Cells = Vec<Option<String>>;

/// What a column holds, and in which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Words, some of them hostile: titles, names, what was written.
    Text,
    /// One of Telegram's numbers for something.
    Id,
    /// How many.
    Count,
    /// A number in the unit of the row's metric.
    MetricValue,
    /// 10⁻⁹ of the row's currency.
    Nano,
    /// Whole Stars.
    Stars,
    /// USD a unit.
    Usd,
    /// A number of the unit that the row's card has.
    Decimal,
    /// Seconds.
    Seconds,
    /// Months.
    Months,
    /// A moment, UTC.
    Moment,
    /// A UTC day.
    Day,
    /// `true` or `false`.
    Flag,
    /// A JSON document.
    Json,
}

/// A column of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its stable name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
}

/// The rows of a kind, in the order of their keys, as they arrive.
pub fn rows(db: &mut PgConnection, kind: Kind) -> BoxStream<'_, Result<Cells>> {
    kind.fetch(db).map(|row| Ok(row?)).boxed()
}

#[cfg(test)]
mod tests;
