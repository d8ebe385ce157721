//! Balances, as Telegram states them.

use app::model::{Balances, ChannelId, UnitCode};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::channels::Writing;
use super::convert::{moment, named, nano, rate, stored};
use super::error::Result;
use super::rates::{self, RateSource};

/// What recording did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It differs from the newest and was added.
    New,
    /// It is what Telegram said the last time; only that was noted.
    Same,
}

/// Records what Telegram says a channel has at `observed_at`, and the rate it states with it. The same numbers as
/// the newest only move the moment they were last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(db: &mut PgConnection, channel: ChannelId, balances: &Balances) -> Result<Recorded> {
    let mut writing = Writing::begin(db, channel).await?;
    if let Some(usd_rate) = balances.usd_rate {
        let simulated = sqlx::query_scalar!("select simulated from channels where id = $1", channel.0)
            .fetch_one(&mut *writing)
            .await?;
        let source = RateSource::of(simulated);
        rates::record(&mut *writing, balances.unit_code, source, balances.observed_at, usd_rate).await?;
    }
    let same = sqlx::query!(
        "update balances set seen_at = greatest(seen_at, $3)
         where channel_id = $1 and unit_code = $2
           and observed_at = (select max(observed_at) from balances where channel_id = $1 and unit_code = $2)
           and (available_nano, current_nano, overall_nano, withdrawal_enabled)
               = ($4::text::numeric, $5::text::numeric, $6::text::numeric, $7)
           and next_withdrawal_at is not distinct from $8",
        channel.0,
        balances.unit_code.code(),
        balances.observed_at.to_sqlx(),
        balances.available.to_string(),
        balances.current.to_string(),
        balances.overall.to_string(),
        balances.withdrawal_enabled,
        stored(balances.next_withdrawal_at),
    )
    .execute(&mut *writing)
    .await?
    .rows_affected()
        == 1;
    if !same {
        restore(&mut *writing, channel, balances, balances.observed_at).await?;
    }
    writing.commit().await?;
    Ok(if same { Recorded::Same } else { Recorded::New })
}

/// Every row of a channel in its order; `observed_at` is when it was said first. Without rates.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Balances>> {
    let rows = sqlx::query!(
        r#"select unit_code, observed_at, withdrawal_enabled, next_withdrawal_at,
                  available_nano::text as "available!", current_nano::text as "current!",
                  overall_nano::text as "overall!"
           from balances where channel_id = $1 order by unit_code, observed_at"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Balances {
                unit_code: named("balances", "unit_code", &row.unit_code, |code| code.parse().ok())?,
                available: nano("balances", "available_nano", &row.available)?,
                current: nano("balances", "current_nano", &row.current)?,
                overall: nano("balances", "overall_nano", &row.overall)?,
                withdrawal_enabled: row.withdrawal_enabled,
                next_withdrawal_at: moment(row.next_withdrawal_at),
                usd_rate: None,
                observed_at: row.observed_at.to_jiff(),
            })
        })
        .collect()
}

/// Puts a row in its place, as it was said first at its `observed_at` and last at `seen_at`.
pub async fn restore(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    balances: &Balances,
    seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into balances as old
             (channel_id, unit_code, observed_at, seen_at, available_nano, current_nano, overall_nano,
              withdrawal_enabled, next_withdrawal_at)
         values ($1, $2, $3, $9, $4::text::numeric, $5::text::numeric, $6::text::numeric, $7, $8)
         on conflict (channel_id, unit_code, observed_at) do update
         set available_nano = excluded.available_nano, current_nano = excluded.current_nano,
             overall_nano = excluded.overall_nano, withdrawal_enabled = excluded.withdrawal_enabled,
             next_withdrawal_at = excluded.next_withdrawal_at, seen_at = greatest(old.seen_at, excluded.seen_at)",
        channel.0,
        balances.unit_code.code(),
        balances.observed_at.to_sqlx(),
        balances.available.to_string(),
        balances.current.to_string(),
        balances.overall.to_string(),
        balances.withdrawal_enabled,
        stored(balances.next_withdrawal_at),
        seen_at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest balances. `observed_at` is when Telegram last said so; the rate is the one recorded nearest to that.
pub async fn latest(
    db: &mut PgConnection,
    channel: ChannelId,
    unit_code: UnitCode,
) -> Result<Option<Balances>> {
    Ok(select(&mut *db, Some(channel), Some(unit_code)).await?.pop().map(|(_, balances)| balances))
}

/// The newest balances of every channel that has any, in every currency.
pub async fn list_latest(db: impl PgExecutor<'_>) -> Result<Vec<(ChannelId, Balances)>> {
    select(db, None, None).await
}

async fn select(
    db: impl PgExecutor<'_>,
    channel: Option<ChannelId>,
    unit_code: Option<UnitCode>,
) -> Result<Vec<(ChannelId, Balances)>> {
    let rows = sqlx::query!(
        r#"select newest.channel_id, newest.unit_code, seen_at, withdrawal_enabled, next_withdrawal_at,
                  available_nano::text as "available!", current_nano::text as "current!",
                  overall_nano::text as "overall!", rate.usd_rate::text as usd_rate
           from (
               select distinct on (channel_id, unit_code) * from balances
               where ($1::bigint is null or channel_id = $1) and ($2::text is null or unit_code = $2)
               order by channel_id, unit_code, observed_at desc
           ) as newest
           join channels on channels.id = newest.channel_id
           left join lateral (
               select usd_rate from rates
               where rates.unit_code = newest.unit_code
                 and rates.source = case when channels.simulated then 'simulated' else 'telegram' end
                 and rates.observed_at between newest.seen_at - interval '24 hours' and newest.seen_at
               order by rates.observed_at desc
               limit 1
           ) as rate on true"#,
        channel.map(|channel| channel.0),
        unit_code.map(UnitCode::code),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let balances = Balances {
                unit_code: named("balances", "unit_code", &row.unit_code, |code| code.parse().ok())?,
                available: nano("balances", "available_nano", &row.available)?,
                current: nano("balances", "current_nano", &row.current)?,
                overall: nano("balances", "overall_nano", &row.overall)?,
                withdrawal_enabled: row.withdrawal_enabled,
                next_withdrawal_at: moment(row.next_withdrawal_at),
                usd_rate: row.usd_rate.map(|text| rate("rates", "usd_rate", &text)).transpose()?,
                observed_at: row.seen_at.to_jiff(),
            };
            Ok((ChannelId(row.channel_id), balances))
        })
        .collect()
}

#[cfg(test)]
mod tests;
