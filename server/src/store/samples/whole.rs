//! All samples of a channel at once: to compare them with what they were derived from, and to put back what is missing.

use std::collections::BTreeMap;

use app::model::{ChannelId, Metric, Resolution};
use sqlx::{PgConnection, PgExecutor};

use super::chunk::{self, At, Chunk};
use super::{Line, Told, record};
use crate::store::Counts;
use crate::store::convert::named;
use crate::store::error::Result;

/// Which series: its metric, the name of its resolution, its dimension's key.
pub type SeriesKey = (Metric, &'static str, String);

/// Every sample by its series.
pub type Samples = BTreeMap<SeriesKey, BTreeMap<At, i64>>;

const RESOLUTIONS: [Resolution; 4] =
    [Resolution::Day, Resolution::HourOfDay, Resolution::Week, Resolution::Hour];

/// All samples of a channel.
///
/// # Errors
/// `Inconsistent` for a series without meaning here.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Samples> {
    let rows = sqlx::query!(
        "select metric, resolution, dimension, month, offsets, values
         from sample_chunks join series on series.id = series_id
         where channel_id = $1
         order by series_id, month",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let mut samples = Samples::new();
    for row in rows {
        let metric: Metric = named("series", "metric", &row.metric, |name| name.parse().ok())?;
        let resolution = named("series", "resolution", &row.resolution, resolution)?;
        let chunk: Chunk = row.offsets.into_iter().zip(row.values).collect();
        let points = chunk::read(resolution, row.month.to_jiff(), &chunk)?;
        samples.entry((metric, resolution.name(), row.dimension)).or_default().extend(points);
    }
    Ok(samples)
}

/// Puts samples in their place, inside the caller's transaction; what else is known stays. Nothing is marked as revised:
/// Telegram did not say it now.
///
/// # Errors
/// As [`super::record`].
pub async fn restore(db: &mut PgConnection, channel: ChannelId, samples: &Samples) -> Result<Counts> {
    let mut lines = Vec::with_capacity(samples.len());
    for ((metric, resolution, dimension), points) in samples {
        let resolution = named("series", "resolution", resolution, self::resolution)?;
        let points = points.iter().map(|(at, value)| (*at, *value)).collect();
        lines.push((*metric, resolution, Line { dimension: dimension.clone(), points }));
    }
    let told: Vec<Told<'_>> = lines
        .iter()
        .map(|(metric, resolution, line)| Told {
            metric: *metric,
            resolution: *resolution,
            lines: std::slice::from_ref(line),
        })
        .collect();
    let counts = record(db, channel, &told, None).await?;
    sqlx::query!(
        "update metric_states set known_since = (
             select (min(month + make_interval(secs => offsets[1])))::date
             from sample_chunks
             join series on series.id = series_id
             where channel_id = $1 and series.metric = metric_states.metric and resolution in ('day', 'week'))
         where channel_id = $1 and metric = any($2)",
        channel.0,
        &samples.keys().map(|(metric, _, _)| metric.name().to_owned()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(counts)
}

fn resolution(name: &str) -> Option<Resolution> {
    RESOLUTIONS.into_iter().find(|resolution| resolution.name() == name)
}
