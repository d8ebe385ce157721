//! Boosts: how a channel stands, and every boost that was ever seen.

mod looks;
mod versions;
pub mod whole;

use std::collections::{BTreeMap, HashMap};

use app::model::{Boost, BoostSource, BoostStatus, ChannelId, SeenBoost, TelegramUserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::{moment, named};
use super::error::Result;
use looks::LookHash;

/// A boost as Telegram sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it says.
    pub boost: Boost,
    /// The TL layer of `raw`.
    pub layer: i32,
    /// The boost, serialised TL.
    pub raw: Vec<u8>,
}

/// A look at the list of boosts that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What was listed.
    pub boosts: Vec<Told>,
    /// It adds up to what Telegram says it does: what it lacks has ended.
    pub is_whole: bool,
}

/// Records how a channel stands. The same numbers as the newest only move the moment they were last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record_status(
    db: &mut PgConnection,
    channel: ChannelId,
    status: &BoostStatus,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let same = sqlx::query!(
        "update boost_statuses set seen_at = greatest(seen_at, $2)
         where channel_id = $1
           and observed_at = (select max(observed_at) from boost_statuses where channel_id = $1)
           and (level, current_level_boosts, boosts) = ($3, $4, $5)
           and (gift_boosts, next_level_boosts, premium_subscribers, subscribers)
               is not distinct from ($6::integer, $7::integer, $8::bigint, $9::bigint)",
        channel.0,
        status.observed_at.to_sqlx(),
        status.level,
        status.current_level_boosts,
        status.boosts,
        status.gift_boosts,
        status.next_level_boosts,
        status.premium_subscribers,
        status.subscribers,
    )
    .execute(&mut *writing)
    .await?
    .rows_affected()
        == 1;
    if !same {
        sqlx::query!(
            "insert into boost_statuses
                 (channel_id, observed_at, seen_at, level, current_level_boosts, boosts, gift_boosts,
                  next_level_boosts, premium_subscribers, subscribers)
             values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (channel_id, observed_at) do update
             set level = excluded.level, current_level_boosts = excluded.current_level_boosts,
                 boosts = excluded.boosts, gift_boosts = excluded.gift_boosts,
                 next_level_boosts = excluded.next_level_boosts,
                 premium_subscribers = excluded.premium_subscribers, subscribers = excluded.subscribers",
            channel.0,
            status.observed_at.to_sqlx(),
            status.level,
            status.current_level_boosts,
            status.boosts,
            status.gift_boosts,
            status.next_level_boosts,
            status.premium_subscribers,
            status.subscribers,
        )
        .execute(&mut *writing)
        .await?;
    }
    writing.commit().await?;
    Ok(Counts { new: u32::from(!same), unchanged: u32::from(same), ..Counts::default() })
}

/// The newest status; `observed_at` is when Telegram last said so.
pub async fn latest_status(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<BoostStatus>> {
    let row = sqlx::query!(
        "select seen_at, level, current_level_boosts, boosts, gift_boosts, next_level_boosts, premium_subscribers,
                subscribers
         from boost_statuses where channel_id = $1 order by observed_at desc limit 1",
        channel.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| BoostStatus {
        level: row.level,
        current_level_boosts: row.current_level_boosts,
        boosts: row.boosts,
        gift_boosts: row.gift_boosts,
        next_level_boosts: row.next_level_boosts,
        premium_subscribers: row.premium_subscribers,
        subscribers: row.subscribers,
        observed_at: row.seen_at.to_jiff(),
    }))
}

/// Records a look at the list: what is new began to be seen, what is missing from a whole list ended at the latest
/// now, what is back has not ended. What a boost was before it was told otherwise is kept beside it. Nothing is said about the time between two looks. The same look again only moves
/// the moment things were last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    look: &Look,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let told: BTreeMap<&str, &Told> = look.boosts.iter().map(|told| (told.boost.id.as_str(), told)).collect();
    let ids: Vec<String> = told.keys().map(|id| (*id).to_owned()).collect();
    let hash = LookHash::of(&told, look.is_whole);
    let counts = if hash.is_last(&mut writing, channel).await? {
        Counts { unchanged: u32::try_from(told.len()).unwrap_or(u32::MAX), ..Counts::default() }
    } else {
        hash.set_last(&mut writing, channel).await?;
        record_other(&mut writing, channel, &told, &ids, look.is_whole, now).await?
    };
    sqlx::query!(
        "update boosts set last_seen_at = $3
         where channel_id = $1 and id = any($2) and last_seen_at < $3",
        channel.0,
        &ids,
        now.to_sqlx(),
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    Ok(counts)
}

