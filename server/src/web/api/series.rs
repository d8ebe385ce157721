//! `series`: numbers over time, one point for every bucket.

use app::model::{ChannelId, Interval, Metric, Period, Point, Resolution, Series, SeriesSet};
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::{PeriodQuery, channel_id};
use super::query::Query;
use crate::store::series::zone;
use crate::web::WebState;

/// The most series of one question.
const MAX_SERIES: usize = 100;
/// The most days of all series of one question together: every answer is held in memory once.
const MAX_DAYS: usize = 50_000;

/// Several series at once.
#[derive(Debug, Serialize)]
pub(super) struct Several {
    series: Vec<Answer>,
}

/// What `series` is asked.
#[derive(Debug, Deserialize)]
pub(super) struct SeriesQuery {
    #[serde(default)]
    metric: String,
    /// At the top level: channel ids, comma-separated; all when left out.
    #[serde(default)]
    channel: String,
    #[serde(flatten)]
    period: PeriodQuery,
}

/// `GET channels/{id}/series?metric=&from=&to=&interval=&tz=`.
pub(super) async fn of_channel(
    caller: Caller,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(query): Query<SeriesQuery>,
) -> Result<Json<Answer>, Problem> {
    let id = channel_id(&id)?;
    let period = query.period.period(state.clock.now())?;
    let metric = metric(&query.metric)?;
    Ok(Json(answer(&caller, id, metric, &period).await?))
}

/// `GET series?metric=a,b&channel=1,2&…`: several metrics and channels at once, as `{"series":[…]}`.
pub(super) async fn several(
    caller: Caller,
    State(state): State<WebState>,
    Query(query): Query<SeriesQuery>,
) -> Result<Json<Several>, Problem> {
    let period = query.period.period(state.clock.now())?;
    let metrics = query.metric.split(',').map(metric).collect::<Result<Vec<_>, _>>()?;
    let channels = if query.channel.is_empty() {
        caller.may(Scope::Read)?.channels().await?.iter().map(|summary| summary.channel.id).collect()
    } else {
        query.channel.split(',').map(channel_id).collect::<Result<Vec<_>, _>>()?
    };
    let points = metrics.len() * channels.len() * usize::try_from(period.days()).unwrap_or(usize::MAX);
    if metrics.len() * channels.len() > MAX_SERIES || points > MAX_DAYS {
        return Err(Problem::invalid(format!(
            "{} metrics of {} channels over {} days are too much at a time; ask for at most {MAX_SERIES} series and \
             {MAX_DAYS} days of all of them together",
            metrics.len(),
            channels.len(),
            period.days()
        )));
    }
    let mut series = Vec::new();
    for channel in &channels {
        for metric in &metrics {
            series.push(answer(&caller, *channel, *metric, &period).await?);
        }
    }
    Ok(Json(Several { series }))
}

fn metric(name: &str) -> Result<Metric, Problem> {
    if name.is_empty() {
        let names: Vec<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
        return Err(Problem::invalid(format!("metric is missing; choose one of {}", names.join(", "))));
    }
    name.parse().map_err(|error: app::model::metric::UnknownMetric| Problem::invalid(error.to_string()))
}

/// What is said of one series. A struct and not a JSON value: a large answer is held once, not many times over.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    channel_id: ChannelId,
    metric: Metric,
    unit: &'static str,
    interval: Interval,
    tz: String,
    known_since: Option<Date>,
    as_of: Option<Timestamp>,
    /// What Telegram said instead of numbers the last time, if it did.
    error: Option<String>,
    points: Vec<Point>,
    /// The dimensions, where the metric has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    series: Vec<Series>,
}

async fn answer(caller: &Caller, id: ChannelId, metric: Metric, period: &Period) -> Result<Answer, Problem> {
    // A token for revenue may read money, and nothing else.
    let scope = if metric.unit().currency().is_some() { Scope::Revenue } else { Scope::Read };
    let set = caller.may(scope)?.series(id, metric, period).await?;
    let points = total(&set, period);
    let has_dimensions = set.series.iter().any(|series| !series.dimension.is_empty());
    Ok(Answer {
        channel_id: id,
        metric,
        unit: metric.unit().name(),
        interval: period.interval,
        tz: period.tz.clone(),
        known_since: set.known_since,
        as_of: set.as_of,
        error: set.error,
        points,
        series: if has_dimensions { set.series } else { Vec::new() },
    })
}

/// One point for every bucket: of the one series, or the sum over the dimensions. A sum that lacks a dimension is
/// partial; one that does not fit is unknown.
fn total(set: &SeriesSet, period: &Period) -> Vec<Point> {
    let Some(first) = set.series.first() else { return unknown(set.metric, period) };
    let sum = |(index, bucket): (usize, &Point)| {
        let points = || set.series.iter().filter_map(|series| series.points.get(index));
        let known = || points().filter_map(|point| point.value);
        let value = known().map(i128::from).reduce(|sum, value| sum + value);
        Point {
            at: bucket.at.clone(),
            value: value.and_then(|value| i64::try_from(value).ok()),
            partial: points().any(|point| point.partial) || (1..set.series.len()).contains(&known().count()),
        }
    };
    first.points.iter().enumerate().map(sum).collect()
}

/// The buckets of a metric of which nothing was ever collected.
fn unknown(metric: Metric, period: &Period) -> Vec<Point> {
    let point = |at: String| Point { at, value: None, partial: false };
    if metric.resolution() == Resolution::HourOfDay {
        return (0..24).map(|hour| point(format!("{hour:02}:00"))).collect();
    }
    match TimeZone::get(&period.tz) {
        Ok(tz) if period.interval == Interval::Hour => {
            zone::hours(period, &tz).map(|hour| point(hour.to_string())).collect()
        }
        _ => period.bucket_starts().iter().map(|start| point(start.to_string())).collect(),
    }
}
