//! What the job queue keeps of those who work for it. The queue brings its own tables, so they are not there when
//! queries are checked: these are not.

use sqlx::PgExecutor;

use super::error::Result;

/// Which of these keys no job has that is still to be run.
pub async fn without_job(db: impl PgExecutor<'_>, keys: &[String]) -> Result<Vec<String>> {
    let keys = sqlx::query_scalar(
        "select told.key from unnest($1::text[]) as told (key)
         where not exists (select from graphile_worker._private_jobs as jobs where jobs.key = told.key and (jobs.attempts < jobs.max_attempts or jobs.locked_at is not null))",
    )
    .bind(keys)
    .fetch_all(db)
    .await?;
    Ok(keys)
}

/// Gives back the jobs with a flag that somebody has in hand, with the function that the library recovers from crashes with.
/// For the only one who may work on them from now on. Says how many there were.
pub async fn take_over(db: impl PgExecutor<'_>, flag: &str) -> Result<i32> {
    let jobs = sqlx::query_scalar(
        "select graphile_worker.recover_dead_worker_jobs(array(
             select locked_by from graphile_worker._private_jobs
             where flags ? $1 and locked_by is not null
         ))",
    )
    .bind(flag)
    .fetch_one(db)
    .await?;
    Ok(jobs)
}

/// Tells all who work for the queue what they are told when a job is added.
pub async fn announce(db: impl PgExecutor<'_>) -> Result<()> {
    sqlx::query("select pg_notify('jobs:insert', '{}')").execute(db).await?;
    Ok(())
}
