//! Removing snapshots that need not be kept. Which, the collector's policy says; here is only when to look, and how.

use app::model::ChannelId;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::{Kept, KeptRow};
use crate::store::convert::{moment, stored};
use crate::store::error::{Error, Result};

/// Snapshots that went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// How many.
    pub snapshots: u64,
    /// How many bytes Telegram had sent in them.
    pub bytes: u64,
}

impl std::ops::AddAssign for Gone {
    fn add_assign(&mut self, other: Self) {
        self.snapshots += other.snapshots;
        self.bytes += other.bytes;
    }
}

/// A channel that nobody looked through for so long, which the caller does now: nobody else gets it.
pub async fn claim(
    db: impl PgExecutor<'_>,
    every: SignedDuration,
    now: Timestamp,
) -> Result<Option<ChannelId>> {
    let before = now.checked_sub(every).unwrap_or(Timestamp::MIN);
    let channel = sqlx::query_scalar!(
        "insert into snapshot_thinnings as old (channel_id, looked_at)
         select channels.id, $1 from channels
         left join snapshot_thinnings as last on last.channel_id = channels.id
         where last.looked_at is null or last.looked_at <= $2
         order by last.looked_at nulls first, channels.id
         limit 1
         on conflict (channel_id) do update set looked_at = excluded.looked_at where old.looked_at <= $2
         returning channel_id",
        now.to_sqlx(),
        before.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(channel.map(ChannelId))
}

/// Up to when a channel's snapshots were judged; `None`: none was.
pub async fn judged_until(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<Timestamp>> {
    let until =
        sqlx::query_scalar!("select judged_until from snapshot_thinnings where channel_id = $1", channel.0)
            .fetch_optional(db)
            .await?;
    Ok(moment(until.flatten()))
}

/// The kinds of which something was last said from one moment until before another.
pub async fn kinds(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    from: Option<Timestamp>,
    until: Timestamp,
) -> Result<Vec<String>> {
    let kinds = sqlx::query_scalar!(
        "select kind from snapshots
         where channel_id = $1 and ($2::timestamptz is null or seen_at >= $2) and seen_at < $3
         group by kind
         order by kind",
        channel.0,
        stored(from),
        until.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    Ok(kinds)
}

/// The snapshots of a kind that were last said from a moment on, and the one before them, in order, as they arrive.
pub fn list<'a>(
    db: &'a mut PgConnection,
    channel: ChannelId,
    kind: &str,
    from: Option<Timestamp>,
) -> BoxStream<'a, Result<Kept>> {
    sqlx::query_as!(
        KeptRow,
        "select kind, taken_at, seen_at, asked_at, layer, body from snapshots
         where channel_id = $1 and kind = $2
           and ($3::timestamptz is null or seen_at >= $3
                or taken_at = (select max(taken_at) from snapshots
                               where channel_id = $1 and kind = $2 and seen_at < $3))
         order by taken_at",
        channel.0,
        kind,
        stored(from),
    )
    .fetch(db)
    .map(|row| row.map(Kept::from).map_err(Error::from))
    .boxed()
}

/// Removes snapshots of a kind, by when they were said first.
pub async fn remove(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    kind: &str,
    taken_at: &[Timestamp],
) -> Result<Gone> {
    let taken_at: Vec<jiff_sqlx::Timestamp> = taken_at.iter().map(|moment| moment.to_sqlx()).collect();
    let gone = sqlx::query!(
        r#"with gone as (
               delete from snapshots where channel_id = $1 and kind = $2 and taken_at = any($3)
               returning octet_length(body) as bytes
           )
           select count(*) as "snapshots!", coalesce(sum(bytes), 0)::bigint as "bytes!" from gone"#,
        channel.0,
        kind,
        &taken_at,
    )
    .fetch_one(db)
    .await?;
    let natural = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(Gone { snapshots: natural(gone.snapshots), bytes: natural(gone.bytes) })
}

/// Adds to the count of what went of a channel: in the transaction in which it goes.
pub async fn count(db: impl PgExecutor<'_>, channel: ChannelId, gone: Gone, now: Timestamp) -> Result<()> {
    let integer = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query!(
        "insert into snapshot_thinnings as old (channel_id, looked_at, thinned, thinned_bytes)
         values ($1, $2, $3, $4)
         on conflict (channel_id) do update
         set thinned = old.thinned + excluded.thinned, thinned_bytes = old.thinned_bytes + excluded.thinned_bytes",
        channel.0,
        now.to_sqlx(),
        integer(gone.snapshots),
        integer(gone.bytes),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that everything that was last said before `until` is judged.
pub async fn set_judged(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into snapshot_thinnings as old (channel_id, looked_at, judged_until)
         values ($1, $2, $3)
         on conflict (channel_id) do update
         set looked_at = greatest(old.looked_at, excluded.looked_at),
             judged_until = greatest(old.judged_until, excluded.judged_until)",
        channel.0,
        now.to_sqlx(),
        until.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}
