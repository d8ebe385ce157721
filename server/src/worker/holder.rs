//! Holding connections. Exactly one process holds that of an account, for as long as it can renew its lease; it hangs
//! up before the lease can pass to another.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use app::model::{AccountId, ErrandAnswer, Trigger};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use super::WorkerConfig;
use super::spares::Spares;
use super::spent::logged;
use crate::collector::vault::StoreVault;
use crate::collector::{self, Assignment, CollectError, Context, errands};
use crate::jobs::{self, ErrandJob, Job, Queue, Work};
use crate::seal::SealError;
use crate::store::accounts::{self, AccountState};
use crate::store::{self, flood_waits, leases, runs};
use crate::telegram::client::Client;
use crate::telegram::session::{AccountSession, Keeper, SessionError};

/// Between tries to end a run while the database does not answer.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(30);

/// Tries to hold the connection of every usable account, until it is stopped; then gives them back.
pub(super) async fn hold_all(config: Arc<WorkerConfig>, holder: Uuid, mut stopped: watch::Receiver<bool>) {
    let mut held: HashMap<AccountId, JoinHandle<()>> = HashMap::new();
    loop {
        held.retain(|_, task| !task.is_finished());
        match usable(&config).await {
            Ok(accounts) => {
                for account in accounts {
                    if !held.contains_key(&account) && acquire(&config, account, holder).await {
                        let lease = Lease { config: Arc::clone(&config), account, holder };
                        held.insert(account, tokio::spawn(lease.hold(stopped.clone())));
                    }
                }
            }
            Err(error) => tracing::error!("accounts could not be listed: {error}"),
        }
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => break,
            () = tokio::time::sleep(config.look_every) => {}
        }
    }
    for (account, task) in held {
        if let Err(error) = task.await {
            tracing::error!("the connection of account {account} ended badly: {error}");
        }
    }
}

async fn usable(config: &WorkerConfig) -> store::Result<Vec<AccountId>> {
    let accounts = accounts::list(&config.pool).await?;
    Ok(accounts
        .into_iter()
        // A simulated account means nothing to Telegram, and the other way round.
        .filter(|account| {
            account.state == AccountState::Active
                && account.simulated == config.dc_file.is_some()
                && config.manners.may_ask(account.simulated)
        })
        .map(|account| account.id)
        .collect())
}

async fn acquire(config: &WorkerConfig, account: AccountId, holder: Uuid) -> bool {
    let acquired = leases::acquire(&config.pool, account, holder, ttl(config)).await;
    acquired.unwrap_or_else(|error| {
        tracing::error!("the lease of account {account} could not be acquired: {error}");
        false
    })
}

fn ttl(config: &WorkerConfig) -> SignedDuration {
    SignedDuration::try_from(config.lease).unwrap_or(SignedDuration::MAX)
}

/// Why a connection cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// The session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The queue.
    #[error(transparent)]
    Jobs(#[from] jobs::Error),
    /// Somebody else has its lease.
    #[error("its lease was lost before it was used")]
    Lost,
    /// Nothing may be said to Telegram without an id.
    #[error(
        "TELEGRAM_API_ID and TELEGRAM_API_HASH are not set: without them no account at Telegram itself is connected"
    )]
    NoApiId,
}

impl HoldError {
    /// Only a person can help: no later try would find another session. A wrong key is no such case, for the right
    /// one may be put back.
    const fn needs_linking(&self) -> bool {
        matches!(
            self,
            Self::Session(
                SessionError::Missing(_)
                    | SessionError::Unreadable(_)
                    | SessionError::Sealed(SealError::Damaged { .. })
            )
        )
    }
}

/// The client of an account whose lease is held.
pub(super) async fn connect(config: &WorkerConfig, account: AccountId) -> Result<Client, HoldError> {
    let vault = StoreVault { pool: config.pool.clone(), account, clock: config.clock.clone() };
    let keeper = Keeper { account, seal: Arc::clone(&config.seal), vault: Arc::new(vault) };
    let addresses = config.dc_file.as_ref().map(crate::telegram::dc_file::DcFile::addresses);
    let session = AccountSession::open(keeper, addresses.as_ref()).await?;
    if !config.manners.may_ask(session.is_simulated()) {
        return Err(HoldError::NoApiId);
    }
    let client = Client::new(Arc::new(session), config.manners.clone(), config.clock.clone());
    // What Telegram said to a process before this one.
    for wait in flood_waits::list(&config.pool, account, config.clock.now()).await? {
        client.keep_quiet(&wait.method, wait.until);
    }
    Ok(client)
}

