//! Samples: the numbers in what Telegram said, in chunks of a UTC month.

pub mod chunk;
pub mod revisions;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};

use app::model::{ChannelId, Metric, Resolution};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, PgExecutor};

use super::Counts;
use super::convert::moment;
use super::error::Result;
pub use chunk::At;
use chunk::{Chunk, merge, split};
use revisions::Changed;

/// One line of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The dimension's stable English key; empty for a metric without dimensions.
    pub dimension: String,
    /// Its points, in any order; of two for the same moment the later in the list counts. What Telegram left out
    /// is simply not there: unknown is not zero, and nothing known is ever deleted.
    pub points: Vec<(At, i64)>,
}

/// Records the lines of a metric: what is new is added, what Telegram revised is replaced. The same again rewrites
/// no row.
///
/// # Errors
/// `NotFound` without such a channel; `Inconsistent` for points of another resolution than the metric's.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    lines: &[Line],
) -> Result<Counts> {
    record_as(db, channel, metric, metric.resolution(), lines, None).await
}

/// As [`record`], at `now`, and marks what Telegram revised: points that were over when the metric was known last
/// (`as_of`, so this comes before [`set_state`]) and are told differently. Today's count is not revised, it grows.
///
/// # Errors
/// As [`record`].
pub async fn record_at(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    lines: &[Line],
    now: Timestamp,
) -> Result<Counts> {
    record_as(db, channel, metric, metric.resolution(), lines, Some(now)).await
}

/// As [`record_at`], for single hours of a metric by day: kept beside its days. Only hours that are over.
///
/// # Errors
/// As [`record`].
pub async fn record_hours(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    lines: &[Line],
    now: Timestamp,
) -> Result<Counts> {
    record_as(db, channel, metric, Resolution::Hour, lines, Some(now)).await
}

async fn record_as(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    resolution: Resolution,
    lines: &[Line],
    now: Option<Timestamp>,
) -> Result<Counts> {
    let mut savepoint = db.begin().await?;
    super::channels::lock(&mut savepoint, channel).await?;

    let dimensions: BTreeSet<&str> = lines.iter().map(|line| line.dimension.as_str()).collect();
    let ids = series_ids(&mut savepoint, metric, resolution, &dimensions).await?;
    let mut told: BTreeMap<(i32, Date), Chunk> = BTreeMap::new();
    for line in lines {
        let Some(id) = ids.get(&line.dimension) else { continue };
        for (month, chunk) in split(resolution, &line.points)? {
            told.entry((*id, month)).or_default().extend(chunk);
        }
    }

    let mut known = chunks(&mut savepoint, channel, told.keys()).await?;
    let mut counts = Counts::default();
    let mut rewritten = Vec::new();
    let mut changed = Vec::new();
    for (key, chunk) in told {
        let known = known.remove(&key).unwrap_or_default();
        changed.extend(chunk.iter().filter_map(|(offset, value)| {
            let old = known.get(offset).filter(|old| *old != value)?;
            Some(Changed { series: key.0, month: key.1, offset: *offset, old: *old, new: *value })
        }));
        let (merged, counted) = merge(known, chunk);
        counts += counted;
        if counted.new + counted.changed > 0 {
            rewritten.push((key, merged));
        }
    }
    if !rewritten.is_empty() {
        write(&mut savepoint, channel, &rewritten).await?;
    }
    if let Some(now) = now.filter(|_| !changed.is_empty()) {
        revisions::record(&mut savepoint, channel, metric, resolution, &changed, now).await?;
    }
    savepoint.commit().await?;
    Ok(counts)
}

