//! Putting right what is kept of giveaways.

use app::model::{ChannelId, Giveaway};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::store::convert::stored;
use crate::store::error::Result;

/// Puts a giveaway in its place, inside the caller's transaction; one that is missing was seen at these moments first and
/// last.
pub async fn restore(
    db: &mut PgConnection,
    channel: ChannelId,
    one: &Giveaway,
    (first_seen_at, last_seen_at): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query!(
        "insert into giveaways
             (channel_id, is_prepaid, id, state, months, stars, quantity, boosts, paid_at, started_at, until_at,
              finished_at, winners, activated, is_refunded, first_seen_at, last_seen_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)
         on conflict (channel_id, is_prepaid, id) do update
         set state = excluded.state, months = excluded.months, stars = excluded.stars, quantity = excluded.quantity,
             boosts = excluded.boosts, paid_at = excluded.paid_at, started_at = excluded.started_at,
             until_at = excluded.until_at, finished_at = excluded.finished_at, winners = excluded.winners,
             activated = excluded.activated, is_refunded = excluded.is_refunded",
        channel.0,
        one.id.is_prepaid(),
        one.id.number(),
        one.state.name(),
        one.months,
        one.stars,
        one.quantity,
        one.boosts,
        stored(one.paid_at) as _,
        stored(one.started_at) as _,
        stored(one.until) as _,
        stored(one.finished_at) as _,
        one.winners,
        one.activated,
        one.is_refunded,
        first_seen_at.to_sqlx() as _,
        last_seen_at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
