//! Linking an account.

use std::sync::Arc;

use app::model::account::FloodWait;
use app::model::{AccountId, TelegramUserId};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use uuid::Uuid;

use super::discover::{self, Choice};
use super::vault::StoreVault;
use crate::clock::Clock;
use crate::seal::{SealError, SealKey};
use crate::store::sessions::Sealed;
use crate::store::{self, accounts, flood_waits, leases, sessions};
use crate::telegram::client::{Client, LoginError, Manners};
use crate::telegram::dc_file::DcFile;
use crate::telegram::fault::Fault;
use crate::telegram::session::{AccountSession, Keeper, SessionError, SessionState};

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
    /// The kept session cannot be used.
    #[error("the account's session cannot be used: {0}")]
    Session(#[from] SessionError),
    /// The database.
    #[error("the account could not be linked: {0}")]
    Store(#[from] store::Error),
    /// The database, beginning or ending a transaction.
    #[error("the account could not be linked: {0}")]
    Database(#[from] sqlx::Error),
    /// The account is linked and in use: two connections with one key would kill it.
    #[error("account {0} is linked already and in use; its connection is held by a running process")]
    InUse(AccountId),
    /// Nobody was signed in.
    #[error("the account could not be linked: {0}")]
    Login(#[from] LoginError),
    /// A data centre file has so many keys, and somebody is signed in with each.
    #[error("somebody is signed in with every set of keys in the data centre file: make a new file")]
    NoKeys,
    /// Nothing may be said to Telegram without an id.
    #[error(
        "TELEGRAM_API_ID and TELEGRAM_API_HASH are not set, without which nothing is said to Telegram itself"
    )]
    NoApiId,
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

/// Links the account whose ready keys a data centre file holds, finds its channels and schedules the collection of those that are chosen.
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
    choice: Choice,
) -> Result<AccountId, LinkError> {
    let lease = borrow(pool, file.user.id).await?;
    let client = client(SessionState::ready(file), manners, clock);
    let Some((account, holder)) = lease else {
        return link(pool, seal, clock, &client, choice).await;
    };
    let linked = link_again(pool, seal, clock, &client, account, choice).await;
    leases::release(pool, account, holder).await?;
    linked
}

/// A client that nobody is signed in with: at Telegram, or with a spare set of keys of a data centre file.
///
/// # Errors
/// [`LinkError::NoKeys`] or [`LinkError::Fault`].
pub async fn unbound(file: Option<&DcFile>, manners: Manners, clock: &Clock) -> Result<Client, LinkError> {
    let Some(file) = file else { return Ok(client(SessionState::at_telegram(), manners, clock)) };
    for keys in &file.spare {
        let client = client(SessionState::spare(file, keys), manners.clone(), clock);
        if client.is_free().await? {
            return Ok(client);
        }
        client.close().await;
    }
    Err(LinkError::NoKeys)
}

/// Links the account that has just signed in with this client, as [`link_ready`] does. If that fails, it is signed out
/// again: a session that nobody keeps must not stay open at Telegram.
///
/// # Errors
/// [`LinkError`].
pub async fn link_signed_in(
    pool: &PgPool,
    seal: &SealKey,
    clock: &Clock,
    client: &Client,
    choice: Choice,
) -> Result<AccountId, LinkError> {
    let linked = match borrow(pool, client.session().user_id()).await {
        Ok(None) => link(pool, seal, clock, client, choice).await,
        Ok(Some((account, holder))) => {
            let linked = link_again(pool, seal, clock, client, account, choice).await;
            leases::release(pool, account, holder).await?;
            linked
        }
        Err(error) => Err(error),
    };
    if linked.is_err()
        && let Err(fault) = client.log_out().await
    {
        tracing::warn!("the session that was just opened could not be signed out again: {fault}");
    }
    client.close().await;
    linked
}

/// Signs an account out at Telegram, if nobody else holds its connection. `false` if somebody does: its session then
/// lives on at Telegram after it is forgotten here.
///
/// # Errors
/// [`LinkError`]; the lease is given back.
pub async fn sign_out(
    pool: &PgPool,
    seal: Arc<SealKey>,
    clock: &Clock,
    file: Option<&DcFile>,
    manners: Manners,
    account: AccountId,
) -> Result<bool, LinkError> {
    let holder = Uuid::new_v4();
    if !leases::acquire(pool, account, holder, LEASE).await? {
        return Ok(false);
    }
    let vault = StoreVault { pool: pool.clone(), account, clock: clock.clone() };
    let keeper = Keeper { account, seal, vault: Arc::new(vault) };
    let addresses = file.map(DcFile::addresses);
    let done = match AccountSession::open(keeper, addresses.as_ref()).await {
        Ok(session) if !manners.may_ask(session.is_simulated()) => Err(LinkError::NoApiId),
        Ok(session) => {
            let client = Client::new(Arc::new(session), manners, clock.clone());
            let done = client.log_out().await;
            client.close().await;
            done.map(|()| true).or_else(already_out)
        }
        // Nothing that could be signed out.
        Err(SessionError::Missing(_)) => Ok(true),
        Err(error) => Err(error.into()),
    };
    leases::release(pool, account, holder).await?;
    done
}

/// Telegram has signed it out before we could.
fn already_out(fault: Fault) -> Result<bool, LinkError> {
    match fault {
        Fault::SignedOut { .. } => Ok(true),
        fault => Err(fault.into()),
    }
}

fn client(state: SessionState, manners: Manners, clock: &Clock) -> Client {
    Client::new(Arc::new(AccountSession::unkept(state)), manners, clock.clone())
}

/// Links a known account, with its lease. When Telegram wants quiet of it, linking is no exception.
async fn link_again(
    pool: &PgPool,
    seal: &SealKey,
    clock: &Clock,
    client: &Client,
    account: AccountId,
    choice: Choice,
) -> Result<AccountId, LinkError> {
    for wait in flood_waits::list(pool, account, clock.now()).await? {
        client.keep_quiet(&wait.method, wait.until);
    }
    match link(pool, seal, clock, client, choice).await {
        Err(LinkError::Fault(fault @ Fault::FloodWait { method, .. })) => {
            let Some(until) = client.quiet_until(method) else { return Err(fault.into()) };
            let wait = FloodWait { method: method.to_owned(), until };
            flood_waits::record(pool, account, &wait, clock.now()).await?;
            Err(LinkError::Quiet { account, until })
        }
        linked => linked,
    }
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
    client: &Client,
    choice: Choice,
) -> Result<AccountId, LinkError> {
    let asked =
        async { Ok::<_, Fault>((client.self_user().await?, discover::administered(client).await?)) }.await;
    // Hung up before anybody else can know of the account.
    client.hang_up().await;
    let (user, full) = asked?;
    let session = client.session();
    let simulated = session.is_simulated();
    let now = clock.now();
    let mut db = pool.begin().await?;
    let account =
        accounts::add(&mut *db, TelegramUserId(user.id), &user.display_name, simulated, now).await?;
    let sealed = Sealed { bytes: session.sealed(account, seal)?, key_id: seal.id() };
    sessions::save(&mut *db, account, &sealed, now).await?;
    discover::add(&mut db, now, account, simulated, &full, choice).await?;
    db.commit().await?;
    Ok(account)
}
