//! How asking for metrics ended, and since when they are known.

use std::collections::BTreeMap;

use app::model::{ChannelId, Metric};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Chart;
use crate::store::convert::moment;
use crate::store::error::Result;

/// Notes how asking for each of the metrics ended at `now`: with numbers (after [`super::record`]), or with what Telegram
/// said instead. An error leaves `as_of` where it was: the last good data and its age stay visible. With the numbers goes the
/// chart that they are from, if it is one: what [`super::told_again`] knows it by.
///
/// # Errors
/// The database's, such as for a channel that is not there.
pub async fn set_states(
    db: &mut PgConnection,
    channel: ChannelId,
    outcomes: &BTreeMap<Metric, std::result::Result<Option<Chart>, &str>>,
    now: Timestamp,
) -> Result<()> {
    let (known, charts): (Vec<&str>, Vec<Option<Chart>>) = outcomes
        .iter()
        .filter_map(|(metric, outcome)| Some((metric.name(), *outcome.as_ref().ok()?)))
        .unzip();
    if !known.is_empty() {
        let hashes: Vec<Option<&[u8]>> =
            charts.iter().map(|chart| chart.as_ref().map(|chart| chart.hash.0.as_slice())).collect();
        let values: Vec<Option<i32>> = charts
            .iter()
            .map(|chart| chart.map(|chart| i32::try_from(chart.values).unwrap_or(i32::MAX)))
            .collect();
        // A series' first day is that of its first chunk: the others need not be read.
        sqlx::query!(
            "insert into metric_states as old (channel_id, metric, as_of, chart_sha256, chart_values, known_since)
             select $1, told.metric, $3, told.sha256, told.count, (
                 select min(day)
                 from series
                 cross join lateral (
                     select (month + make_interval(secs => offsets[1]))::date as day
                     from sample_chunks
                     where channel_id = $1 and series_id = series.id
                     order by month
                     limit 1
                 ) as first
                 where series.metric = told.metric and resolution in ('day', 'week'))
             from unnest($2::text[], $4::bytea[], $5::integer[]) as told (metric, sha256, count)
             on conflict (channel_id, metric) do update
             set as_of = greatest(old.as_of, excluded.as_of), known_since = excluded.known_since, error = null,
                 error_at = null, chart_sha256 = excluded.chart_sha256, chart_values = excluded.chart_values",
            channel.0,
            &known as _,
            now.to_sqlx(),
            &hashes as _,
            &values as _,
        )
        .execute(&mut *db)
        .await?;
    }
    let (refused, errors): (Vec<&str>, Vec<&str>) =
        outcomes.iter().filter_map(|(metric, outcome)| Some((metric.name(), outcome.err()?))).unzip();
    if !refused.is_empty() {
        sqlx::query!(
            "insert into metric_states (channel_id, metric, error, error_at)
             select $1, metric, error, $4 from unnest($2::text[], $3::text[]) as told (metric, error)
             on conflict (channel_id, metric) do update set error = excluded.error, error_at = excluded.error_at",
            channel.0,
            &refused as _,
            &errors as _,
            now.to_sqlx(),
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Since when a metric is known, and how asking for it ended last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricState {
    /// The first UTC day that is known.
    pub known_since: Option<Date>,
    /// When Telegram last answered with numbers.
    pub as_of: Option<Timestamp>,
    /// What Telegram said instead the last time, if it did, and when.
    pub error: Option<(String, Timestamp)>,
}

/// The state of a metric; all unknown when it was never asked for.
pub async fn state(db: impl PgExecutor<'_>, channel: ChannelId, metric: Metric) -> Result<MetricState> {
    let row = sqlx::query!(
        "select known_since, as_of, error, error_at from metric_states where channel_id = $1 and metric = $2",
        channel.0,
        metric.name(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map_or_else(MetricState::default, |row| MetricState {
        known_since: row.known_since.map(jiff_sqlx::Date::to_jiff),
        as_of: moment(row.as_of),
        error: row.error.zip(moment(row.error_at)),
    }))
}
