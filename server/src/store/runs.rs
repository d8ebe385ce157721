//! Runs: what was collected, when, and how it ended.

mod old;

use std::collections::HashMap;

use app::model::{AccountId, ChannelId, Collector, Run, RunId, RunState, Trigger};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::convert::{counter, moment, named};
use super::error::{Error, Result};
use super::schedules::Due;
use super::{Counts, accounts};

pub use old::forget_old;

/// A run that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub id: RunId,
    /// It was open already; nothing needs to be enqueued.
    pub joined: bool,
}

/// Asks for a run through an account: opens one, or joins the one that is open for this channel and collector.
///
/// Inside a transaction, the account stays usable until its end: a run that is opened while its account goes would
/// wait for ever.
///
/// # Errors
/// `NotFound` without such a channel or account; `Conflict` when the account has to be linked again.
pub async fn open(
    db: &mut PgConnection,
    channel: ChannelId,
    collector: Collector,
    account: AccountId,
    trigger: Trigger,
    now: Timestamp,
) -> Result<Opened> {
    accounts::stay_usable(&mut *db, account, "The account has to be linked again before it can collect")
        .await?;
    // The open run may end between the two statements; then the next insert finds the way free.
    for _ in 0..8 {
        let added = sqlx::query_scalar!(
            "insert into runs (channel_id, collector, trigger, queued_at, account_id) values ($1, $2, $3, $4, $5)
             on conflict (channel_id, collector) where state in ('queued', 'running', 'waiting') do nothing
             returning id",
            channel.0,
            collector.name(),
            trigger.to_string(),
            now.to_sqlx(),
            account.0,
        )
        .fetch_optional(&mut *db)
        .await?;
        if let Some(id) = added {
            return Ok(Opened { id: RunId(id), joined: false });
        }
        let open = sqlx::query_scalar!(
            "select id from runs
             where channel_id = $1 and collector = $2 and state in ('queued', 'running', 'waiting')",
            channel.0,
            collector.name(),
        )
        .fetch_optional(&mut *db)
        .await?;
        if let Some(id) = open {
            return Ok(Opened { id: RunId(id), joined: true });
        }
    }
    Err(Error::Conflict { what: "Runs of this channel open and end faster than another can join; try again" })
}

/// Opens runs for what is due, all at once. What has an open run meanwhile is left out, and what has no usable account or no
/// channel any more: where there is one, the next look finds it.
pub async fn open_due(db: &mut PgConnection, due: &[Due], now: Timestamp) -> Result<Vec<(RunId, Due)>> {
    let rows = sqlx::query!(
        r#"with usable as materialized (
               select id from accounts where id = any($4) and state = 'active' order by id for share
           ), told as (
               select * from unnest($2::bigint[], $3::text[], $4::bigint[]) as due (channel_id, collector, account_id)
               where account_id in (select id from usable)
                 and exists (select from channels where channels.id = due.channel_id)
           )
           insert into runs (channel_id, collector, trigger, queued_at, account_id)
           select channel_id, collector, 'schedule', $1, account_id from told
           on conflict (channel_id, collector) where state in ('queued', 'running', 'waiting') do nothing
           returning id, channel_id, collector"#,
        now.to_sqlx(),
        &due.iter().map(|one| one.channel.0).collect::<Vec<_>>(),
        &due.iter().map(|one| one.collector.name().to_owned()).collect::<Vec<_>>(),
        &due.iter().map(|one| one.account.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await?;
    let opened: HashMap<(i64, &str), i64> =
        rows.iter().map(|row| ((row.channel_id, row.collector.as_str()), row.id)).collect();
    let of = |one: &Due| Some((RunId(*opened.get(&(one.channel.0, one.collector.name()))?), *one));
    Ok(due.iter().filter_map(of).collect())
}

/// Whether a run may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It may.
    Begun,
    /// The tick of its channel was taken away while it was queued or waited.
    NotCollected,
    /// It is over, and must not be run.
    Over,
}

