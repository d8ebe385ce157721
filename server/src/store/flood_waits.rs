//! Flood waits: which methods Telegram wants not to be asked through an account, and until when. It counts them by account
//! and method (<https://core.telegram.org/api/errors#420-flood>).

use app::model::AccountId;
use app::model::account::FloodWait;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::error::{Error, Result};

/// Keeps a wait. It only ever grows: a shorter one for another question does not shorten it. Those that are over by `now`
/// are forgotten.
///
/// # Errors
/// `NotFound` without such an account.
pub async fn record(
    db: impl PgExecutor<'_>,
    account: AccountId,
    wait: &FloodWait,
    now: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "with over as (delete from flood_waits where account_id = $1 and method <> $2 and until <= $4)
         insert into flood_waits as old (account_id, method, until)
         select id, $2, $3 from accounts where id = $1
         on conflict (account_id, method) do update set until = greatest(old.until, excluded.until)",
        account.0,
        wait.method,
        wait.until.to_sqlx(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::NotFound(format!("Account {account}")));
    }
    Ok(())
}

/// The waits of an account that are not over by `now`, by method.
pub async fn list(db: impl PgExecutor<'_>, account: AccountId, now: Timestamp) -> Result<Vec<FloodWait>> {
    let rows = sqlx::query!(
        "select method, until from flood_waits where account_id = $1 and until > $2 order by method",
        account.0,
        now.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    let wait = |method, until: jiff_sqlx::Timestamp| FloodWait { method, until: until.to_jiff() };
    Ok(rows.into_iter().map(|row| wait(row.method, row.until)).collect())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::store::testing::{account, at};

    #[sqlx::test(migrations = "../migrations")]
    async fn waits_are_of_one_account_and_one_method_and_only_grow(pool: PgPool) {
        let (first, second) = (account(&pool, 1).await, account(&pool, 2).await);
        let now = at("2026-03-01T00:00:00Z");
        let wait = |method: &str, until| FloodWait { method: method.to_owned(), until: at(until) };
        let long = wait("stats.loadAsyncGraph", "2026-03-01T01:00:00Z");
        record(&pool, first, &long, now).await.unwrap();
        record(&pool, first, &wait("stats.loadAsyncGraph", "2026-03-01T00:00:30Z"), now).await.unwrap();
        let short = wait("messages.getHistory", "2026-03-01T00:00:05Z");
        record(&pool, first, &short, now).await.unwrap();
        assert_eq!(list(&pool, first, now).await.unwrap(), [short.clone(), long.clone()]);
        assert_eq!(list(&pool, first, short.until).await.unwrap().len(), 1, "to the second");
        assert_eq!(list(&pool, second, now).await.unwrap(), []);

        record(&pool, first, &wait("a.b", "2026-03-01T02:00:00Z"), short.until).await.unwrap();
        let kept = list(&pool, first, now).await.unwrap();
        assert_eq!(kept.len(), 2, "what is over is forgotten: {kept:?}");
        let nobody = record(&pool, AccountId(99), &long, now).await.unwrap_err();
        assert!(matches!(nobody, Error::NotFound(_)), "{nobody}");
    }
}
