//! What Telegram said, as it said it.

pub mod thinning;

use std::collections::{HashMap, HashSet};

use app::model::ChannelId;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};

use super::channels::Writing;
use super::convert::moment;
use super::error::{Error, Result};

/// An answer as it came.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The request and what was asked for (`stats.getBroadcastStats`, `stats.loadAsyncGraph/growth`).
    pub kind: &'a str,
    /// The TL layer of the body.
    pub layer: i32,
    /// The TL bytes.
    pub body: &'a [u8],
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

/// Records answers, and says how many are news. What is the same as the newest of its kind is not added: only that it was
/// said again is noted. One that is not later than the newest of its kind is put right after it, so that the order of
/// recording is kept. `asked_at` is when asking began.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    answers: &[Answer<'_>],
    asked_at: Timestamp,
    taken_at: Timestamp,
) -> Result<usize> {
    if answers.is_empty() {
        return Ok(0);
    }
    let mut writing = Writing::begin(db, channel).await?;
    let (mut left, mut news) = (answers.iter().collect::<Vec<_>>(), 0);
    // One of each kind at a time: the next of a kind is compared with the one before.
    while !left.is_empty() {
        let mut kinds = HashSet::new();
        let (first, others): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|answer| kinds.insert(answer.kind));
        news += record_kinds(&mut writing, channel, first, asked_at, taken_at).await?;
        left = others;
    }
    writing.commit().await?;
    Ok(news)
}

/// Records answers of which no two are of one kind.
async fn record_kinds(
    db: &mut PgConnection,
    channel: ChannelId,
    mut answers: Vec<&Answer<'_>>,
    asked_at: Timestamp,
    taken_at: Timestamp,
) -> Result<usize> {
    let hash = |answer: &&Answer<'_>| Sha256::digest(answer.body).to_vec();
    let kinds = |answers: &[&Answer<'_>]| -> Vec<String> {
        answers.iter().map(|answer| answer.kind.to_owned()).collect()
    };
    let layers =
        |answers: &[&Answer<'_>]| -> Vec<i32> { answers.iter().map(|answer| answer.layer).collect() };
    let same: HashSet<String> = sqlx::query_scalar!(
        "update snapshots set seen_at = greatest(seen_at, $5), asked_at = greatest(asked_at, $6)
         from unnest($2::text[], $3::integer[], $4::bytea[]) as told (kind, layer, sha256)
         where channel_id = $1 and snapshots.kind = told.kind and snapshots.layer = told.layer and body_sha256 = sha256
           and taken_at = (select max(taken_at) from snapshots as one where channel_id = $1 and one.kind = told.kind)
         returning snapshots.kind",
        channel.0,
        &kinds(&answers),
        &layers(&answers),
        &answers.iter().map(hash).collect::<Vec<_>>(),
        taken_at.to_sqlx(),
        asked_at.to_sqlx(),
    )
    .fetch_all(&mut *db)
    .await?
    .into_iter()
    .collect();
    answers.retain(|answer| !same.contains(answer.kind));
    if answers.is_empty() {
        return Ok(0);
    }
    sqlx::query!(
        "insert into snapshots (channel_id, kind, taken_at, seen_at, layer, body_sha256, body, asked_at)
         select $1, kind, moment, moment, layer, sha256, body, $7
         from (
             select told.*, greatest($6, (
                 select max(taken_at) + interval '1 microsecond' from snapshots as one
                 where channel_id = $1 and one.kind = told.kind)) as moment
             from unnest($2::text[], $3::integer[], $4::bytea[], $5::bytea[]) as told (kind, layer, sha256, body)
         ) as told",
        channel.0,
        &kinds(&answers),
        &layers(&answers),
        &answers.iter().map(hash).collect::<Vec<_>>(),
        &answers.iter().map(|answer| answer.body).collect::<Vec<_>>() as _,
        taken_at.to_sqlx(),
        asked_at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(answers.len())
}

/// Everything that was said of a channel which something is derived from, in the order it was said, as it arrives.
pub fn list(db: &mut PgConnection, channel: ChannelId) -> BoxStream<'_, Result<Kept>> {
    sqlx::query_as!(
        KeptRow,
        "select kind, taken_at, seen_at, asked_at, layer, body from snapshots
         where channel_id = $1
           and (kind like 'stats.%' or kind like 'payments.getStarsRevenueStats/%'
                or kind like 'storyItem/%' or kind like 'storyViews/%' or kind like 'messageMediaGiveaway/%'
                or kind like 'payments.getGiveawayInfo/%' or kind like 'messages.getExportedChatInvites/%'
                or kind in ('channels.getFullChannel', 'premium.getBoostsStatus', 'channels.getChannelRecommendations'))
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
