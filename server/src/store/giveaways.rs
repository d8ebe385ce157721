//! Giveaways: prepaid, running and over.

pub mod whole;

use std::collections::BTreeMap;

use app::model::{ChannelId, Giveaway, GiveawayId, GiveawayState, SeenGiveaway};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::{inconsistent, moment, named, stored};
use super::error::Result;

/// Records what a look says of giveaways. What it leaves open stays as it was known. The same again only moves the
/// moment they were last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    told: &[Giveaway],
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let known: BTreeMap<GiveawayId, Giveaway> =
        list(&mut *writing, channel).await?.into_iter().map(|one| (one.giveaway.id, one.giveaway)).collect();
    let mut merged: BTreeMap<GiveawayId, Giveaway> = BTreeMap::new();
    for one in told {
        let before = merged.remove(&one.id).or_else(|| known.get(&one.id).cloned());
        merged.insert(one.id, before.map_or_else(|| one.clone(), |before| with_what_is_known(one, &before)));
    }
    let mut counts = Counts::default();
    for (id, one) in &merged {
        match known.get(id) {
            None => counts.new += 1,
            Some(before) if before == one => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    let (same, news): (Vec<_>, Vec<_>) = merged.values().partition(|one| known.get(&one.id) == Some(*one));
    write(&mut writing, channel, &news, now).await?;
    let is_prepaid: Vec<bool> = same.iter().map(|one| one.id.is_prepaid()).collect();
    let ids: Vec<i64> = same.iter().map(|one| one.id.number()).collect();
    sqlx::query!(
        "update giveaways set last_seen_at = $4
         from unnest($2::boolean[], $3::bigint[]) as same (is_prepaid, id)
         where channel_id = $1 and giveaways.is_prepaid = same.is_prepaid and giveaways.id = same.id
           and last_seen_at < $4",
        channel.0,
        &is_prepaid,
        &ids,
        now.to_sqlx(),
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    Ok(counts)
}

/// Records all prepaid giveaways that Telegram speaks of. One that it does not speak of any more was launched.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_prepaid(
    db: &mut PgConnection,
    channel: ChannelId,
    told: &[Giveaway],
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let mut counts = record(&mut writing, channel, told, now).await?;
    let ids: Vec<i64> = told.iter().map(|one| one.id.number()).collect();
    let launched = sqlx::query!(
        "update giveaways set state = 'launched', changed_at = $3
         where channel_id = $1 and state = 'prepaid' and id <> all($2)",
        channel.0,
        &ids,
        now.to_sqlx(),
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    counts.changed =
        counts.changed.saturating_add(u32::try_from(launched.rows_affected()).unwrap_or(u32::MAX));
    Ok(counts)
}

/// Every giveaway that was ever seen: the newest first, those that are not launched before all others.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<SeenGiveaway>> {
    let rows = sqlx::query!(
        "select is_prepaid, id, state, months, stars, quantity, boosts, paid_at, started_at, until_at, finished_at,
                winners, activated, is_refunded, first_seen_at, last_seen_at, changed_at
         from giveaways where channel_id = $1
         order by state = 'prepaid' desc, coalesce(started_at, paid_at, first_seen_at) desc, is_prepaid, id desc",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = if row.is_prepaid {
                GiveawayId::Prepaid(row.id)
            } else {
                let id = i32::try_from(row.id).map_err(|_| inconsistent("giveaways", "id", row.id))?;
                GiveawayId::Message(id)
            };
            Ok(SeenGiveaway {
                giveaway: Giveaway {
                    id,
                    state: named("giveaways", "state", &row.state, GiveawayState::from_name)?,
                    months: row.months,
                    stars: row.stars,
                    quantity: row.quantity,
                    boosts: row.boosts,
                    paid_at: moment(row.paid_at),
                    started_at: moment(row.started_at),
                    until: moment(row.until_at),
                    finished_at: moment(row.finished_at),
                    winners: row.winners,
                    activated: row.activated,
                    is_refunded: row.is_refunded,
                },
                first_seen_at: row.first_seen_at.to_jiff(),
                last_seen_at: row.last_seen_at.to_jiff(),
                changed_at: row.changed_at.to_jiff(),
            })
        })
        .collect()
}

