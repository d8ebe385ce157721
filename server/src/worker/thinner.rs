//! Old snapshots that say nothing of their own go, one channel at a look, each channel once a day.

use super::WorkerConfig;
use crate::collector::CollectError;
use crate::collector::thinning;
use crate::store::snapshots::thinning::claim;

/// Thins the snapshots of a channel whose turn it is, if there is one.
pub(super) async fn look(config: &WorkerConfig) -> Result<(), CollectError> {
    let now = config.clock.now();
    let Some(channel) = claim(&config.pool, thinning::EVERY, now).await? else { return Ok(()) };
    let gone = thinning::thin(&config.pool, channel, config.keep_snapshots, now).await?;
    if gone.snapshots > 0 {
        tracing::info!(%channel, snapshots = gone.snapshots, bytes = gone.bytes, "snapshots were thinned");
    }
    Ok(())
}
