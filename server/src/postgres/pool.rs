//! Pools of connections.

use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::PgPoolOptions;

/// How long a request waits for a connection before it fails.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A connection that rests shorter is not asked whether it still answers: giving it back asked that already.
const FRESH: Duration = Duration::from_secs(1);

/// A pool of at most so many connections. One that does not answer any more is replaced.
pub fn options(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, resting| {
            Box::pin(async move {
                if resting.idle_for < FRESH {
                    return Ok(true);
                }
                let answer = connection.ping().await;
                if let Err(error) = &answer {
                    tracing::info!("a database connection does not answer any more and is replaced: {error}");
                }
                Ok(answer.is_ok())
            })
        })
}

#[cfg(test)]
mod tests {
    use sqlx::postgres::PgConnectOptions;

    use super::*;

    #[sqlx::test(migrations = false)]
    async fn a_connection_that_died_is_replaced(_options: PgPoolOptions, database: PgConnectOptions) {
        let other = options(1).connect_with(database.clone()).await.unwrap();
        let pool = options(1).connect_with(database).await.unwrap();
        let of = async || sqlx::query_scalar::<_, i32>("select pg_backend_pid()").fetch_one(&pool).await;
        let first = of().await.unwrap();
        assert_eq!(of().await.unwrap(), first);
        sqlx::query("select pg_terminate_backend($1)").bind(first).execute(&other).await.unwrap();
        tokio::time::sleep(FRESH + Duration::from_millis(200)).await;
        assert_ne!(of().await.unwrap(), first);
    }
}
