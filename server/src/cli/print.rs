//! Standard output: JSON for programs, plain aligned columns for people.

use std::io::Write;

use anyhow::Result;
use jiff::Timestamp;

/// One field of a table.
#[derive(Debug)]
pub(super) struct Cell {
    text: String,
    right: bool,
}

impl Cell {
    /// Words; control characters of hostile titles are made visible.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        let clean = text.as_ref().chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
        Self { text: clean.collect(), right: false }
    }

    /// A number, right-aligned; unknown is a dash.
    pub(super) fn number(number: Option<impl ToString>) -> Self {
        Self { text: number.map_or_else(|| "–".to_owned(), |number| number.to_string()), right: true }
    }

    /// A moment in UTC, to the second.
    pub(super) fn time(time: Option<Timestamp>) -> Self {
        let text =
            time.map_or_else(|| "–".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
        Self { text, right: false }
    }
}

/// One line.
pub(super) fn line(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// One JSON document.
pub(super) fn json(value: &serde_json::Value) -> Result<()> {
    line(&serde_json::to_string(value)?)
}

/// A table with headings; says so when there is nothing to show.
pub(super) fn table(headings: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Result<()> {
    let rows: Vec<Vec<Cell>> = rows.collect();
    if rows.is_empty() {
        eprintln!("Nothing to list.");
        return Ok(());
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.chars().count());
        cells.chain(headings.get(column).map(|heading| heading.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut out = std::io::stdout().lock();
    let heading: Vec<String> =
        headings.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
    writeln!(out, "{}", heading.join("  ").trim_end())?;
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            if cell.right { format!("{:>width$}", cell.text) } else { format!("{:<width$}", cell.text) }
        });
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    out.flush()?;
    Ok(())
}
