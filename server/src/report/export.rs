//! Everything that is kept, as files: one a kind, CSV or NDJSON, and a manifest that says what is in them.
//!
//! The files are of one moment of the database. They get their names when all of them are complete; until then, and
//! when something fails, what was in the directory stays as it is.

mod directory;
mod format;

use std::io;
use std::path::PathBuf;

use app::model::Metric;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;

use crate::store;
use crate::store::export::{self, Column, Kind};
pub use directory::Directory;
use directory::Draft;
pub use format::Format;
use format::Rows;

/// How many rows pass between two calls of the progress.
const STEP: u64 = 1_000;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The directory has something in it.
    #[error("{} is not empty; choose another directory, or replace an earlier export in it with --force", .0.display())]
    NotEmpty(PathBuf),
    /// The directory, or a file in it.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The database said something that cannot be written.
    #[error("{kind}.{column} holds “{value}”, which is no moment")]
    NoMoment {
        /// Of which kind of rows.
        kind: &'static str,
        /// In which column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
}

/// What an export says of itself: `manifest.json`.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// The program's version.
    pub channelscope: &'static str,
    /// When it was made.
    pub made_at: Timestamp,
    /// The zone of every moment and day.
    pub time_zone: &'static str,
    /// How the files are written.
    pub format: Format,
    /// How to read the cells.
    pub cells: &'static str,
    /// What each metric counts, and when its points are.
    pub metrics: Vec<MetricUnit>,
    /// The files.
    pub files: Vec<Written>,
}

/// What the values of a metric are.
#[derive(Debug, Serialize)]
pub struct MetricUnit {
    metric: &'static str,
    title: &'static str,
    unit: &'static str,
    resolution: &'static str,
}

/// A file of an export.
#[derive(Debug, Serialize)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// What its rows are.
    pub what: &'static str,
    /// How many, the header not counted.
    pub rows: u64,
    /// What is in each column.
    pub columns: &'static [Column],
}

/// Writes everything. `progress` hears of the kind that is written and how many of its rows are.
///
/// # Errors
/// [`ExportError`]; the directory is then as it was.
pub async fn write(
    db: &mut PgConnection,
    directory: &Directory,
    format: Format,
    made_at: Timestamp,
    mut progress: impl FnMut(Kind, u64),
) -> Result<Manifest, ExportError> {
    let mut reading = store::begin_reading(db).await?;
    let mut drafts = Vec::new();
    let mut files = Vec::new();
    for &kind in Kind::ALL {
        let file = format.file_of(kind);
        let draft = directory.draft(&file)?;
        let rows = write_kind(&mut reading, kind, format, &draft, &mut progress).await?;
        files.push(Written { file, what: kind.what(), rows, columns: kind.columns() });
        drafts.push(draft);
    }
    drop(reading);
    let manifest = Manifest {
        channelscope: env!("CARGO_PKG_VERSION"),
        made_at,
        time_zone: "UTC",
        format,
        cells: format.cells(),
        metrics: metrics(),
        files,
    };
    let mut last = directory.draft("manifest.json")?;
    let written = serde_json::to_writer_pretty(&mut last.file, &manifest).map_err(io::Error::from);
    written.map_err(|error| last.refused(error))?;
    directory.keep(drafts, last)?;
    Ok(manifest)
}

fn metrics() -> Vec<MetricUnit> {
    let unit = |metric: &Metric| MetricUnit {
        metric: metric.name(),
        title: metric.title(),
        unit: metric.unit().name(),
        resolution: metric.resolution().name(),
    };
    Metric::ALL.iter().map(unit).collect()
}

/// One row at a time: the memory it takes does not grow with the history.
async fn write_kind(
    db: &mut PgConnection,
    kind: Kind,
    format: Format,
    draft: &Draft,
    progress: &mut impl FnMut(Kind, u64),
) -> Result<u64, ExportError> {
    let refused = |error: io::Error| draft.refused(error);
    let mut out = Rows::begin(format, kind, &draft.file).map_err(refused)?;
    progress(kind, 0);
    let mut rows = export::rows(db, kind);
    let mut count = 0;
    while let Some(cells) = rows.try_next().await? {
        out.write(kind, cells, refused)?;
        count += 1;
        if count % STEP == 0 {
            progress(kind, count);
        }
    }
    out.flush().map_err(refused)?;
    progress(kind, count);
    Ok(count)
}

#[cfg(test)]
mod tests;