/// A connection that is held, and what works with it.
struct Held {
    client: Client,
    queue: Queue,
    spares: Spares,
    /// When to hang up, unless the lease is renewed before.
    good_until: Instant,
}

/// A lease that was acquired just now.
struct Lease {
    config: Arc<WorkerConfig>,
    account: AccountId,
    holder: Uuid,
}

impl Lease {
    /// Holds the connection and runs its jobs until it is stopped, the lease is lost, or the account cannot be used.
    async fn hold(self, mut stopped: watch::Receiver<bool>) {
        let Self { config, account, holder } = &self;
        match self.begin().await {
            Err(error) => {
                tracing::error!("the connection of account {account} cannot be held: {error}");
                if error.needs_linking() {
                    self.say_it_needs_linking().await;
                }
                // Not again at once; the lease keeps others from trying too.
                let _ = tokio::time::timeout(config.lease, stopped.wait_for(|stopped| *stopped)).await;
            }
            Ok(Held { client, queue, spares, good_until }) => {
                self.keep(&queue, &mut stopped, good_until).await;
                // First hang up, then let jobs end: they see it, and nothing is sent any more.
                client.close().await;
                tokio::join!(queue.stop(), spares.stop());
            }
        }
        if let Err(error) = leases::release(&config.pool, *account, *holder).await {
            tracing::warn!("the lease of account {account} runs out by itself: {error}");
        }
    }

    async fn begin(&self) -> Result<Held, HoldError> {
        let Self { config, account, .. } = self;
        let pool = config.pool.clone();
        let client = connect(config, *account).await?;
        self.renew().await?;
        let abandoned = runs::fail_abandoned(&pool, *account, config.clock.now()).await?;
        if abandoned > 0 {
            tracing::warn!("{abandoned} runs of account {account} were left by a process that ended");
        }
        let context = Context::new(pool.clone(), config.clock.clone(), client.clone(), *account);
        self.renew().await?;
        let queued =
            runs::queued(&pool, *account).await?.into_iter().map(|(run, channel, collector, trigger)| {
                let urgency = match trigger {
                    Trigger::Manual => jobs::ASKED_FOR,
                    Trigger::Schedule => collector.urgency(),
                };
                (Job { run, channel, collector, account: *account }, urgency)
            });
        let lost = jobs::put_back(&pool, &queued.collect::<Vec<_>>()).await?;
        if lost > 0 {
            tracing::warn!("{lost} queued runs of account {account} had no job any more, and got one");
        }
        let good_until = self.renew().await?;
        // Nothing may fail after this: nobody would stop the queue.
        let waiting = context.turns.waiting();
        let work: Arc<dyn Work> = Arc::new(Collecting(context));
        let queue = Queue::serve(&pool, *account, Arc::clone(&work)).await?;
        let spares = Spares::attend(pool, *account, work, waiting);
        Ok(Held { client, queue, spares, good_until })
    }

    /// Each step before the first regular renewal may wait for the database: not so long together that the lease ends. Says
    /// until when nothing needs to be feared.
    async fn renew(&self) -> Result<Instant, HoldError> {
        let Self { config, account, holder } = self;
        let asked_at = Instant::now();
        match leases::renew(&config.pool, *account, *holder, ttl(config)).await? {
            true => Ok(self.good_until(asked_at)),
            false => Err(HoldError::Lost),
        }
    }

    /// When to hang up at the latest, if the last renewal that went well was asked for then. A third of the lease is left
    /// for that.
    fn good_until(&self, asked_at: Instant) -> Instant {
        asked_at + self.config.lease / 3 * 2
    }

