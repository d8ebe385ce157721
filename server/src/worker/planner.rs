use std::sync::Arc;

use app::model::RunId;
use tokio::sync::watch;

use super::{EnqueueError, WorkerConfig, errand, thinner};
use crate::jobs::{self, Job};
use crate::store::errands::{self, Question};
use crate::store::schedules::{self, Due};
use crate::store::{self, channels, collecting, post_history, runs};
use crate::telegram::convert::LAYER;

/// So many runs of an account are open at most of an urgency and what is more urgent, but for what people ask for: with as many at each look it is never idle,
/// however little it is spared.
const PER_ACCOUNT: i64 = 20;

/// Looking which channels there are goes with what is no hurry.
const REFRESH_URGENCY: i16 = 2;

/// Queues what is due, until it is stopped. Several planners may look at once: a run that is open is joined.
pub(super) async fn plan(config: Arc<WorkerConfig>, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = add_missing(&config).await {
        tracing::error!("schedules of new collectors could not be added: {error}");
    }
    loop {
        if let Err(error) = look(&config).await {
            tracing::error!("what is due could not be queued: {error}");
        }
        if let Err(error) = thinner::look(&config).await {
            tracing::error!("snapshots could not be thinned: {error}");
        }
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(config.look_every) => {}
        }
    }
}

/// A program that has learnt to collect more gives the channels it knows the schedules for it, and one that can read more
/// reads again what it could not. What a person set stays.
async fn add_missing(config: &WorkerConfig) -> store::Result<()> {
    for channel in channels::list(&config.pool).await? {
        schedules::add_defaults(&config.pool, channel.id, &channel.collectors(), config.clock.now()).await?;
    }
    post_history::wake_for(&config.pool, LAYER, config.clock.now()).await
}

async fn look(config: &WorkerConfig) -> Result<(), EnqueueError> {
    // Nobody waits for what quiet hours put off: it is due when they are over.
    if collecting::quiet_hours(&config.pool).await?.is_some_and(|quiet| quiet.include(config.clock.now())) {
        return Ok(());
    }
    queue(config, &schedules::due(&config.pool, config.clock.now(), PER_ACCOUNT).await?).await?;
    let now = config.clock.now();
    for account in errands::refresh_due(&config.pool, config.dc_file.is_some(), now).await? {
        errand::enqueue(&config.pool, account, &Question::Refresh, REFRESH_URGENCY, now).await?;
    }
    Ok(())
}

/// Opens runs and queues their jobs in one transaction: none is there without the other.
async fn queue(config: &WorkerConfig, due: &[Due]) -> Result<(), EnqueueError> {
    if due.is_empty() {
        return Ok(());
    }
    let mut db = config.pool.begin().await?;
    let opened = runs::open_due(&mut db, due, config.clock.now()).await?;
    let job = |(run, due): &(RunId, Due)| {
        let Due { channel, collector, account, .. } = *due;
        (Job { run: *run, channel, collector, account }, due.urgency)
    };
    if !opened.is_empty() {
        jobs::enqueue_all(&config.pool, &mut db, &opened.iter().map(job).collect::<Vec<_>>()).await?;
    }
    db.commit().await?;
    Ok(())
}
