//! How many similar channels there were, one after the other, and putting right what is kept of them.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Shown;
use crate::store::convert::stored;
use crate::store::error::Result;

/// How many there were, each with when that was said first, oldest first.
pub async fn totals(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<(Timestamp, i32)>> {
    let rows = sqlx::query!(
        "select observed_at, total from similar_totals where channel_id = $1 order by observed_at",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.observed_at.to_jiff(), row.total)).collect())
}

/// Puts a stretch of time in its place, inside the caller's transaction; the channel was last seen in it at `seen_at`.
pub async fn restore(
    db: &mut PgConnection,
    channel: ChannelId,
    shown: &Shown,
    seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into similar_channels as old
             (channel_id, similar_id, appeared_at, gone_at, seen_at, place, title, username, subscribers)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (channel_id, similar_id, appeared_at) do update
         set gone_at = excluded.gone_at, seen_at = greatest(old.seen_at, excluded.seen_at), place = excluded.place,
             title = excluded.title, username = excluded.username, subscribers = excluded.subscribers",
        channel.0,
        shown.listed.id.0,
        shown.appeared_at.to_sqlx() as _,
        stored(shown.gone_at) as _,
        seen_at.to_sqlx() as _,
        shown.place,
        shown.listed.title,
        shown.listed.username.as_deref() as _,
        shown.listed.subscribers,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts a total in its place, inside the caller's transaction: said at `observed_at`, said again last at `seen_at`.
pub async fn restore_total(
    db: &mut PgConnection,
    channel: ChannelId,
    total: i32,
    (observed_at, seen_at): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query!(
        "insert into similar_totals as old (channel_id, observed_at, seen_at, total)
         values ($1, $2::timestamptz, greatest($2::timestamptz, $3::timestamptz), $4)
         on conflict (channel_id, observed_at) do update
         set seen_at = greatest(old.seen_at, excluded.seen_at), total = excluded.total",
        channel.0,
        observed_at.to_sqlx() as _,
        seen_at.to_sqlx() as _,
        total,
    )
    .execute(db)
    .await?;
    Ok(())
}
