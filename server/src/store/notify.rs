//! PostgreSQL's notifications.

use sqlx::PgExecutor;

use super::error::Result;

/// Wakes those who listen on a channel of PostgreSQL's. Nobody may be listening.
pub async fn notify(db: impl PgExecutor<'_>, channel: &str) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", channel).execute(db).await?;
    Ok(())
}
