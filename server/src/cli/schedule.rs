//! `channelscope schedule`: when things are collected.

use anyhow::{Context, Result, bail, ensure};
use app::model::schedule::{Cost, Preset, QuietHours, Schedule as Planned};
use app::model::{ChannelId, Collector, RunState};
use app::page::schedules::words::{ESTIMATES, TOO_MUCH, cost_text, round_text};
use clap::Subcommand;
use sqlx::PgConnection;

use super::print::{self, Cell};
use crate::boot::{Boot, Settings};
use crate::store::{collecting, schedules};
use crate::timetable::Times;

#[derive(Debug, Subcommand)]
pub(super) enum Schedule {
    /// List schedules.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Change how often something is collected, or at what times.
    Set {
        #[command(flatten)]
        which: Which,
        /// How often: 90m, 6h, 1d.
        #[arg(long, value_parser = parse_every, required_unless_present = "cron")]
        every: Option<i32>,
        /// At what times, as a crontab's five fields: "30 6 * * *" is 06:30 every day.
        #[arg(long, value_name = "FIELDS", conflicts_with = "every")]
        cron: Option<String>,
        /// The time zone of these times.
        #[arg(long, value_name = "ZONE", default_value = "UTC", conflicts_with = "every")]
        tz: String,
    },
    /// Make all schedules of a channel, or of all channels, follow a preset: gentle, normal or eager. Without one, say
    /// what each of them costs.
    Preset {
        /// Which [default: none, only tell].
        preset: Option<Preset>,
        /// The channel's id [default: all channels].
        channel: Option<ChannelId>,
    },
    /// Set when nothing is collected by schedule, show it, or end it.
    Quiet {
        /// From when to when, every day: 23:00-07:00; or `off`.
        span: Option<String>,
        /// The time zone of these times.
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        tz: String,
    },
    /// Stop collecting something until it is resumed.
    Pause(Which),
    /// Collect it again.
    Resume(Which),
}

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Which {
    /// The channel's id, or `all`.
    #[arg(value_parser = parse_channels)]
    channel: Channels,
    /// What: `schedule list` names them.
    collector: Collector,
}

impl Which {
    /// The channels that have such a schedule; an error if there is none.
    async fn channels(self, db: &mut PgConnection) -> Result<Vec<ChannelId>> {
        let all = schedules::list(&mut *db).await?;
        let is_meant = |one: &Planned| {
            one.collector == self.collector && self.channel.0.is_none_or(|id| one.channel_id == id)
        };
        let meant: Vec<_> = all.iter().filter(|one| is_meant(one)).map(|one| one.channel_id).collect();
        match self.channel.0 {
            _ if !meant.is_empty() => Ok(meant),
            Some(channel) => {
                bail!(
                    "channel {channel} has no schedule for {}; see: channelscope schedule list",
                    self.collector
                )
            }
            None => {
                bail!("no channel has a schedule for {}; see: channelscope schedule list", self.collector)
            }
        }
    }
}

/// One channel, or all of them.
#[derive(Clone, Copy, Debug)]
struct Channels(Option<ChannelId>);

fn parse_channels(text: &str) -> Result<Channels> {
    if text == "all" {
        return Ok(Channels(None));
    }
    let id =
        text.parse().ok().with_context(|| format!("“{text}” is neither the id of a channel nor `all`"))?;
    Ok(Channels(Some(id)))
}

impl Schedule {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        settings.prepare()?.run(async move |boot| {
            let (db, now) = (&boot.pool, boot.clock.now());
            match self {
                Self::List { json } => list(&boot, json).await,
                Self::Set { which, every: Some(every), .. } => {
                    let mut db = db.begin().await?;
                    for channel in which.channels(&mut db).await? {
                        schedules::set_interval(&mut *db, channel, which.collector, every, now).await?;
                    }
                    Ok(db.commit().await?)
                }
                Self::Set { which, every: None, cron, tz } => {
                    let times = Times::parse(&cron.unwrap_or_default(), &tz)?;
                    let set = times.to_set(now).context("these times are over")?;
                    let mut db = db.begin().await?;
                    for channel in which.channels(&mut db).await? {
                        schedules::set_times(&mut *db, channel, which.collector, set).await?;
                    }
                    Ok(db.commit().await?)
                }
                Self::Preset { preset: Some(preset), channel } => set_preset(&boot, preset, channel).await,
                Self::Preset { preset: None, .. } => presets(&boot).await,
                Self::Quiet { span, tz } => quiet(&boot, span.as_deref(), &tz).await,
                Self::Pause(which) => {
                    let mut db = db.begin().await?;
                    for channel in which.channels(&mut db).await? {
                        schedules::pause(&mut *db, channel, which.collector).await?;
                    }
                    Ok(db.commit().await?)
                }
                Self::Resume(which) => {
                    let mut db = db.begin().await?;
                    for channel in which.channels(&mut db).await? {
                        schedules::resume(&mut *db, channel, which.collector).await?;
                    }
                    Ok(db.commit().await?)
                }
            }
        })
    }
}

