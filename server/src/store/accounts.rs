//! Linked Telegram accounts.

use std::fmt;

use app::model::account::FloodWait;
use app::model::{AccountId, TelegramUserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{Connection as _, PgConnection, PgExecutor, PgPool};

use super::convert::{named, touched};
use super::error::{Error, Result};
use super::{errands, runs};

/// Why the runs of a forgotten account are over.
const UNLINKED: &str = "The account was unlinked before this was collected.";
/// Why the runs of a signed-out account are over.
const SIGNED_OUT: &str = "The account has to be linked again; this is still due, and collected then.";
/// Why nothing came of the errands of a signed-out account.
const UNASKED: &str = "Telegram has signed the account out: it has to be linked again before it can ask.";

/// Can an account be used?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// It can.
    Active,
    /// Telegram ended its session; a person has to link it again.
    NeedsLinking,
}

impl AccountState {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NeedsLinking => "needs_linking",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::NeedsLinking].into_iter().find(|state| state.name() == name)
    }
}

impl fmt::Display for AccountState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A linked Telegram account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Our number for it.
    pub id: AccountId,
    /// Whose it is.
    pub telegram_user_id: TelegramUserId,
    /// The person's name, as they wrote it.
    pub display_name: String,
    /// Linked to a simulated data centre.
    pub simulated: bool,
    /// Can it be used?
    pub state: AccountState,
    /// Since when.
    pub state_since: Timestamp,
    /// What Telegram wants not to be asked for a while, by method; those that are over may be among them.
    pub flood_waits: Vec<FloodWait>,
    /// When it was last linked.
    pub linked_at: Timestamp,
}

impl Account {
    /// When the longest flood wait is over.
    pub fn quiet_until(&self) -> Option<Timestamp> {
        self.flood_waits.iter().map(|wait| wait.until).max()
    }
}

/// Adds the account of a Telegram user, or links it again: active, with its new name, and its number as before.
pub async fn add(
    db: impl PgExecutor<'_>,
    telegram_user_id: TelegramUserId,
    display_name: &str,
    simulated: bool,
    now: Timestamp,
) -> Result<AccountId> {
    let id = sqlx::query_scalar!(
        "insert into accounts (telegram_user_id, display_name, simulated, state_since, linked_at)
         values ($1, $2, $3, $4, $4)
         on conflict (telegram_user_id) do update
         set display_name = excluded.display_name, simulated = excluded.simulated, state = 'active',
             state_since = case when accounts.state = 'active' then accounts.state_since else excluded.state_since end,
             linked_at = excluded.linked_at
         returning id",
        telegram_user_id.0,
        display_name,
        simulated,
        now.to_sqlx(),
    )
    .fetch_one(db)
    .await?;
    Ok(AccountId(id))
}

/// Every account, in the order they were first linked.
pub async fn list(db: impl PgExecutor<'_>) -> Result<Vec<Account>> {
    select(db, None).await
}

/// Keeps an account usable until the end of the transaction.
///
/// # Errors
/// `NotFound`; `Conflict` in these words when it has to be linked again.
pub(super) async fn stay_usable(db: impl PgExecutor<'_>, id: AccountId, refusal: &'static str) -> Result<()> {
    let state = sqlx::query_scalar!("select state from accounts where id = $1 for share", id.0)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::NotFound(format!("Account {id}")))?;
    if state == AccountState::Active.name() { Ok(()) } else { Err(Error::Conflict { what: refusal }) }
}

/// One account.
pub async fn find(db: impl PgExecutor<'_>, id: AccountId) -> Result<Option<Account>> {
    Ok(select(db, Some(id)).await?.pop())
}

/// Forgets an account, its session and its access, and ends its open runs; what was collected stays.
///
/// # Errors
/// `NotFound`.
pub async fn forget(pool: &PgPool, id: AccountId) -> Result<()> {
    let mut db = pool.begin().await?;
    // The lock comes first: a run that somebody opens meanwhile is either seen below, or finds no account.
    let now = sqlx::query_scalar!(
        r#"select clock_timestamp() as "now!" from accounts where id = $1 for update"#,
        id.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(|| Error::NotFound(name(id)))?;
    runs::fail_open(&mut *db, id, UNLINKED, now.to_jiff()).await?;
    sqlx::query!("delete from accounts where id = $1", id.0).execute(&mut *db).await?;
    db.commit().await?;
    Ok(())
}

/// Sets whether it can be used, and ends its open runs and errands when it cannot. Setting the state it has changes nothing else,
/// `state_since` included.
///
/// # Errors
/// `NotFound`.
pub async fn set_state(
    db: &mut PgConnection,
    id: AccountId,
    state: AccountState,
    now: Timestamp,
) -> Result<()> {
    let mut db = db.begin().await?;
    let done = sqlx::query!(
        "update accounts
         set state = $2, state_since = case when state = $2 then state_since else $3 end
         where id = $1",
        id.0,
        state.name(),
        now.to_sqlx(),
    )
    .execute(&mut *db)
    .await?;
    touched(&done, || name(id))?;
    if state == AccountState::NeedsLinking {
        runs::fail_open(&mut *db, id, SIGNED_OUT, now).await?;
        errands::fail_open(&mut *db, id, UNASKED, now).await?;
    }
    db.commit().await?;
    Ok(())
}

async fn select(db: impl PgExecutor<'_>, id: Option<AccountId>) -> Result<Vec<Account>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, telegram_user_id, display_name, simulated, state, state_since, linked_at,
                  array(select method from flood_waits where account_id = accounts.id order by method) as "methods!",
                  array(select until from flood_waits where account_id = accounts.id order by method)
                      as "untils!: Vec<jiff_sqlx::Timestamp>"
           from accounts where $1::bigint is null or id = $1 order by id"#,
        id.map(|id| id.0),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Account::try_from).collect()
}

fn name(id: AccountId) -> String {
    format!("Account {id}")
}

struct Row {
    id: i64,
    telegram_user_id: i64,
    display_name: String,
    simulated: bool,
    state: String,
    state_since: jiff_sqlx::Timestamp,
    methods: Vec<String>,
    untils: Vec<jiff_sqlx::Timestamp>,
    linked_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Account {
    type Error = super::Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: AccountId(row.id),
            telegram_user_id: TelegramUserId(row.telegram_user_id),
            display_name: row.display_name,
            simulated: row.simulated,
            state: named("accounts", "state", &row.state, AccountState::from_name)?,
            state_since: row.state_since.to_jiff(),
            flood_waits: row
                .methods
                .into_iter()
                .zip(row.untils)
                .map(|(method, until)| FloodWait { method, until: until.to_jiff() })
                .collect(),
            linked_at: row.linked_at.to_jiff(),
        })
    }
}

#[cfg(test)]
mod tests;
