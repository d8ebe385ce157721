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
    /// What goes first, as [`Collector::urgency`] says; but a first round is no hurry, and what is late goes earlier
    /// ([`Collector::when_late`]).
    pub urgency: i16,
}

/// What is due, by [urgency](Collector::urgency), then longest first, posts and others [in turn](Collector::takes_turns):
/// switched on, not parked, no run open, and through an account that is usable and of whose methods none has to wait. Of an
/// account no more than together with its open runs that are as urgent, or more, make `per_account`: the rest stays due, and
/// the queue stays short, but what is urgent never waits for a place behind what is not.
pub async fn due(db: impl PgExecutor<'_>, now: Timestamp, per_account: i64) -> Result<Vec<Due>> {
    let order: Vec<String> = Collector::ALL.iter().map(|collector| collector.name().to_owned()).collect();
    let rights: Vec<String> =
        Collector::ALL.iter().map(|collector| collector.right().name().to_owned()).collect();
    let urgencies: Vec<i16> = Collector::ALL.iter().map(|collector| collector.urgency()).collect();
    let late: Vec<Option<(i32, i16)>> =
        Collector::ALL.iter().map(|collector| collector.when_late()).collect();
    let late_after: Vec<Option<i32>> = late.iter().map(|late| late.map(|(seconds, _)| seconds)).collect();
    let takes_turns: Vec<bool> = Collector::ALL.iter().map(|collector| collector.takes_turns()).collect();
    let late_urgencies: Vec<Option<i16>> = late.iter().map(|late| late.map(|(_, urgency)| urgency)).collect();
    let (asking, methods) = methods();
    let rows = sqlx::query!(
        r#"with waiting as (
               -- Seldom anything: who has to wait with what.
               select distinct account_id, asking.collector
               from flood_waits
               join unnest($6::text[], $7::text[]) as asking (collector, method) using (method)
               where until > $1
           ), known as (
               -- What somebody has to wait with is looked at by itself, everything else together with what needs the same.
               select collector, needs, urgency, late_after, late_urgency, takes_turns, place,
                      case when collector in (select waiting.collector from waiting) then collector else '' end as apart
               from unnest($3::text[], $4::text[], $5::smallint[], $8::integer[], $9::smallint[], $11::boolean[])
                    with ordinality as one (collector, needs, urgency, late_after, late_urgency, takes_turns, place)
           ), open as materialized (
               select channel_id, collector, account_id from runs where state in ('queued', 'running', 'waiting')
           ), wanted as materialized (
               -- Thousands may be due at once: they are gone through as a whole, not looked up one by one.
               select channel_id, collector, next_due_at, last_good_at, rest_account_id
               from schedules
               where enabled and parked_reason is null and next_due_at <= $1
                 and not exists (select from open
                                 where open.channel_id = schedules.channel_id and open.collector = schedules.collector)
           ), counted as materialized (
               -- What may have been late when it was opened counts as if it had been.
               select open.account_id,
                      case when (select last_good_at from schedules
                                 where schedules.channel_id = open.channel_id
                                   and schedules.collector = open.collector) is null
                           then greatest(timely.urgency, $10::smallint) else timely.urgency
                      end as urgency
               from open
               join known on known.collector = open.collector
               cross join lateral (select coalesce(late_urgency, known.urgency) as urgency) as timely
           ), busy as (
               -- How many open runs of an account are as urgent as that, or more.
               select account_id, place as urgency, count(*) filter (where counted.urgency <= place) as runs
               from counted
               cross join (select distinct urgency as place from known) as places
               group by account_id, place
           ), able as materialized (
               -- Through which account a channel gives what needs a right: once for each right, not for each schedule.
               select distinct on (access.channel_id, needed.needs, needed.apart)
                      access.channel_id, needed.needs, needed.apart, accounts.id as account_id,
                      waiting.account_id is not null as must_wait
               from channel_accounts as access
               join accounts on accounts.id = access.account_id and accounts.state = 'active'
               join channels on channels.id = access.channel_id and channels.is_collected
               cross join (select distinct needs, apart from known) as needed
               left join waiting on waiting.account_id = accounts.id and waiting.collector = needed.apart
               where case needed.needs
                         when 'administrator' then is_admin
                         when 'statistics' then can_view_stats
                         when 'revenue' then can_view_revenue or can_view_stars_revenue
                         else true
                     end
               order by access.channel_id, needed.needs, needed.apart, must_wait,
                        needed.needs = 'administrator' and can_edit_stories desc,
                        can_view_stats::int + can_view_revenue::int + can_view_stars_revenue::int desc,
                        is_creator desc, account_id
           ), due as (
               select wanted.channel_id, wanted.collector, next_due_at, through.account_id, hurry.urgency,
                      known.place,
                      row_number() over (
                          partition by through.account_id, hurry.urgency, hurry.takes_turns
                          order by next_due_at, known.place, wanted.channel_id) as round
               from wanted
               join known on known.collector = wanted.collector
               join able as account on account.channel_id = wanted.channel_id
                    and account.needs = known.needs and account.apart = known.apart
               -- The rest of a round goes through the account that can see it, as long as it can.
               left join accounts as rest on rest.id = wanted.rest_account_id and rest.state = 'active'
                    and exists (select from channel_accounts as access
                                where access.channel_id = wanted.channel_id and access.account_id = rest.id
                                  and (can_view_revenue or can_view_stars_revenue))
                    and not exists (select from waiting
                                    where waiting.account_id = rest.id and waiting.collector = wanted.collector)
               cross join lateral (
                   select coalesce(rest.id, account.account_id) as account_id,
                          rest.id is null and account.must_wait as must_wait
               ) as through
               -- A first round is no hurry: it goes in the order of the list.
               cross join lateral (
                   select case when last_good_at is null then greatest(timely.urgency, $10::smallint) else timely.urgency
                          end as urgency,
                          takes_turns and last_good_at is not null as takes_turns
                   from (select case when next_due_at <= $1 - make_interval(secs => late_after) then late_urgency
                                     else known.urgency
                                end as urgency) as timely
               ) as hurry
               where not through.must_wait
           ), in_turn as (
               select *, row_number() over (
                          partition by account_id
                          order by urgency, round, next_due_at, place, channel_id) as turn
               from due
               -- No turn comes before its round.
               where round <= $2
           )
           select channel_id, collector, next_due_at, in_turn.account_id as "account_id!", in_turn.urgency as "urgency!"
           from in_turn
           left join busy on busy.account_id = in_turn.account_id and busy.urgency = in_turn.urgency
           where turn + coalesce(busy.runs, 0) <= $2
           order by in_turn.urgency, round, next_due_at, place, channel_id"#,
        now.to_sqlx(),
        per_account,
        &order,
        &rights,
        &urgencies,
        &asking,
        &methods,
        &late_after as _,
        &late_urgencies as _,
        Collector::NO_HURRY,
        &takes_turns,
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

/// Each collector with each of its methods.
fn methods() -> (Vec<String>, Vec<String>) {
    let pairs = Collector::ALL.iter().flat_map(|one| one.methods().iter().map(|method| (*one, *method)));
    pairs.map(|(one, method)| (one.name().to_owned(), method.to_owned())).unzip()
}
