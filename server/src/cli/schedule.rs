//! `channelscope schedule`: when things are collected.

use anyhow::{Context, Result, bail};
use app::model::{ChannelId, Collector};
use clap::Subcommand;

use super::print::{self, Cell};
use crate::boot::Settings;
use crate::store::{self, schedules};

#[derive(Debug, Subcommand)]
pub(super) enum Schedule {
    /// List schedules.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Change how often something is collected.
    Set {
        #[command(flatten)]
        which: Which,
        /// How often: 90m, 6h, 1d.
        #[arg(long, value_parser = parse_every)]
        every: i32,
    },
    /// Stop collecting something until it is resumed.
    Pause(Which),
    /// Collect it again.
    Resume(Which),
}

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Which {
    /// The channel's id.
    channel: ChannelId,
    /// What: facts, revenue, ledger or statistics.
    collector: Collector,
}

impl Schedule {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        settings.prepare()?.run(async move |boot| {
            let (db, now) = (&boot.pool, boot.clock.now());
            match self {
                Self::List { json } => {
                    let all = schedules::list(db).await?;
                    if json {
                        return print::json(&serde_json::json!({ "schedules": all }));
                    }
                    let rows = all.iter().map(|one| {
                        let state = match (&one.parked_reason, one.enabled) {
                            (Some(reason), _) => reason.as_str(),
                            (None, false) => "paused",
                            (None, true) => "on",
                        };
                        vec![
                            Cell::number(Some(one.channel_id)),
                            Cell::text(&one.channel_title),
                            Cell::text(one.collector.name()),
                            Cell::text(app::format::duration(i64::from(one.every_seconds))),
                            Cell::time(Some(one.next_due_at)),
                            Cell::text(state),
                        ]
                    });
                    print::table(&["channel", "title", "what", "every", "next", "state"], rows)
                }
                Self::Set { which, every } => changed(
                    which,
                    schedules::set_interval(db, which.channel, which.collector, every, now).await,
                ),
                Self::Pause(which) => {
                    changed(which, schedules::pause(db, which.channel, which.collector).await)
                }
                Self::Resume(which) => {
                    changed(which, schedules::resume(db, which.channel, which.collector).await)
                }
            }
        })
    }
}

fn changed(which: Which, result: store::Result<()>) -> Result<()> {
    match result {
        Err(store::Error::NotFound(_)) => {
            bail!(
                "channel {} has no schedule for {}; see: channelscope schedule list",
                which.channel,
                which.collector
            )
        }
        other => Ok(other?),
    }
}

/// Seconds of `90m`, `6h`, `1d`.
fn parse_every(text: &str) -> Result<i32> {
    let sentence = || {
        format!(
            "“{text}” is not an interval; write it like 90m, 6h or 1d (at least a minute, at most a year)"
        )
    };
    let (number, unit) = text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => bail!(sentence()),
    };
    let number: i32 = number.parse().ok().with_context(sentence)?;
    let every = number.checked_mul(seconds).filter(|every| (60..=31_536_000).contains(every));
    every.with_context(sentence)
}

#[cfg(test)]
mod tests {
    use super::parse_every;

    #[test]
    fn intervals_are_minutes_hours_and_days() {
        assert_eq!(parse_every("90m").unwrap(), 5400);
        assert_eq!(parse_every("1d").unwrap(), 86_400);
        for bad in ["", "6", "6w", "-1h", "0m", "99999d", "ü", "hh"] {
            let error = parse_every(bad).unwrap_err().to_string();
            assert!(error.contains("is not an interval; write it like"), "{error}");
        }
    }
}
