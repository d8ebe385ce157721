//! `channelscope export`: everything that is kept, as files.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::boot::Settings;
use crate::privileges;
use crate::report::export::{self, Directory, Format};
use crate::store::export::Kind;

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// Everything: every series, post, story, boost, giveaway, ledger row, invite link, event and run.
    #[arg(long, required = true)]
    all: bool,
    /// Where to: a directory that is empty or not there yet.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// How: tables for spreadsheets, or a JSON object a line.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Replace an earlier export there.
    #[arg(long)]
    force: bool,
}

impl Export {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        let directory = Directory::open(&self.directory, self.force)?;
        if directory.is_new() {
            privileges::share(directory.path(), &settings.storage.data_dir()?)?;
        }
        settings.prepare()?.run(async move |boot| {
            let bar = ProgressBar::new(Kind::ALL.len() as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {msg}") {
                bar.set_style(style);
            }
            let mut begun: Vec<Kind> = Vec::new();
            let progress = |kind: Kind, rows: u64| {
                if begun.last() != Some(&kind) {
                    begun.push(kind);
                }
                bar.set_position(begun.len().saturating_sub(1) as u64);
                bar.set_message(format!("{} ({rows} rows)", kind.name()));
            };
            let mut db = boot.pool.acquire().await?;
            let written = export::write(&mut db, &directory, self.format, boot.clock.now(), progress).await;
            bar.finish_and_clear();
            let manifest =
                written.with_context(|| format!("can't export to {}", directory.path().display()))?;
            let rows: u64 = manifest.files.iter().map(|file| file.rows).sum();
            eprintln!("{rows} rows in {} files in {}.", manifest.files.len(), directory.path().display());
            Ok(())
        })
    }
}
