//! `channelscope report`: files for the accountant.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use app::model::{ChannelId, Period, UnitCode};
use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::boot::Settings;
use crate::report;
use crate::store::channels;

/// Days when no dates are given.
const DEFAULT_DAYS: i64 = 30;

#[derive(Debug, Subcommand)]
pub(super) enum Report {
    /// Export ledger rows.
    Revenue(Revenue),
}

#[derive(Debug, clap::Args)]
pub(super) struct Revenue {
    /// A channel's id [default: all].
    #[arg(long)]
    channel: Option<ChannelId>,
    /// First local date, included [default: 30 days up to --to].
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<String>,
    /// Last local date, included [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// The time zone of these dates.
    #[arg(long, default_value = "UTC")]
    tz: String,
    /// TON or XTR [default: both].
    #[arg(long)]
    currency: Option<UnitCode>,
    /// The file's format.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Where to write [default: standard output].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Json,
}

impl Report {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        let Self::Revenue(revenue) = self;
        let tz = TimeZone::get(&revenue.tz).ok().with_context(|| {
            format!("--tz: “{}” is not a time zone; write it like Europe/Berlin, or UTC", revenue.tz)
        })?;
        let written = |name, date: Option<&str>| match date {
            Some(date) => date
                .parse::<Date>()
                .map(drop)
                .map_err(|_| anyhow::anyhow!("{name}: “{date}” is not a date; write it like 2026-08-31")),
            None => Ok(()),
        };
        written("--from", revenue.from.as_deref())?;
        written("--to", revenue.to.as_deref())?;
        // Opened now, while we may still write where the caller may.
        let output = revenue.output.as_deref().map(Output::open).transpose()?;
        settings.prepare()?.run(async move |boot| {
            let today = boot.clock.now().to_zoned(tz.clone()).date();
            let default = Period::last_days(today, DEFAULT_DAYS);
            let (from, to) = (revenue.from.as_deref(), revenue.to.as_deref());
            let period = Period::from_query(from, to, None, Some(&revenue.tz), &default)?;
            if let Some(channel) = revenue.channel
                && channels::find(&boot.pool, channel).await?.is_none()
            {
                bail!("channel {channel} is not collected; see: channelscope channel list");
            }
            let request = report::Request {
                channel: revenue.channel,
                unit_code: revenue.currency,
                from: period.from,
                to: period.to,
                tz,
            };
            let rows = report::revenue(&boot.pool, &request).await?;
            let mut file = Vec::new();
            match revenue.format {
                Format::Csv => report::csv::write(&rows, &mut file)?,
                Format::Json => report::json::write(&rows, &mut file)?,
            }
            match output {
                Some(output) => output.keep(&file)?,
                None => {
                    let mut out = std::io::stdout().lock();
                    out.write_all(&file)?;
                    out.flush()?;
                }
            }
            eprintln!("{} rows from {} to {} ({}).", rows.len(), period.from, period.to, period.tz);
            Ok(())
        })
    }
}

/// A file opened with the caller's rights, which may be gone by the time the rows are known. What is there stays
/// untouched until every row is; an empty file made here goes again if they never are.
struct Output {
    path: PathBuf,
    file: File,
    is_new: bool,
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.is_new {
            // Where the rights are gone, so is the way to tidy up.
            drop(std::fs::remove_file(&self.path));
        }
    }
}

impl Output {
    fn open(path: &Path) -> Result<Self> {
        let refused = || format!("--output: can't write {}", path.display());
        let is_new = !path.exists();
        let file =
            File::options().create(true).write(true).truncate(false).open(path).with_context(refused)?;
        // The working directory changes with the user.
        Ok(Self { path: std::path::absolute(path).with_context(refused)?, file, is_new })
    }

    fn keep(mut self, content: &[u8]) -> Result<()> {
        let refused = || format!("--output: can't write {}", self.path.display());
        // A pipe or a terminal has no length to set.
        let is_file = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        if is_file {
            self.file.set_len(0).with_context(refused)?;
        }
        let mut out = BufWriter::new(&self.file);
        out.write_all(content).with_context(refused)?;
        out.flush().with_context(refused)?;
        drop(out);
        if is_file {
            self.file.sync_all().with_context(refused)?;
        }
        self.is_new = false;
        Ok(())
    }
}
