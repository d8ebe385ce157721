//! The worker: plans what is due, holds the connections of accounts, and runs what is queued for them.

mod borrow;
pub mod errand;
mod holder;
mod planner;
mod spares;
mod spent;
mod thinner;

pub use borrow::{BorrowError, Borrowed, borrow};
pub use holder::HoldError;

use std::sync::Arc;
use std::time::Duration;

use app::model::{Channel, ChannelId, Collector, RunId, Trigger};
use jiff::SignedDuration;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::Clock;
use crate::jobs::{self, Job};
use crate::seal::SealKey;
use crate::store::{self, channels, runs};
use crate::telegram::client::Manners;
use crate::telegram::dc_file::DcFile;

/// What a worker needs.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    /// The database.
    pub pool: PgPool,
    /// Opens the sessions.
    pub seal: Arc<SealKey>,
    /// Tells what is due. Leases do not follow it but the machine's clock: a world's clock may jump past their end.
    pub clock: Clock,
    /// The data centres to use instead of Telegram's.
    pub dc_file: Option<DcFile>,
    /// How to behave towards Telegram.
    pub manners: Manners,
    /// Asks for what is due; without it only what others ask for is run.
    pub plans: bool,
    /// How often to look for what is due.
    pub look_every: Duration,
    /// How long snapshots that say nothing of their own are kept.
    pub keep_snapshots: SignedDuration,
    /// How long a lease holds without being renewed; it is renewed three times as often.
    pub lease: Duration,
}

impl WorkerConfig {
    /// Looks twice a second, leases for 15 seconds.
    pub const fn new(
        pool: PgPool,
        seal: Arc<SealKey>,
        clock: Clock,
        dc_file: Option<DcFile>,
        manners: Manners,
    ) -> Self {
        Self {
            pool,
            seal,
            clock,
            dc_file,
            manners,
            plans: true,
            look_every: Duration::from_millis(500),
            keep_snapshots: SignedDuration::from_hours(24 * 90),
            lease: Duration::from_secs(15),
        }
    }
}

/// A running worker.
#[derive(Debug)]
pub struct WorkerHandle {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl WorkerHandle {
    /// Stops: no new jobs, connections hung up, leases given back. Runs under way end as failed and stay due.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!("a part of the worker ended badly: {error}");
            }
        }
    }
}

/// Starts a worker.
///
/// # Errors
/// [`jobs::Error`] when the queue's own tables cannot be brought up to date.
pub async fn start(config: WorkerConfig) -> Result<WorkerHandle, jobs::Error> {
    jobs::migrate(&config.pool).await?;
    let config = Arc::new(config);
    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    if config.plans {
        tasks.push(tokio::spawn(planner::plan(Arc::clone(&config), stopped.clone())));
    }
    tasks.push(tokio::spawn(holder::hold_all(config, Uuid::new_v4(), stopped)));
    Ok(WorkerHandle { stop, tasks })
}

/// Why a run or an errand could not be asked for.
#[derive(Debug, thiserror::Error)]
pub enum EnqueueError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The database, beginning or ending a transaction.
    #[error("it could not be asked for: {0}")]
    Database(#[from] sqlx::Error),
    /// The queue.
    #[error(transparent)]
    Jobs(#[from] jobs::Error),
    /// Nobody can collect it.
    #[error("no linked account can collect channel {0}: link an account that administers it")]
    NoAccount(ChannelId),
    /// Nobody ticked it.
    #[error("channel {0} is not collected: tick it first (channelscope channel add {0})")]
    NotCollected(ChannelId),
}

/// Asks for a run now, or joins the one that is open. Whichever process holds the account's connection carries it
/// out. The queue's tables must exist ([`jobs::migrate`]).
///
/// # Errors
/// [`EnqueueError`].
pub async fn enqueue_now(
    pool: &PgPool,
    channel: ChannelId,
    collector: Collector,
    clock: &Clock,
) -> Result<RunId, EnqueueError> {
    channels::get(pool, channel).await?;
    if !channels::is_collected(pool, channel).await? {
        return Err(EnqueueError::NotCollected(channel));
    }
    let access = channels::access(pool, channel, collector, clock.now())
        .await?
        .ok_or(EnqueueError::NoAccount(channel))?;
    let mut db = pool.begin().await?;
    let opened =
        runs::open(&mut db, channel, collector, access.account, Trigger::Manual, clock.now()).await?;
    if !opened.joined {
        let job = Job { run: opened.id, channel, collector, account: access.account };
        jobs::enqueue(pool, &mut db, job, jobs::ASKED_FOR).await?;
    }
    db.commit().await?;
    Ok(opened.id)
}

/// Asks for a run of everything that is collected of a channel, as [`enqueue_now`] does. What no linked account can collect
/// any more is left out.
///
/// # Errors
/// [`EnqueueError`]; `NoAccount` when nothing can be collected.
pub async fn enqueue_all(
    pool: &PgPool,
    channel: &Channel,
    clock: &Clock,
) -> Result<Vec<(Collector, RunId)>, EnqueueError> {
    let mut runs = Vec::new();
    for collector in channel.collectors() {
        match enqueue_now(pool, channel.id, collector, clock).await {
            Ok(run) => runs.push((collector, run)),
            Err(EnqueueError::NoAccount(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if runs.is_empty() { Err(EnqueueError::NoAccount(channel.id)) } else { Ok(runs) }
}
