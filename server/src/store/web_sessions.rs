//! Signed-in browsers. Only the SHA-256 of a session's token is kept.

use app::model::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::error::Result;

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSession {
    /// Who; `None` when signed in with the demo's link.
    pub user: Option<UserId>,
    /// The user's login.
    pub login: Option<String>,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they have to sign in again.
    pub expires_at: Timestamp,
}

/// Adds a session; without a user it is the demo's.
///
/// # Errors
/// `NotFound` without such a user.
pub async fn add(
    db: impl PgExecutor<'_>,
    token_sha256: &[u8],
    user: Option<UserId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into web_sessions (token_sha256, user_id, created_at, last_used_at, expires_at)
         values ($1, $2, $3, $3, $4)",
        token_sha256,
        user.map(|user| user.0),
        now.to_sqlx(),
        expires_at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The session of a token, unless it ran out. Notes the use, at most once a minute.
pub async fn find(
    db: impl PgExecutor<'_>,
    token_sha256: &[u8],
    now: Timestamp,
) -> Result<Option<WebSession>> {
    let row = sqlx::query!(
        r#"with used as (
               update web_sessions set last_used_at = $2
               where token_sha256 = $1 and expires_at > $2 and last_used_at <= $2::timestamptz - interval '1 minute'
           )
           select user_id, users.login as "login?", web_sessions.created_at, expires_at
           from web_sessions
           left join users on users.id = user_id
           where token_sha256 = $1 and expires_at > $2"#,
        token_sha256,
        now.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| WebSession {
        user: row.user_id.map(UserId),
        login: row.login,
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// Moves a session's end, because it is in use.
pub async fn renew(db: impl PgExecutor<'_>, token_sha256: &[u8], expires_at: Timestamp) -> Result<()> {
    sqlx::query!(
        "update web_sessions set expires_at = $2 where token_sha256 = $1",
        token_sha256,
        expires_at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Signs the browser out.
pub async fn forget(db: impl PgExecutor<'_>, token_sha256: &[u8]) -> Result<()> {
    sqlx::query!("delete from web_sessions where token_sha256 = $1", token_sha256).execute(db).await?;
    Ok(())
}

/// Signs every browser of a user out (a new password).
pub async fn forget_of(db: impl PgExecutor<'_>, user: UserId) -> Result<()> {
    sqlx::query!("delete from web_sessions where user_id = $1", user.0).execute(db).await?;
    Ok(())
}

/// Forgets the sessions that ran out, and, where a demo's process ended, those made with its link.
pub async fn forget_stale(db: impl PgExecutor<'_>, now: Timestamp, demo_ended: bool) -> Result<u64> {
    let done = sqlx::query!(
        "delete from web_sessions where expires_at <= $1 or ($2 and user_id is null)",
        now.to_sqlx(),
        demo_ended,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::at;
    use crate::store::users;
    use sqlx::PgPool;

    #[sqlx::test(migrations = "../migrations")]
    async fn a_session_lasts_until_it_runs_out_or_is_forgotten(pool: PgPool) {
        let (now, end) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"));
        let user = users::add(&pool, "anna", "hash", now).await.unwrap();
        add(&pool, &[1; 32], Some(user), now, end).await.unwrap();
        add(&pool, &[2; 32], None, now, end).await.unwrap();
        let session = find(&pool, &[1; 32], now).await.unwrap().unwrap();
        assert_eq!(
            (session.login.as_deref(), session.user, session.expires_at),
            (Some("anna"), Some(user), end)
        );
        assert_eq!(find(&pool, &[2; 32], now).await.unwrap().unwrap().login, None);
        assert_eq!(find(&pool, &[3; 32], now).await.unwrap(), None);
        assert_eq!(find(&pool, &[1; 32], end).await.unwrap(), None, "the end itself is too late");
        forget(&pool, &[1; 32]).await.unwrap();
        assert_eq!(find(&pool, &[1; 32], now).await.unwrap(), None);
        assert_eq!(forget_stale(&pool, now, false).await.unwrap(), 0);
        assert_eq!(forget_stale(&pool, now, true).await.unwrap(), 1);
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn a_new_password_signs_out_everywhere(pool: PgPool) {
        let (now, end) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"));
        let user = users::add(&pool, "anna", "hash", now).await.unwrap();
        add(&pool, &[1; 32], Some(user), now, end).await.unwrap();
        add(&pool, &[2; 32], None, now, end).await.unwrap();
        forget_of(&pool, user).await.unwrap();
        assert_eq!(find(&pool, &[1; 32], now).await.unwrap(), None);
        assert!(find(&pool, &[2; 32], now).await.unwrap().is_some());
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn use_is_noted_once_a_minute(pool: PgPool) {
        let end = at("2026-03-02T00:00:00Z");
        add(&pool, &[1; 32], None, at("2026-03-01T00:00:00Z"), end).await.unwrap();
        for (now, noted) in [("00:00:59", "00:00:00"), ("00:01:00", "00:01:00"), ("00:01:30", "00:01:00")] {
            find(&pool, &[1; 32], at(&format!("2026-03-01T{now}Z"))).await.unwrap();
            let used =
                sqlx::query_scalar!("select last_used_at from web_sessions").fetch_one(&pool).await.unwrap();
            assert_eq!(used.to_jiff(), at(&format!("2026-03-01T{noted}Z")));
        }
    }
}
