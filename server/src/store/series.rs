//! Series: stored samples as the pages and the API ask for them.

pub mod buckets;
pub mod known;
pub mod zone;

use std::collections::BTreeMap;

use app::model::{ChannelId, Interval, Metric, Period, Point, Resolution, Series, SeriesSet};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use super::error::Result;
use super::samples::{self, MetricState};
use known::Known;

/// A metric of a channel over a period; `tz` is the period's zone, already looked up.
///
/// Telegram's day points are UTC days in every zone. One point for every bucket: for days and longer as
/// [`buckets::fold`] makes them; for hours, in the viewer's zone, what was looked at from close by. A metric by hour of the
/// day has its 24 hours instead of buckets, named `00:00` to `23:00` (UTC), whatever the period.
pub async fn get(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    period: &Period,
    tz: &TimeZone,
) -> Result<SeriesSet> {
    let known = Known::of(&mut *db, channel, metric).await?;
    let state = &known.state;
    let series = match metric.resolution() {
        Resolution::HourOfDay => hours_of_day(db, channel, metric).await?,
        Resolution::Week => weeks(db, channel, metric, period, tz, state).await?,
        Resolution::Day | Resolution::Hour => days(db, channel, metric, period, tz, &known).await?,
    };
    Ok(SeriesSet {
        channel,
        metric,
        period: period.clone(),
        known_since: known.state.known_since,
        as_of: known.state.as_of,
        error: known.state.error.map(|(text, _)| text),
        series,
    })
}

async fn days(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    period: &Period,
    tz: &TimeZone,
    known: &Known,
) -> Result<Vec<Series>> {
    let lines = known.by_day(&mut *db, period.from, period.to).await?;
    if period.interval == Interval::Hour {
        return single_hours(db, channel, metric, period, tz, lines.into_keys()).await;
    }
    let as_of = known.state.as_of.map(|moment| moment.to_zoned(TimeZone::UTC).date());
    let mut lines: Vec<_> = lines
        .into_iter()
        .map(|(dimension, days)| {
            let total: i128 = days.values().map(|value| i128::from(*value)).sum();
            (total, Series { dimension, points: buckets::fold(metric.fold(), period, as_of, &days) })
        })
        .collect();
    // Largest first; the sort is stable and the lines came by name.
    lines.sort_by_key(|(total, _)| std::cmp::Reverse(*total));
    Ok(lines.into_iter().map(|(_, series)| series).collect())
}

/// The hours of the viewer's days, as far as Telegram showed the metric from close by; all unknown in a dimension that
/// is known by days only. Where clocks differ from UTC by half an hour none is known: Telegram's hours are UTC's.
async fn single_hours(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    period: &Period,
    tz: &TimeZone,
    dimensions: impl Iterator<Item = String>,
) -> Result<Vec<Series>> {
    let (from, until) = zone::bounds(period, tz);
    let mut lines = samples::list_single_hours(db, channel, metric, from, until).await?;
    for dimension in dimensions {
        lines.entry(dimension).or_default();
    }
    let point = |known: &BTreeMap<Timestamp, i64>, hour: Timestamp| Point {
        at: hour.to_string(),
        value: known.get(&hour).copied(),
        partial: false,
    };
    let series = lines.into_iter().map(|(dimension, known)| {
        let points = zone::hours(period, tz).map(|hour| point(&known, hour)).collect();
        Series { dimension, points }
    });
    Ok(series.collect())
}

/// Telegram gives whole weeks: by week they are the points, no other bucket is made of them.
async fn weeks(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    period: &Period,
    tz: &TimeZone,
    state: &MetricState,
) -> Result<Vec<Series>> {
    let starts = period.bucket_starts();
    let first = starts.first().copied().unwrap_or(period.from);
    let as_of = state.as_of.map(|moment| moment.to_zoned(TimeZone::UTC).date());
    let lines = samples::list(db, channel, metric, first, period.to).await?;
    let unknown = || match period.interval {
        Interval::Hour => zone::hours(period, tz).map(|hour| hour.to_string()).collect::<Vec<_>>(),
        _ => starts.iter().map(ToString::to_string).collect(),
    };
    let series = lines.into_iter().map(|(dimension, weeks)| {
        let points = if period.interval == Interval::Week {
            let point = |start: &Date| Point {
                at: start.to_string(),
                value: weeks.get(start).copied(),
                partial: weeks.contains_key(start)
                    && as_of.is_none_or(|as_of| {
                        Interval::Week.next_start(*start).is_none_or(|next| as_of < next)
                    }),
            };
            starts.iter().map(point).collect()
        } else {
            unknown().into_iter().map(|at| Point { at, value: None, partial: false }).collect()
        };
        Series { dimension, points }
    });
    Ok(series.collect())
}

async fn hours_of_day(db: &mut PgConnection, channel: ChannelId, metric: Metric) -> Result<Vec<Series>> {
    let lines = samples::list_hours(db, channel, metric).await?;
    Ok(lines
        .into_iter()
        .map(|(dimension, hours)| {
            let point = |hour: i8| Point {
                at: format!("{hour:02}:00"),
                value: hours.get(&hour).copied(),
                partial: false,
            };
            Series { dimension, points: (0..24).map(point).collect() }
        })
        .collect())
}

#[cfg(test)]
mod tests;
