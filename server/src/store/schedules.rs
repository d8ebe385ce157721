//! Schedules. Every delay lives here, on the product's clock; the job queue only runs what is due now.

use app::model::{AccountId, ChannelId, Collector, RunId, RunState, Schedule};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::convert::{moment, named, touched};
use super::error::Result;

mod due;
mod rest;
mod timing;

pub use due::{Due, due};
pub use rest::{FirstHalf, go_on_with_rest, rest_after};
pub use timing::{Times, set_interval, set_preset, set_times};

/// Gives a channel the default schedules of these collectors, due now; those that are off by default are switched off.
/// Those it has stay as they are.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn add_defaults(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    collectors: &[Collector],
    now: Timestamp,
) -> Result<()> {
    let names: Vec<String> = collectors.iter().map(|collector| collector.name().to_owned()).collect();
    let every: Vec<i32> = collectors.iter().map(|collector| collector.default_every_seconds()).collect();
    let enabled: Vec<bool> = collectors.iter().map(|collector| collector.is_on_by_default()).collect();
    sqlx::query!(
        "insert into schedules (channel_id, collector, every_seconds, enabled, next_due_at)
         select $1, collector, every_seconds, enabled, $5
         from unnest($2::text[], $3::integer[], $4::boolean[]) as new (collector, every_seconds, enabled)
         on conflict do nothing",
        channel.0,
        &names,
        &every,
        &enabled,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every schedule, by channel title and collector.
pub async fn list(db: impl PgExecutor<'_>) -> Result<Vec<Schedule>> {
    Ok(select(db, None, None).await?.into_iter().map(|(schedule, _)| schedule).collect())
}

/// One schedule.
pub async fn find(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    collector: Collector,
) -> Result<Option<Schedule>> {
    Ok(find_with_failures(db, channel, collector).await?.map(|(schedule, _)| schedule))
}

/// One schedule, and how often in a row it failed.
pub async fn find_with_failures(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    collector: Collector,
) -> Result<Option<(Schedule, i32)>> {
    Ok(select(db, Some(channel), Some(collector)).await?.pop())
}

/// Sets when it is next due after it went well now: failures start over.
///
/// # Errors
/// `NotFound`.
pub async fn set_next_due(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set next_due_at = $3, failures = 0, last_good_at = $4, rest_account_id = null
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        at.to_sqlx(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Sets when it is next due after it went well now in part, and counts that among the failures.
///
/// # Errors
/// `NotFound`.
pub async fn set_retry_of_rest(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set next_due_at = $3, failures = failures + 1, last_good_at = $4, rest_account_id = null
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        at.to_sqlx(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Sets when it is next due after it failed, and counts the failure.
///
/// # Errors
/// `NotFound`.
pub async fn set_retry(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    at: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set next_due_at = $3, failures = failures + 1, rest_account_id = null
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        at.to_sqlx(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Switches it off until [`resume`].
///
/// # Errors
/// `NotFound`.
pub async fn pause(db: impl PgExecutor<'_>, channel: ChannelId, of: Collector) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set enabled = false where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// A person takes it up again, whether it was switched off or put aside: due now, failures start over.
///
/// # Errors
/// `NotFound`.
pub async fn resume(db: impl PgExecutor<'_>, channel: ChannelId, of: Collector) -> Result<()> {
    // When the channel was added is past on the product's clock, which this needs no other reading of.
    let done = sqlx::query!(
        "update schedules
         set enabled = true, parked_reason = null, failures = 0,
             next_due_at = least(next_due_at, (select added_at from channels where id = $1))
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Puts it aside until a person did something; `reason` says what, in words. Never retried by itself.
///
/// # Errors
/// `NotFound`.
pub async fn park(db: impl PgExecutor<'_>, channel: ChannelId, of: Collector, reason: &str) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set parked_reason = $3 where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        reason,
    )
    .execute(db)
    .await?;
    touched(&done, || name(channel, of))
}

/// Takes it up again, due now. One that is not parked stays as it is.
pub async fn unpark(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: &[Collector],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update schedules set parked_reason = null, failures = 0, next_due_at = $3
         where channel_id = $1 and collector = any($2) and parked_reason is not null",
        channel.0,
        &of.iter().map(|one| one.name().to_owned()).collect::<Vec<_>>(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn select(
    db: impl PgExecutor<'_>,
    channel: Option<ChannelId>,
    of: Option<Collector>,
) -> Result<Vec<(Schedule, i32)>> {
    let order: Vec<String> = Collector::ALL.iter().map(|collector| collector.name().to_owned()).collect();
    let rights: Vec<String> =
        Collector::ALL.iter().map(|collector| collector.right().name().to_owned()).collect();
    let rows = sqlx::query!(
        r#"with able as (
               -- As [`due`] chooses, but for quiet, which passes.
               select distinct on (access.channel_id, needed.needs) access.channel_id, needed.needs, account_id
               from channel_accounts as access
               join accounts on accounts.id = account_id and accounts.state = 'active'
               cross join (select distinct needs from unnest($4::text[]) as needs) as needed
               where ($1::bigint is null or access.channel_id = $1)
                 and case needed.needs
                         when 'administrator' then is_admin
                         when 'statistics' then can_view_stats
                         when 'revenue' then can_view_revenue or can_view_stars_revenue
                         else true
                     end
               order by access.channel_id, needed.needs, needed.needs = 'administrator' and can_edit_stories desc,
                        can_view_stats::int + can_view_revenue::int + can_view_stars_revenue::int desc,
                        is_creator desc, account_id
           )
           select schedules.channel_id, title, schedules.collector, every_seconds, cron, time_zone, enabled, next_due_at,
                  parked_reason, failures, last_good_at, able.account_id as "account_id?", newest.id as "last_run?", newest.state as "last_state?",
                  newest.started_at as "last_started_at?", newest.finished_at as "last_finished_at?"
           from schedules
           join channels on channels.id = schedules.channel_id
           left join unnest($3::text[], $4::text[]) as known (collector, needs) on known.collector = schedules.collector
           left join able on able.channel_id = schedules.channel_id and able.needs = known.needs
           left join lateral (
               select runs.id, runs.state, runs.started_at, runs.finished_at from runs
               where runs.channel_id = schedules.channel_id and runs.collector = schedules.collector
               order by runs.id desc limit 1
           ) as newest on true
           where ($1::bigint is null or schedules.channel_id = $1) and ($2::text is null or schedules.collector = $2)
             and ($1::bigint is not null or channels.is_collected)
           order by title, schedules.channel_id, array_position($3::text[], schedules.collector)"#,
        channel.map(|channel| channel.0),
        of.map(Collector::name),
        &order,
        &rights,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let schedule = Schedule {
                channel_id: ChannelId(row.channel_id),
                channel_title: row.title,
                collector: collector(&row.collector)?,
                every_seconds: row.every_seconds,
                cron: row.cron,
                time_zone: row.time_zone,
                enabled: row.enabled,
                next_due_at: row.next_due_at.to_jiff(),
                last_run: row.last_run.map(RunId),
                last_state: row
                    .last_state
                    .map(|state| named("runs", "state", &state, RunState::from_name))
                    .transpose()?,
                last_finished_at: moment(row.last_finished_at),
                last_seconds: moment(row.last_started_at)
                    .zip(moment(row.last_finished_at))
                    .map(|(start, end)| start.duration_until(end).as_secs()),
                last_good_at: moment(row.last_good_at),
                parked_reason: row.parked_reason,
                account: row.account_id.map(AccountId),
            };
            Ok((schedule, row.failures))
        })
        .collect()
}

fn collector(stored: &str) -> Result<Collector> {
    named("schedules", "collector", stored, |name| name.parse().ok())
}

fn name(channel: ChannelId, of: Collector) -> String {
    format!("The {of} schedule of channel {channel}")
}

#[cfg(test)]
mod tests;
