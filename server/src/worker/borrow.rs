//! Holding an account's connection for something that is no run, as long as nobody else does.

use jiff::SignedDuration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use super::WorkerConfig;
use super::holder::{HoldError, connect};
use crate::collector::Context;
use crate::store::{self, leases};
use app::model::AccountId;

/// Why a connection is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum BorrowError {
    /// Telegram kills a key that is used from two places.
    #[error(
        "another process holds the connection of account {0}: stop the running server (or wait a quarter of a minute \
         after it ended), then try again"
    )]
    Held(AccountId),
    /// The session cannot be used.
    #[error(transparent)]
    Hold(#[from] HoldError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A connection that is held until it is given back.
#[derive(Debug)]
pub struct Borrowed {
    /// To ask with.
    pub context: Context,
    holder: Uuid,
    renewing: JoinHandle<()>,
}

/// Takes the account's lease and opens its session. The lease is renewed until it is given back; when that fails, the
/// connection hangs up.
///
/// # Errors
/// [`BorrowError::Held`] when another process has it.
pub async fn borrow(config: &WorkerConfig, account: AccountId) -> Result<Borrowed, BorrowError> {
    let holder = Uuid::new_v4();
    let mut asked_at = Instant::now();
    let ttl = SignedDuration::try_from(config.lease).unwrap_or(SignedDuration::MAX);
    if !leases::acquire(&config.pool, account, holder, ttl).await? {
        return Err(BorrowError::Held(account));
    }
    let client = match connect(config, account).await {
        Ok(client) => client,
        Err(error) => {
            leases::release(&config.pool, account, holder).await?;
            return Err(error.into());
        }
    };
    let context = Context::new(config.pool.clone(), config.clock.clone(), client.clone(), account);
    let (pool, every) = (config.pool.clone(), config.lease / 3);
    let renewing = tokio::spawn(async move {
        loop {
            tokio::time::sleep_until(asked_at + every).await;
            // However long the last renewal took: a third of what it gave is left for hanging up.
            let good_until = asked_at + every * 2;
            asked_at = Instant::now();
            let renewed =
                tokio::time::timeout_at(good_until, leases::renew(&pool, account, holder, ttl)).await;
            if !matches!(renewed, Ok(Ok(true))) {
                client.close().await;
                return;
            }
        }
    });
    Ok(Borrowed { context, holder, renewing })
}

impl Borrowed {
    /// Hangs up and gives the lease back.
    ///
    /// # Errors
    /// The store's; the lease then runs out by itself.
    pub async fn give_back(self) -> store::Result<()> {
        self.renewing.abort();
        self.context.client.close().await;
        leases::release(&self.context.pool, self.context.account, self.holder).await
    }
}
