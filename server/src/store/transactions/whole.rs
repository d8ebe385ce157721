//! All ledger rows of a channel with their bytes: to compare them with what those say, and to put right what differs.

use app::model::{ChannelId, TransactionKind, TransactionState};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::Told;
use crate::store::convert::{moment, named, nano, stored};
use crate::store::error::Result;

/// A row as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it says.
    pub told: Told,
    /// It left the channel, by its key.
    pub is_outgoing: bool,
    /// When it was seen to be another; `None` for what the row is now.
    pub replaced_at: Option<Timestamp>,
    /// Its kind has a name that is known here. One that has not reads as [`TransactionKind::Other`].
    pub has_known_kind: bool,
}

/// Every row of a channel, and what each was before, as they arrive.
///
/// # Errors
/// `Inconsistent` when a row can't be read.
pub fn list(db: &mut PgConnection, channel: ChannelId) -> BoxStream<'_, Result<Kept>> {
    let rows = sqlx::query!(
        r#"select unit_code as "unit_code!", id as "id!", is_refund as "is_refund!", is_outgoing as "is_outgoing!",
                  replaced_at, kind as "kind!", state as "state!", amount_nano::text as "amount!",
                  booked_at as "booked_at!", period_start, period_end, settled_at, url, layer as "layer!", raw as "raw!"
           from (
               select unit_code, id, is_refund, is_outgoing, null::timestamptz as replaced_at, kind, state, amount_nano,
                      booked_at, period_start, period_end, settled_at, url, layer, raw
               from transactions where channel_id = $1
               union all
               select unit_code, id, is_refund, is_outgoing, replaced_at, kind, state, amount_nano, booked_at,
                      period_start, period_end, settled_at, url, layer, raw
               from transaction_versions where channel_id = $1
           ) as rows"#,
        channel.0,
    );
    rows.fetch(db)
        .map(|row| {
            let row = row?;
            let kind = TransactionKind::from_name(&row.kind);
            Ok(Kept {
                told: Told {
                    unit_code: named("transactions", "unit_code", &row.unit_code, |code| code.parse().ok())?,
                    id: row.id,
                    is_refund: row.is_refund,
                    kind: kind.unwrap_or(TransactionKind::Other),
                    state: named("transactions", "state", &row.state, TransactionState::from_name)?,
                    amount: nano("transactions", "amount_nano", &row.amount)?,
                    booked_at: row.booked_at.to_jiff(),
                    period_start: moment(row.period_start),
                    period_end: moment(row.period_end),
                    settled_at: moment(row.settled_at),
                    url: row.url,
                    layer: row.layer,
                    raw: row.raw,
                },
                is_outgoing: row.is_outgoing,
                replaced_at: moment(row.replaced_at),
                has_known_kind: kind.is_some(),
            })
        })
        .boxed()
}

/// Makes a row say what its bytes say, inside the caller's transaction. It is not marked as changed: Telegram did not say
/// it now.
pub async fn restore(db: &mut PgConnection, channel: ChannelId, kept: &Kept) -> Result<()> {
    let told = &kept.told;
    sqlx::query!(
        "with rows as (
             update transactions
             set kind = $6, state = $7, amount_nano = $8::text::numeric, booked_at = $9, period_start = $10,
                 period_end = $11, settled_at = $12, url = $13, told_sha256 = null
             where channel_id = $1 and unit_code = $2 and id = $3 and is_refund = $4 and is_outgoing = $5
               and $14::timestamptz is null
         )
         update transaction_versions
         set kind = $6, state = $7, amount_nano = $8::text::numeric, booked_at = $9, period_start = $10,
             period_end = $11, settled_at = $12, url = $13
         where channel_id = $1 and unit_code = $2 and id = $3 and is_refund = $4 and is_outgoing = $5
           and replaced_at = $14",
        channel.0,
        told.unit_code.code(),
        told.id,
        told.is_refund,
        kept.is_outgoing,
        told.kind.name(),
        told.state.name(),
        told.amount.to_string(),
        told.booked_at.to_sqlx() as _,
        stored(told.period_start) as _,
        stored(told.period_end) as _,
        stored(told.settled_at) as _,
        told.url.as_deref() as _,
        stored(kept.replaced_at) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
