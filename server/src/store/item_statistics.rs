//! Statistics of single posts and stories: when they were asked for, and their graphs.

use std::collections::HashMap;

use app::model::{ChannelId, Item, ItemGraph, ItemKind};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::named;
use super::error::Result;

/// The ages at which a post is asked for, days: daily while the graph is drawn by hours, weekly later.
const POST_DAYS: [i32; 8] = [1, 2, 3, 4, 7, 14, 21, 28];
/// Those of a story: it leaves the front after two days at the latest, and is seen on the profile only from then on.
const STORY_DAYS: [i32; 5] = [1, 2, 3, 7, 28];
/// No older ones.
const OLDEST: SignedDuration = SignedDuration::from_hours(31 * 24);
const DAY_SECONDS: i32 = 86_400;

/// An item that is to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub item: Item,
    /// What Telegram is asked for: the message that is counted, or the story itself.
    pub counted_id: i32,
    /// When it was posted.
    pub posted_at: Timestamp,
}

/// What was asked about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which.
    pub item: Item,
    /// When.
    pub asked_at: Timestamp,
    /// What came in place of the graph of views.
    pub views_error: Option<String>,
    /// What came in place of the graph of reactions.
    pub reactions_error: Option<String>,
    /// What came in place of the graph of votes.
    pub votes_error: Option<String>,
    /// How many public forwards Telegram counts; `None` when it was not asked.
    pub public_forwards: Option<i32>,
}

/// A line of an item's graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of which item.
    pub item: Item,
    /// What it counts.
    pub graph: ItemGraph,
    /// A reaction's mood, a vote's column; empty without any.
    pub dimension: String,
    /// The width of its points, seconds.
    pub step_seconds: i32,
    /// Beginning of a stretch of time, seconds since posting, and what was counted in it, ascending. What is unknown
    /// is not there.
    pub points: Vec<(i32, i64)>,
}

/// Posts or stories that have come to an age at which they were not asked for, the newest first and at most so many.
/// Forwards are not among them: what is counted under them is somebody else's. Where more come due than can be asked
/// for, the older ones go without.
pub async fn due(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    kind: ItemKind,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Due>> {
    let days = match kind {
        ItemKind::Post => &POST_DAYS[..],
        ItemKind::Story => &STORY_DAYS[..],
    };
    let ages: Vec<i32> = days.iter().map(|days| days * DAY_SECONDS).collect();
    let oldest = now.saturating_sub(OLDEST).unwrap_or(Timestamp::MIN);
    let rows = sqlx::query!(
        r#"select id as "id!", counted_id as "counted_id!", posted_at as "posted_at!" from items
           left join item_statistics as asked
             on asked.channel_id = items.channel_id and asked.item = items.item and asked.item_id = items.id
           where items.channel_id = $1 and items.item = $3 and posted_at > $2 and deleted_seen_at is null and is_own
             and exists (
               select from unnest($4::integer[]) as due (age)
               where age > coalesce(asked.asked_age, 0) and posted_at + make_interval(secs => age) <= $5)
           order by posted_at desc, id desc
           limit $6"#,
        channel.0,
        oldest.to_sqlx(),
        kind.name(),
        &ages,
        now.to_sqlx(),
        limit,
    )
    .fetch_all(db)
    .await?;
    let due = |id, counted_id, posted_at| Due { item: Item { kind, id }, counted_id, posted_at };
    Ok(rows.into_iter().map(|row| due(row.id, row.counted_id, row.posted_at.to_jiff())).collect())
}

/// Notes what was asked about items, in place of what was before. Those that are not known are left out.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(db: &mut PgConnection, channel: ChannelId, asked: &[Asked]) -> Result<()> {
    let mut writing = Writing::begin(db, channel).await?;
    sqlx::query!(
        "insert into item_statistics as old
             (channel_id, item, item_id, asked_at, asked_age, views_error, reactions_error, votes_error, public_forwards)
         select distinct on (told.item, told.item_id) $1, told.item, told.item_id, asked_at,
                greatest(0, extract(epoch from asked_at - posted_at))::integer, views_error, reactions_error, votes_error,
                told.public_forwards
         from unnest($2::text[], $3::integer[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::integer[])
             as told (item, item_id, asked_at, views_error, reactions_error, votes_error, public_forwards)
         join items on items.channel_id = $1 and items.item = told.item and items.id = told.item_id
         on conflict (channel_id, item, item_id) do update
         set asked_at = excluded.asked_at, asked_age = excluded.asked_age, views_error = excluded.views_error,
             reactions_error = excluded.reactions_error, votes_error = excluded.votes_error,
             public_forwards = coalesce(excluded.public_forwards, old.public_forwards)
         where old.asked_at <= excluded.asked_at",
        channel.0,
        &asked.iter().map(|one| one.item.kind.name().to_owned()).collect::<Vec<_>>(),
        &asked.iter().map(|one| one.item.id).collect::<Vec<_>>(),
        &asked.iter().map(|one| one.asked_at.to_sqlx()).collect::<Vec<_>>(),
        &asked.iter().map(|one| one.views_error.clone()).collect::<Vec<_>>() as _,
        &asked.iter().map(|one| one.reactions_error.clone()).collect::<Vec<_>>() as _,
        &asked.iter().map(|one| one.votes_error.clone()).collect::<Vec<_>>() as _,
        &asked.iter().map(|one| one.public_forwards).collect::<Vec<_>>() as _,
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    Ok(())
}

/// Records lines of graphs: points are added and replaced, none is removed. The same again writes nothing. Counts are
/// of lines. Items that are not known are left out.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_lines(
    db: &mut PgConnection,
    channel: ChannelId,
    lines: &[Line],
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let points: Vec<(&Line, i32, i64)> = lines
        .iter()
        .flat_map(|line| line.points.iter().map(move |(offset, value)| (line, *offset, *value)))
        .collect();
    let rows = sqlx::query!(
        r#"with told as (
             select distinct on (item, item_id, graph, dimension, step_seconds, at) *
             from unnest($3::text[], $4::integer[], $5::text[], $6::text[], $7::integer[], $8::integer[], $9::bigint[])
                 as told (item, item_id, graph, dimension, step_seconds, at, value)
             where exists (
                 select from items
                 where items.channel_id = $1 and items.item = told.item and items.id = told.item_id)
         ), keys as (
             select distinct item, item_id, graph, dimension, step_seconds from told
         ), known as (
             select item, item_id, graph, dimension, step_seconds, point.at, point.value
             from item_graphs
             join keys using (item, item_id, graph, dimension, step_seconds)
             cross join lateral unnest(offsets, values) as point (at, value)
             where channel_id = $1
         ), merged as (
             select * from told
             union all
             select * from known
             where not exists (
                 select from told
                 where (told.item, told.item_id, told.graph, told.dimension, told.step_seconds, told.at)
                     = (known.item, known.item_id, known.graph, known.dimension, known.step_seconds, known.at))
         )
         insert into item_graphs as kept
             (channel_id, item, item_id, graph, dimension, step_seconds, offsets, values, changed_at)
         select $1, item, item_id, graph, dimension, step_seconds,
                array_agg(at order by at), array_agg(value order by at), $2
         from merged
         group by item, item_id, graph, dimension, step_seconds
         on conflict (channel_id, item, item_id, graph, dimension, step_seconds) do update
         set offsets = excluded.offsets, values = excluded.values, changed_at = excluded.changed_at
         where (kept.offsets, kept.values) is distinct from (excluded.offsets, excluded.values)
         returning kept.xmax::text = '0' as "is_new!""#,
        channel.0,
        now.to_sqlx(),
        &points.iter().map(|(line, ..)| line.item.kind.name().to_owned()).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.item.id).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.graph.name().to_owned()).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.dimension.clone()).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.step_seconds).collect::<Vec<_>>(),
        &points.iter().map(|(_, offset, _)| *offset).collect::<Vec<_>>(),
        &points.iter().map(|(.., value)| *value).collect::<Vec<_>>(),
    )
    .fetch_all(&mut *writing)
    .await?;
    writing.commit().await?;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let new = rows.iter().filter(|row| row.is_new).count();
    let unchanged = lines.iter().filter(|line| !line.points.is_empty()).count().saturating_sub(rows.len());
    Ok(Counts {
        new: count(new),
        changed: count(rows.len().saturating_sub(new)),
        unchanged: count(unchanged),
    })
}

