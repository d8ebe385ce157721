//! Old snapshots that say nothing of their own go, and old runs that went well: one channel at a look, each channel once
//! a day.

use jiff::Timestamp;

use super::WorkerConfig;
use crate::collector::CollectError;
use crate::collector::thinning;
use crate::store::runs;
use crate::store::snapshots::thinning::claim;

/// So many runs go in one statement.
const RUNS_AT_ONCE: i64 = 5000;

/// Thins the snapshots of a channel whose turn it is, if there is one.
pub(super) async fn look(config: &WorkerConfig) -> Result<(), CollectError> {
    let now = config.clock.now();
    let Some(channel) = claim(&config.pool, thinning::EVERY, now).await? else { return Ok(()) };
    let gone = thinning::thin(&config.pool, channel, config.keep_snapshots, now).await?;
    if gone.snapshots > 0 {
        tracing::info!(%channel, snapshots = gone.snapshots, bytes = gone.bytes, "snapshots were thinned");
    }
    let before = now.checked_sub(config.keep_snapshots).unwrap_or(Timestamp::MIN);
    while runs::forget_old(&config.pool, channel, before, RUNS_AT_ONCE).await? > 0 {}
    Ok(())
}
