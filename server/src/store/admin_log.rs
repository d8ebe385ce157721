//! The admin log: every event that was ever seen, and the gaps between looks.

use app::model::known::Gap;
use app::model::{ChannelId, TelegramUserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::error::Result;

/// An event as Telegram sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Telegram's id.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub user_id: TelegramUserId,
    /// What, in Telegram's words.
    pub kind: String,
    /// The TL layer of `raw`.
    pub layer: i32,
    /// The event, serialised TL.
    pub raw: Vec<u8>,
}

/// Records the events of a look that began at `asked_at`, and the gap before it. Events do not change: the same again
/// changes nothing.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    events: &[Told],
    gap: Option<Gap>,
    asked_at: Timestamp,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let new = sqlx::query!(
        "insert into admin_events (channel_id, id, at, user_id, kind, layer, raw, first_seen_at)
         select $1, id, at, user_id, kind, layer, raw, $2
         from unnest($3::bigint[], $4::timestamptz[], $5::bigint[], $6::text[], $7::integer[], $8::bytea[])
             as told (id, at, user_id, kind, layer, raw)
         on conflict do nothing",
        channel.0,
        now.to_sqlx(),
        &events.iter().map(|event| event.id).collect::<Vec<_>>(),
        &events.iter().map(|event| event.at.to_sqlx()).collect::<Vec<_>>(),
        &events.iter().map(|event| event.user_id.0).collect::<Vec<_>>(),
        &events.iter().map(|event| event.kind.clone()).collect::<Vec<_>>(),
        &events.iter().map(|event| event.layer).collect::<Vec<_>>(),
        &events.iter().map(|event| event.raw.clone()).collect::<Vec<_>>(),
    )
    .execute(&mut *writing)
    .await?
    .rows_affected();
    if let Some(gap) = gap {
        sqlx::query!(
            "insert into admin_log_gaps (channel_id, from_at, to_at) values ($1, $2, $3) on conflict do nothing",
            channel.0,
            gap.from.to_sqlx(),
            gap.to.to_sqlx(),
        )
        .execute(&mut *writing)
        .await?;
    }
    sqlx::query!(
        "insert into admin_log_looks (channel_id, looked_at) values ($1, $2)
         on conflict (channel_id) do update set looked_at = greatest(admin_log_looks.looked_at, excluded.looked_at)",
        channel.0,
        asked_at.to_sqlx(),
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    let new = u32::try_from(new).unwrap_or(u32::MAX);
    let all = u32::try_from(events.len()).unwrap_or(u32::MAX);
    Ok(Counts { new, unchanged: all.saturating_sub(new), ..Counts::default() })
}

/// Makes an event say what its bytes say, inside the caller's transaction.
pub async fn restore(db: &mut PgConnection, channel: ChannelId, event: &Told) -> Result<()> {
    sqlx::query!(
        "update admin_events set at = $3, user_id = $4, kind = $5 where channel_id = $1 and id = $2",
        channel.0,
        event.id,
        event.at.to_sqlx() as _,
        event.user_id.0,
        event.kind,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest event that is known.
pub async fn newest_id(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select max(id) from admin_events where channel_id = $1", channel.0)
        .fetch_one(db)
        .await?)
}

/// When the log was last looked at.
pub async fn looked_at(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<Timestamp>> {
    let looked =
        sqlx::query_scalar!("select looked_at from admin_log_looks where channel_id = $1", channel.0);
    Ok(looked.fetch_optional(db).await?.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Every event that was ever seen, newest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Told>> {
    let rows = sqlx::query!(
        "select id, at, user_id, kind, layer, raw from admin_events where channel_id = $1 order by id desc",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let events = rows.into_iter().map(|row| Told {
        id: row.id,
        at: row.at.to_jiff(),
        user_id: TelegramUserId(row.user_id),
        kind: row.kind,
        layer: row.layer,
        raw: row.raw,
    });
    Ok(events.collect())
}

/// The times of which the events are not known, oldest first: from a look to how far back the look after it reached.
pub async fn gaps(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Gap>> {
    let rows = sqlx::query!(
        "select from_at, to_at from admin_log_gaps where channel_id = $1 order by from_at",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| Gap { from: row.from_at.to_jiff(), to: row.to_at.to_jiff() }).collect())
}

#[cfg(test)]
mod tests;
