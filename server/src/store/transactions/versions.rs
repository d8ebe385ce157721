//! What ledger rows were before Telegram revised them.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::Key;
use crate::store::error::Result;

/// Keeps what `transactions` has of these rows, which were seen to be others at that moment. To be called before they are
/// written.
pub(super) async fn keep(
    db: &mut PgConnection,
    channel: ChannelId,
    replaced: &[Key],
    replaced_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into transaction_versions
             (channel_id, unit_code, id, is_refund, is_outgoing, replaced_at, changed_at, kind, state, amount_nano,
              booked_at, period_start, period_end, settled_at, url, layer, raw)
         select channel_id, unit_code, id, is_refund, is_outgoing, $2, changed_at, kind, state, amount_nano, booked_at,
                period_start, period_end, settled_at, url, layer, raw
         from transactions
         where channel_id = $1
           and (unit_code, id, is_refund, is_outgoing) in (
               select * from unnest($3::text[], $4::text[], $5::boolean[], $6::boolean[]))
         on conflict do nothing",
        channel.0,
        replaced_at.to_sqlx(),
        &replaced.iter().map(|(unit, ..)| (*unit).to_owned()).collect::<Vec<_>>(),
        &replaced.iter().map(|(_, id, ..)| id.clone()).collect::<Vec<_>>(),
        &replaced.iter().map(|(_, _, is_refund, _)| *is_refund).collect::<Vec<_>>(),
        &replaced.iter().map(|(.., is_outgoing)| *is_outgoing).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}