/// Up to which message the history was searched for giveaways; `None` before the first time.
pub async fn read_to(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!("select newest_msg_id from giveaway_reads where channel_id = $1", channel.0)
        .fetch_optional(db)
        .await?)
}

/// Sets up to which message the history was searched; it never goes back.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn set_read_to(db: impl PgExecutor<'_>, channel: ChannelId, msg_id: i32) -> Result<()> {
    sqlx::query!(
        "insert into giveaway_reads (channel_id, newest_msg_id) values ($1, $2)
         on conflict (channel_id) do update set newest_msg_id = excluded.newest_msg_id
         where giveaway_reads.newest_msg_id < excluded.newest_msg_id",
        channel.0,
        msg_id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was told, and where it leaves something open what was known before.
pub fn with_what_is_known(told: &Giveaway, before: &Giveaway) -> Giveaway {
    Giveaway {
        id: told.id,
        state: told.state,
        months: told.months.or(before.months),
        stars: told.stars.or(before.stars),
        quantity: told.quantity.or(before.quantity),
        boosts: told.boosts.or(before.boosts),
        paid_at: told.paid_at.or(before.paid_at),
        started_at: told.started_at.or(before.started_at),
        until: told.until.or(before.until),
        finished_at: told.finished_at.or(before.finished_at),
        winners: told.winners.or(before.winners),
        activated: told.activated.or(before.activated),
        is_refunded: told.is_refunded.or(before.is_refunded),
    }
}

async fn write(
    db: &mut PgConnection,
    channel: ChannelId,
    written: &[&Giveaway],
    now: Timestamp,
) -> Result<()> {
    fn column<T>(written: &[&Giveaway], value: impl Fn(&Giveaway) -> T) -> Vec<T> {
        written.iter().map(|one| value(one)).collect()
    }
    if written.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into giveaways
             (channel_id, is_prepaid, id, state, months, stars, quantity, boosts, paid_at, started_at, until_at,
              finished_at, winners, activated, is_refunded, first_seen_at, last_seen_at, changed_at)
         select $1, is_prepaid, id, state, months, stars, quantity, boosts, paid_at, started_at, until_at,
                finished_at, winners, activated, is_refunded, $2, $2, $2
         from unnest($3::boolean[], $4::bigint[], $5::text[], $6::integer[], $7::bigint[], $8::integer[],
                     $9::integer[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
                     $14::integer[], $15::integer[], $16::boolean[])
             as told (is_prepaid, id, state, months, stars, quantity, boosts, paid_at, started_at, until_at,
                      finished_at, winners, activated, is_refunded)
         on conflict (channel_id, is_prepaid, id) do update
         set state = excluded.state, months = excluded.months, stars = excluded.stars, quantity = excluded.quantity,
             boosts = excluded.boosts, paid_at = excluded.paid_at, started_at = excluded.started_at,
             until_at = excluded.until_at, finished_at = excluded.finished_at, winners = excluded.winners,
             activated = excluded.activated, is_refunded = excluded.is_refunded,
             last_seen_at = excluded.last_seen_at, changed_at = excluded.changed_at",
        channel.0,
        now.to_sqlx(),
        &column(written, |one| one.id.is_prepaid()),
        &column(written, |one| one.id.number()),
        &column(written, |one| one.state.name().to_owned()),
        &column(written, |one| one.months) as _,
        &column(written, |one| one.stars) as _,
        &column(written, |one| one.quantity) as _,
        &column(written, |one| one.boosts) as _,
        &column(written, |one| stored(one.paid_at)) as _,
        &column(written, |one| stored(one.started_at)) as _,
        &column(written, |one| stored(one.until)) as _,
        &column(written, |one| stored(one.finished_at)) as _,
        &column(written, |one| one.winners) as _,
        &column(written, |one| one.activated) as _,
        &column(written, |one| one.is_refunded) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