/// Notes how asking for a metric ended: with numbers (after [`record`]), or with what Telegram said instead.
/// An error leaves `as_of` where it was: the last good data and its age stay visible.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn set_state(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    metric: Metric,
    outcome: Result<(), &str>,
    now: Timestamp,
) -> Result<()> {
    match outcome {
        Ok(()) => {
            sqlx::query!(
                "insert into metric_states as old (channel_id, metric, as_of, known_since)
                 values ($1, $2, $3, (
                     select (min(month + make_interval(secs => offsets[1])))::date
                     from sample_chunks
                     join series on series.id = series_id
                     where channel_id = $1 and metric = $2 and resolution in ('day', 'week')))
                 on conflict (channel_id, metric) do update
                 set as_of = greatest(old.as_of, excluded.as_of), known_since = excluded.known_since, error = null,
                     error_at = null",
                channel.0,
                metric.name(),
                now.to_sqlx(),
            )
            .execute(db)
            .await?
        }
        Err(error) => {
            sqlx::query!(
                "insert into metric_states (channel_id, metric, error, error_at) values ($1, $2, $3, $4)
                 on conflict (channel_id, metric) do update set error = excluded.error, error_at = excluded.error_at",
                channel.0,
                metric.name(),
                error,
                now.to_sqlx(),
            )
            .execute(db)
            .await?
        }
    };
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

/// The numbers of a metric's series, made where they are missing.
async fn series_ids(
    db: &mut PgConnection,
    metric: Metric,
    resolution: Resolution,
    dimensions: &BTreeSet<&str>,
) -> Result<BTreeMap<String, i32>> {
    let dimensions: Vec<String> = dimensions.iter().map(ToString::to_string).collect();
    let resolution = resolution.name();
    // Looks before it writes: a conflicting insert would use up a number each time.
    sqlx::query!(
        "insert into series (metric, dimension, resolution)
         select $1, dimension, $3 from unnest($2::text[]) as dimension
         where not exists (select from series
                           where metric = $1 and series.dimension = dimension.dimension and resolution = $3)
         on conflict do nothing",
        metric.name(),
        &dimensions,
        resolution,
    )
    .execute(&mut *db)
    .await?;
    let rows = sqlx::query!(
        "select id, dimension from series where metric = $1 and dimension = any($2) and resolution = $3",
        metric.name(),
        &dimensions,
        resolution,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.dimension, row.id)).collect())
}

async fn chunks(
    db: &mut PgConnection,
    channel: ChannelId,
    keys: impl Iterator<Item = &(i32, Date)>,
) -> Result<BTreeMap<(i32, Date), Chunk>> {
    let (series, months): (Vec<i32>, Vec<jiff_sqlx::Date>) =
        keys.map(|(id, month)| (*id, month.to_sqlx())).unzip();
    let rows = sqlx::query!(
        "select series_id, month, offsets, values from sample_chunks
         where channel_id = $1 and (series_id, month) in (select * from unnest($2::integer[], $3::date[]))",
        channel.0,
        &series,
        &months,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.series_id, row.month.to_jiff()), row.offsets.into_iter().zip(row.values).collect()))
        .collect())
}

/// Arrays of arrays can't be unnested, so chunks travel as points and are put together again on the other side.
async fn write(db: &mut PgConnection, channel: ChannelId, rewritten: &[((i32, Date), Chunk)]) -> Result<()> {
    let points = || rewritten.iter().flat_map(|(key, chunk)| chunk.iter().map(move |point| (key, point)));
    let series: Vec<i32> = points().map(|((id, _), _)| *id).collect();
    let months: Vec<jiff_sqlx::Date> = points().map(|((_, month), _)| month.to_sqlx()).collect();
    let offsets: Vec<i32> = points().map(|(_, (offset, _))| *offset).collect();
    let values: Vec<i64> = points().map(|(_, (_, value))| *value).collect();
    sqlx::query!(
        r#"insert into sample_chunks (channel_id, series_id, month, offsets, values)
           select $1, series_id, month, array_agg("offset" order by "offset"), array_agg(value order by "offset")
           from unnest($2::integer[], $3::date[], $4::integer[], $5::bigint[]) as point (series_id, month, "offset", value)
           group by series_id, month
           on conflict (channel_id, series_id, month) do update
           set offsets = excluded.offsets, values = excluded.values"#,
        channel.0,
        &series,
        &months,
        &offsets,
        &values,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
