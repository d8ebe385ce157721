//! The ledger.
//!
//! A row moves the balance unless it failed. A failed row whose refund is in the ledger too does move it: the two
//! cancel out, at the moments Telegram booked them. A pending row moves it: the money has left `current_balance`.

pub mod ledger;
mod versions;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};

use app::model::{ChannelId, Nano, TransactionKind, TransactionState, UnitCode};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::{moment, named, nano, stored};
use super::error::Result;
pub use ledger::{Entry, Filter, Sums, list, sums};

/// A ledger row as Telegram sent it (`starsTransaction`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The currency.
    pub unit_code: UnitCode,
    /// Telegram's id; a refund reuses the id of what it refunds.
    pub id: String,
    /// The refund of the row with the same id.
    pub is_refund: bool,
    /// What it is.
    pub kind: TransactionKind,
    /// How far it is.
    pub state: TransactionState,
    /// Signed: negative leaves the channel.
    pub amount: Nano,
    /// `date`.
    pub booked_at: Timestamp,
    /// `ads_proceeds_from_date`.
    pub period_start: Option<Timestamp>,
    /// `ads_proceeds_to_date`.
    pub period_end: Option<Timestamp>,
    /// `transaction_date`: when a withdrawal succeeded.
    pub settled_at: Option<Timestamp>,
    /// `transaction_url`: where the withdrawal can be seen on the chain.
    pub url: Option<String>,
    /// The TL layer of `raw`.
    pub layer: i32,
    /// The row, serialised TL.
    pub raw: Vec<u8>,
}

/// What tells one row from another: a refund reuses the id of what it refunds.
type Key = (&'static str, String, bool, bool);

impl Told {
    fn key(&self) -> Key {
        (self.unit_code.code(), self.id.clone(), self.is_refund, self.amount.0 < 0)
    }

    /// Everything but the raw bytes.
    fn says_the_same(&self, other: &Self) -> bool {
        Self { raw: Vec::new(), layer: 0, ..self.clone() }
            == Self { raw: Vec::new(), layer: 0, ..other.clone() }
    }
}

/// Since when a ledger row that is not over waits, the oldest of them.
pub async fn oldest_pending(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    unit: UnitCode,
) -> Result<Option<Timestamp>> {
    let oldest = sqlx::query_scalar!(
        "select min(booked_at) from transactions where channel_id = $1 and unit_code = $2 and state = 'pending'",
        channel.0,
        unit.code(),
    )
    .fetch_one(db)
    .await?;
    Ok(moment(oldest))
}

/// Are all these rows kept, saying the same? Their bytes do not count: the references to files in them change by themselves.
pub async fn are_known(db: &mut PgConnection, channel: ChannelId, rows: &[Told]) -> Result<bool> {
    let keys: Vec<Key> = rows.iter().map(Told::key).collect();
    let known = known(db, channel, keys.iter()).await?;
    Ok(rows.iter().all(|row| known.get(&row.key()).is_some_and(|known| known.told.says_the_same(row))))
}

/// Records ledger rows: new ones are added, those that Telegram revised (pending → done or failed) replaced, what they
/// were before is kept beside them, and none is ever removed. Of two that are the same row the later in the list counts. Bytes that differ only where we
/// read nothing replace the kept raw row, and count as unchanged. The same again rewrites no row.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    rows: &[Told],
    now: Timestamp,
) -> Result<Counts> {
    if rows.is_empty() {
        return Ok(Counts::default());
    }
    let mut writing = Writing::begin(db, channel).await?;
    let told: BTreeMap<Key, &Told> = rows.iter().map(|row| (row.key(), row)).collect();
    let mut known = known(&mut writing, channel, told.keys()).await?;
    let mut counts = Counts::default();
    // Each row with the moment it last said something new.
    let mut written = Vec::new();
    let mut replaced = Vec::new();
    for (key, row) in told {
        match known.remove(&key) {
            None => {
                counts.new += 1;
                written.push((row, now));
            }
            Some(old) if !old.told.says_the_same(row) => {
                counts.changed += 1;
                // Where only we understand the same bytes otherwise, nothing is lost.
                if !old.has_bytes_of(row) {
                    replaced.push(key);
                }
                written.push((row, now));
            }
            Some(old) => {
                counts.unchanged += 1;
                if !old.has_bytes_of(row) {
                    written.push((row, old.changed_at));
                }
            }
        }
    }
    if !replaced.is_empty() {
        versions::keep(&mut writing, channel, &replaced, now).await?;
    }
    if !written.is_empty() {
        write(&mut writing, channel, &written, now).await?;
    }
    writing.commit().await?;
    Ok(counts)
}

/// A row that is kept.
struct Known {
    /// What it says; its bytes are not read.
    told: Told,
    raw_sha256: Vec<u8>,
    changed_at: Timestamp,
}

