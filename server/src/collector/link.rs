//! Linking an account.

use std::sync::Arc;

use app::model::{AccountId, TelegramUserId};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use uuid::Uuid;

use super::discover;
use crate::clock::Clock;
use crate::seal::{SealError, SealKey};
use crate::store::sessions::Sealed;
use crate::store::{self, accounts, leases, sessions};
use crate::telegram::client::{Client, Manners};
use crate::telegram::dc_file::DcFile;
use crate::telegram::fault::Fault;
use crate::telegram::session::{AccountSession, SessionState};

/// Linking takes a request for each administered channel; longer than this, and somebody else may connect.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// Why an account could not be linked. Nothing is kept then.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Telegram.
    #[error("the account could not be linked: {0}")]
    Fault(#[from] Fault),
    /// The session could not be sealed.
    #[error("the account could not be linked: {0}")]
    Seal(#[from] SealError),
    /// The database.
    #[error("the account could not be linked: {0}")]
    Store(#[from] store::Error),
    /// The database, beginning or ending a transaction.
    #[error("the account could not be linked: {0}")]
    Database(#[from] sqlx::Error),
    /// The account is linked and in use: two connections with one key would kill it.
    #[error("account {0} is linked already and in use; its connection is held by a running process")]
    InUse(AccountId),
    /// Telegram wants no requests from the account for a while (flood wait).
    #[error(
        "account {account} cannot be linked before {until}: Telegram wants no requests from it until then"
    )]
    Quiet {
        /// The account, linked already.
        account: AccountId,
        /// Until when, UTC.
        until: Timestamp,
    },
}

/// Links the account whose ready keys a data centre file holds, finds its channels and schedules their collection.
/// Linking it again takes the keys of the file anew; channels and schedules that are known stay as they are.
///
/// # Errors
/// [`LinkError`].
pub async fn link_ready(
    pool: &PgPool,
    seal: &SealKey,
    file: &DcFile,
    clock: &Clock,
    manners: Manners,
) -> Result<AccountId, LinkError> {
    let lease = borrow(pool, file.user.id).await?;
    let Some((account, holder)) = lease else {
        return link(pool, seal, clock, SessionState::ready(file), manners).await;
    };
    let linked = link_again(pool, seal, file, clock, manners, account).await;
    leases::release(pool, account, holder).await?;
    linked
}

/// Links a known account, with its lease. When Telegram wants quiet of it, linking is no exception.
async fn link_again(
    pool: &PgPool,
    seal: &SealKey,
    file: &DcFile,
    clock: &Clock,
    manners: Manners,
    account: AccountId,
) -> Result<AccountId, LinkError> {
    if let Some(until) = accounts::quiet_until(pool, account, clock.now()).await? {
        return Err(LinkError::Quiet { account, until });
    }
    let linked = link(pool, seal, clock, SessionState::ready(file), manners).await;
    if let Err(LinkError::Fault(Fault::FloodWait { seconds })) = &linked {
        let until = clock.now().saturating_add(SignedDuration::from_secs((*seconds).into()));
        accounts::set_quiet_until(pool, account, until.unwrap_or(Timestamp::MAX)).await?;
    }
    linked
}

/// Takes the lease of an account that is linked already, so that nobody connects with the same key meanwhile.
async fn borrow(pool: &PgPool, user: i64) -> Result<Option<(AccountId, Uuid)>, LinkError> {
    let accounts = accounts::list(pool).await?;
    let Some(known) = accounts.iter().find(|known| known.telegram_user_id == TelegramUserId(user)) else {
        return Ok(None);
    };
    let holder = Uuid::new_v4();
    match leases::acquire(pool, known.id, holder, LEASE).await? {
        true => Ok(Some((known.id, holder))),
        false => Err(LinkError::InUse(known.id)),
    }
}

async fn link(
    pool: &PgPool,
    seal: &SealKey,
    clock: &Clock,
    state: SessionState,
    manners: Manners,
) -> Result<AccountId, LinkError> {
    let session = Arc::new(AccountSession::unkept(state));
    let client = Client::new(Arc::clone(&session), manners);
    let asked =
        async { Ok::<_, Fault>((client.self_user().await?, discover::administered(&client).await?)) }.await;
    // Hung up before anybody else can know of the account.
    client.close().await;
    let (user, full) = asked?;
    let simulated = session.is_simulated();
    let now = clock.now();
    let mut db = pool.begin().await?;
    let account =
        accounts::add(&mut *db, TelegramUserId(user.id), &user.display_name, simulated, now).await?;
    let sealed = Sealed { bytes: session.sealed(account, seal)?, key_id: seal.id() };
    sessions::save(&mut *db, account, &sealed, now).await?;
    discover::add(&mut db, now, account, simulated, &full).await?;
    db.commit().await?;
    Ok(account)
}