/// Records a list that is not the one that was recorded last.
async fn record_other(
    db: &mut PgConnection,
    channel: ChannelId,
    told: &BTreeMap<&str, &Told>,
    ids: &[String],
    is_whole: bool,
    now: Timestamp,
) -> Result<Counts> {
    let known = known(&mut *db, channel, ids).await?;
    let mut counts = Counts::default();
    let (mut written, mut replaced) = (Vec::new(), Vec::new());
    for (id, one) in told {
        let before = known.get(*id);
        // There is nothing in a boost that changes by itself: other bytes are another version.
        if before.is_some_and(|old| !old.is_there || old.raw != one.raw) {
            replaced.push((*id).to_owned());
        }
        match before {
            None => counts.new += 1,
            Some(old) if old.is_there && old.boost == one.boost => {
                counts.unchanged += 1;
                if (&old.raw, old.layer) == (&one.raw, one.layer) {
                    continue;
                }
            }
            Some(_) => counts.changed += 1,
        }
        written.push(*one);
    }
    if !replaced.is_empty() {
        versions::keep(&mut *db, channel, &replaced, now).await?;
    }
    write(&mut *db, channel, &written, now).await?;
    if is_whole {
        let ended = sqlx::query!(
            "update boosts set ended_seen_at = $3
             where channel_id = $1 and ended_seen_at is null and id <> all($2)",
            channel.0,
            ids,
            now.to_sqlx(),
        )
        .execute(&mut *db)
        .await?;
        counts.changed =
            counts.changed.saturating_add(u32::try_from(ended.rows_affected()).unwrap_or(u32::MAX));
    }
    Ok(counts)
}

/// Every boost that was ever seen, the newest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<SeenBoost>> {
    select(db, channel, None).await
}

/// All of a channel's, or those with these ids.
async fn select(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    ids: Option<&[String]>,
) -> Result<Vec<SeenBoost>> {
    let rows = sqlx::query!(
        "select id, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at, expires_at,
                first_seen_at, last_seen_at, ended_seen_at
         from boosts where channel_id = $1 and ($2::text[] is null or id = any($2))
         order by applied_at desc, id desc",
        channel.0,
        ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SeenBoost {
                boost: Boost {
                    id: row.id,
                    source: named("boosts", "source", &row.source, BoostSource::from_name)?,
                    user_id: row.user_id.map(TelegramUserId),
                    multiplier: row.multiplier,
                    stars: row.stars,
                    giveaway_msg_id: row.giveaway_msg_id,
                    is_unclaimed: row.is_unclaimed,
                    applied_at: row.applied_at.to_jiff(),
                    expires_at: row.expires_at.to_jiff(),
                },
                first_seen_at: row.first_seen_at.to_jiff(),
                last_seen_at: row.last_seen_at.to_jiff(),
                ended_seen_at: moment(row.ended_seen_at),
            })
        })
        .collect()
}

/// The messages of giveaways that boosts came from, each once.
pub async fn giveaway_messages(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<i32>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct giveaway_msg_id as "id!" from boosts
           where channel_id = $1 and giveaway_msg_id is not null order by 1"#,
        channel.0,
    )
    .fetch_all(db)
    .await?)
}

struct Known {
    boost: Boost,
    is_there: bool,
    layer: i32,
    raw: Vec<u8>,
}

async fn known(db: &mut PgConnection, channel: ChannelId, ids: &[String]) -> Result<HashMap<String, Known>> {
    let rows = sqlx::query!(
        "select id, layer, raw from boosts where channel_id = $1 and id = any($2)",
        channel.0,
        ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut raw: HashMap<String, (i32, Vec<u8>)> =
        rows.into_iter().map(|row| (row.id, (row.layer, row.raw))).collect();
    let seen = select(db, channel, Some(ids)).await?;
    let known = seen.into_iter().filter_map(|SeenBoost { boost, ended_seen_at, .. }| {
        let (layer, raw) = raw.remove(&boost.id)?;
        Some((boost.id.clone(), Known { boost, is_there: ended_seen_at.is_none(), layer, raw }))
    });
    Ok(known.collect())
}

async fn write(db: &mut PgConnection, channel: ChannelId, written: &[&Told], now: Timestamp) -> Result<()> {
    fn column<T>(written: &[&Told], value: impl Fn(&Told) -> T) -> Vec<T> {
        written.iter().map(|told| value(told)).collect()
    }
    if written.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into boosts
             (channel_id, id, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at,
              expires_at, layer, raw, first_seen_at, last_seen_at)
         select $1, id, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at, expires_at,
                layer, raw, $2, $2
         from unnest($3::text[], $4::text[], $5::bigint[], $6::integer[], $7::bigint[], $8::integer[], $9::boolean[],
                     $10::timestamptz[], $11::timestamptz[], $12::integer[], $13::bytea[])
             as told (id, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at, expires_at,
                      layer, raw)
         on conflict (channel_id, id) do update
         set source = excluded.source, user_id = excluded.user_id, multiplier = excluded.multiplier,
             stars = excluded.stars, giveaway_msg_id = excluded.giveaway_msg_id, is_unclaimed = excluded.is_unclaimed,
             applied_at = excluded.applied_at, expires_at = excluded.expires_at, layer = excluded.layer,
             raw = excluded.raw, ended_seen_at = null",
        channel.0,
        now.to_sqlx(),
        &column(written, |told| told.boost.id.clone()),
        &column(written, |told| told.boost.source.name().to_owned()),
        &column(written, |told| told.boost.user_id.map(|id| id.0)) as _,
        &column(written, |told| told.boost.multiplier),
        &column(written, |told| told.boost.stars) as _,
        &column(written, |told| told.boost.giveaway_msg_id) as _,
        &column(written, |told| told.boost.is_unclaimed),
        &column(written, |told| told.boost.applied_at.to_sqlx()),
        &column(written, |told| told.boost.expires_at.to_sqlx()),
        &column(written, |told| told.layer),
        &column(written, |told| told.raw.clone()),
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