async fn list(boot: &Boot, json: bool) -> Result<()> {
    let all = schedules::list(&boot.pool).await?;
    if json {
        return print::json(&serde_json::json!({ "schedules": all }));
    }
    let rows = all.iter().map(|one| {
        let state = match (&one.parked_reason, one.enabled) {
            (Some(reason), _) => reason.as_str(),
            (None, false) => "paused",
            (None, true) => "on",
        };
        let timing = match (&one.cron, &one.time_zone) {
            (Some(cron), Some(zone)) => format!("{cron} {zone}"),
            _ => app::format::duration(i64::from(one.every_seconds)),
        };
        vec![
            Cell::number(Some(one.channel_id)),
            Cell::text(&one.channel_title),
            Cell::text(one.collector.name()),
            Cell::text(timing),
            Cell::text(one.last_state.map(RunState::name).unwrap_or_default()),
            Cell::time(Some(one.next_due_at)),
            Cell::text(state),
        ]
    });
    print::table(&["channel", "title", "what", "every", "last", "next", "state"], rows)
}

const NOTHING: &str = "nothing is scheduled yet; link an account with: channelscope account link";

/// Says what it costs, as the page does.
async fn set_preset(boot: &Boot, preset: Preset, channel: Option<ChannelId>) -> Result<()> {
    if schedules::set_preset(&boot.pool, channel, preset, boot.clock.now()).await? == 0 {
        match channel {
            Some(channel) => bail!("channel {channel} is not collected; see: channelscope channel list"),
            None => bail!(NOTHING),
        }
    }
    let all = schedules::list(&boot.pool).await?;
    let of: Vec<_> = all.into_iter().filter(|one| channel.is_none_or(|id| one.channel_id == id)).collect();
    print::line(&cost_text(Cost::of_schedules(&of), gap_ms(boot)))?;
    print::line(ESTIMATES)
}

/// What each preset would cost, and what is set does.
async fn presets(boot: &Boot) -> Result<()> {
    let all = schedules::list(&boot.pool).await?;
    ensure!(!all.is_empty(), NOTHING);
    let follows = Preset::of(&all);
    let rows = Preset::ALL.into_iter().map(|preset| {
        let cost = Cost::of_preset(preset, &all);
        let is_followed = (follows == Some(preset)).then_some("is followed");
        let is_too_much = cost.is_too_much(gap_ms(boot)).then_some(TOO_MUCH);
        let remarks: Vec<&str> = is_followed.into_iter().chain(is_too_much).collect();
        vec![
            Cell::text(preset.name()),
            Cell::number(Some(cost.requests_per_day)),
            Cell::text(round_text(cost, gap_ms(boot))),
            Cell::text(remarks.join(", ")),
        ]
    });
    print::table(&["preset", "requests a day", "a round takes", ""], rows)?;
    print::line(&format!("As it is set: {}", cost_text(Cost::of_schedules(&all), gap_ms(boot))))?;
    print::line(ESTIMATES)
}

/// The least time between two requests, milliseconds.
fn gap_ms(boot: &Boot) -> u64 {
    u64::try_from(boot.manners.gap.as_millis()).unwrap_or(u64::MAX)
}

async fn quiet(boot: &Boot, span: Option<&str>, tz: &str) -> Result<()> {
    match span {
        Some("off") => collecting::set_quiet_hours(&boot.pool, None).await?,
        Some(span) => {
            collecting::set_quiet_hours(&boot.pool, Some(&QuietHours::parse(span, tz)?)).await?;
        }
        None => {
            let set = collecting::quiet_hours(&boot.pool).await?;
            print::line(&set.map_or_else(|| "none".to_owned(), |quiet| quiet.to_string()))?;
        }
    }
    Ok(())
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
