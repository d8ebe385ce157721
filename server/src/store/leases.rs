//! Leases: exactly one process at a time holds an account's connection. Telegram kills a key that is used from two
//! places at once (`AUTH_KEY_DUPLICATED`).

use app::model::AccountId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;
use uuid::Uuid;

use super::error::Result;

/// Takes the lease until `now + ttl` if it is free, has run out, or is the holder's own. `false`: somebody else has it.
///
/// # Errors
/// `NotFound` without such an account.
pub async fn acquire(
    db: impl PgExecutor<'_>,
    account: AccountId,
    holder: Uuid,
    now: Timestamp,
    ttl: SignedDuration,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into account_leases as lease (account_id, holder, expires_at) values ($1, $2, $3)
         on conflict (account_id) do update
         set holder = excluded.holder, expires_at = excluded.expires_at
         where lease.holder = excluded.holder or lease.expires_at <= $4",
        account.0,
        holder,
        end(now, ttl).to_sqlx(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves the end of the holder's own lease to `now + ttl`. `false`: it is no longer the holder's, who must stop at
/// once. A lease that ran out is not renewed, even when nobody took it since.
pub async fn renew(
    db: impl PgExecutor<'_>,
    account: AccountId,
    holder: Uuid,
    now: Timestamp,
    ttl: SignedDuration,
) -> Result<bool> {
    let done = sqlx::query!(
        "update account_leases set expires_at = $3 where account_id = $1 and holder = $2 and expires_at > $4",
        account.0,
        holder,
        end(now, ttl).to_sqlx(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the lease back, if it is the holder's.
pub async fn release(db: impl PgExecutor<'_>, account: AccountId, holder: Uuid) -> Result<()> {
    sqlx::query!("delete from account_leases where account_id = $1 and holder = $2", account.0, holder)
        .execute(db)
        .await?;
    Ok(())
}

/// When the lease that somebody holds now will run out; `None` when it is free.
pub async fn held_until(
    db: impl PgExecutor<'_>,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let until = sqlx::query_scalar!(
        "select expires_at from account_leases where account_id = $1 and expires_at > $2",
        account.0,
        now.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(super::convert::moment(until))
}

fn end(now: Timestamp, ttl: SignedDuration) -> Timestamp {
    now.saturating_add(ttl).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
