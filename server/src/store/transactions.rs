//! The ledger.
//!
//! A row moves the balance unless it failed. A failed row whose refund is in the ledger too does move it: the two
//! cancel out, at the moments Telegram booked them. A pending row moves it: the money has left `current_balance`.

mod known;
pub mod ledger;
mod versions;
pub mod whole;

use std::collections::BTreeMap;

use app::model::{ChannelId, Nano, TransactionKind, TransactionState, UnitCode};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::{moment, stored};
use super::error::Result;
use known::ToldHash;
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
    let mut told: BTreeMap<Key, &Told> = rows.iter().map(|row| (row.key(), row)).collect();
    let same = known::same(&mut *db, channel, told.keys()).await?;
    told.retain(|_, row| !same.contains(&known::hash(row)));
    let known = known::known(db, channel, told.keys()).await?;
    Ok(told.iter().all(|(key, row)| known.get(key).is_some_and(|known| known.told.says_the_same(row))))
}

/// Records ledger rows: new ones are added, those that Telegram revised (pending → done or failed) replaced, what they
/// were before is kept beside them, and none is ever removed. Of two that are the same row the later in the list counts.
/// Bytes that differ only where we read nothing replace the kept raw row, and count as unchanged. The same again rewrites
/// no row, nor is it compared, unless its hash is not known (rows of an earlier version, or that were put right).
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
    let mut told: BTreeMap<Key, (&Told, ToldHash)> =
        rows.iter().map(|row| (row.key(), (row, known::hash(row)))).collect();
    let same = known::same(&mut writing, channel, told.keys()).await?;
    let all = told.len();
    told.retain(|_, (_, hash)| !same.contains(hash));
    let unchanged = u32::try_from(all - told.len()).unwrap_or(u32::MAX);
    let mut known = known::known(&mut writing, channel, told.keys()).await?;
    let mut counts = Counts { unchanged, ..Counts::default() };
    // Each row with its hash and the moment it last said something new.
    let mut written = Vec::new();
    let mut replaced = Vec::new();
    for (key, (row, hash)) in told {
        match known.remove(&key) {
            None => {
                counts.new += 1;
                written.push((row, hash, now));
            }
            Some(old) if !old.told.says_the_same(row) => {
                counts.changed += 1;
                // Where only we understand the same bytes otherwise, nothing is lost.
                if !old.has_bytes_of(row) {
                    replaced.push(key);
                }
                written.push((row, hash, now));
            }
            // Its bytes, or its hash, are others.
            Some(old) => {
                counts.unchanged += 1;
                written.push((row, hash, old.changed_at));
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

async fn write(
    db: &mut PgConnection,
    channel: ChannelId,
    written: &[(&Told, ToldHash, Timestamp)],
    now: Timestamp,
) -> Result<()> {
    fn column<T>(written: &[(&Told, ToldHash, Timestamp)], value: impl Fn(&Told) -> T) -> Vec<T> {
        written.iter().map(|(row, ..)| value(row)).collect()
    }
    sqlx::query!(
        "insert into transactions
             (channel_id, unit_code, id, is_refund, is_outgoing, kind, state, amount_nano, booked_at, period_start,
              period_end, settled_at, url, layer, raw, raw_sha256, told_sha256, first_seen_at, changed_at)
         select $1, unit_code, id, is_refund, amount < 0, kind, state, amount, booked_at, period_start,
                period_end, settled_at, url, layer, raw, raw_sha256, told_sha256, $2, changed_at
         from (
             select unit_code, id, is_refund, kind, state, amount::numeric as amount, booked_at, period_start,
                    period_end, settled_at, url, layer, raw, raw_sha256, told_sha256, changed_at
             from unnest($3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                         $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::integer[],
                         $15::bytea[], $16::bytea[], $17::bytea[], $18::timestamptz[])
                 as told (unit_code, id, is_refund, kind, state, amount, booked_at, period_start, period_end,
                          settled_at, url, layer, raw, raw_sha256, told_sha256, changed_at)
         ) as told
         on conflict (channel_id, unit_code, id, is_refund, is_outgoing) do update
         set kind = excluded.kind, state = excluded.state, amount_nano = excluded.amount_nano,
             booked_at = excluded.booked_at, period_start = excluded.period_start, period_end = excluded.period_end,
             settled_at = excluded.settled_at, url = excluded.url, layer = excluded.layer, raw = excluded.raw,
             raw_sha256 = excluded.raw_sha256, told_sha256 = excluded.told_sha256, changed_at = excluded.changed_at",
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
        &written.iter().map(|(_, hash, _)| hash.to_vec()).collect::<Vec<_>>(),
        &written.iter().map(|(_, _, changed_at)| changed_at.to_sqlx()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
