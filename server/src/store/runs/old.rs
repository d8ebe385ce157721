use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use crate::store::error::Result;

/// Removes runs of a channel that went well and ended before a moment, so many at most, and says how many. The newest
/// good one of each collector stays, and so does every run in which anything went wrong.
pub async fn forget_old(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    before: Timestamp,
    most: i64,
) -> Result<u64> {
    let done = sqlx::query!(
        "delete from runs
         where channel_id = $1 and id in (
             select old.id from runs as old
             where old.channel_id = $1 and old.state = 'done' and old.finished_at < $2
               and exists (
                   select from runs as newer
                   where newer.channel_id = $1 and newer.collector = old.collector and newer.state = 'done'
                     and newer.id > old.id)
             order by old.id
             limit $3)",
        channel.0,
        before.to_sqlx(),
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
