//! Which chart a metric's samples are from: Telegram sends the same chart many times before it changes, and what is the same
//! need neither be read nor compared again.

use std::collections::BTreeMap;

use app::model::{ChannelId, Metric};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgExecutor};

use crate::store::convert::named;
use crate::store::error::Result;

/// A chart, by a hash of what it says and of how that is read: who reads the same differently has another chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartHash(pub(super) [u8; 32]);

impl ChartHash {
    /// Of chart JSON, which is read in that [way](crate::telegram::convert::lines::READING).
    pub fn of(json: &str, reading: u32) -> Self {
        Self(Sha256::new().chain_update(reading.to_be_bytes()).chain_update(json).finalize().into())
    }
}

/// A chart that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Which.
    pub hash: ChartHash,
    /// How many values it has for the metric.
    pub values: u32,
}

/// The charts that a channel's samples are from, as far as that is known.
pub async fn charts(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<BTreeMap<Metric, ChartHash>> {
    let rows = sqlx::query!(
        r#"select metric, chart_sha256 as "sha256!" from metric_states
           where channel_id = $1 and chart_sha256 is not null"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    // Of a metric that only another version of the program knows nothing is asked here.
    let known = rows.into_iter().filter_map(|row| {
        let hash = <[u8; 32]>::try_from(row.sha256).ok()?;
        Some((row.metric.parse().ok()?, ChartHash(hash)))
    });
    Ok(known.collect())
}

/// Notes that metrics were told at `now` by the very charts that their samples are from, and gives how many values each has.
/// A metric that is not among them has samples of something else by now, and has to be recorded.
pub async fn told_again(
    db: &mut PgConnection,
    channel: ChannelId,
    told: &BTreeMap<Metric, ChartHash>,
    now: Timestamp,
) -> Result<BTreeMap<Metric, u32>> {
    if told.is_empty() {
        return Ok(BTreeMap::new());
    }
    let metrics: Vec<&str> = told.keys().map(|metric| metric.name()).collect();
    let hashes: Vec<&[u8]> = told.values().map(|hash| hash.0.as_slice()).collect();
    let rows = sqlx::query!(
        r#"update metric_states set as_of = greatest(as_of, $4), error = null, error_at = null
           from unnest($2::text[], $3::bytea[]) as told (name, sha256)
           where channel_id = $1 and metric = told.name and chart_sha256 = told.sha256
           returning metric, chart_values as "values!""#,
        channel.0,
        &metrics as _,
        &hashes as _,
        now.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let metric = named("metric_states", "metric", &row.metric, |name| name.parse().ok())?;
            Ok((metric, u32::try_from(row.values).unwrap_or_default()))
        })
        .collect()
}

/// Which charts metrics' samples are from is unknown now: something else wrote some.
pub(super) async fn forget(db: &mut PgConnection, channel: ChannelId, metrics: &[&str]) -> Result<()> {
    sqlx::query!(
        "update metric_states set chart_sha256 = null, chart_values = null
         where channel_id = $1 and metric = any($2) and chart_sha256 is not null",
        channel.0,
        metrics as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
