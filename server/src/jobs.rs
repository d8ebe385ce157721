//! The job queue: graphile_worker, which is named nowhere else but where its tables are asked (`store::queue`).
//!
//! It only runs what is due now: one attempt, no back-off, no cron. Every delay lives in our own tables, on our own
//! clock. Jobs of one account (a flag of its own) run in the process that holds the account's connection, one after the
//! other: it runs one at a time. While it does, it claims the next one, so that none waits for the queue to be looked at
//! (or not for longer than half a second); what is more urgent meanwhile comes after that one. What a dead process left
//! behind is taken over at once by whoever holds the connection next, and given back after half a minute where nobody
//! does.

use std::sync::Arc;
use std::time::Duration;

use app::model::{AccountId, ChannelId, Collector, ErrandId, RunId};
use futures::future::BoxFuture;
use graphile_worker::{
    IntoTaskHandlerResult, JobKeyMode, JobSpec, LocalQueueConfig, RawJobSpec, RefetchDelayConfig, Schema,
    TaskHandler, WorkerContext, WorkerOptions, WorkerRecoveryConfig, WorkerUtils,
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::store::queue;

/// How often the queue is looked at when no notification came.
const POLL: Duration = Duration::from_millis(500);
/// An account's connections to the database beside the common pool: one listens, the other looks for jobs.
const OWN_CONNECTIONS: u32 = 2;
/// How long a job may be claimed before it is run.
const CLAIMED_FOR: Duration = Duration::from_secs(60);
/// How long a job may go on after it was asked to stop.
const GRACE: Duration = Duration::from_secs(5);
/// However long that takes. When the connection is given up, jobs end by themselves.
const TO_THE_END: Duration = Duration::from_secs(30 * 24 * 3600);

/// What the queue says when it fails.
#[derive(Debug, thiserror::Error)]
#[error("the job queue failed: {0}")]
pub struct Error(String);

fn error(error: impl std::fmt::Display) -> Error {
    Error(error.to_string())
}

/// A job: one run of one collector for one channel, through one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The run.
    pub run: RunId,
    /// Of which channel.
    pub channel: ChannelId,
    /// What.
    pub collector: Collector,
    /// Through which account.
    pub account: AccountId,
}

impl Job {
    /// One for each channel and collector; a newer one takes its place.
    fn key(self) -> String {
        format!("collect-{}-{}", self.channel, self.collector)
    }
}

/// The flag of an account's jobs.
fn flag(account: AccountId) -> String {
    format!("account-{account}")
}

/// A job: an errand of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrandJob {
    /// The errand.
    pub errand: ErrandId,
    /// Whose.
    pub account: AccountId,
}

impl ErrandJob {
    fn key(self) -> String {
        format!("errand-{}", self.errand)
    }
}

/// Does the work. It ends the run or the errand itself, whatever happens: the queue knows no failures.
pub trait Work: Send + Sync + 'static {
    /// Carries out a run.
    fn run(&self, job: Job) -> BoxFuture<'_, ()>;

    /// Carries out an errand.
    fn ask(&self, job: ErrandJob) -> BoxFuture<'_, ()>;
}

#[derive(Clone)]
struct Worker(Arc<dyn Work>);

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Worker")
    }
}

impl TaskHandler for Job {
    const IDENTIFIER: &'static str = "collect";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        match context.get_ext::<Worker>() {
            Some(worker) => {
                worker.0.run(self).await;
                Ok(())
            }
            None => Err("no worker was given"),
        }
    }
}

impl TaskHandler for ErrandJob {
    const IDENTIFIER: &'static str = "errand";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        match context.get_ext::<Worker>() {
            Some(worker) => {
                worker.0.ask(self).await;
                Ok(())
            }
            None => Err("no worker was given"),
        }
    }
}

/// Brings the queue's own tables up to date.
///
/// # Errors
/// [`Error`].
pub async fn migrate(pool: &PgPool) -> Result<(), Error> {
    WorkerUtils::new(pool.clone(), Schema::default()).migrate().await.map_err(error)
}

/// What somebody asked for goes before everything that is due.
pub const ASKED_FOR: i16 = -1;

/// Puts a job into its account's queue, inside the caller's transaction; among those that wait, the smallest number of
/// `urgency` goes first.
///
/// # Errors
/// [`Error`].
pub async fn enqueue(pool: &PgPool, db: &mut PgConnection, job: Job, urgency: i16) -> Result<(), Error> {
    enqueue_all(pool, db, &[(job, urgency)]).await
}

/// Puts jobs into their accounts' queues, each with its urgency, as [`enqueue`] does one: those who wait for jobs hear of all
/// of them at once.
///
/// # Errors
/// [`Error`].
pub async fn enqueue_all(pool: &PgPool, db: &mut PgConnection, jobs: &[(Job, i16)]) -> Result<(), Error> {
    let raw = |(job, urgency): &(Job, i16)| {
        let (identifier, spec) = (Job::IDENTIFIER.to_owned(), spec(job.account, job.key(), *urgency));
        serde_json::to_value(job).map(|payload| RawJobSpec { identifier, payload, spec })
    };
    let raw = jobs.iter().map(raw).collect::<Result<Vec<_>, _>>().map_err(error)?;
    let mut utils = WorkerUtils::new(pool.clone(), Schema::default()).with_executor(db);
    // Typed ones it warns of, one by one: it does not look up what their kind is called.
    utils.add_raw_jobs(&raw).await.map(|_| ()).map_err(error)
}

