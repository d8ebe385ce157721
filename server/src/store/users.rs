//! Who may sign in. Passwords are kept as hashes (PHC strings) that others make and check.

use app::model::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::convert::touched;
use super::error::Result;

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Our number for them.
    pub id: UserId,
    /// The name they sign in with: lower case, without spaces around it.
    pub login: String,
    /// Their password's hash, a PHC string.
    pub password_hash: String,
}

// A hash has no business in a log.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("login", &self.login).finish_non_exhaustive()
    }
}

/// Adds a user. The login is lower case, not empty, without spaces around it.
///
/// # Errors
/// `Conflict` when it is taken or not such.
pub async fn add(
    db: impl PgExecutor<'_>,
    login: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<UserId> {
    let id = sqlx::query_scalar!(
        "insert into users (login, password_hash, created_at) values ($1, $2, $3) returning id",
        login,
        password_hash,
        now.to_sqlx(),
    )
    .fetch_one(db)
    .await?;
    Ok(UserId(id))
}

/// The user of a login, however they wrote it.
pub async fn find(db: impl PgExecutor<'_>, login: &str) -> Result<Option<User>> {
    let row =
        sqlx::query!("select id, login, password_hash from users where login = lower(btrim($1))", login)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|row| User { id: UserId(row.id), login: row.login, password_hash: row.password_hash }))
}

/// How many users there are; none means that the first one is still to be added.
pub async fn count(db: impl PgExecutor<'_>) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from users"#).fetch_one(db).await?)
}

/// Sets a user's password.
///
/// # Errors
/// `NotFound`.
pub async fn set_password(db: impl PgExecutor<'_>, user: UserId, password_hash: &str) -> Result<()> {
    let done = sqlx::query!("update users set password_hash = $2 where id = $1", user.0, password_hash)
        .execute(db)
        .await?;
    touched(&done, || format!("User {user}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::at;
    use sqlx::PgPool;

    #[sqlx::test(migrations = "../migrations")]
    async fn a_login_is_one_person(pool: PgPool) {
        let now = at("2026-03-01T00:00:00Z");
        assert_eq!(count(&pool).await.unwrap(), 0);
        let id = add(&pool, "anna", "hash", now).await.unwrap();
        assert_eq!(find(&pool, " Anna ").await.unwrap().unwrap().id, id);
        assert_eq!(find(&pool, "bert").await.unwrap(), None);
        let taken = add(&pool, "anna", "other", now).await.unwrap_err();
        assert_eq!(taken.to_string(), "This login is taken; choose another");
        for bad in ["", " anna", "Anna"] {
            let error = add(&pool, bad, "hash", now).await.unwrap_err();
            assert!(error.to_string().starts_with("A login is lower case"), "{bad:?}: {error}");
        }
        assert_eq!(count(&pool).await.unwrap(), 1);
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn a_password_is_replaced(pool: PgPool) {
        let id = add(&pool, "anna", "old", at("2026-03-01T00:00:00Z")).await.unwrap();
        set_password(&pool, id, "new").await.unwrap();
        assert_eq!(find(&pool, "anna").await.unwrap().unwrap().password_hash, "new");
        assert_eq!(
            set_password(&pool, UserId(404), "new").await.unwrap_err().to_string(),
            "User 404 was not found"
        );
    }
}
