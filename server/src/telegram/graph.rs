//! Telegram's chart JSON (`statsGraph.json`), parsed strictly.
//!
//! The format is documented at <https://core.telegram.org/api/stats#graph-syntax>. Values of the `…Formatter` keys
//! are JavaScript source, which Telegram's own page evaluates: here they are only searched for known words.

mod dimension;
mod error;
mod ndjson;
mod parse;
#[cfg(test)]
mod tests;

pub use dimension::dimension;
pub use error::GraphError;
pub use ndjson::to_ndjson;

use app::model::UnitCode;

/// The longest chart that is read, bytes. Real ones have some 10 kB.
pub const MAX_BYTES: usize = 16 << 20;
/// The most columns that are read; Telegram asks clients to support 50.
pub const MAX_COLUMNS: usize = 1024;
/// The longest label or name that is read, bytes.
pub const MAX_NAME_BYTES: usize = 4096;

/// A chart, with its rows in the order of x.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// The values of the x axis, ascending, each once.
    pub x: Vec<i64>,
    /// What they are.
    pub x_kind: XKind,
    /// The data columns, in the chart's order, each as long as `x`. At least one.
    pub columns: Vec<Column>,
    /// Values are shares of the row's sum.
    pub percentage: bool,
    /// Columns stand on each other.
    pub stacked: bool,
    /// Two lines, each with its own y axis.
    pub y_scaled: bool,
    /// The tooltip speaks of weeks: each row is one.
    pub weekly: bool,
    /// The currency that the formatter of the y axis names. TON values are nanotons, Stars are whole Stars.
    pub currency: Option<UnitCode>,
}

/// What the x axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XKind {
    /// Unix milliseconds.
    Millis,
    /// Hours of the day, 0–23.
    HourOfDay,
}

/// One column of data.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its label: `y0`, `y1`, …; only a position.
    pub id: String,
    /// What people read, in the language of the session (`en`); the label if the chart gives no name.
    pub name: String,
    /// Telegram's name for the colour (`blue`, `green`, …), without the value.
    pub colour_key: Option<String>,
    /// How it is drawn.
    pub kind: ColumnKind,
    /// One for each x.
    pub values: Vec<Value>,
}

/// How a column is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A line.
    Line,
    /// An area, always a percentage.
    Area,
    /// A line of steps.
    Step,
    /// Bars, always stacked.
    Bar,
}

/// One value. A number without fraction and exponent stays the integer it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Exact.
    Integer(i64),
    /// Finite.
    Float(f64),
    /// Unknown, which is not zero.
    Null,
}

impl Graph {
    /// Reads chart JSON.
    ///
    /// # Errors
    /// A [`GraphError`]: one sentence that names what is wrong, and where.
    pub fn parse(json: &str) -> Result<Self, GraphError> {
        parse::parse(json)
    }
}
