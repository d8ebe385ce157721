//! How far back the posts of a channel are read.

use app::model::{ChannelId, Collector};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::convert::{moment, stored, touched};
use super::error::{Error, Result};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Every message from this one to the newest known was read.
    pub oldest_id: i32,
    /// There is nothing older, or nothing older is wanted.
    pub complete: bool,
    /// Posts before are not wanted; `None`: all are.
    pub wanted_since: Option<Timestamp>,
}

/// How far it is; `None` before the first look.
pub async fn find(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<Progress>> {
    let row = sqlx::query!(
        "select oldest_id, complete, posts_wanted_since as wanted_since
         from post_history join channels on channels.id = channel_id
         where channel_id = $1",
        channel.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Progress {
        oldest_id: row.oldest_id,
        complete: row.complete,
        wanted_since: moment(row.wanted_since),
    }))
}

/// Begins again from the newest message where messages were passed that could not be read by a layer before this one and
/// perhaps can be now. Says whether it does. Once a layer.
///
/// # Errors
/// The database's.
pub async fn begin_again_for(db: impl PgExecutor<'_>, channel: ChannelId, layer: i32) -> Result<bool> {
    let done = sqlx::query!(
        "update post_history
         set oldest_id = 2147483647, complete = false, layer = $2
         where channel_id = $1 and layer < $2
           and exists (
             select from snapshots
             where snapshots.channel_id = $1 and kind like 'unread/messages.getHistory/%' and snapshots.layer < $2)",
        channel.0,
        layer,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Where [`begin_again_for`] would begin again, reading is due now: a history that is complete is not looked at for a year.
///
/// # Errors
/// The database's.
pub async fn wake_for(db: impl PgExecutor<'_>, layer: i32, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update schedules set next_due_at = least(next_due_at, $3)
         from post_history
         where schedules.channel_id = post_history.channel_id and collector = $2 and layer < $1
           and exists (
             select from snapshots
             where snapshots.channel_id = post_history.channel_id and kind like 'unread/messages.getHistory/%'
               and snapshots.layer < $1)",
        layer,
        Collector::History.name(),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is kept of a channel's posts, and how far back they are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Posts before are not wanted; `None`: all are.
    pub wanted_since: Option<Timestamp>,
    /// There is nothing older to be read, or nothing older is wanted.
    pub complete: bool,
    /// How many are kept, those that were deleted since included.
    pub posts: i64,
    /// When the oldest of them was posted.
    pub oldest_at: Option<Timestamp>,
}

/// How deep a channel's posts are read.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn depth(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Depth> {
    let row = sqlx::query!(
        r#"select posts_wanted_since as wanted_since, coalesce(complete, false) as "complete!",
                  (select count(*) from posts where posts.channel_id = channels.id) as "posts!",
                  (select min(posted_at) from posts where posts.channel_id = channels.id) as oldest_at
           from channels left join post_history on post_history.channel_id = channels.id
           where channels.id = $1"#,
        channel.0
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::NotFound("The channel".to_owned()))?;
    Ok(Depth {
        wanted_since: moment(row.wanted_since),
        complete: row.complete,
        posts: row.posts,
        oldest_at: moment(row.oldest_at),
    })
}

/// Sets how far back posts are wanted; `None`: to the first one. Reading goes on at once; what was read stays.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn want_since(
    db: &mut PgConnection,
    channel: ChannelId,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let done =
        sqlx::query!("update channels set posts_wanted_since = $2 where id = $1", channel.0, stored(since),)
            .execute(&mut *db)
            .await?;
    touched(&done, || "The channel".to_owned())?;
    // Whether that is enough, the next look says.
    sqlx::query!("update post_history set complete = false where channel_id = $1", channel.0)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "update schedules set next_due_at = least(next_due_at, $3) where channel_id = $1 and collector = $2",
        channel.0,
        Collector::History.name(),
        now.to_sqlx(),
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// How far reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// There is more.
    NotTheEnd,
    /// To the first message.
    TheFirst,
    /// As far as was wanted: posts before this are not.
    Wanted(Timestamp),
}

/// Notes that everything from `oldest_id` on was read. What reached further already stays. Where somebody changed
/// meanwhile how far back posts are wanted, it is not complete by the old wish.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn reach(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    oldest_id: i32,
    reached: Reached,
) -> Result<()> {
    let wanted = match reached {
        Reached::Wanted(since) => Some(since),
        Reached::NotTheEnd | Reached::TheFirst => None,
    };
    sqlx::query!(
        "insert into post_history (channel_id, oldest_id, complete)
         select $1, $2, $3 or exists (select from channels where id = $1 and posts_wanted_since = $4)
         on conflict (channel_id) do update
         set oldest_id = least(post_history.oldest_id, excluded.oldest_id),
             complete = post_history.complete or excluded.complete
         where post_history.oldest_id > excluded.oldest_id or excluded.complete and not post_history.complete",
        channel.0,
        oldest_id,
        reached == Reached::TheFirst,
        stored(wanted),
    )
    .execute(db)
    .await?;
    Ok(())
}
