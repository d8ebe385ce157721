//! All posts of a channel with their bytes, and all their samples: to compare them with what those say, and to put right
//! what differs.

use app::model::{ChannelId, ForwardedFrom, PostCounters, PostKind};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Content;
use super::known::by_emoji;
use crate::store::convert::{moment, named, stored};
use crate::store::error::Result;

/// A post as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The post's id.
    pub id: i32,
    /// What it is.
    pub content: Content,
    /// When Telegram told its bytes; `None` where that was not kept.
    pub told_at: Option<Timestamp>,
    /// Its messages, serialised TL.
    pub raw: Vec<Vec<u8>>,
}

/// What a post was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The post's id.
    pub post: i32,
    /// When it was seen to be another.
    pub replaced_at: Timestamp,
    /// When this version was made by an edit, if it was.
    pub edited_at: Option<Timestamp>,
    /// Its messages.
    pub message_ids: Vec<i32>,
    /// Its words.
    pub text: String,
    /// When Telegram told its bytes; `None` where that was not kept.
    pub told_at: Option<Timestamp>,
    /// Its messages, serialised TL.
    pub raw: Vec<Vec<u8>>,
}

/// What was counted under a post at an age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The post's id.
    pub post: i32,
    /// Seconds since posting.
    pub age: i32,
    /// What was counted.
    pub counters: PostCounters,
}

/// Every post, as they arrive.
///
/// # Errors
/// `Inconsistent` when a row can't be read.
pub fn list(db: &mut PgConnection, channel: ChannelId) -> BoxStream<'_, Result<Kept>> {
    let rows = sqlx::query!(
        "select id, message_ids, counted_id, grouped_id, posted_at, kind, author, text, forwarded_channel_id,
                forwarded_message_id, forwarded_name, edited_at, told_at, raw
         from posts where channel_id = $1 order by id",
        channel.0,
    );
    rows.fetch(db)
        .map(|row| {
            let row = row?;
            let forwarded = ForwardedFrom {
                channel_id: row.forwarded_channel_id.map(ChannelId),
                message_id: row.forwarded_message_id,
                name: row.forwarded_name,
            };
            Ok(Kept {
                id: row.id,
                content: Content {
                    message_ids: row.message_ids,
                    counted_id: row.counted_id,
                    grouped_id: row.grouped_id,
                    posted_at: row.posted_at.to_jiff(),
                    kind: named("posts", "kind", &row.kind, PostKind::from_name)?,
                    author: row.author,
                    text: row.text,
                    forwarded_from: Some(forwarded).filter(|from| *from != ForwardedFrom::default()),
                    edited_at: moment(row.edited_at),
                },
                told_at: moment(row.told_at),
                raw: row.raw,
            })
        })
        .boxed()
}

/// What every post was before, as they arrive.
pub fn versions(db: &mut PgConnection, channel: ChannelId) -> BoxStream<'_, Result<Version>> {
    let rows = sqlx::query!(
        "select post_id, replaced_at, edited_at, message_ids, text, told_at, raw
         from post_versions where channel_id = $1 order by post_id, replaced_at",
        channel.0,
    );
    rows.fetch(db)
        .map(|row| {
            let row = row?;
            Ok(Version {
                post: row.post_id,
                replaced_at: row.replaced_at.to_jiff(),
                edited_at: moment(row.edited_at),
                message_ids: row.message_ids,
                text: row.text,
                told_at: moment(row.told_at),
                raw: row.raw,
            })
        })
        .boxed()
}

/// Every sample that a counter gave.
///
/// # Errors
/// `Inconsistent` when a row can't be read.
pub async fn samples(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Sample>> {
    let rows = sqlx::query!(
        "select post_id, age_seconds, views, forwards, replies, reactions, reactions_by::text as reactions_by
         from post_samples where channel_id = $1 and origin = 'counter'",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let counters = PostCounters {
                views: row.views,
                forwards: row.forwards,
                replies: row.replies,
                reactions: row.reactions,
                reactions_by: by_emoji(row.reactions_by.as_deref())?,
            };
            Ok(Sample { post: row.post_id, age: row.age_seconds, counters })
        })
        .collect()
}

/// Makes a post say what its bytes say, inside the caller's transaction.
pub async fn restore(db: &mut PgConnection, channel: ChannelId, kept: &Kept) -> Result<()> {
    let content = &kept.content;
    let from = content.forwarded_from.as_ref();
    sqlx::query!(
        "update posts
         set message_ids = $3, counted_id = $4, grouped_id = $5, posted_at = $6, kind = $7, author = $8, text = $9,
             forwarded_channel_id = $10, forwarded_message_id = $11, forwarded_name = $12, edited_at = $13
         where channel_id = $1 and id = $2",
        channel.0,
        kept.id,
        &content.message_ids,
        content.counted_id,
        content.grouped_id,
        content.posted_at.to_sqlx() as _,
        content.kind.name(),
        content.author.as_deref() as _,
        content.text,
        from.and_then(|from| from.channel_id).map(|id| id.0),
        from.and_then(|from| from.message_id),
        from.and_then(|from| from.name.as_deref()) as _,
        stored(content.edited_at) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes what a post was before say what its bytes say, inside the caller's transaction.
pub async fn restore_version(db: &mut PgConnection, channel: ChannelId, version: &Version) -> Result<()> {
    sqlx::query!(
        "update post_versions set edited_at = $4, message_ids = $5, text = $6
         where channel_id = $1 and post_id = $2 and replaced_at = $3",
        channel.0,
        version.post,
        version.replaced_at.to_sqlx() as _,
        stored(version.edited_at) as _,
        &version.message_ids,
        version.text,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts a sample in its place, inside the caller's transaction.
pub async fn restore_sample(db: &mut PgConnection, channel: ChannelId, sample: &Sample) -> Result<()> {
    let counters = &sample.counters;
    let by = &counters.reactions_by;
    sqlx::query!(
        "insert into post_samples (channel_id, post_id, age_seconds, views, forwards, replies, reactions, reactions_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb)
         on conflict (channel_id, post_id, age_seconds, origin) do update
         set views = excluded.views, forwards = excluded.forwards, replies = excluded.replies,
             reactions = excluded.reactions, reactions_by = excluded.reactions_by",
        channel.0,
        sample.post,
        sample.age,
        counters.views,
        counters.forwards,
        counters.replies,
        counters.reactions,
        (!by.is_empty()).then(|| serde_json::json!(by).to_string()),
    )
    .execute(db)
    .await?;
    Ok(())
}
