//! Leases: exactly one process at a time holds an account's connection. Telegram kills a key that is used from two
//! places at once (`AUTH_KEY_DUPLICATED`).
//!
//! Only the database's clock says when a lease runs out: those of two machines may differ by more than a lease.

use app::model::AccountId;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::error::Result;

/// Takes the lease for `ttl` from now if it is free, has run out, or is the holder's own. `false`: somebody else has it.
///
/// # Errors
/// `NotFound` without such an account.
pub async fn acquire(
    db: impl PgExecutor<'_>,
    account: AccountId,
    holder: Uuid,
    ttl: SignedDuration,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into account_leases as lease (account_id, holder, expires_at) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
         on conflict (account_id) do update
         set holder = excluded.holder, expires_at = excluded.expires_at
         where lease.holder = excluded.holder or lease.expires_at <= clock_timestamp()",
        account.0,
        holder,
        seconds(ttl),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves the end of the holder's own lease to `ttl` from now. `false`: it is no longer the holder's, who must stop at
/// once. A lease that ran out is not renewed, even when nobody took it since.
pub async fn renew(
    db: impl PgExecutor<'_>,
    account: AccountId,
    holder: Uuid,
    ttl: SignedDuration,
) -> Result<bool> {
    let done = sqlx::query!(
        "update account_leases set expires_at = clock_timestamp() + make_interval(secs => $3)
         where account_id = $1 and holder = $2 and expires_at > clock_timestamp()",
        account.0,
        holder,
        seconds(ttl),
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
pub async fn held_until(db: impl PgExecutor<'_>, account: AccountId) -> Result<Option<Timestamp>> {
    let until = sqlx::query_scalar!(
        "select expires_at from account_leases where account_id = $1 and expires_at > clock_timestamp()",
        account.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(super::convert::moment(until))
}

/// At most a century, which the database's clock can still be moved by.
fn seconds(ttl: SignedDuration) -> f64 {
    const CENTURY: f64 = 100.0 * 365.0 * 86_400.0;
    ttl.as_secs_f64().min(CENTURY)
}

#[cfg(test)]
mod tests;
