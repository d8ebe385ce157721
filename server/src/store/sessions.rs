//! Telegram sessions, sealed. The store sees opaque bytes; only the key file opens them.

use app::model::AccountId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::error::Result;

/// A sealed session.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Ciphertext with its nonce.
    pub bytes: Vec<u8>,
    /// Which key sealed it.
    pub key_id: String,
}

// Sealed or not, a session has no business in a log.
impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealed").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Keeps the account's session, in place of the one before.
///
/// # Errors
/// `NotFound` without such an account.
pub async fn save(
    db: impl PgExecutor<'_>,
    account: AccountId,
    sealed: &Sealed,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into account_sessions (account_id, sealed, key_id, updated_at) values ($1, $2, $3, $4)
         on conflict (account_id) do update
         set sealed = excluded.sealed, key_id = excluded.key_id, updated_at = excluded.updated_at",
        account.0,
        sealed.bytes,
        sealed.key_id,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The account's session.
pub async fn find(db: impl PgExecutor<'_>, account: AccountId) -> Result<Option<Sealed>> {
    Ok(sqlx::query_as!(
        Sealed,
        "select sealed as bytes, key_id from account_sessions where account_id = $1",
        account.0
    )
    .fetch_optional(db)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{account, at};
    use sqlx::PgPool;

    #[sqlx::test(migrations = "../migrations")]
    async fn the_newest_session_is_the_one(pool: PgPool) {
        let account = account(&pool, 7).await;
        assert_eq!(find(&pool, account).await.unwrap(), None);
        for byte in [1, 2] {
            let sealed = Sealed { bytes: vec![byte; 3], key_id: format!("k{byte}") };
            save(&pool, account, &sealed, at("2026-03-01T00:00:00Z")).await.unwrap();
            assert_eq!(find(&pool, account).await.unwrap(), Some(sealed));
        }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn a_session_needs_an_account(pool: PgPool) {
        let sealed = Sealed { bytes: vec![1], key_id: "k".into() };
        let error = save(&pool, AccountId(404), &sealed, at("2026-03-01T00:00:00Z")).await.unwrap_err();
        assert_eq!(error.to_string(), "The account was not found");
    }

    #[test]
    fn a_session_is_not_printed() {
        let sealed = Sealed { bytes: vec![222; 3], key_id: "k".into() };
        assert_eq!(format!("{sealed:?}"), "Sealed { key_id: \"k\", .. }");
    }
}
