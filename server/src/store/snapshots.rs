//! What Telegram said, as it said it.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};

use super::error::Result;

/// What recording did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It differs from the newest of its kind and was added.
    New,
    /// It is what Telegram said the last time; only that was noted.
    Same,
}

/// Records an answer. `kind` names the request and what was asked for (`stats.getBroadcastStats`,
/// `stats.loadAsyncGraph/growth`). One that is not later than the newest of its kind is put right after it, so that
/// the order of recording is kept.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    kind: &str,
    taken_at: Timestamp,
    layer: i32,
    body: &[u8],
) -> Result<Recorded> {
    let body_sha256 = Sha256::digest(body).to_vec();
    let mut savepoint = db.begin().await?;
    super::channels::lock(&mut savepoint, channel).await?;
    let same = sqlx::query!(
        "update snapshots set seen_at = greatest(seen_at, $3)
         where channel_id = $1 and kind = $2 and layer = $4 and body_sha256 = $5
           and taken_at = (select max(taken_at) from snapshots where channel_id = $1 and kind = $2)",
        channel.0,
        kind,
        taken_at.to_sqlx(),
        layer,
        body_sha256,
    )
    .execute(&mut *savepoint)
    .await?;
    if same.rows_affected() == 0 {
        sqlx::query!(
            "insert into snapshots (channel_id, kind, taken_at, seen_at, layer, body_sha256, body)
             select $1, $2, moment, moment, $4, $5, $6
             from (select greatest($3, max(taken_at) + interval '1 microsecond') as moment
                   from snapshots where channel_id = $1 and kind = $2) as turn",
            channel.0,
            kind,
            taken_at.to_sqlx(),
            layer,
            body_sha256,
            body,
        )
        .execute(&mut *savepoint)
        .await?;
    }
    savepoint.commit().await?;
    Ok(if same.rows_affected() == 0 { Recorded::New } else { Recorded::Same })
}

#[cfg(test)]
mod tests;
