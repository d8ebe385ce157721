//! How all invite links of a channel stood: to compare it with what was said, and to put right what differs.

use app::model::{ChannelId, InviteLink};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Usage;
use crate::store::convert::stored;
use crate::store::error::Result;

/// Every day's counts, each with the link's hash, oldest first.
pub async fn usage(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<(String, Usage)>> {
    let rows = sqlx::query!(
        "select hash, day, seen_at, usage, requested, subscription_expired
         from invite_usage where channel_id = $1 order by hash, day",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let usage = rows.into_iter().map(|row| {
        let usage = Usage {
            day: row.day.to_jiff(),
            seen_at: row.seen_at.to_jiff(),
            usage: row.usage,
            requested: row.requested,
            subscription_expired: row.subscription_expired,
        };
        (row.hash, usage)
    });
    Ok(usage.collect())
}

/// Puts a link in its place, its counts aside, inside the caller's transaction; one that is missing was seen first at
/// `first_seen_at`.
pub async fn restore(
    db: &mut PgConnection,
    channel: ChannelId,
    link: &InviteLink,
    first_seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into invite_links
             (channel_id, hash, link, admin_id, title, created_at, starts_at, expires_at, usage_limit, is_permanent,
              request_needed, is_revoked, price_stars, price_period_seconds, first_seen_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
         on conflict (channel_id, hash) do update
         set link = excluded.link, admin_id = excluded.admin_id, title = excluded.title,
             created_at = excluded.created_at, starts_at = excluded.starts_at, expires_at = excluded.expires_at,
             usage_limit = excluded.usage_limit, is_permanent = excluded.is_permanent,
             request_needed = excluded.request_needed, is_revoked = excluded.is_revoked,
             price_stars = excluded.price_stars, price_period_seconds = excluded.price_period_seconds",
        channel.0,
        link.hash,
        link.link,
        link.admin_id.0,
        link.title.as_deref() as _,
        link.created_at.to_sqlx() as _,
        stored(link.starts_at) as _,
        stored(link.expires_at) as _,
        link.usage_limit,
        link.is_permanent,
        link.request_needed,
        link.is_revoked,
        link.price_stars,
        link.price_period_seconds,
        first_seen_at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts a day's counts in their place, inside the caller's transaction.
pub async fn restore_usage(
    db: &mut PgConnection,
    channel: ChannelId,
    hash: &str,
    usage: &Usage,
) -> Result<()> {
    sqlx::query!(
        "insert into invite_usage (channel_id, hash, day, seen_at, usage, requested, subscription_expired)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (channel_id, hash, day) do update
         set usage = excluded.usage, requested = excluded.requested,
             subscription_expired = excluded.subscription_expired",
        channel.0,
        hash,
        usage.day.to_sqlx() as _,
        usage.seen_at.to_sqlx() as _,
        usage.usage,
        usage.requested,
        usage.subscription_expired,
    )
    .execute(db)
    .await?;
    Ok(())
}
