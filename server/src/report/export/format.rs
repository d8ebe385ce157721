//! The formats of an export's files.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use ::csv::{Terminator, Writer, WriterBuilder};
use jiff::Timestamp;
use serde::Serialize;

use super::ExportError;
use crate::report::csv;
use crate::store::export::{Cells, Column, Holds, Kind};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A header and a line a row, for spreadsheets.
    #[default]
    Csv,
    /// A JSON object a line, for programs.
    Ndjson,
}

impl Format {
    /// All.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Ndjson];

    /// The name of the file of these rows.
    pub fn file_of(self, kind: Kind) -> String {
        match self {
            Self::Csv => format!("{}.csv", kind.name()),
            Self::Ndjson => format!("{}.ndjson", kind.name()),
        }
    }

    /// How to read the cells.
    pub(super) const fn cells(self) -> &'static str {
        match self {
            Self::Csv => {
                "RFC 4180, UTF-8. An empty cell is unknown, or does not apply. Text that a spreadsheet would take for a \
                 formula has a ' before it. A value is in the unit of its metric; nano is 10^-9 of the row's currency. \
                 Days are UTC days, as Telegram cuts them."
            }
            Self::Ndjson => {
                "One JSON object a line, UTF-8. null is unknown, or does not apply. Ids, counts, seconds and months are \
                 integers of up to 64 bits; what may be money (values of metrics, nano, Stars, USD, decimals) is a string, \
                 so that no reader rounds it. A value is in the unit of its metric; nano is 10^-9 of the row's currency. \
                 Moments are RFC 3339; days are UTC days, as Telegram cuts them."
            }
        }
    }
}

/// The rows of a file, as they are written.
pub(super) enum Rows<'a> {
    Csv(Box<Writer<&'a File>>),
    Ndjson(BufWriter<&'a File>),
}

impl<'a> Rows<'a> {
    /// Begins the file of a kind.
    pub(super) fn begin(format: Format, kind: Kind, file: &'a File) -> io::Result<Self> {
        match format {
            Format::Csv => {
                let mut out = WriterBuilder::new()
                    .terminator(Terminator::CRLF)
                    .buffer_capacity(BUFFER)
                    .from_writer(file);
                out.write_record(kind.columns().iter().map(|column| column.name))?;
                Ok(Self::Csv(Box::new(out)))
            }
            Format::Ndjson => Ok(Self::Ndjson(BufWriter::with_capacity(BUFFER, file))),
        }
    }

    /// Writes a row.
    pub(super) fn write(
        &mut self,
        kind: Kind,
        cells: Cells,
        refused: impl Fn(io::Error) -> ExportError,
    ) -> Result<(), ExportError> {
        match self {
            Self::Csv(out) => {
                let cells: Result<Vec<String>, ExportError> =
                    filled(kind, cells).map(|cell| cell.map(cell_text)).collect();
                out.write_record(cells?).map_err(|error| refused(error.into()))
            }
            Self::Ndjson(out) => {
                let mut line = String::from("{");
                for cell in filled(kind, cells) {
                    let (column, cell) = cell?;
                    if line.len() > 1 {
                        line.push(',');
                    }
                    line.push_str(&json(column.name));
                    line.push(':');
                    line.push_str(&cell.map_or_else(|| "null".to_owned(), |text| cell_json(column, text)));
                }
                line.push_str("}\n");
                out.write_all(line.as_bytes()).map_err(refused)
            }
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(out) => out.flush(),
            Self::Ndjson(out) => out.flush(),
        }
    }
}

type Filled = (&'static Column, Option<String>);

/// The cells with their columns, moments as RFC 3339.
fn filled(kind: Kind, cells: Cells) -> impl Iterator<Item = Result<Filled, ExportError>> {
    kind.columns().iter().zip(cells).map(move |(column, cell)| match (column.holds, cell) {
        (Holds::Moment, Some(text)) => match text.parse::<Timestamp>() {
            Ok(moment) => Ok((column, Some(moment.to_string()))),
            Err(_) => Err(ExportError::NoMoment { kind: kind.name(), column: column.name, value: text }),
        },
        (_, cell) => Ok((column, cell)),
    })
}

fn cell_text((column, cell): Filled) -> String {
    match (column.holds, cell) {
        (_, None) => String::new(),
        (Holds::Text, Some(text)) => csv::text(&text),
        (_, Some(text)) => text,
    }
}

fn cell_json(column: &Column, text: String) -> String {
    match column.holds {
        Holds::Text
        | Holds::MetricValue
        | Holds::Nano
        | Holds::Stars
        | Holds::Usd
        | Holds::Decimal
        | Holds::Moment
        | Holds::Day => json(&text),
        // As PostgreSQL says them they are JSON.
        Holds::Id | Holds::Count | Holds::Seconds | Holds::Months | Holds::Flag => text,
        // Between its strings a document may have line breaks; within them they are escaped.
        Holds::Json => text.replace(['\r', '\n'], " "),
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
