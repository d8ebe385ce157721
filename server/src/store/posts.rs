//! Posts of channels, what they were before they were edited, their newest counters, and what was counted at their ages.

pub mod ages;
pub mod fill;
mod known;
mod list;
mod versions;
pub mod whole;
mod write;

use app::model::{ChannelId, ForwardedFrom, PostCounters, PostKind};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::moment;
use super::error::Result;
pub use list::{Filter, list};

/// What a post is, its counters aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its messages, ascending. The first one's id becomes the post's, and stays it when that message goes.
    pub message_ids: Vec<i32>,
    /// The message that carries the counters.
    pub counted_id: i32,
    /// What an album's messages have in common.
    pub grouped_id: Option<i64>,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// What it is.
    pub kind: PostKind,
    /// The signature.
    pub author: Option<String>,
    /// Its words.
    pub text: String,
    /// Whom it was taken over from.
    pub forwarded_from: Option<ForwardedFrom>,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
}

/// A post as Telegram sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it is.
    pub content: Content,
    /// What is counted under it.
    pub counters: PostCounters,
    /// When Telegram said so.
    pub seen_at: Timestamp,
    /// The TL layer of `raw`.
    pub layer: i32,
    /// Its messages, serialised TL, in the order of `message_ids`.
    pub raw: Vec<Vec<u8>>,
}

impl Told {
    /// Seconds since posting.
    pub fn age(&self) -> i32 {
        let age = self.seen_at.as_second().saturating_sub(self.content.posted_at.as_second());
        i32::try_from(age.max(0)).unwrap_or(i32::MAX)
    }
}

/// What was read of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The posts that are there.
    pub posts: Vec<Told>,
    /// Every message from this one to the newest was read: known posts that are not among them are gone.
    pub whole_from: Option<i32>,
    /// Posts of which Telegram has no message any more, by their ids.
    pub gone: Vec<i32>,
}

/// Records a look that began at `asked_at`. New posts are added, and what changed of known ones; none is removed, and
/// what was edited is kept as it was before. A sample is written for a new post, at a due age, and where counters changed
/// and the newest sample is far enough away ([`ages::is_far`]). The same look again changes nothing.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    look: &Look,
    asked_at: Timestamp,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let known = known::load(&mut writing, channel, look).await?;
    let mut counts = Counts::default();
    let mut changes = write::Changes::default();
    let mut met = std::collections::HashSet::new();
    for told in &look.posts {
        let before = known.find(told);
        let id = before.map_or_else(|| told.content.message_ids.first().copied(), |before| Some(before.id));
        let Some(id) = id else { continue };
        met.insert(id);
        let is_changed = before.is_some_and(|before| before.counters != told.counters)
            || before.is_some_and(|before| before.is_deleted || before.content != told.content);
        match before {
            None => counts.new += 1,
            Some(_) if is_changed => counts.changed += 1,
            Some(_) => counts.unchanged += 1,
        }
        changes.add(id, told, before);
    }
    for lost in known.posts().filter(|post| !post.is_deleted && !met.contains(&post.id)) {
        let is_out_of_sight = look.whole_from.is_none_or(|from| lost.id < from);
        // What another run found since this one asked is not gone.
        if (!is_out_of_sight && lost.first_seen_at <= asked_at) || look.gone.contains(&lost.id) {
            counts.changed += 1;
            changes.deleted.push(lost.id);
        }
    }
    write::all(&mut writing, channel, &changes, now).await?;
    writing.commit().await?;
    Ok(counts)
}

/// The newest post's id, deleted or not.
pub async fn newest(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!("select max(id) from posts where channel_id = $1", channel.0)
        .fetch_one(db)
        .await?)
}

/// Posts are read again at least this often while they are young, for edits and deletions.
const YOUNG: SignedDuration = SignedDuration::from_hours(48);
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Posts older than the message `before` that are to be read again now: those that come to a due age, and young ones
/// that were not seen for an hour. Each with its messages; the longest due first.
pub async fn to_read(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    before: i32,
    now: Timestamp,
) -> Result<Vec<(i32, Vec<i32>)>> {
    let young = now.saturating_sub(YOUNG).unwrap_or(Timestamp::MIN);
    let unseen = now.saturating_sub(AGAIN).unwrap_or(Timestamp::MIN);
    let rows = sqlx::query!(
        "select id, message_ids from posts
         join post_counters on post_counters.channel_id = posts.channel_id and post_id = id
         where posts.channel_id = $1 and id < $2 and deleted_seen_at is null
           and (sample_due_at <= $3 or posted_at > $4 and seen_at < $5)
         order by sample_due_at, id",
        channel.0,
        before,
        now.to_sqlx(),
        young.to_sqlx(),
        unseen.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.message_ids)).collect())
}

/// When posts come to ages that are sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextDue {
    /// The next one does.
    pub next: Option<Timestamp>,
    /// One has, and was not seen since.
    pub is_overdue: bool,
}

/// When posts of the channel come to ages that are sampled, seen from `now`.
pub async fn next_due(db: impl PgExecutor<'_>, channel: ChannelId, now: Timestamp) -> Result<NextDue> {
    let row = sqlx::query!(
        r#"select min(sample_due_at) filter (where sample_due_at > $2) as next,
                  coalesce(bool_or(sample_due_at <= $2), false) as "is_overdue!"
           from post_counters where channel_id = $1"#,
        channel.0,
        now.to_sqlx(),
    )
    .fetch_one(db)
    .await?;
    Ok(NextDue { next: moment(row.next), is_overdue: row.is_overdue })
}

#[cfg(test)]
mod tests;
