//! What channels are, and were: `channels.getFullChannel`, a row each time it differs.

use std::collections::BTreeMap;

use app::model::ChannelId;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::error::Result;

/// What Telegram says a channel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// As its owner wrote it.
    pub title: String,
    /// Its active names, the main one first, without `@`.
    pub usernames: Vec<String>,
    /// TL names of the flags that are set, in their order.
    pub flags: Vec<String>,
    /// `participants_count`; `None` when Telegram did not say.
    pub subscribers: Option<i64>,
    /// `online_count`: groups have it.
    pub online: Option<i32>,
    /// Telegram's number of the photo, which changes with it; `None` without one.
    pub photo_id: Option<i64>,
    /// `linked_chat_id`: the discussion group of a channel, the channel of a group.
    pub linked_channel_id: Option<i64>,
    /// `level`, by its boosts.
    pub level: Option<i32>,
}

/// Records what a channel is at `now`. The same as the newest only moves the moment it was last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    facts: &Facts,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let same = sqlx::query!(
        "update channel_facts set seen_at = greatest(seen_at, $2)
         where channel_id = $1
           and observed_at = (select max(observed_at) from channel_facts where channel_id = $1)
           and (title, usernames, flags) = ($3, $4::text[], $5::text[])
           and (subscribers, online, photo_id, linked_channel_id, level)
               is not distinct from ($6::bigint, $7::integer, $8::bigint, $9::bigint, $10::integer)",
        channel.0,
        now.to_sqlx(),
        facts.title,
        &facts.usernames,
        &facts.flags,
        facts.subscribers,
        facts.online,
        facts.photo_id,
        facts.linked_channel_id,
        facts.level,
    )
    .execute(&mut *writing)
    .await?
    .rows_affected()
        == 1;
    if !same {
        restore(&mut *writing, channel, facts, now, now).await?;
    }
    writing.commit().await?;
    Ok(Counts { new: u32::from(!same), unchanged: u32::from(same), ..Counts::default() })
}

/// Puts a row in its place, as it was said first at `observed_at` and last at `seen_at`.
pub async fn restore(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    facts: &Facts,
    observed_at: Timestamp,
    seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into channel_facts as old
             (channel_id, observed_at, seen_at, title, usernames, flags, subscribers, online, photo_id,
              linked_channel_id, level)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (channel_id, observed_at) do update
         set title = excluded.title, usernames = excluded.usernames, flags = excluded.flags,
             subscribers = excluded.subscribers, online = excluded.online, photo_id = excluded.photo_id,
             linked_channel_id = excluded.linked_channel_id, level = excluded.level,
             seen_at = greatest(old.seen_at, excluded.seen_at)",
        channel.0,
        observed_at.to_sqlx(),
        seen_at.to_sqlx(),
        facts.title,
        &facts.usernames,
        &facts.flags,
        facts.subscribers,
        facts.online,
        facts.photo_id,
        facts.linked_channel_id,
        facts.level,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every row of a channel in its order, with when it was said first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<(Timestamp, Facts)>> {
    let rows = sqlx::query!(
        "select observed_at, title, usernames, flags, subscribers, online, photo_id, linked_channel_id, level
         from channel_facts where channel_id = $1 order by observed_at",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let facts = Facts {
                title: row.title,
                usernames: row.usernames,
                flags: row.flags,
                subscribers: row.subscribers,
                online: row.online,
                photo_id: row.photo_id,
                linked_channel_id: row.linked_channel_id,
                level: row.level,
            };
            (row.observed_at.to_jiff(), facts)
        })
        .collect())
}

/// Subscribers by UTC day, as they were counted at the last look of the day: for channels of which Telegram shows no
/// statistics. A day without a look is unknown, unless the looks before and after it say the same.
pub async fn subscribers_by_day(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    from: Date,
    to: Date,
) -> Result<BTreeMap<Date, i64>> {
    let start =
        |day: Date| day.to_zoned(TimeZone::UTC).map(|start| start.timestamp()).unwrap_or(Timestamp::MAX);
    let end = to.checked_add(1.day()).map_or(Timestamp::MAX, start);
    let rows = sqlx::query!(
        r#"select observed_at, seen_at, subscribers as "subscribers!" from channel_facts
           where channel_id = $1 and subscribers is not null and observed_at < $3 and seen_at >= $2
           order by observed_at"#,
        channel.0,
        start(from).to_sqlx(),
        end.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    let mut days = BTreeMap::new();
    let date = |at: jiff_sqlx::Timestamp| at.to_jiff().to_zoned(TimeZone::UTC).date();
    for row in rows {
        let (mut day, last) = (date(row.observed_at).max(from), date(row.seen_at).min(to));
        while day <= last {
            days.insert(day, row.subscribers);
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
    }
    Ok(days)
}

/// When subscribers were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The first UTC day.
    pub since: Date,
    /// When last.
    pub as_of: Timestamp,
}

/// Since when subscribers were counted, and when last; `None` if never.
pub async fn subscribers_known(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<Counted>> {
    // The first row and the last one: the others need not be read.
    let row = sqlx::query!(
        r#"select first.observed_at as "since!", last.seen_at as "as_of!"
           from (select observed_at from channel_facts where channel_id = $1 and subscribers is not null
                 order by observed_at limit 1) as first,
                (select seen_at from channel_facts where channel_id = $1 and subscribers is not null
                 order by observed_at desc limit 1) as last"#,
        channel.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Counted {
        since: row.since.to_jiff().to_zoned(TimeZone::UTC).date(),
        as_of: row.as_of.to_jiff(),
    }))
}

#[cfg(test)]
mod tests;
