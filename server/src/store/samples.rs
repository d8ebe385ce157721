//! Samples: the numbers in what Telegram said, in chunks of a UTC month.

mod charts;
pub mod chunk;
mod record;
pub mod revisions;
mod state;
pub mod whole;

use std::collections::BTreeMap;

use app::model::{ChannelId, Metric, Resolution};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::error::Result;
pub use charts::{Chart, ChartHash, charts, told_again};
pub use chunk::At;
use chunk::Chunk;
pub use record::{Told, record};
pub use state::{MetricState, set_states, state};

/// One line of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The dimension's stable English key; empty for a metric without dimensions.
    pub dimension: String,
    /// Its points, in any order; of two for the same moment the later in the list counts. What Telegram left out
    /// is simply not there: unknown is not zero, and nothing known is ever deleted.
    pub points: Vec<(At, i64)>,
}

/// The samples of a metric by day or week from one UTC day to another, both included: every dimension ever known, each with
/// its known days in the range.
pub async fn list(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    metric: Metric,
    from: Date,
    to: Date,
) -> Result<BTreeMap<String, BTreeMap<Date, i64>>> {
    let resolution = metric.resolution();
    let mut lines: BTreeMap<String, BTreeMap<Date, i64>> = BTreeMap::new();
    for (dimension, month, chunk) in select(db, channel, metric, resolution, from, to).await? {
        let line = lines.entry(dimension).or_default();
        for (at, value) in chunk::read(resolution, month, &chunk)? {
            if let At::Day(day) = at
                && (from..=to).contains(&day)
            {
                line.insert(day, value);
            }
        }
    }
    Ok(lines)
}

/// The samples of an hour-of-day metric: every dimension with its known hours, 0 to 23.
pub async fn list_hours(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    metric: Metric,
) -> Result<BTreeMap<String, BTreeMap<i8, i64>>> {
    let mut lines: BTreeMap<String, BTreeMap<i8, i64>> = BTreeMap::new();
    let epoch = chunk::EPOCH;
    for (dimension, month, chunk) in select(db, channel, metric, Resolution::HourOfDay, epoch, epoch).await? {
        let line = lines.entry(dimension).or_default();
        for (at, value) in chunk::read(Resolution::HourOfDay, month, &chunk)? {
            if let At::Hour(hour) = at {
                line.insert(hour, value);
            }
        }
    }
    Ok(lines)
}

/// The single hours of a metric that begin from one moment until before another: every dimension ever known by hours,
/// each with its known hours in the range.
pub async fn list_single_hours(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    metric: Metric,
    from: Timestamp,
    until: Timestamp,
) -> Result<BTreeMap<String, BTreeMap<Timestamp, i64>>> {
    let date = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let mut lines: BTreeMap<String, BTreeMap<Timestamp, i64>> = BTreeMap::new();
    for (dimension, month, chunk) in
        select(db, channel, metric, Resolution::Hour, date(from), date(until)).await?
    {
        let line = lines.entry(dimension).or_default();
        for (at, value) in chunk::read(Resolution::Hour, month, &chunk)? {
            if let At::Instant(hour) = at
                && (from..until).contains(&hour)
            {
                line.insert(hour, value);
            }
        }
    }
    Ok(lines)
}

/// The chunks whose months touch the range. A dimension without any comes with an empty one.
async fn select(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    metric: Metric,
    resolution: Resolution,
    from: Date,
    to: Date,
) -> Result<Vec<(String, Date, Chunk)>> {
    let rows = sqlx::query!(
        r#"select series.dimension, chunk.month as "month?", chunk.offsets as "offsets?", chunk.values as "values?"
           from series
           left join sample_chunks as chunk
               on chunk.channel_id = $1 and chunk.series_id = series.id and chunk.month between $4 and $5
           where series.metric = $2 and series.resolution = $3
             and exists (select from sample_chunks where channel_id = $1 and series_id = series.id)
           order by series.dimension, chunk.month"#,
        channel.0,
        metric.name(),
        resolution.name(),
        from.first_of_month().to_sqlx(),
        to.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let month = row.month.map_or(chunk::EPOCH, jiff_sqlx::Date::to_jiff);
            let points = row.offsets.unwrap_or_default().into_iter().zip(row.values.unwrap_or_default());
            (row.dimension, month, points.collect())
        })
        .collect())
}

#[cfg(test)]
mod tests;