impl Known {
    fn has_bytes_of(&self, row: &Told) -> bool {
        (&self.raw_sha256[..], self.told.layer) == (&Sha256::digest(&row.raw)[..], row.layer)
    }
}

/// The rows with these keys, and those of another currency with the same id. Two conditions, each with an array: joined with
/// pairs, a database that has not counted the table yet looks for each pair through the whole ledger.
async fn known(
    db: &mut PgConnection,
    channel: ChannelId,
    keys: impl Iterator<Item = &Key>,
) -> Result<BTreeMap<Key, Known>> {
    let (units, ids): (BTreeSet<&str>, Vec<String>) = keys.map(|(unit, id, ..)| (*unit, id.clone())).unzip();
    let units: Vec<String> = units.into_iter().map(str::to_owned).collect();
    let rows = sqlx::query!(
        r#"select unit_code, id, is_refund, kind, state, amount_nano::text as "amount!", booked_at, period_start,
                  period_end, settled_at, url, layer, raw_sha256, changed_at
           from transactions
           where channel_id = $1 and unit_code = any($2) and id = any($3)"#,
        channel.0,
        &units,
        &ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let told = Told {
                unit_code: named("transactions", "unit_code", &row.unit_code, |code| code.parse().ok())?,
                id: row.id,
                is_refund: row.is_refund,
                kind: named("transactions", "kind", &row.kind, TransactionKind::from_name)?,
                state: named("transactions", "state", &row.state, TransactionState::from_name)?,
                amount: nano("transactions", "amount_nano", &row.amount)?,
                booked_at: row.booked_at.to_jiff(),
                period_start: moment(row.period_start),
                period_end: moment(row.period_end),
                settled_at: moment(row.settled_at),
                url: row.url,
                layer: row.layer,
                raw: Vec::new(),
            };
            let (raw_sha256, changed_at) = (row.raw_sha256, row.changed_at.to_jiff());
            Ok((told.key(), Known { told, raw_sha256, changed_at }))
        })
        .collect()
}

async fn write(
    db: &mut PgConnection,
    channel: ChannelId,
    written: &[(&Told, Timestamp)],
    now: Timestamp,
) -> Result<()> {
    fn column<T>(written: &[(&Told, Timestamp)], value: impl Fn(&Told) -> T) -> Vec<T> {
        written.iter().map(|(row, _)| value(row)).collect()
    }
    sqlx::query!(
        "insert into transactions
             (channel_id, unit_code, id, is_refund, is_outgoing, kind, state, amount_nano, booked_at, period_start,
              period_end, settled_at, url, layer, raw, raw_sha256, first_seen_at, changed_at)
         select $1, unit_code, id, is_refund, amount < 0, kind, state, amount, booked_at, period_start,
                period_end, settled_at, url, layer, raw, raw_sha256, $2, changed_at
         from (
             select unit_code, id, is_refund, kind, state, amount::numeric as amount, booked_at, period_start,
                    period_end, settled_at, url, layer, raw, raw_sha256, changed_at
             from unnest($3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                         $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::integer[],
                         $15::bytea[], $16::bytea[], $17::timestamptz[])
                 as told (unit_code, id, is_refund, kind, state, amount, booked_at, period_start, period_end,
                          settled_at, url, layer, raw, raw_sha256, changed_at)
         ) as told
         on conflict (channel_id, unit_code, id, is_refund, is_outgoing) do update
         set kind = excluded.kind, state = excluded.state, amount_nano = excluded.amount_nano,
             booked_at = excluded.booked_at, period_start = excluded.period_start, period_end = excluded.period_end,
             settled_at = excluded.settled_at, url = excluded.url, layer = excluded.layer, raw = excluded.raw,
             raw_sha256 = excluded.raw_sha256, changed_at = excluded.changed_at",
        channel.0,
        now.to_sqlx(),
        &column(written, |row| row.unit_code.code().to_owned()),
        &column(written, |row| row.id.clone()),
        &column(written, |row| row.is_refund),
        &column(written, |row| row.kind.name().to_owned()),
        &column(written, |row| row.state.name().to_owned()),
        &column(written, |row| row.amount.to_string()),
        &column(written, |row| row.booked_at.to_sqlx()),
        &column(written, |row| stored(row.period_start)) as _,
        &column(written, |row| stored(row.period_end)) as _,
        &column(written, |row| stored(row.settled_at)) as _,
        &column(written, |row| row.url.clone()) as _,
        &column(written, |row| row.layer),
        &column(written, |row| row.raw.clone()),
        &column(written, |row| Sha256::digest(&row.raw).to_vec()),
        &written.iter().map(|(_, changed_at)| changed_at.to_sqlx()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