/// Puts those of these runs into their account's queue again that have no job there: the process that had it in hand was
/// cut off from the database before it could end the run. Says how many.
///
/// # Errors
/// [`Error`].
pub async fn put_back(pool: &PgPool, jobs: &[(Job, i16)]) -> Result<usize, Error> {
    let keys: Vec<String> = jobs.iter().map(|(job, _)| job.key()).collect();
    let lost = queue::without_job(pool, &keys).await.map_err(error)?;
    let without: Vec<(Job, i16)> =
        jobs.iter().filter(|(job, _)| lost.contains(&job.key())).copied().collect();
    if !without.is_empty() {
        let mut db = pool.acquire().await.map_err(error)?;
        enqueue_all(pool, &mut db, &without).await?;
    }
    Ok(without.len())
}

/// Puts an errand into its account's queue, as [`enqueue`] does a run.
///
/// # Errors
/// [`Error`].
pub async fn enqueue_errand(
    pool: &PgPool,
    db: &mut PgConnection,
    job: ErrandJob,
    urgency: i16,
) -> Result<(), Error> {
    let spec = spec(job.account, job.key(), urgency);
    let mut utils = WorkerUtils::new(pool.clone(), Schema::default()).with_executor(db);
    utils.add_job(job, spec).await.map(|_| ()).map_err(error)
}

fn spec(account: AccountId, key: String, urgency: i16) -> JobSpec {
    JobSpec {
        priority: Some(urgency),
        max_attempts: Some(1),
        job_key: Some(key),
        job_key_mode: Some(JobKeyMode::Replace),
        flags: Some(vec![flag(account)]),
        ..JobSpec::default()
    }
}

/// Claims one job ahead. When there was none it rests until it hears of one, or the queue is to be looked at anyway: without
/// this it would look again at once, for ever, because the library wakes itself with each look (0.14.1, `fetch.rs`).
///
/// Between two of its tasks the library may, very seldom, take a claimed job for one that is still to be done, and wait:
/// then `ttl` ends that, which also gives back what waits behind a long run.
fn one_ahead() -> LocalQueueConfig {
    let rest = RefetchDelayConfig::default().with_duration(POLL).with_max_abort_threshold(1);
    LocalQueueConfig::default().with_size(1).with_ttl(CLAIMED_FOR).with_refetch_delay(rest)
}

/// Makes every queue look for jobs. Between two of its tasks the library may, very seldom, miss that it is to look (0.14.1,
/// `schedule_fetch`): it would do so when the next job is added, and where twenty wait already none is.
///
/// # Errors
/// [`Error`].
pub async fn nudge(pool: &PgPool) -> Result<(), Error> {
    queue::announce(pool).await.map_err(error)
}

/// Runs the jobs of one account until it is stopped.
#[derive(Debug)]
pub struct Queue {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Queue {
    /// Takes up the jobs of an account, those first that a dead process had in hand. Only the process that holds the
    /// account's connection may: then nobody else works on them.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn serve(pool: &PgPool, account: AccountId, work: Arc<dyn Work>) -> Result<Self, Error> {
        let left = queue::take_over(pool, &flag(account)).await.map_err(error)?;
        if left > 0 {
            tracing::warn!("{left} jobs of account {account} were in the hands of a process that ended");
        }
        Self::begin(pool, account, work, GRACE).await
    }

    /// Helps a queue that is served in this process, where its job waits. When it is stopped, its own job goes on to
    /// its end.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn help(pool: &PgPool, account: AccountId, work: Arc<dyn Work>) -> Result<Self, Error> {
        Self::begin(pool, account, work, TO_THE_END).await
    }

    async fn begin(
        pool: &PgPool,
        account: AccountId,
        work: Arc<dyn Work>,
        grace: Duration,
    ) -> Result<Self, Error> {
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let recovery = WorkerRecoveryConfig::default()
            .heartbeat_interval(Duration::from_secs(5))
            .sweep_interval(Duration::from_secs(10))
            .sweep_threshold(Duration::from_secs(30))
            .recovery_delay(Duration::ZERO);
        // Listening takes a connection for as long as the queue is served. They are not the common pool's, of which as
        // many accounts as it has connections would leave nothing to anybody.
        let own = pool.options().clone().min_connections(0).max_connections(OWN_CONNECTIONS);
        let own = own.connect_lazy_with(pool.connect_options().as_ref().clone());
        let worker = WorkerOptions::default()
            .database(own)
            .concurrency(1)
            .poll_interval(POLL)
            .worker_recovery(recovery)
            .listen_os_shutdown_signals(false)
            .shutdown_signal(async move { stopped.notified().await })
            .shutdown_grace_period(grace)
            .shutdown_interrupted_job_retry_delay(Duration::ZERO)
            .add_accepted_flag(&flag(account))
            .local_queue(one_ahead())
            .add_extension(Worker(work))
            .define_job::<Job>()
            .define_job::<ErrandJob>()
            .init()
            .await
            .map_err(error)?;
        let task = tokio::spawn(async move {
            if let Err(error) = worker.run().await {
                tracing::error!("the job queue of account {account} failed: {error}");
            }
        });
        Ok(Self { stop, task })
    }

    /// Has it ended by itself?
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Takes no more jobs, lets the one under way end, and gives back what it has not done.
    pub async fn stop(self) {
        self.stop.notify_one();
        if let Err(error) = self.task.await {
            tracing::error!("the job queue ended badly: {error}");
        }
    }
}