/// It begins (or goes on after a wait), with this account.
pub async fn start(
    db: impl PgExecutor<'_>,
    run: RunId,
    account: AccountId,
    now: Timestamp,
) -> Result<Started> {
    let is_collected = sqlx::query_scalar!(
        "update runs set state = 'running', account_id = $2, started_at = coalesce(started_at, $3)
         from channels
         where runs.id = $1 and state in ('queued', 'running', 'waiting') and channels.id = channel_id
         returning is_collected",
        run.0,
        account.0,
        now.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(match is_collected {
        Some(true) => Started::Begun,
        Some(false) => Started::NotCollected,
        None => Started::Over,
    })
}

/// Telegram told it to wait. `false`: it is over.
pub async fn wait(db: impl PgExecutor<'_>, run: RunId) -> Result<bool> {
    let done = sqlx::query!(
        "update runs set state = 'waiting' where id = $1 and state in ('queued', 'running', 'waiting')",
        run.0,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets how many requests it has made so far, and what it is doing.
pub async fn set_progress(
    db: impl PgExecutor<'_>,
    run: RunId,
    requests: u32,
    step: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "update runs set requests = $2, step = $3 where id = $1 and state in ('queued', 'running', 'waiting')",
        run.0,
        counter(requests),
        step,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds to how long Telegram let it wait, seconds.
pub async fn add_wait(db: impl PgExecutor<'_>, run: RunId, seconds: i64) -> Result<()> {
    sqlx::query!(
        "update runs set waited_seconds = least(waited_seconds + $2::bigint, 2147483647)
         where id = $1 and state in ('queued', 'running', 'waiting')",
        run.0,
        seconds.max(0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// `Done`, `Partial` or `Failed`.
    pub state: RunState,
    /// Requests made to Telegram.
    pub requests: u32,
    /// What recording did.
    pub counts: Counts,
    /// What went wrong, in words.
    pub error: Option<String>,
}

/// It ended. `false`: it was over before, and stays as it was.
///
/// # Errors
/// `Inconsistent` for a state that is no end.
pub async fn finish(db: impl PgExecutor<'_>, run: RunId, outcome: &Outcome, now: Timestamp) -> Result<bool> {
    if !outcome.state.is_over() {
        return Err(super::convert::inconsistent("runs", "state", outcome.state.name()));
    }
    let done = sqlx::query!(
        "update runs
         set state = $2, step = null, finished_at = $3, requests = $4, values_new = $5, values_changed = $6, values_unchanged = $7,
             error = $8
         where id = $1 and state in ('queued', 'running', 'waiting')",
        run.0,
        outcome.state.name(),
        now.to_sqlx(),
        counter(outcome.requests),
        counter(outcome.counts.new),
        counter(outcome.counts.changed),
        counter(outcome.counts.unchanged),
        outcome.error,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the runs that a dead process left behind: those with this account that are running or waiting. For the new
/// holder of the account's lease, before its first job; what they were to collect is still due. Says how many.
pub async fn fail_abandoned(db: impl PgExecutor<'_>, account: AccountId, now: Timestamp) -> Result<u64> {
    let done = sqlx::query!(
        "update runs
         set state = 'failed', step = null, finished_at = $2,
             error = 'The process that ran it ended before it was done; it will be collected again.'
         where account_id = $1 and state in ('running', 'waiting')",
        account.0,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// The runs that wait for an account's connection, and whether a person asked for each.
pub async fn queued(
    db: impl PgExecutor<'_>,
    account: AccountId,
) -> Result<Vec<(RunId, ChannelId, Collector, Trigger)>> {
    let rows = sqlx::query!(
        r#"select id, channel_id, collector, "trigger" from runs where account_id = $1 and state = 'queued' order by id"#,
        account.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let collector = named("runs", "collector", &row.collector, |name| name.parse().ok())?;
            let trigger = named("runs", "trigger", &row.trigger, |name| name.parse().ok())?;
            Ok((RunId(row.id), ChannelId(row.channel_id), collector, trigger))
        })
        .collect()
}

/// Ends all open runs of an account that cannot collect any more, queued ones included: nobody would take them up,
/// and an open run keeps its channel from being collected through another account. `reason` is a sentence.
pub(super) async fn fail_open(
    db: impl PgExecutor<'_>,
    account: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update runs
         set state = 'failed', step = null, finished_at = greatest($2, queued_at, started_at), error = $3
         where account_id = $1 and state in ('queued', 'running', 'waiting')",
        account.0,
        now.to_sqlx(),
        reason,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest runs, newest first.
pub async fn list(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<Run>> {
    select(db, None, limit).await
}

/// One run.
pub async fn find(db: impl PgExecutor<'_>, run: RunId) -> Result<Option<Run>> {
    Ok(select(db, Some(run), 1).await?.pop())
}

async fn select(db: impl PgExecutor<'_>, run: Option<RunId>, limit: i64) -> Result<Vec<Run>> {
    let rows = sqlx::query!(
        "select runs.id, channel_id, title, collector, trigger, state, queued_at, started_at, finished_at, requests,
                values_new, values_changed, values_unchanged, waited_seconds, step, error
         from runs
         join channels on channels.id = channel_id
         where $1::bigint is null or runs.id = $1
         order by runs.id desc
         limit $2",
        run.map(|run| run.0),
        limit.max(0),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Run {
                id: RunId(row.id),
                channel_id: ChannelId(row.channel_id),
                channel_title: row.title,
                collector: named("runs", "collector", &row.collector, |name| name.parse().ok())?,
                trigger: named("runs", "trigger", &row.trigger, |name| name.parse().ok())?,
                state: named("runs", "state", &row.state, RunState::from_name)?,
                queued_at: row.queued_at.to_jiff(),
                started_at: moment(row.started_at),
                finished_at: moment(row.finished_at),
                requests: row.requests,
                values_new: row.values_new,
                values_changed: row.values_changed,
                values_unchanged: row.values_unchanged,
                waited_seconds: row.waited_seconds,
                step: row.step,
                error: row.error,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
