//! Who took posts over in public.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, PgExecutor};

use super::error::Result;
use super::{Counts, channels};

/// A post of ours in a channel or group with a public name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Which post.
    pub post_id: i32,
    /// Where it was forwarded to.
    pub peer: ChannelId,
    /// A story there rather than a message.
    pub is_story: bool,
    /// The message's or story's id there.
    pub item_id: i32,
    /// As the owner there wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: String,
    /// When it was forwarded.
    pub forwarded_at: Timestamp,
    /// Views there; `None` where Telegram did not say.
    pub views: Option<i32>,
}

const fn kind(is_story: bool) -> &'static str {
    if is_story { "story" } else { "message" }
}

/// Records forwards of posts that are known. None is ever removed: who deletes a message there took the post over all
/// the same. The same again only moves the moment they were last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    forwards: &[Forward],
    now: Timestamp,
) -> Result<Counts> {
    if forwards.is_empty() {
        return Ok(Counts::default());
    }
    let mut savepoint = db.begin().await?;
    channels::lock(&mut savepoint, channel).await?;
    let rows = sqlx::query!(
        r#"with told as (
             select distinct on (post_id, peer_id, kind, item_id) *
             from unnest($3::integer[], $4::bigint[], $5::text[], $6::integer[], $7::text[], $8::text[],
                         $9::timestamptz[], $10::integer[])
                 as told (post_id, peer_id, kind, item_id, title, username, forwarded_at, views)
             where exists (select from posts where channel_id = $1 and id = post_id)
         ), before as (
             select told.*, known.channel_id is null as is_new,
                    (known.title, known.username, known.views)
                        is distinct from (told.title, told.username, told.views) as is_changed
             from told
             left join post_forwards as known
               on known.channel_id = $1 and known.post_id = told.post_id and known.peer_id = told.peer_id
              and known.kind = told.kind and known.item_id = told.item_id
         ), written as (
             insert into post_forwards as old
                 (channel_id, post_id, peer_id, kind, item_id, title, username, forwarded_at, views, first_seen_at, seen_at)
             select $1, post_id, peer_id, kind, item_id, title, username, forwarded_at, views, $2, $2 from before
             on conflict (channel_id, post_id, peer_id, kind, item_id) do update
             set title = excluded.title, username = excluded.username,
                 views = coalesce(excluded.views, old.views), seen_at = greatest(old.seen_at, excluded.seen_at)
         )
         select is_new as "is_new!", is_changed as "is_changed!" from before"#,
        channel.0,
        now.to_sqlx(),
        &forwards.iter().map(|one| one.post_id).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.peer.0).collect::<Vec<_>>(),
        &forwards.iter().map(|one| kind(one.is_story).to_owned()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.item_id).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.title.clone()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.username.clone()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.forwarded_at.to_sqlx()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.views).collect::<Vec<_>>() as _,
    )
    .fetch_all(&mut *savepoint)
    .await?;
    savepoint.commit().await?;
    let mut counts = Counts::default();
    for row in rows {
        match (row.is_new, row.is_changed) {
            (true, _) => counts.new += 1,
            (false, true) => counts.changed += 1,
            (false, false) => counts.unchanged += 1,
        }
    }
    Ok(counts)
}

/// How many of these forwards of a post are known: peer and item. A page of nothing but known ones has no news behind
/// it.
pub async fn count_known(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    post: i32,
    items: &[(ChannelId, i32)],
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from post_forwards
           join unnest($3::bigint[], $4::integer[]) as told (peer, item) on peer_id = peer and item_id = item
           where channel_id = $1 and post_id = $2"#,
        channel.0,
        post,
        &items.iter().map(|(peer, _)| peer.0).collect::<Vec<_>>(),
        &items.iter().map(|(_, item)| *item).collect::<Vec<_>>(),
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Every known forward of a post, oldest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId, post: i32) -> Result<Vec<Forward>> {
    let rows = sqlx::query!(
        "select post_id, peer_id, kind, item_id, title, username, forwarded_at, views from post_forwards
         where channel_id = $1 and post_id = $2 order by forwarded_at, peer_id, item_id",
        channel.0,
        post,
    )
    .fetch_all(db)
    .await?;
    let forwards = rows.into_iter().map(|row| Forward {
        post_id: row.post_id,
        peer: ChannelId(row.peer_id),
        is_story: row.kind == kind(true),
        item_id: row.item_id,
        title: row.title,
        username: row.username,
        forwarded_at: row.forwarded_at.to_jiff(),
        views: row.views,
    });
    Ok(forwards.collect())
}
