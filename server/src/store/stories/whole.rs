//! What is counted of all stories of a channel: to compare it with what was said, and to put right what differs.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::{Counters, Story};
use crate::store::error::Result;

/// Every sample: of which story, when it was counted so first, and what.
pub async fn samples(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<(i32, Timestamp, Counters)>> {
    let rows = sqlx::query!(
        "select story_id, observed_at, views, forwards, reactions from story_samples
         where channel_id = $1 order by story_id, observed_at",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let samples = rows.into_iter().map(|row| {
        let counters = Counters { views: row.views, forwards: row.forwards, reactions: row.reactions };
        (row.story_id, row.observed_at.to_jiff(), counters)
    });
    Ok(samples.collect())
}

/// Puts a story in its place, inside the caller's transaction; one that is missing was seen first at `first_seen_at`.
pub async fn restore(
    db: &mut PgConnection,
    channel: ChannelId,
    story: &Story,
    first_seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into stories (channel_id, id, posted_at, expires_at, pinned, caption, first_seen_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (channel_id, id) do update
         set posted_at = excluded.posted_at, expires_at = excluded.expires_at, pinned = excluded.pinned,
             caption = excluded.caption",
        channel.0,
        story.id,
        story.posted_at.to_sqlx() as _,
        story.expires_at.to_sqlx() as _,
        story.pinned,
        story.caption.as_deref() as _,
        first_seen_at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts a sample in its place, inside the caller's transaction: counted at `observed_at`, again last at `seen_at`.
pub async fn restore_sample(
    db: &mut PgConnection,
    channel: ChannelId,
    story: i32,
    counters: &Counters,
    (observed_at, seen_at): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query!(
        "insert into story_samples as old
             (channel_id, story_id, observed_at, seen_at, age_seconds, views, forwards, reactions)
         select $1, id, $3::timestamptz, greatest($3::timestamptz, $4::timestamptz),
                extract(epoch from $3::timestamptz - posted_at)::integer, $5, $6, $7
         from stories where channel_id = $1 and id = $2
         on conflict (channel_id, story_id, observed_at) do update
         set seen_at = greatest(old.seen_at, excluded.seen_at), views = excluded.views, forwards = excluded.forwards,
             reactions = excluded.reactions",
        channel.0,
        story,
        observed_at.to_sqlx() as _,
        seen_at.to_sqlx() as _,
        counters.views,
        counters.forwards,
        counters.reactions,
    )
    .execute(db)
    .await?;
    Ok(())
}
