/// Why a text is not a chart, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Longer than [`super::MAX_BYTES`].
    #[error("the chart is {bytes} bytes long; at most {} are read", super::MAX_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not JSON at all, or not of this shape.
    #[error("the text is not a chart: {0}")]
    NotAChart(String),
    /// `NaN` or `Infinity`, which JSON does not have.
    #[error("line {line}, column {column} holds {word}, which is not a number")]
    NotANumber {
        /// Line of the text, from 1.
        line: usize,
        /// Byte of the line, from 1.
        column: usize,
        /// The word.
        word: &'static str,
    },
    /// `columns` is an empty list.
    #[error("the chart has no columns")]
    NoColumns,
    /// More than [`super::MAX_COLUMNS`].
    #[error("the chart has {count} columns; at most {} are read", super::MAX_COLUMNS)]
    TooManyColumns {
        /// How many.
        count: usize,
    },
    /// A column without even a label.
    #[error("column {position} is empty: it should begin with its label")]
    EmptyColumn {
        /// Its position, from 1.
        position: usize,
    },
    /// A column that begins with something else.
    #[error("column {position} begins with a value instead of its label")]
    NoLabel {
        /// Its position, from 1.
        position: usize,
    },
    /// A name or label over [`super::MAX_NAME_BYTES`].
    #[error(
        "a {what} of column {position} is {bytes} bytes long; at most {} are read",
        super::MAX_NAME_BYTES
    )]
    LongName {
        /// `label`, `name` or `colour`.
        what: &'static str,
        /// The column's position, from 1.
        position: usize,
        /// Its length.
        bytes: usize,
    },
    /// Two columns with one label.
    #[error("two columns have the label “{0}”")]
    RepeatedLabel(String),
    /// No column is the x axis.
    #[error("the chart has no x column")]
    NoX,
    /// Several columns are the x axis.
    #[error("the chart has two x columns, “{0}” and “{1}”")]
    TwoX(String, String),
    /// Only an x axis.
    #[error("the chart has an x column and nothing else")]
    NoData,
    /// Columns without values.
    #[error("the columns of the chart are empty: not a single point")]
    NoPoints,
    /// A drawing type that is not in the documentation.
    #[error("column “{column}” has the unknown type “{kind}”; known are line, area, step, bar and x")]
    UnknownType {
        /// The column's label.
        column: String,
        /// What it says.
        kind: String,
    },
    /// Columns of different lengths.
    #[error("the columns differ in length: “{x}” has {expected} values, “{column}” has {found}")]
    Lengths {
        /// The label of the x column.
        x: String,
        /// How many values it has.
        expected: usize,
        /// The label of the other.
        column: String,
        /// How many it has.
        found: usize,
    },
    /// Neither a number nor null.
    #[error("value {row} of column “{column}” is {what}, not a number")]
    NotANumberValue {
        /// The column's label.
        column: String,
        /// The value's position, from 1.
        row: usize,
        /// What it is.
        what: &'static str,
    },
    /// An integer that 64 bits cannot hold, or a float beyond the largest.
    #[error("value {row} of column “{column}” is beyond 64 bits")]
    TooLarge {
        /// The column's label.
        column: String,
        /// The value's position, from 1.
        row: usize,
    },
    /// x is null, a fraction, or not a number.
    #[error("value {row} of the x column is not a whole number")]
    FractionalX {
        /// Its position, from 1.
        row: usize,
    },
    /// x before 1970.
    #[error("value {row} of the x column, {x}, is negative")]
    NegativeX {
        /// Its position, from 1.
        row: usize,
        /// The value.
        x: i64,
    },
    /// The same x twice.
    #[error("the x column holds {x} twice")]
    RepeatedX {
        /// The value.
        x: i64,
    },
    /// An hour of the day beyond 23.
    #[error("the x column counts hours of the day, but value {row} is {x}, not 0 to 23")]
    NotAnHour {
        /// Its position, from 1.
        row: usize,
        /// The value.
        x: i64,
    },
}
