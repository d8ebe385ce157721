//! Who came through links that are marked, and how many wait to be let in.

use app::model::{ChannelId, InviteImporter, TelegramUserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::touched;
use crate::store::Counts;
use crate::store::channels::Writing;
use crate::store::error::Result;

/// A link of which a person wants to know who came through it.
#[derive(Clone, PartialEq, Eq)]
pub struct Tracked {
    /// What tells it from others.
    pub hash: String,
    /// The link.
    pub link: String,
}

/// Marks a link, or takes the mark away: whether who came through it is collected.
///
/// # Errors
/// `NotFound`.
pub async fn track(db: impl PgExecutor<'_>, channel: ChannelId, hash: &str, is_tracked: bool) -> Result<()> {
    let done = sqlx::query!(
        "update invite_links set track_importers = $3 where channel_id = $1 and hash = $2",
        channel.0,
        hash,
        is_tracked,
    )
    .execute(db)
    .await?;
    touched(&done, || "The invite link".to_owned())
}

/// The links that are marked and not gone.
pub async fn tracked(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Tracked>> {
    let links = sqlx::query_as!(
        Tracked,
        "select hash, link from invite_links
         where channel_id = $1 and track_importers and gone_seen_at is null order by hash",
        channel.0,
    );
    Ok(links.fetch_all(db).await?)
}

/// Records who came through a link; whoever is known is known already.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_importers(
    db: &mut PgConnection,
    channel: ChannelId,
    hash: &str,
    importers: &[InviteImporter],
    now: Timestamp,
) -> Result<Counts> {
    let users: Vec<i64> = importers.iter().map(|one| one.user_id.0).collect();
    let joined: Vec<_> = importers.iter().map(|one| one.joined_at.to_sqlx()).collect();
    let approved: Vec<Option<i64>> = importers.iter().map(|one| one.approved_by.map(|id| id.0)).collect();
    let new = sqlx::query!(
        "insert into invite_importers (channel_id, hash, user_id, joined_at, approved_by, first_seen_at)
         select $1, $2, user_id, joined_at, approved_by, $3
         from unnest($4::bigint[], $5::timestamptz[], $6::bigint[]) as told (user_id, joined_at, approved_by)
         on conflict do nothing",
        channel.0,
        hash,
        now.to_sqlx(),
        &users,
        &joined,
        &approved as _,
    )
    .execute(db)
    .await?
    .rows_affected();
    Ok(Counts { new: u32::try_from(new).unwrap_or(u32::MAX), ..Counts::default() })
}

/// Who is known to have come through a link, newest first.
pub async fn importers(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    hash: &str,
) -> Result<Vec<InviteImporter>> {
    let rows = sqlx::query!(
        "select user_id, joined_at, approved_by from invite_importers
         where channel_id = $1 and hash = $2 order by joined_at desc, user_id",
        channel.0,
        hash,
    )
    .fetch_all(db)
    .await?;
    let importers = rows.into_iter().map(|row| InviteImporter {
        user_id: TelegramUserId(row.user_id),
        joined_at: row.joined_at.to_jiff(),
        approved_by: row.approved_by.map(TelegramUserId),
    });
    Ok(importers.collect())
}

/// Records how many wait to be let in. The same number as the newest only moves the moment it was last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_requests(
    db: &mut PgConnection,
    channel: ChannelId,
    pending: i32,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let same = sqlx::query!(
        "update join_requests set seen_at = greatest(seen_at, $2)
         where channel_id = $1 and pending = $3
           and observed_at = (select max(observed_at) from join_requests where channel_id = $1)",
        channel.0,
        now.to_sqlx(),
        pending,
    )
    .execute(&mut *writing)
    .await?
    .rows_affected()
        == 1;
    if !same {
        sqlx::query!(
            "insert into join_requests (channel_id, observed_at, seen_at, pending) values ($1, $2, $2, $3)
             on conflict (channel_id, observed_at) do update set pending = excluded.pending",
            channel.0,
            now.to_sqlx(),
            pending,
        )
        .execute(&mut *writing)
        .await?;
    }
    writing.commit().await?;
    Ok(Counts { new: u32::from(!same), unchanged: u32::from(same), ..Counts::default() })
}

/// How many waited to be let in at the newest look.
pub async fn requests(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<i32>> {
    let newest = sqlx::query_scalar!(
        "select pending from join_requests where channel_id = $1 order by observed_at desc limit 1",
        channel.0,
    );
    Ok(newest.fetch_optional(db).await?)
}
