//! Statistics of single posts: when they were asked for, and their graphs.

use std::collections::HashMap;

use app::model::{ChannelId, PostGraph, PostKind};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, PgExecutor};

use super::convert::named;
use super::error::Result;
use super::{Counts, channels};

/// The ages at which a post is asked for, days: daily while the graph is drawn by hours, weekly later.
const DAYS: [i32; 8] = [1, 2, 3, 4, 7, 14, 21, 28];
/// No older posts.
const OLDEST: SignedDuration = SignedDuration::from_hours(31 * 24);
const DAY_SECONDS: i32 = 86_400;

/// A post that is to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The post.
    pub post_id: i32,
    /// The message that is counted.
    pub counted_id: i32,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// What it is.
    pub kind: PostKind,
}

/// What was asked about a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The post.
    pub post_id: i32,
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

/// A line of a post's graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of which post.
    pub post_id: i32,
    /// What it counts.
    pub graph: PostGraph,
    /// A reaction's mood, a vote's column; empty without any.
    pub dimension: String,
    /// The width of its points, seconds.
    pub step_seconds: i32,
    /// Beginning of a stretch of time, seconds since posting, and what was counted in it, ascending. What is unknown
    /// is not there.
    pub points: Vec<(i32, i64)>,
}

/// Posts that have come to an age at which they were not asked for, the newest first and at most so many. Forwards are
/// not among them: what is counted under them is somebody else's. Where more posts come due than can be asked for, the
/// older ones go without.
pub async fn due(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Due>> {
    let ages: Vec<i32> = DAYS.iter().map(|days| days * DAY_SECONDS).collect();
    let oldest = now.saturating_sub(OLDEST).unwrap_or(Timestamp::MIN);
    let rows = sqlx::query!(
        "select id, counted_id, posted_at, kind from posts
         left join post_statistics as asked on asked.channel_id = posts.channel_id and asked.post_id = posts.id
         where posts.channel_id = $1 and posted_at > $2 and deleted_seen_at is null and kind <> $3
           and exists (
             select from unnest($4::integer[]) as due (age)
             where age > coalesce(asked.asked_age, 0) and posted_at + make_interval(secs => age) <= $5)
         order by posted_at desc, id desc
         limit $6",
        channel.0,
        oldest.to_sqlx(),
        PostKind::Forward.name(),
        &ages,
        now.to_sqlx(),
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Due {
                post_id: row.id,
                counted_id: row.counted_id,
                posted_at: row.posted_at.to_jiff(),
                kind: named("posts", "kind", &row.kind, PostKind::from_name)?,
            })
        })
        .collect()
}

/// Notes what was asked about posts, in place of what was before. Posts that are not known are left out.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(db: &mut PgConnection, channel: ChannelId, asked: &[Asked]) -> Result<()> {
    let mut savepoint = db.begin().await?;
    channels::lock(&mut savepoint, channel).await?;
    sqlx::query!(
        "insert into post_statistics as old
             (channel_id, post_id, asked_at, asked_age, views_error, reactions_error, votes_error, public_forwards)
         select distinct on (told.post_id) $1, told.post_id, asked_at,
                greatest(0, extract(epoch from asked_at - posted_at))::integer, views_error, reactions_error, votes_error,
                told.public_forwards
         from unnest($2::integer[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::integer[])
             as told (post_id, asked_at, views_error, reactions_error, votes_error, public_forwards)
         join posts on posts.channel_id = $1 and id = told.post_id
         on conflict (channel_id, post_id) do update
         set asked_at = excluded.asked_at, asked_age = excluded.asked_age, views_error = excluded.views_error,
             reactions_error = excluded.reactions_error, votes_error = excluded.votes_error,
             public_forwards = coalesce(excluded.public_forwards, old.public_forwards)
         where old.asked_at <= excluded.asked_at",
        channel.0,
        &asked.iter().map(|one| one.post_id).collect::<Vec<_>>(),
        &asked.iter().map(|one| one.asked_at.to_sqlx()).collect::<Vec<_>>(),
        &asked.iter().map(|one| one.views_error.clone()).collect::<Vec<_>>() as _,
        &asked.iter().map(|one| one.reactions_error.clone()).collect::<Vec<_>>() as _,
        &asked.iter().map(|one| one.votes_error.clone()).collect::<Vec<_>>() as _,
        &asked.iter().map(|one| one.public_forwards).collect::<Vec<_>>() as _,
    )
    .execute(&mut *savepoint)
    .await?;
    savepoint.commit().await?;
    Ok(())
}