/// Every line of an item's graphs.
pub async fn lines(db: impl PgExecutor<'_>, channel: ChannelId, item: Item) -> Result<Vec<Line>> {
    select(db, channel, Some(item)).await
}

/// Every line of every item's graphs.
pub async fn all_lines(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Line>> {
    select(db, channel, None).await
}

async fn select(db: impl PgExecutor<'_>, channel: ChannelId, item: Option<Item>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        "select item, item_id, graph, dimension, step_seconds, offsets, values from item_graphs
         where channel_id = $1 and ($2::text is null or (item, item_id) = ($2, $3::integer))
         order by item, item_id, graph, dimension, step_seconds",
        channel.0,
        item.map(|item| item.kind.name()),
        item.map(|item| item.id),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = named("item_graphs", "item", &row.item, ItemKind::from_name)?;
            Ok(Line {
                item: Item { kind, id: row.item_id },
                graph: named("item_graphs", "graph", &row.graph, ItemGraph::from_name)?,
                dimension: row.dimension,
                step_seconds: row.step_seconds,
                points: row.offsets.into_iter().zip(row.values).collect(),
            })
        })
        .collect()
}

/// What each message and story of a channel is of, and when that was posted. A message is found by its own number,
/// whichever of a post's it is.
pub async fn by_message_or_story(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
) -> Result<HashMap<Item, (Item, Timestamp)>> {
    let rows = sqlx::query!(
        r#"select 'post' as "item!", id as "id!", posted_at as "posted_at!", message as "asked_id!"
           from posts cross join lateral unnest(message_ids || counted_id) as message
           where channel_id = $1
           union all
           select 'story', id, posted_at, id from stories where channel_id = $1"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = named("items", "item", &row.item, ItemKind::from_name)?;
            let of = |id| Item { kind, id };
            Ok((of(row.asked_id), (of(row.id), row.posted_at.to_jiff())))
        })
        .collect()
}

/// What was asked about an item the last time.
pub async fn find(db: impl PgExecutor<'_>, channel: ChannelId, item: Item) -> Result<Option<Asked>> {
    let row = sqlx::query!(
        "select asked_at, views_error, reactions_error, votes_error, public_forwards from item_statistics
         where channel_id = $1 and item = $2 and item_id = $3",
        channel.0,
        item.kind.name(),
        item.id,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Asked {
        item,
        asked_at: row.asked_at.to_jiff(),
        views_error: row.views_error,
        reactions_error: row.reactions_error,
        votes_error: row.votes_error,
        public_forwards: row.public_forwards,
    }))
}

#[cfg(test)]
mod tests;
