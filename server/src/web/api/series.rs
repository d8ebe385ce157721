//! `series`: numbers over time, one point for every bucket.

use app::model::{ChannelId, Metric, Period, Point, SeriesSet};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::{PeriodQuery, channel_id};
use crate::web::WebState;

/// The most series of one question.
const MAX_SERIES: usize = 100;

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
) -> Result<Json<Value>, Problem> {
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
) -> Result<Json<Value>, Problem> {
    let period = query.period.period(state.clock.now())?;
    let metrics = query.metric.split(',').map(metric).collect::<Result<Vec<_>, _>>()?;
    let channels = if query.channel.is_empty() {
        caller.may(Scope::Read)?.channels().await?.iter().map(|summary| summary.channel.id).collect()
    } else {
        query.channel.split(',').map(channel_id).collect::<Result<Vec<_>, _>>()?
    };
    if metrics.len() * channels.len() > MAX_SERIES {
        return Err(Problem::invalid(format!(
            "{} metrics of {} channels are more than {MAX_SERIES} series; ask for fewer at a time",
            metrics.len(),
            channels.len()
        )));
    }
    let mut series = Vec::new();
    for channel in &channels {
        for metric in &metrics {
            series.push(answer(&caller, *channel, *metric, &period).await?);
        }
    }
    Ok(Json(json!({ "series": series })))
}

fn metric(name: &str) -> Result<Metric, Problem> {
    if name.is_empty() {
        let names: Vec<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
        return Err(Problem::invalid(format!("metric is missing; choose one of {}", names.join(", "))));
    }
    name.parse().map_err(|error: app::model::metric::UnknownMetric| Problem::invalid(error.to_string()))
}

async fn answer(caller: &Caller, id: ChannelId, metric: Metric, period: &Period) -> Result<Value, Problem> {
    // A token for revenue may read money, and nothing else.
    let scope = if metric.unit().currency().is_some() { Scope::Revenue } else { Scope::Read };
    let set = caller.may(scope)?.series(id, metric, period).await?;
    let mut body = json!({
        "channel_id": id,
        "metric": metric,
        "unit": metric.unit().name(),
        "interval": period.interval,
        "tz": period.tz,
        "known_since": set.known_since,
        "as_of": set.as_of,
        "points": total(&set, period),
    });
    if set.series.iter().any(|series| !series.dimension.is_empty()) {
        body["series"] = json!(set.series);
    }
    Ok(body)
}

/// One point for every bucket: of the one series, or the sum over the dimensions.
fn total(set: &SeriesSet, period: &Period) -> Vec<Point> {
    let Some((first, rest)) = set.series.split_first() else {
        let unknown = |at: String| Point { at, value: None, partial: false };
        return period.bucket_starts().iter().map(|start| unknown(start.to_string())).collect();
    };
    let mut points = first.points.clone();
    for series in rest {
        for (sum, point) in points.iter_mut().zip(&series.points) {
            sum.value = match (sum.value, point.value) {
                (Some(sum), Some(value)) => sum.checked_add(value),
                (known, None) | (None, known) => known,
            };
            sum.partial |= point.partial;
        }
    }
    points
}
