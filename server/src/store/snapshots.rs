//! What Telegram said, as it said it.

pub mod thinning;

use std::collections::HashMap;

use app::model::ChannelId;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, PgExecutor};

use super::convert::moment;
use super::error::{Error, Result};

/// What recording did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It differs from the newest of its kind and was added.
    New,
    /// It is what Telegram said the last time; only that was noted.
    Same,
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Of which request, and what was asked for.
    pub kind: String,
    /// When it was said first.
    pub taken_at: Timestamp,
    /// When it was said last.
    pub seen_at: Timestamp,
    /// When asking began, the last time it was said; `None` where that was not kept.
    pub asked_at: Option<Timestamp>,
    /// The TL layer of the body.
    pub layer: i32,
    /// The TL bytes.
    pub body: Vec<u8>,
}

/// Records an answer. `kind` names the request and what was asked for (`stats.getBroadcastStats`,
/// `stats.loadAsyncGraph/growth`). One that is not later than the newest of its kind is put right after it, so that
/// the order of recording is kept. `asked_at` is when asking began.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    kind: &str,
    asked_at: Timestamp,
    taken_at: Timestamp,
    layer: i32,
    body: &[u8],
) -> Result<Recorded> {
    let body_sha256 = Sha256::digest(body).to_vec();
    let mut savepoint = db.begin().await?;
    super::channels::lock(&mut savepoint, channel).await?;
    let same = sqlx::query!(
        "update snapshots set seen_at = greatest(seen_at, $3), asked_at = greatest(asked_at, $6)
         where channel_id = $1 and kind = $2 and layer = $4 and body_sha256 = $5
           and taken_at = (select max(taken_at) from snapshots where channel_id = $1 and kind = $2)",
        channel.0,
        kind,
        taken_at.to_sqlx(),
        layer,
        body_sha256,
        asked_at.to_sqlx(),
    )
    .execute(&mut *savepoint)
    .await?;
    if same.rows_affected() == 0 {
        sqlx::query!(
            "insert into snapshots (channel_id, kind, taken_at, seen_at, layer, body_sha256, body, asked_at)
             select $1, $2, moment, moment, $4, $5, $6, $7
             from (select greatest($3, max(taken_at) + interval '1 microsecond') as moment
                   from snapshots where channel_id = $1 and kind = $2) as turn",
            channel.0,
            kind,
            taken_at.to_sqlx(),
            layer,
            body_sha256,
            body,
            asked_at.to_sqlx(),
        )
        .execute(&mut *savepoint)
        .await?;
    }
    savepoint.commit().await?;
    Ok(if same.rows_affected() == 0 { Recorded::New } else { Recorded::Same })
}

/// Everything a channel said that series come from, or what it is, in the order it was said, as it arrives.
pub fn list(db: &mut PgConnection, channel: ChannelId) -> BoxStream<'_, Result<Kept>> {
    sqlx::query_as!(
        KeptRow,
        "select kind, taken_at, seen_at, asked_at, layer, body from snapshots
         where channel_id = $1
           and (kind like 'stats.%' or kind like 'payments.getStarsRevenueStats/%' or kind = 'channels.getFullChannel')
         order by taken_at, kind",
        channel.0,
    )
    .fetch(db)
    .map(|row| row.map(Kept::from).map_err(Error::from))
    .boxed()
}

/// When asking for each of these kinds began, the last time there was an answer.
pub async fn asked_at(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    kinds: &[String],
) -> Result<HashMap<String, Timestamp>> {
    let rows = sqlx::query!(
        r#"select kind, max(asked_at) as "asked_at!" from snapshots
           where channel_id = $1 and kind = any($2) and asked_at is not null
           group by kind"#,
        channel.0,
        kinds,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.asked_at.to_jiff())).collect())
}

struct KeptRow {
    kind: String,
    taken_at: jiff_sqlx::Timestamp,
    seen_at: jiff_sqlx::Timestamp,
    asked_at: Option<jiff_sqlx::Timestamp>,
    layer: i32,
    body: Vec<u8>,
}

impl From<KeptRow> for Kept {
    fn from(row: KeptRow) -> Self {
        let KeptRow { kind, taken_at, seen_at, asked_at, layer, body } = row;
        Self {
            kind,
            taken_at: taken_at.to_jiff(),
            seen_at: seen_at.to_jiff(),
            asked_at: moment(asked_at),
            layer,
            body,
        }
    }
}

#[cfg(test)]
mod tests;
