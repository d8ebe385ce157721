use app::model::schedule::Preset;
use app::model::{ChannelId, Collector};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::name;
use crate::store::convert::touched;
use crate::store::error::Result;

/// Sets the seconds between runs, 60 to a year, in place of times of the day. When it is next due does not move, unless it is further away than
/// the new interval.
///
/// # Errors
/// `NotFound`; `Conflict` for an interval outside these limits.
pub async fn set_interval(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    every_seconds: i32,
    now: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules
         set every_seconds = $3::integer, cron = null, time_zone = null, next_due_at = least(next_due_at, $4::timestamptz + make_interval(secs => $3::integer))
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        every_seconds,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Times of the day, as a crontab writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times<'a> {
    /// Five fields.
    pub cron: &'a str,
    /// IANA name.
    pub time_zone: &'a str,
    /// How far apart they are on average, seconds.
    pub every_seconds: i32,
    /// The first of them from now.
    pub next: Timestamp,
}

/// Sets times of the day in place of an interval.
///
/// # Errors
/// `NotFound`; `Conflict` for an expression that is too long.
pub async fn set_times(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    times: Times<'_>,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set cron = $3, time_zone = $4, every_seconds = $5, next_due_at = $6
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        times.cron,
        times.time_zone,
        times.every_seconds,
        times.next.to_sqlx(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Makes all schedules of a channel, or of all channels, follow a preset, in place of what was set. What is switched
/// off stays so. Says how many there are.
pub async fn set_preset(
    db: impl PgExecutor<'_>,
    channel: Option<ChannelId>,
    preset: Preset,
    now: Timestamp,
) -> Result<u64> {
    let names: Vec<String> = Collector::ALL.iter().map(|collector| collector.name().to_owned()).collect();
    let every: Vec<i32> = Collector::ALL.iter().map(|collector| preset.every_seconds(*collector)).collect();
    let done = sqlx::query!(
        "update schedules
         set every_seconds = new.every_seconds, cron = null, time_zone = null,
             next_due_at = least(next_due_at, $4::timestamptz + make_interval(secs => new.every_seconds))
         from unnest($2::text[], $3::integer[]) as new (collector, every_seconds)
         where ($1::bigint is null or channel_id = $1) and schedules.collector = new.collector",
        channel.map(|channel| channel.0),
        &names,
        &every,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
