use app::model::{AccountId, ChannelId, Collector};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::collector;
use crate::store::error::Result;

/// Something to collect now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub channel: ChannelId,
    /// What.
    pub collector: Collector,
    /// Through which account; the one that [`crate::store::channels::access`] names.
    pub account: AccountId,
    /// Since when it is due.
    pub since: Timestamp,
    /// What goes first, as [`Collector::urgency`] says; a first round is no hurry.
    pub urgency: i16,
}

/// What is due, by [urgency](Collector::urgency), then longest first: switched on, not parked, no run open, and through an
/// account that is usable and need not keep quiet. Of an account no more than together with its open runs make
/// `per_account`: the rest stays due, so that what is urgent meanwhile goes before it, and the queue stays short.
pub async fn due(db: impl PgExecutor<'_>, now: Timestamp, per_account: i64) -> Result<Vec<Due>> {
    let order: Vec<String> = Collector::ALL.iter().map(|collector| collector.name().to_owned()).collect();
    let rights: Vec<String> =
        Collector::ALL.iter().map(|collector| collector.right().name().to_owned()).collect();
    let urgencies: Vec<i16> = Collector::ALL.iter().map(|collector| collector.urgency()).collect();
    let rows = sqlx::query!(
        r#"with busy as (
               select account_id, count(*) as runs from runs
               where state in ('queued', 'running', 'waiting')
               group by account_id
           ), able as (
               -- Through which account a channel gives what needs a right: once for each right, not for each schedule.
               select distinct on (access.channel_id, needed.needs)
                      access.channel_id, needed.needs, accounts.id as account_id, accounts.quiet_until
               from channel_accounts as access
               join accounts on accounts.id = access.account_id and accounts.state = 'active'
               join channels on channels.id = access.channel_id and channels.is_collected
               cross join (select distinct needs from unnest($4::text[]) as needs) as needed
               where case needed.needs
                         when 'administrator' then is_admin
                         when 'statistics' then can_view_stats
                         when 'revenue' then can_view_revenue or can_view_stars_revenue
                         else true
                     end
               order by access.channel_id, needed.needs, coalesce(quiet_until > $1, false),
                        can_view_stats::int + can_view_revenue::int + can_view_stars_revenue::int desc,
                        is_creator desc, account_id
           ), due as (
               select schedules.channel_id, schedules.collector, next_due_at, account.account_id, hurry.urgency,
                      known.place,
                      row_number() over (
                          partition by account.account_id
                          order by hurry.urgency, next_due_at, known.place, schedules.channel_id) as turn
               from schedules
               join unnest($3::text[], $4::text[], $5::smallint[]) with ordinality as known (collector, needs, urgency, place)
                 on known.collector = schedules.collector
               join able as account on account.channel_id = schedules.channel_id and account.needs = known.needs
               -- A first round is no hurry: it goes in the order of the list.
               cross join lateral (
                   select case when last_good_at is null then greatest(known.urgency, 2::smallint) else known.urgency end as urgency
               ) as hurry
               where enabled and parked_reason is null and next_due_at <= $1
                 and (account.quiet_until is null or account.quiet_until <= $1)
                 and not exists (
                     select from runs
                     where runs.channel_id = schedules.channel_id and runs.collector = schedules.collector
                       and runs.state in ('queued', 'running', 'waiting'))
           )
           select channel_id, collector, next_due_at, due.account_id, urgency as "urgency!"
           from due
           left join busy on busy.account_id = due.account_id
           where turn + coalesce(busy.runs, 0) <= $2
           order by urgency, next_due_at, place, channel_id"#,
        now.to_sqlx(),
        per_account,
        &order,
        &rights,
        &urgencies,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Due {
                channel: ChannelId(row.channel_id),
                collector: collector(&row.collector)?,
                account: AccountId(row.account_id),
                since: row.next_due_at.to_jiff(),
                urgency: row.urgency,
            })
        })
        .collect()
}
