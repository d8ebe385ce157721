//! All public forwards of a channel's items: to compare them with what was said, and to put right what differs.

use app::model::{ChannelId, Item, ItemKind};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Forward;
use crate::store::convert::named;
use crate::store::error::Result;

/// Every known forward of every item.
///
/// # Errors
/// `Inconsistent` when a row can't be read.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Forward>> {
    let rows = sqlx::query!(
        "select item, item_id, peer_id, peer_item, peer_item_id, title, username, forwarded_at, views
         from item_forwards where channel_id = $1",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let kind = |column, name: &str| named("item_forwards", column, name, ItemKind::from_name);
    rows.into_iter()
        .map(|row| {
            Ok(Forward {
                item: Item { kind: kind("item", &row.item)?, id: row.item_id },
                peer: ChannelId(row.peer_id),
                peer_item: Item { kind: kind("peer_item", &row.peer_item)?, id: row.peer_item_id },
                title: row.title,
                username: row.username,
                forwarded_at: row.forwarded_at.to_jiff(),
                views: row.views,
            })
        })
        .collect()
}

/// Puts a forward in its place, inside the caller's transaction; one that is missing was seen at these moments first and
/// last.
pub async fn restore(
    db: &mut PgConnection,
    channel: ChannelId,
    one: &Forward,
    (first_seen_at, seen_at): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query!(
        "insert into item_forwards
             (channel_id, item, item_id, peer_id, peer_item, peer_item_id, title, username, forwarded_at, views,
              first_seen_at, seen_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (channel_id, item, item_id, peer_id, peer_item, peer_item_id) do update
         set title = excluded.title, username = excluded.username, forwarded_at = excluded.forwarded_at,
             views = excluded.views",
        channel.0,
        one.item.kind.name(),
        one.item.id,
        one.peer.0,
        one.peer_item.kind.name(),
        one.peer_item.id,
        one.title,
        one.username,
        one.forwarded_at.to_sqlx() as _,
        one.views,
        first_seen_at.to_sqlx() as _,
        seen_at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
