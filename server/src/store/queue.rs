//! What the job queue keeps of those who work for it. The queue brings its own tables, so they are not there when
//! queries are checked: these are not.

use sqlx::PgExecutor;

use super::error::Result;

/// Which of these keys no job has.
pub async fn without_job(db: impl PgExecutor<'_>, keys: &[String]) -> Result<Vec<String>> {
    let keys = sqlx::query_scalar(
        "select told.key from unnest($1::text[]) as told (key)
         where not exists (select from graphile_worker._private_jobs as jobs where jobs.key = told.key)",
    )
    .bind(keys)
    .fetch_all(db)
    .await?;
    Ok(keys)
}

/// Gives back the jobs of a queue that somebody has in hand, and the queue itself, with the function that the library
/// recovers from crashes with. For the only one who may work on the queue from now on. Says how many jobs there were.
pub async fn take_over(db: impl PgExecutor<'_>, queue: &str) -> Result<i32> {
    let jobs = sqlx::query_scalar(
        "select graphile_worker.recover_dead_worker_jobs(array(
             select locked_by from graphile_worker._private_job_queues
             where queue_name = $1 and locked_by is not null
             union
             select jobs.locked_by from graphile_worker._private_jobs as jobs
             join graphile_worker._private_job_queues as queues on queues.id = jobs.job_queue_id
             where queues.queue_name = $1 and jobs.locked_by is not null
         ))",
    )
    .bind(queue)
    .fetch_one(db)
    .await?;
    Ok(jobs)
}