    /// Renews the lease until something ends it. Nothing that the database is asked here may take longer than `good_until`:
    /// then the lease would pass on while the connection is held.
    async fn keep(&self, queue: &Queue, stopped: &mut watch::Receiver<bool>, mut good_until: Instant) {
        let Self { config, account, holder } = self;
        let heartbeat = config.lease / 3;
        loop {
            let asked_at = Instant::now();
            let renew = leases::renew(&config.pool, *account, *holder, ttl(config));
            let next = match tokio::time::timeout_at(good_until, renew).await {
                Ok(Ok(true)) => {
                    good_until = self.good_until(asked_at);
                    asked_at + heartbeat
                }
                Ok(Ok(false)) => {
                    tracing::error!("the lease of account {account} was lost; hanging up");
                    return;
                }
                Ok(Err(error)) => {
                    tracing::warn!("the lease of account {account} could not be renewed: {error}");
                    Instant::now() + heartbeat / 4
                }
                Err(_) => Instant::now(),
            };
            if Instant::now() >= good_until {
                tracing::error!(
                    "the lease of account {account} cannot be renewed; hanging up before it passes on"
                );
                return;
            }
            if queue.is_finished() || !self.is_usable(next).await {
                return;
            }
            // Not worth waiting for: the next renewal is.
            let nudge = jobs::nudge(&config.pool);
            if let Ok(Err(error)) = tokio::time::timeout_at(next, nudge).await {
                tracing::warn!("the queue of account {account} could not be nudged: {error}");
            }
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                () = tokio::time::sleep_until(next.min(good_until)) => {}
            }
        }
    }

    async fn say_it_needs_linking(&self) {
        let Self { config, account, .. } = self;
        let said = async {
            let mut db = config.pool.acquire().await?;
            accounts::set_state(&mut db, *account, AccountState::NeedsLinking, config.clock.now()).await
        };
        if let Err(error) = said.await {
            tracing::error!("that account {account} has to be linked again could not be recorded: {error}");
        }
    }

    /// Signed out or unlinked accounts are let go. If the database does not say so by then, the lease decides.
    async fn is_usable(&self, by: Instant) -> bool {
        let asked = accounts::find(&self.config.pool, self.account);
        match tokio::time::timeout_at(by, asked).await {
            Ok(Ok(account)) => account.is_some_and(|account| account.state == AccountState::Active),
            Ok(Err(_)) | Err(_) => true,
        }
    }
}

/// Runs jobs with the connection that is held.
struct Collecting(Context);

impl Work for Collecting {
    fn run(&self, job: Job) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let assignment = Assignment { run: job.run, channel: job.channel, collector: job.collector };
            let collect = AssertUnwindSafe(collector::collect(&self.0, assignment)).catch_unwind();
            let error = match logged(job.run, collect).await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error,
                Err(_) => CollectError::Unexpected,
            };
            tracing::error!(run = %job.run, "{error}");
            // A run that stays open keeps its collector from ever running again; so does one that is lost. Who hangs up
            // leaves it to the next holder.
            let mut pause = FIRST_PAUSE;
            while let Err(error) = collector::give_up(&self.0, assignment, &error).await {
                tracing::error!(run = %job.run, "the run could not be ended: {error}");
                if self.0.client.is_closed() {
                    return;
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LAST_PAUSE);
            }
        })
    }

    fn ask(&self, job: ErrandJob) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let asked = AssertUnwindSafe(errands::carry_out(&self.0, job.errand)).catch_unwind().await;
            let (error, text) = match asked {
                Ok(Ok(())) => return,
                Ok(Err(error)) => (error.to_string(), "What came of it could not be recorded: ask again."),
                Err(_) => ("it panicked".to_owned(), "It failed unexpectedly; the log says where."),
            };
            tracing::error!(errand = %job.errand, "{error}");
            let answer = ErrandAnswer { is_good: false, text: text.to_owned(), channel: None };
            let now = self.0.clock.now();
            if let Err(error) = store::errands::finish(&self.0.pool, job.errand, &answer, now).await {
                tracing::error!(errand = %job.errand, "the errand could not be ended: {error}");
            }
        })
    }
}
