//! Collecting: ask Telegram (no transaction open), convert (pure), record in one short transaction, and say when it
//! is due again.
//!
//! One file a collector; each only gathers a [`Harvest`]. Recording it, and ending the run, is the same for all.

mod admin_log;
mod asker;
mod boosts;
mod cards;
mod currencies;
pub mod discover;
mod end;
pub mod errands;
mod facts;
mod giveaways;
mod graphs;
mod group_statistics;
mod halves;
mod harvest;
mod history;
mod hourly;
mod identity;
mod invites;
mod item_statistics;
mod ledger;
pub mod link;
mod post_statistics;
mod posts;
pub mod probe;
mod record;
pub mod rederive;
mod revenue;
mod similar;
mod sponsored;
mod statistics;
mod stories;
mod story_statistics;
pub mod thinning;
mod turns;
pub mod vault;

use app::model::account::FloodWait;
use app::model::{AccountId, ChannelId, Collector, Right, RunId};
use jiff::Timestamp;
use sqlx::{PgExecutor, PgPool};

use crate::clock::Clock;
use crate::store::runs::{self, Started};
use crate::store::{self, channels, flood_waits};
use crate::telegram::client::{ChannelRef, Client};
use crate::telegram::fault::Fault;
use asker::Asker;
use harvest::Harvest;
pub use turns::Turns;

/// Why a run ends whose channel was unticked.
const NOT_COLLECTED: &str = "the channel is not collected any more";

/// What collecting needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// The database.
    pub pool: PgPool,
    /// Tells when things are due and when they were observed.
    pub clock: Clock,
    /// Asks Telegram.
    pub client: Client,
    /// On whose behalf.
    pub account: AccountId,
    /// Who asks when: clones of this context share them.
    pub turns: Turns,
}

impl Context {
    /// For a connection that nobody asks through yet.
    pub fn new(pool: PgPool, clock: Clock, client: Client, account: AccountId) -> Self {
        Self { pool, clock, client, account, turns: Turns::default() }
    }

    /// Keeps a flood wait that the client has just run into, so that it outlives the process.
    async fn keep_wait(&self, db: impl PgExecutor<'_>, method: &str) -> store::Result<()> {
        let Some(until) = self.client.quiet_until(method) else { return Ok(()) };
        let wait = FloodWait { method: method.to_owned(), until };
        flood_waits::record(db, self.account, &wait, self.clock.now()).await
    }
}

/// One run of one collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The run.
    pub run: RunId,
    /// Of which channel.
    pub channel: ChannelId,
    /// What.
    pub collector: Collector,
}

/// Why nothing was collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Telegram.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The database.
    #[error("what was collected could not be kept: {0}")]
    Store(#[from] store::Error),
    /// The database, beginning or ending a transaction.
    #[error("what was collected could not be kept: {0}")]
    Database(#[from] sqlx::Error),
    /// Telegram gives this account nothing of the kind for this channel.
    #[error("{0}")]
    NotAvailable(&'static str),
    /// It panicked.
    #[error("the collector failed unexpectedly; the log says where")]
    Unexpected,
    /// This account has not the right, or not any more; another may have it.
    #[error("{0}")]
    NoRight(&'static str),
}

/// Carries out a run and ends it, whatever happens. Running it again changes nothing but the run.
///
/// # Errors
/// Only when not even the end of the run could be recorded; the next holder of the lease ends it then.
pub async fn collect(context: &Context, assignment: Assignment) -> Result<(), CollectError> {
    let Context { pool, clock, account, turns, .. } = context;
    let turn = turns.take().await;
    let started = runs::start(pool, assignment.run, *account, clock.now()).await?;
    let asker = Asker::new(context, assignment, turn);
    let harvest = match started {
        Started::Begun => gather_wherever_it_is(&asker, assignment).await,
        Started::NotCollected => Err(CollectError::NotAvailable(NOT_COLLECTED)),
        Started::Over => return Ok(()),
    };
    let requests = asker.requests();
    let unread = asker.into_unread();
    let ended = match harvest {
        Ok((mut harvest, asked_at)) => {
            harvest.snapshots.extend(unread.iter().cloned());
            end::recorded(context, assignment, &harvest, asked_at, requests).await
        }
        Err(error) => Err(error),
    };
    match ended {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::warn!(run = %assignment.run, channel = %assignment.channel, collector = %assignment.collector, "{error}");
            end::failed(context, assignment, &error, &unread, requests).await
        }
    }
}

/// Ends a run that could not end itself, and puts off what it was to collect.
///
/// # Errors
/// When that cannot be recorded either.
pub async fn give_up(
    context: &Context,
    assignment: Assignment,
    error: &CollectError,
) -> Result<(), CollectError> {
    end::failed(context, assignment, error, &[], 0).await
}

/// A channel is its id. The hash that an account names it by may have changed: then it is looked up, and asked once more.
async fn gather_wherever_it_is(
    asker: &Asker<'_>,
    assignment: Assignment,
) -> Result<(Harvest, Timestamp), CollectError> {
    match gather(asker, assignment).await {
        Err(CollectError::Fault(fault))
            if fault.is_about_an_unknown_channel()
                && identity::find_again(asker, assignment.channel).await? =>
        {
            gather(asker, assignment).await
        }
        gathered => gathered,
    }
}

/// What Telegram said, and when asking began: a day that ended only after that is not known to its end.
async fn gather(asker: &Asker<'_>, assignment: Assignment) -> Result<(Harvest, Timestamp), CollectError> {
    let context = asker.context;
    let access = channels::find_access(&context.pool, assignment.channel, context.account).await?;
    let access = access
        .ok_or(CollectError::NoRight("this account has no access to the channel; link one that has"))?;
    if assignment.collector.right() == Right::Statistics && !access.can_view_stats {
        return Err(CollectError::NoRight("Telegram gives this account no statistics of the channel"));
    }
    asker.may_begin()?;
    let channel = ChannelRef { id: assignment.channel, access_hash: access.access_hash };
    let asked_at = context.clock.now();
    let harvest = match assignment.collector {
        Collector::Facts => facts::gather(asker, channel).await,
        Collector::Statistics => statistics::gather(asker, channel, &access).await,
        Collector::GroupStatistics => group_statistics::gather(asker, channel, &access).await,
        Collector::Similar => similar::gather(asker, channel).await,
        Collector::Sponsored => sponsored::gather(asker, channel).await,
        Collector::Stories => stories::gather(asker, channel, &access).await,
        Collector::StoryStatistics => story_statistics::gather(asker, channel, &access).await,
        Collector::Hourly => hourly::gather(asker, channel, &access).await,
        Collector::Revenue => revenue::gather(asker, channel, &access).await,
        Collector::Ledger => ledger::gather(asker, channel, &access).await,
        Collector::Posts => posts::gather(asker, channel).await,
        Collector::PostStatistics => post_statistics::gather(asker, channel, &access).await,
        Collector::History => history::gather(asker, channel).await,
        Collector::Boosts => boosts::gather(asker, channel).await,
        Collector::Giveaways => giveaways::gather(asker, channel).await,
        Collector::Invites => invites::gather(asker, channel).await,
        Collector::AdminLog => admin_log::gather(asker, channel).await,
    }?;
    Ok((harvest, asked_at))
}
