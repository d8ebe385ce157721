//! How far back the posts of a channel are read.

use app::model::ChannelId;
use jiff::Timestamp;
use sqlx::PgExecutor;

use super::convert::moment;
use super::error::Result;

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
        "select oldest_id, complete, wanted_since from post_history where channel_id = $1",
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

/// Notes that everything from `oldest_id` on was read. What reached further already stays.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn reach(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    oldest_id: i32,
    complete: bool,
) -> Result<()> {
    sqlx::query!(
        "insert into post_history (channel_id, oldest_id, complete) values ($1, $2, $3)
         on conflict (channel_id) do update
         set oldest_id = least(post_history.oldest_id, excluded.oldest_id),
             complete = post_history.complete or excluded.complete
         where post_history.oldest_id > excluded.oldest_id or excluded.complete and not post_history.complete",
        channel.0,
        oldest_id,
        complete,
    )
    .execute(db)
    .await?;
    Ok(())
}
