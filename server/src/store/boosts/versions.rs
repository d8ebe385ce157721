//! What boosts were before they were told otherwise, or came back after they had ended.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::store::error::Result;

/// Keeps what `boosts` has of these, which were seen to be others at that moment. To be called before they are written.
pub(super) async fn keep(
    db: &mut PgConnection,
    channel: ChannelId,
    replaced: &[String],
    replaced_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into boost_versions
             (channel_id, id, replaced_at, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at,
              expires_at, ended_seen_at, layer, raw)
         select channel_id, id, $2, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at,
                expires_at, ended_seen_at, layer, raw
         from boosts where channel_id = $1 and id = any($3)
         on conflict do nothing",
        channel.0,
        replaced_at.to_sqlx(),
        replaced,
    )
    .execute(db)
    .await?;
    Ok(())
}
