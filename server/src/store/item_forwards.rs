//! Who took posts and stories over in public.

pub mod whole;

use app::model::{ChannelId, Item, ItemKind};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::named;
use super::error::Result;

/// A post or story of ours in a channel or group with a public name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Which item.
    pub item: Item,
    /// Where it was forwarded to.
    pub peer: ChannelId,
    /// What it became there; posts are messages of their own there.
    pub peer_item: Item,
    /// As the owner there wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: String,
    /// When it was forwarded.
    pub forwarded_at: Timestamp,
    /// Views there; `None` where Telegram did not say.
    pub views: Option<i32>,
}

/// Records forwards of items that are known. None is ever removed: who deletes it there took the item over all the
/// same. The same again only moves the moment they were last seen.
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
    let mut writing = Writing::begin(db, channel).await?;
    let rows = sqlx::query!(
        r#"with told as (
             select distinct on (item, item_id, peer_id, peer_item, peer_item_id) *
             from unnest($3::text[], $4::integer[], $5::bigint[], $6::text[], $7::integer[], $8::text[], $9::text[],
                         $10::timestamptz[], $11::integer[])
                 as told (item, item_id, peer_id, peer_item, peer_item_id, title, username, forwarded_at, views)
             where exists (
                 select from items
                 where items.channel_id = $1 and items.item = told.item and items.id = told.item_id)
         ), before as (
             select told.*, known.channel_id is null as is_new,
                    (known.title, known.username, known.views)
                        is distinct from (told.title, told.username, told.views) as is_changed
             from told
             left join item_forwards as known
               on known.channel_id = $1
              and (known.item, known.item_id, known.peer_id, known.peer_item, known.peer_item_id)
                = (told.item, told.item_id, told.peer_id, told.peer_item, told.peer_item_id)
         ), written as (
             insert into item_forwards as old
                 (channel_id, item, item_id, peer_id, peer_item, peer_item_id, title, username, forwarded_at, views,
                  first_seen_at, seen_at)
             select $1, item, item_id, peer_id, peer_item, peer_item_id, title, username, forwarded_at, views, $2, $2
             from before
             on conflict (channel_id, item, item_id, peer_id, peer_item, peer_item_id) do update
             set title = excluded.title, username = excluded.username,
                 views = coalesce(excluded.views, old.views), seen_at = greatest(old.seen_at, excluded.seen_at)
         )
         select is_new as "is_new!", is_changed as "is_changed!" from before"#,
        channel.0,
        now.to_sqlx(),
        &forwards.iter().map(|one| one.item.kind.name().to_owned()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.item.id).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.peer.0).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.peer_item.kind.name().to_owned()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.peer_item.id).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.title.clone()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.username.clone()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.forwarded_at.to_sqlx()).collect::<Vec<_>>(),
        &forwards.iter().map(|one| one.views).collect::<Vec<_>>() as _,
    )
    .fetch_all(&mut *writing)
    .await?;
    writing.commit().await?;
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

/// How many of these forwards of an item are known: peer, and what it is there. A page of nothing but known ones has no
/// news behind it.
pub async fn count_known(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    item: Item,
    there: &[(ChannelId, Item)],
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from item_forwards
           join unnest($4::bigint[], $5::text[], $6::integer[]) as told (peer, kind, id)
             on (peer_id, peer_item, peer_item_id) = (peer, kind, told.id)
           where channel_id = $1 and item = $2 and item_id = $3"#,
        channel.0,
        item.kind.name(),
        item.id,
        &there.iter().map(|(peer, _)| peer.0).collect::<Vec<_>>(),
        &there.iter().map(|(_, item)| item.kind.name().to_owned()).collect::<Vec<_>>(),
        &there.iter().map(|(_, item)| item.id).collect::<Vec<_>>(),
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Every known forward of an item, oldest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId, item: Item) -> Result<Vec<Forward>> {
    let rows = sqlx::query!(
        "select peer_id, peer_item, peer_item_id, title, username, forwarded_at, views from item_forwards
         where channel_id = $1 and item = $2 and item_id = $3 order by forwarded_at, peer_id, peer_item_id",
        channel.0,
        item.kind.name(),
        item.id,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = named("item_forwards", "peer_item", &row.peer_item, ItemKind::from_name)?;
            Ok(Forward {
                item,
                peer: ChannelId(row.peer_id),
                peer_item: Item { kind, id: row.peer_item_id },
                title: row.title,
                username: row.username,
                forwarded_at: row.forwarded_at.to_jiff(),
                views: row.views,
            })
        })
        .collect()
}
