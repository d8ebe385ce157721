//! Reading the ledger: one query for the page, the API and every file, so that their numbers are the same.

use app::model::{ChannelId, Nano, RecordedRate, Transaction, TransactionKind, TransactionState, UnitCode};
use jiff::Timestamp;
use sqlx::PgExecutor;

use crate::store::convert::{inconsistent, moment, named, nano, rate, stored};
use crate::store::error::Result;

/// Which rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one channel; `None` for all.
    pub channel: Option<ChannelId>,
    /// In one currency; `None` for both.
    pub unit_code: Option<UnitCode>,
    /// Booked at this moment or later.
    pub from: Option<Timestamp>,
    /// Booked before this moment.
    pub until: Option<Timestamp>,
}

/// A ledger row with what a report says beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub channel_id: ChannelId,
    /// The channel's title: hostile text.
    pub channel_title: String,
    /// From a simulated data centre.
    pub simulated: bool,
    /// Negative: it left the channel.
    pub is_outgoing: bool,
    /// Who stated `transaction.rate`.
    pub rate_source: Option<String>,
    /// The row.
    pub transaction: Transaction,
}

/// The rows, newest first. `balance_after` is the sum of this and all earlier rows of its channel and currency over
/// all time, whatever the filter shows; rows of the same moment follow their ids. The rate is the one recorded
/// nearest to `booked_at` within 24 hours.
///
/// # Errors
/// `Inconsistent` when a row can't be read, or the value in USD does not fit: never a wrong number.
pub async fn list(db: impl PgExecutor<'_>, filter: Filter) -> Result<Vec<Entry>> {
    let rows = sqlx::query!(
        r#"with ledger as (
               select t.*,
                      sum(case when t.state <> 'failed' or exists (
                                   select from transactions as refund
                                   where refund.channel_id = t.channel_id and refund.unit_code = t.unit_code
                                     and refund.id = t.id and refund.is_refund and not t.is_refund
                                     and refund.state <> 'failed')
                               then t.amount_nano else 0 end)
                          over (partition by t.channel_id, t.unit_code
                                order by t.booked_at, t.id, t.is_refund, t.is_outgoing) as balance_after
               from transactions as t
               where ($1::bigint is null or t.channel_id = $1) and ($2::text is null or t.unit_code = $2)
           )
           select ledger.channel_id, channels.title, channels.simulated, ledger.unit_code, ledger.id,
                  ledger.is_refund, ledger.is_outgoing, ledger.kind, ledger.state,
                  ledger.amount_nano::text as "amount!", ledger.booked_at, ledger.period_start, ledger.period_end,
                  ledger.settled_at, ledger.url, encode(ledger.raw_sha256, 'hex') as "source_tl_hash!",
                  ledger.balance_after::text as "balance_after!",
                  rate.usd_rate::text as "usd_rate?", rate.observed_at as "rate_at?", rate.source as "rate_source?"
           from ledger
           join channels on channels.id = ledger.channel_id
           left join lateral (
               select usd_rate, observed_at, source
               from (
                   (select usd_rate, observed_at, source from rates
                    where rates.unit_code = ledger.unit_code
                      and rates.source = case when channels.simulated then 'simulated' else 'telegram' end
                      and rates.observed_at between ledger.booked_at - interval '24 hours' and ledger.booked_at
                    order by rates.observed_at desc limit 1)
                   union all
                   (select usd_rate, observed_at, source from rates
                    where rates.unit_code = ledger.unit_code
                      and rates.source = case when channels.simulated then 'simulated' else 'telegram' end
                      and rates.observed_at > ledger.booked_at
                      and rates.observed_at <= ledger.booked_at + interval '24 hours'
                    order by rates.observed_at limit 1)
               ) as around
               order by greatest(observed_at - ledger.booked_at, ledger.booked_at - observed_at), observed_at
               limit 1
           ) as rate on true
           where ($3::timestamptz is null or ledger.booked_at >= $3)
             and ($4::timestamptz is null or ledger.booked_at < $4)
           order by ledger.booked_at desc, ledger.channel_id, ledger.unit_code, ledger.id desc,
                    ledger.is_refund desc, ledger.is_outgoing desc"#,
        filter.channel.map(|channel| channel.0),
        filter.unit_code.map(UnitCode::code),
        stored(filter.from),
        stored(filter.until),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let amount = nano("transactions", "amount_nano", &row.amount)?;
            let rate = match (row.usd_rate, row.rate_at) {
                (Some(text), Some(at)) => {
                    let usd_rate = rate("rates", "usd_rate", &text)?;
                    Some(RecordedRate { usd_rate, observed_at: at.to_jiff() })
                }
                _ => None,
            };
            let usd = rate
                .map(|rate| amount.to_usd(rate.usd_rate))
                .transpose()
                .map_err(|_| inconsistent("transactions", "amount_nano", amount))?;
            Ok(Entry {
                channel_id: ChannelId(row.channel_id),
                channel_title: row.title,
                simulated: row.simulated,
                is_outgoing: row.is_outgoing,
                rate_source: row.rate_source,
                transaction: Transaction {
                    id: row.id,
                    is_refund: row.is_refund,
                    kind: named("transactions", "kind", &row.kind, TransactionKind::from_name)?,
                    state: named("transactions", "state", &row.state, TransactionState::from_name)?,
                    unit_code: named("transactions", "unit_code", &row.unit_code, |code| code.parse().ok())?,
                    amount,
                    booked_at: row.booked_at.to_jiff(),
                    period_start: moment(row.period_start),
                    period_end: moment(row.period_end),
                    settled_at: moment(row.settled_at),
                    url: row.url,
                    rate,
                    usd,
                    balance_after: Some(nano("transactions", "amount_nano", &row.balance_after)?),
                    source_tl_hash: row.source_tl_hash,
                },
            })
        })
        .collect()
}

/// All that is known of a channel's ledger in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// The sum of all rows over all time: what `current_balance` is when every row is known.
    pub total: Nano,
    /// Rows known over all time, failed ones included.
    pub known_rows: i64,
}

/// The sums of a channel's ledger in one currency.
///
/// # Errors
/// `Inconsistent` when the sum does not fit: never a wrong number.
pub async fn sums(db: impl PgExecutor<'_>, channel: ChannelId, unit_code: UnitCode) -> Result<Sums> {
    let row = sqlx::query!(
        r#"select count(*) as "rows!", coalesce(sum(amount.moved), 0)::text as "total!"
           from transactions as t
           cross join lateral (
               select case when t.state <> 'failed' or exists (
                               select from transactions as refund
                               where refund.channel_id = t.channel_id and refund.unit_code = t.unit_code
                                 and refund.id = t.id and refund.is_refund and not t.is_refund
                                 and refund.state <> 'failed')
                           then t.amount_nano else 0 end as moved
           ) as amount
           where t.channel_id = $1 and t.unit_code = $2"#,
        channel.0,
        unit_code.code(),
    )
    .fetch_one(db)
    .await?;
    Ok(Sums { total: nano("transactions", "amount_nano", &row.total)?, known_rows: row.rows })
}
