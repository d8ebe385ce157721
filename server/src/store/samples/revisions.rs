//! Revisions: what a graph said of the past before it changed its mind. The answers themselves stay in the snapshots.

use app::model::{ChannelId, Metric};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::store::error::Result;

/// A sample that is told differently than it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) series: i32,
    pub(super) month: Date,
    /// Seconds from the month's first instant.
    pub(super) offset: i32,
    pub(super) old: i64,
    pub(super) new: i64,
}

/// A value that Telegram revised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The dimension's key; empty for a metric without dimensions.
    pub dimension: String,
    /// The first instant of the day, week or hour.
    pub at: Timestamp,
    /// What it was.
    pub old: i64,
    /// What it became.
    pub new: i64,
    /// When that was seen.
    pub observed_at: Timestamp,
}

/// Marks those of the changed samples that were over when their metric was last known; single hours always are. Hours of
/// the day are Telegram's moving window: of those nothing is revised.
pub(super) async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    changed: &[Changed],
    now: Timestamp,
) -> Result<()> {
    let series: Vec<i32> = changed.iter().map(|one| one.series).collect();
    let months: Vec<jiff_sqlx::Date> = changed.iter().map(|one| one.month.to_sqlx()).collect();
    let offsets: Vec<i32> = changed.iter().map(|one| one.offset).collect();
    let old: Vec<i64> = changed.iter().map(|one| one.old).collect();
    let new: Vec<i64> = changed.iter().map(|one| one.new).collect();
    sqlx::query!(
        r#"insert into revisions (channel_id, series_id, at, observed_at, old_value, new_value)
           select $1, series.id, at, $2, old, new
           from (
               select series_id, (month::timestamp at time zone 'UTC') + make_interval(secs => "offset") as at, old, new
               from unnest($3::integer[], $4::date[], $5::integer[], $6::bigint[], $7::bigint[])
                   as changed (series_id, month, "offset", old, new)
           ) as changed
           join series on series.id = series_id
           left join metric_states as known on known.channel_id = $1 and known.metric = series.metric
           where case resolution
                     when 'day' then at + make_interval(hours => 24) <= as_of
                     when 'week' then at + make_interval(hours => 7 * 24) <= as_of
                     else resolution = 'hour'
                 end
           on conflict (channel_id, series_id, at, observed_at) do update set new_value = excluded.new_value"#,
        channel.0,
        now.to_sqlx(),
        &series,
        &months,
        &offsets,
        &old,
        &new,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What Telegram revised of a metric, in the order it was seen.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId, metric: Metric) -> Result<Vec<Revision>> {
    let rows = sqlx::query!(
        "select dimension, at, old_value, new_value, observed_at
         from revisions join series on series.id = series_id
         where channel_id = $1 and metric = $2
         order by observed_at, at, dimension",
        channel.0,
        metric.name(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Revision {
            dimension: row.dimension,
            at: row.at.to_jiff(),
            old: row.old_value,
            new: row.new_value,
            observed_at: row.observed_at.to_jiff(),
        })
        .collect())
}
