//! Stories and their counters.

pub mod whole;

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::error::Result;

/// A story, as Telegram describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Telegram's number of it in its channel.
    pub id: i32,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// When it leaves the front.
    pub expires_at: Timestamp,
    /// Whether it stays on the profile.
    pub pinned: bool,
    /// What is written under it.
    pub caption: Option<String>,
}

/// What is counted of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// How often it was seen.
    pub views: i32,
    /// How often it was forwarded; `None` where Telegram did not say.
    pub forwards: Option<i32>,
    /// How many reacted; `None` where Telegram did not say.
    pub reactions: Option<i32>,
}

/// Records what the stories are. The same again writes nothing; a deleted one keeps what is known of it.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    stories: &[Story],
    deleted: &[i32],
    now: Timestamp,
) -> Result<()> {
    let mut writing = Writing::begin(db, channel).await?;
    let ids: Vec<i32> = stories.iter().map(|story| story.id).collect();
    let posted: Vec<jiff_sqlx::Timestamp> = stories.iter().map(|story| story.posted_at.to_sqlx()).collect();
    let expires: Vec<jiff_sqlx::Timestamp> = stories.iter().map(|story| story.expires_at.to_sqlx()).collect();
    let pinned: Vec<bool> = stories.iter().map(|story| story.pinned).collect();
    let captions: Vec<Option<String>> = stories.iter().map(|story| story.caption.clone()).collect();
    sqlx::query!(
        "insert into stories as old (channel_id, id, posted_at, expires_at, pinned, caption, first_seen_at, changed_at)
         select distinct on (id) $1, told.*, $2, $2
         from unnest($3::integer[], $4::timestamptz[], $5::timestamptz[], $6::boolean[], $7::text[])
             as told (id, posted_at, expires_at, pinned, caption)
         on conflict (channel_id, id) do update
         set posted_at = excluded.posted_at, expires_at = excluded.expires_at, pinned = excluded.pinned,
             caption = excluded.caption, changed_at = excluded.changed_at
         where (old.posted_at, old.expires_at, old.pinned) <> (excluded.posted_at, excluded.expires_at, excluded.pinned)
            or old.caption is distinct from excluded.caption",
        channel.0,
        now.to_sqlx(),
        &ids,
        &posted as _,
        &expires as _,
        &pinned,
        &captions as _,
    )
    .execute(&mut *writing)
    .await?;
    sqlx::query!(
        "update stories set deleted_seen_at = $3
         where channel_id = $1 and id = any($2) and deleted_seen_at is null",
        channel.0,
        deleted,
        now.to_sqlx(),
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    Ok(())
}

/// Records counters of known stories at `now`. What was counted last, counted again, only moves the moment it was last
/// seen; of a story that is not known nothing is kept.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_samples(
    db: &mut PgConnection,
    channel: ChannelId,
    counters: &[(i32, Counters)],
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let ids: Vec<i32> = counters.iter().map(|(id, _)| *id).collect();
    let views: Vec<i32> = counters.iter().map(|(_, counters)| counters.views).collect();
    let forwards: Vec<Option<i32>> = counters.iter().map(|(_, counters)| counters.forwards).collect();
    let reactions: Vec<Option<i32>> = counters.iter().map(|(_, counters)| counters.reactions).collect();
    let rows = sqlx::query!(
        r#"with told as (
               select distinct on (told.story_id) told.*, posted_at, newest.observed_at as newest_at,
                      (newest.views, newest.forwards, newest.reactions)
                          is not distinct from (told.views, told.forwards, told.reactions) as is_same
               from unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[])
                   as told (story_id, views, forwards, reactions)
               join stories on stories.channel_id = $1 and stories.id = told.story_id
               left join lateral (
                   select * from story_samples where channel_id = $1 and story_id = told.story_id
                   order by observed_at desc limit 1
               ) as newest on true
           ), same as (
               update story_samples as old set seen_at = greatest(old.seen_at, $2)
               from told
               where is_same and channel_id = $1 and old.story_id = told.story_id and observed_at = newest_at
               returning old.story_id
           ), new as (
               insert into story_samples
                   (channel_id, story_id, observed_at, seen_at, age_seconds, views, forwards, reactions)
               select $1, story_id, $2, $2, extract(epoch from $2 - posted_at)::integer, views, forwards, reactions
               from told where not is_same
               on conflict (channel_id, story_id, observed_at) do update
               set views = excluded.views, forwards = excluded.forwards, reactions = excluded.reactions
               returning story_id
           )
           select (select count(*) from new) as "new!", (select count(*) from same) as "same!""#,
        channel.0,
        now.to_sqlx(),
        &ids,
        &views,
        &forwards as _,
        &reactions as _,
    )
    .fetch_one(&mut *writing)
    .await?;
    writing.commit().await?;
    let count = |rows| u32::try_from(rows).unwrap_or(u32::MAX);
    Ok(Counts { new: count(rows.new), unchanged: count(rows.same), ..Counts::default() })
}

/// How many of these stories are known.
pub async fn count_known(db: impl PgExecutor<'_>, channel: ChannelId, ids: &[i32]) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from stories where channel_id = $1 and id = any($2)"#,
        channel.0,
        ids,
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// The newest stories that stay on the profile and are none of these, at most so many.
pub async fn list_pinned(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    others: &[i32],
    limit: i64,
) -> Result<Vec<i32>> {
    let ids = sqlx::query_scalar!(
        "select id from stories
         where channel_id = $1 and pinned and deleted_seen_at is null and id <> all($2)
         order by id desc limit $3",
        channel.0,
        others,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// Every story with its newest counters, oldest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<(Story, Option<Counters>)>> {
    let rows = sqlx::query!(
        r#"select id, posted_at, expires_at, pinned, caption, newest.views as "views?", newest.forwards as "forwards?",
                  newest.reactions as "reactions?"
           from stories
           left join lateral (
               select views, forwards, reactions from story_samples
               where story_samples.channel_id = stories.channel_id and story_id = stories.id
               order by observed_at desc limit 1
           ) as newest on true
           where stories.channel_id = $1
           order by id"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let counters =
                row.views.map(|views| Counters { views, forwards: row.forwards, reactions: row.reactions });
            let story = Story {
                id: row.id,
                posted_at: row.posted_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
                pinned: row.pinned,
                caption: row.caption,
            };
            (story, counters)
        })
        .collect())
}
