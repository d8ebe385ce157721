//! Which of the rows that are told are kept, and what the others were.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use app::model::{ChannelId, TransactionKind, TransactionState};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::{Key, Told};
use crate::store::convert::{moment, named, nano};
use crate::store::digest;
use crate::store::error::Result;

/// A row by a [hash](digest::sha256) of all that it says, the bytes as well as what was read from them.
pub(super) type ToldHash = [u8; 32];

pub(super) fn hash(row: &Told) -> ToldHash {
    let Told {
        unit_code,
        id,
        is_refund,
        kind,
        state,
        amount,
        booked_at,
        period_start,
        period_end,
        settled_at,
        url,
        layer,
        raw,
    } = row;
    let times = (booked_at, period_start, period_end, settled_at);
    digest::sha256(&(
        unit_code.code(),
        id,
        is_refund,
        kind.name(),
        state.name(),
        amount,
        times,
        url,
        layer,
        raw,
    ))
}

/// The rows that are kept exactly so.
pub(super) async fn same(
    db: &mut PgConnection,
    channel: ChannelId,
    keys: impl Iterator<Item = &Key>,
) -> Result<HashSet<ToldHash>> {
    let (units, ids) = columns(keys);
    let hashes = sqlx::query_scalar!(
        r#"select told_sha256 as "sha256!" from transactions
           where channel_id = $1 and unit_code = any($2) and id = any($3) and told_sha256 is not null"#,
        channel.0,
        &units,
        &ids,
    )
    .fetch_all(db)
    .await?;
    Ok(hashes.into_iter().filter_map(|hash| hash.try_into().ok()).collect())
}

/// A row that is kept.
pub(super) struct Known {
    /// What it says; its bytes are not read.
    pub(super) told: Told,
    raw_sha256: Vec<u8>,
    pub(super) changed_at: Timestamp,
}

impl Known {
    pub(super) fn has_bytes_of(&self, row: &Told) -> bool {
        (&self.raw_sha256[..], self.told.layer) == (&Sha256::digest(&row.raw)[..], row.layer)
    }
}

/// The rows with these keys, and others with the same id.
pub(super) async fn known(
    db: &mut PgConnection,
    channel: ChannelId,
    keys: impl Iterator<Item = &Key>,
) -> Result<BTreeMap<Key, Known>> {
    let (units, ids) = columns(keys);
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query!(
        r#"select unit_code, id, is_refund, kind, state, amount_nano::text as "amount!", booked_at, period_start,
                  period_end, settled_at, url, layer, raw_sha256, changed_at
           from transactions
           where channel_id = $1 and unit_code = any($2) and id = any($3)"#,
        channel.0,
        &units,
        &ids,
    )
    .fetch_all(&mut *db)
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

/// The currencies and ids of keys. Two conditions, each with an array, find them: joined with pairs, a database that has
/// not counted the table yet looks for each pair through the whole ledger.
fn columns<'a>(keys: impl Iterator<Item = &'a Key>) -> (Vec<String>, Vec<String>) {
    let (units, ids): (BTreeSet<&str>, Vec<String>) = keys.map(|(unit, id, ..)| (*unit, id.clone())).unzip();
    (units.into_iter().map(str::to_owned).collect(), ids)
}