/// Records lines of graphs: points are added and replaced, none is removed. The same again writes nothing. Counts are
/// of lines. Posts that are not known are left out.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_lines(
    db: &mut PgConnection,
    channel: ChannelId,
    lines: &[Line],
    now: Timestamp,
) -> Result<Counts> {
    let mut savepoint = db.begin().await?;
    channels::lock(&mut savepoint, channel).await?;
    let points: Vec<(&Line, i32, i64)> = lines
        .iter()
        .flat_map(|line| line.points.iter().map(move |(offset, value)| (line, *offset, *value)))
        .collect();
    let rows = sqlx::query!(
        r#"with told as (
             select distinct on (post_id, graph, dimension, step_seconds, at) *
             from unnest($3::integer[], $4::text[], $5::text[], $6::integer[], $7::integer[], $8::bigint[])
                 as told (post_id, graph, dimension, step_seconds, at, value)
             where exists (select from posts where channel_id = $1 and id = post_id)
         ), keys as (
             select distinct post_id, graph, dimension, step_seconds from told
         ), known as (
             select post_id, graph, dimension, step_seconds, point.at, point.value
             from post_graphs
             join keys using (post_id, graph, dimension, step_seconds)
             cross join lateral unnest(offsets, values) as point (at, value)
             where channel_id = $1
         ), merged as (
             select * from told
             union all
             select * from known
             where not exists (
                 select from told
                 where (told.post_id, told.graph, told.dimension, told.step_seconds, told.at)
                     = (known.post_id, known.graph, known.dimension, known.step_seconds, known.at))
         )
         insert into post_graphs as kept
             (channel_id, post_id, graph, dimension, step_seconds, offsets, values, changed_at)
         select $1, post_id, graph, dimension, step_seconds, array_agg(at order by at), array_agg(value order by at), $2
         from merged
         group by post_id, graph, dimension, step_seconds
         on conflict (channel_id, post_id, graph, dimension, step_seconds) do update
         set offsets = excluded.offsets, values = excluded.values, changed_at = excluded.changed_at
         where (kept.offsets, kept.values) is distinct from (excluded.offsets, excluded.values)
         returning kept.xmax::text = '0' as "is_new!""#,
        channel.0,
        now.to_sqlx(),
        &points.iter().map(|(line, ..)| line.post_id).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.graph.name().to_owned()).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.dimension.clone()).collect::<Vec<_>>(),
        &points.iter().map(|(line, ..)| line.step_seconds).collect::<Vec<_>>(),
        &points.iter().map(|(_, offset, _)| *offset).collect::<Vec<_>>(),
        &points.iter().map(|(.., value)| *value).collect::<Vec<_>>(),
    )
    .fetch_all(&mut *savepoint)
    .await?;
    savepoint.commit().await?;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let new = rows.iter().filter(|row| row.is_new).count();
    let unchanged = lines.iter().filter(|line| !line.points.is_empty()).count().saturating_sub(rows.len());
    Ok(Counts {
        new: count(new),
        changed: count(rows.len().saturating_sub(new)),
        unchanged: count(unchanged),
    })
}

/// Every line of a post's graphs.
pub async fn lines(db: impl PgExecutor<'_>, channel: ChannelId, post: i32) -> Result<Vec<Line>> {
    select(db, channel, Some(post)).await
}

/// Every line of every post's graphs.
pub async fn all_lines(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Line>> {
    select(db, channel, None).await
}

async fn select(db: impl PgExecutor<'_>, channel: ChannelId, post: Option<i32>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        "select post_id, graph, dimension, step_seconds, offsets, values from post_graphs
         where channel_id = $1 and ($2::integer is null or post_id = $2)
         order by post_id, graph, dimension, step_seconds",
        channel.0,
        post,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                post_id: row.post_id,
                graph: named("post_graphs", "graph", &row.graph, PostGraph::from_name)?,
                dimension: row.dimension,
                step_seconds: row.step_seconds,
                points: row.offsets.into_iter().zip(row.values).collect(),
            })
        })
        .collect()
}

/// The post that each message of a channel is of, and when that was posted.
pub async fn posts_by_message(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
) -> Result<HashMap<i32, (i32, Timestamp)>> {
    let rows = sqlx::query!(
        r#"select id, posted_at, message as "message!"
           from posts cross join lateral unnest(message_ids || counted_id) as message
           where channel_id = $1"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.message, (row.id, row.posted_at.to_jiff()))).collect())
}

/// What was asked about a post the last time.
pub async fn find(db: impl PgExecutor<'_>, channel: ChannelId, post: i32) -> Result<Option<Asked>> {
    let row = sqlx::query!(
        "select post_id, asked_at, views_error, reactions_error, votes_error, public_forwards from post_statistics
         where channel_id = $1 and post_id = $2",
        channel.0,
        post,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Asked {
        post_id: row.post_id,
        asked_at: row.asked_at.to_jiff(),
        views_error: row.views_error,
        reactions_error: row.reactions_error,
        votes_error: row.votes_error,
        public_forwards: row.public_forwards,
    }))
}

#[cfg(test)]
mod tests;
