//! Tokens of programs. Only their SHA-256 is kept.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::convert::{moment, touched};
use super::error::Result;

/// A token, without what makes it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is for, in its owner's words. No two valid tokens have the same.
    pub name: String,
    /// What it may: `read`, `revenue`, `collect`, `admin`.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Since when it is no longer valid.
    pub revoked_at: Option<Timestamp>,
}

/// Adds a token.
///
/// # Errors
/// `Conflict` when a valid token has this name.
pub async fn add(
    db: impl PgExecutor<'_>,
    name: &str,
    token_sha256: &[u8],
    scopes: &[String],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into api_tokens (name, token_sha256, scopes, created_at) values ($1, $2, $3, $4)",
        name,
        token_sha256,
        scopes,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The valid token of a hash. Notes the use, at most once a minute.
pub async fn find(db: impl PgExecutor<'_>, token_sha256: &[u8], now: Timestamp) -> Result<Option<ApiToken>> {
    let row = sqlx::query!(
        "with used as (
             update api_tokens set last_used_at = $2
             where token_sha256 = $1 and revoked_at is null
               and (last_used_at is null or last_used_at <= $2::timestamptz - interval '1 minute')
         )
         select name, scopes, created_at, last_used_at from api_tokens
         where token_sha256 = $1 and revoked_at is null",
        token_sha256,
        now.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| ApiToken {
        name: row.name,
        scopes: row.scopes,
        created_at: row.created_at.to_jiff(),
        last_used_at: moment(row.last_used_at),
        revoked_at: None,
    }))
}

/// Every token, newest first, revoked ones included.
pub async fn list(db: impl PgExecutor<'_>) -> Result<Vec<ApiToken>> {
    let rows = sqlx::query!(
        "select name, scopes, created_at, last_used_at, revoked_at from api_tokens order by created_at desc, id desc"
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ApiToken {
            name: row.name,
            scopes: row.scopes,
            created_at: row.created_at.to_jiff(),
            last_used_at: moment(row.last_used_at),
            revoked_at: moment(row.revoked_at),
        })
        .collect())
}

/// Makes the valid token of this name invalid, for good.
///
/// # Errors
/// `NotFound`.
pub async fn revoke(db: impl PgExecutor<'_>, name: &str, now: Timestamp) -> Result<()> {
    let done = sqlx::query!(
        "update api_tokens set revoked_at = $2 where name = $1 and revoked_at is null",
        name,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    touched(&done, || format!("A valid token named “{name}”"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::at;
    use sqlx::PgPool;

    #[sqlx::test(migrations = "../migrations")]
    async fn a_token_works_until_it_is_revoked(pool: PgPool) {
        let now = at("2026-03-01T00:00:00Z");
        let scopes = ["read".to_owned(), "collect".to_owned()];
        add(&pool, "sheet", &[1; 32], &scopes, now).await.unwrap();
        let token = find(&pool, &[1; 32], now).await.unwrap().unwrap();
        assert_eq!(
            (token.name.as_str(), token.scopes.as_slice(), token.last_used_at),
            ("sheet", &scopes[..], None)
        );
        assert_eq!(find(&pool, &[1; 32], now).await.unwrap().unwrap().last_used_at, Some(now));
        assert_eq!(find(&pool, &[2; 32], now).await.unwrap(), None);

        let twice = add(&pool, "sheet", &[2; 32], &scopes, now).await.unwrap_err();
        assert!(twice.to_string().starts_with("A token of this name exists"), "{twice}");
        revoke(&pool, "sheet", now).await.unwrap();
        assert_eq!(find(&pool, &[1; 32], now).await.unwrap(), None);
        let gone = revoke(&pool, "sheet", now).await.unwrap_err();
        assert_eq!(gone.to_string(), "A valid token named “sheet” was not found");
        add(&pool, "sheet", &[2; 32], &scopes, now).await.unwrap();
        assert_eq!(
            list(&pool).await.unwrap().iter().map(|token| token.revoked_at).collect::<Vec<_>>(),
            [None, Some(now)]
        );
    }
}
