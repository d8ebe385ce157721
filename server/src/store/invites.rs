//! Invite links, how they are used, and who waits to be let in. A link is never logged.

mod importers;
pub mod whole;

use std::collections::{BTreeMap, HashMap};

use app::model::{ChannelId, InviteLink, TelegramUserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::{moment, stored, touched};
use super::error::Result;
pub use importers::{Tracked, importers, record_importers, record_requests, requests, track, tracked};

/// A link as last told, without its counts.
#[derive(Clone, PartialEq, Eq)]
struct Known {
    link: InviteLink,
    is_there: bool,
    /// The newest counts: usage, requested, subscriptions expired.
    counts: Option<(i32, i32, i32)>,
}

/// How a link stood at the last look on a UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The day.
    pub day: Date,
    /// The last look on it.
    pub seen_at: Timestamp,
    /// How many came through it so far.
    pub usage: i32,
    /// How many wait to be let in.
    pub requested: i32,
    /// How many came and have let their subscription lapse so far.
    pub subscription_expired: i32,
}

/// Records the links as they are at `now`, and their counts for its UTC day. With `all`, those that are not listed are
/// gone. The same again changes nothing but the moment of the day's counts.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    links: &[InviteLink],
    all: bool,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let known = known(&mut writing, channel).await?;
    let told: BTreeMap<&str, &InviteLink> = links.iter().map(|link| (link.hash.as_str(), link)).collect();
    let mut counts = Counts::default();
    let (mut written, mut used) = (Vec::new(), Vec::new());
    for (hash, link) in &told {
        let before = known.get(*hash);
        let of = (link.usage, link.requested, link.subscription_expired);
        let says_the_same =
            before.is_some_and(|before| before.is_there && same_but_counts(&before.link, link));
        let counts_the_same = before.is_some_and(|before| before.counts == Some(of));
        match before {
            None => counts.new += 1,
            Some(_) if says_the_same && counts_the_same => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
        if !says_the_same {
            written.push(*link);
        }
        if !link.is_revoked || !counts_the_same {
            used.push(*link);
        }
    }
    write(&mut writing, channel, &written, now).await?;
    write_usage(&mut writing, channel, &used, now).await?;
    if all {
        let hashes: Vec<String> = told.keys().map(|hash| (*hash).to_owned()).collect();
        let gone = sqlx::query!(
            "update invite_links set gone_seen_at = $3
             where channel_id = $1 and gone_seen_at is null and hash <> all($2)",
            channel.0,
            &hashes,
            now.to_sqlx(),
        )
        .execute(&mut *writing)
        .await?;
        counts.changed =
            counts.changed.saturating_add(u32::try_from(gone.rows_affected()).unwrap_or(u32::MAX));
    }
    writing.commit().await?;
    Ok(counts)
}

fn same_but_counts(before: &InviteLink, now: &InviteLink) -> bool {
    let without =
        |link: &InviteLink| InviteLink { usage: 0, requested: 0, subscription_expired: 0, ..link.clone() };
    without(before) == without(now)
}

/// Every link that was ever listed, newest first, with its newest counts.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<InviteLink>> {
    let mut links: Vec<InviteLink> = select(db, channel).await?.into_iter().map(|one| one.link).collect();
    links.sort_by(|a, b| (b.created_at, &b.hash).cmp(&(a.created_at, &a.hash)));
    Ok(links)
}

/// How a link stood on each UTC day on which somebody looked, oldest first.
pub async fn usage(db: impl PgExecutor<'_>, channel: ChannelId, hash: &str) -> Result<Vec<Usage>> {
    let rows = sqlx::query!(
        "select day, seen_at, usage, requested, subscription_expired
         from invite_usage where channel_id = $1 and hash = $2 order by day",
        channel.0,
        hash,
    )
    .fetch_all(db)
    .await?;
    let usage = rows.into_iter().map(|row| Usage {
        day: row.day.to_jiff(),
        seen_at: row.seen_at.to_jiff(),
        usage: row.usage,
        requested: row.requested,
        subscription_expired: row.subscription_expired,
    });
    Ok(usage.collect())
}

async fn known(db: &mut PgConnection, channel: ChannelId) -> Result<HashMap<String, Known>> {
    Ok(select(db, channel).await?.into_iter().map(|one| (one.link.hash.clone(), one)).collect())
}

async fn select(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Known>> {
    let rows = sqlx::query!(
        r#"select invite_links.hash, link, admin_id, title, created_at, starts_at, expires_at, usage_limit,
                  is_permanent, request_needed, is_revoked, price_stars, price_period_seconds,
                  gone_seen_at is null as "is_there!", newest.usage as "usage?", newest.requested as "requested?",
                  newest.subscription_expired as "subscription_expired?"
           from invite_links
           left join lateral (
               select * from invite_usage
               where invite_usage.channel_id = invite_links.channel_id and invite_usage.hash = invite_links.hash
               order by day desc limit 1
           ) as newest on true
           where invite_links.channel_id = $1"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().map(|row| {
        let counts = match (row.usage, row.requested, row.subscription_expired) {
            (Some(usage), Some(requested), Some(expired)) => Some((usage, requested, expired)),
            _ => None,
        };
        let (usage, requested, subscription_expired) = counts.unwrap_or_default();
        let link = InviteLink {
            hash: row.hash,
            link: row.link,
            admin_id: TelegramUserId(row.admin_id),
            title: row.title,
            created_at: row.created_at.to_jiff(),
            starts_at: moment(row.starts_at),
            expires_at: moment(row.expires_at),
            usage_limit: row.usage_limit,
            is_permanent: row.is_permanent,
            request_needed: row.request_needed,
            is_revoked: row.is_revoked,
            price_stars: row.price_stars,
            price_period_seconds: row.price_period_seconds,
            usage,
            requested,
            subscription_expired,
        };
        Known { link, is_there: row.is_there, counts }
    });
    Ok(known.collect())
}

fn column<T>(links: &[&InviteLink], value: impl Fn(&InviteLink) -> T) -> Vec<T> {
    links.iter().map(|link| value(link)).collect()
}

async fn write(
    db: &mut PgConnection,
    channel: ChannelId,
    links: &[&InviteLink],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into invite_links
             (channel_id, hash, link, admin_id, title, created_at, starts_at, expires_at, usage_limit, is_permanent,
              request_needed, is_revoked, price_stars, price_period_seconds, first_seen_at, changed_at)
         select $1, hash, link, admin_id, title, created_at, starts_at, expires_at, usage_limit, is_permanent,
                request_needed, is_revoked, price_stars, price_period_seconds, $2, $2
         from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[], $8::timestamptz[],
                     $9::timestamptz[], $10::integer[], $11::boolean[], $12::boolean[], $13::boolean[],
                     $14::bigint[], $15::integer[])
             as told (hash, link, admin_id, title, created_at, starts_at, expires_at, usage_limit, is_permanent,
                      request_needed, is_revoked, price_stars, price_period_seconds)
         on conflict (channel_id, hash) do update
         set link = excluded.link, admin_id = excluded.admin_id, title = excluded.title,
             created_at = excluded.created_at, starts_at = excluded.starts_at, expires_at = excluded.expires_at,
             usage_limit = excluded.usage_limit, is_permanent = excluded.is_permanent,
             request_needed = excluded.request_needed, is_revoked = excluded.is_revoked,
             price_stars = excluded.price_stars, price_period_seconds = excluded.price_period_seconds,
             changed_at = excluded.changed_at, gone_seen_at = null",
        channel.0,
        now.to_sqlx(),
        &column(links, |link| link.hash.clone()),
        &column(links, |link| link.link.clone()),
        &column(links, |link| link.admin_id.0),
        &column(links, |link| link.title.clone()) as _,
        &column(links, |link| link.created_at.to_sqlx()),
        &column(links, |link| stored(link.starts_at)) as _,
        &column(links, |link| stored(link.expires_at)) as _,
        &column(links, |link| link.usage_limit) as _,
        &column(links, |link| link.is_permanent),
        &column(links, |link| link.request_needed),
        &column(links, |link| link.is_revoked),
        &column(links, |link| link.price_stars) as _,
        &column(links, |link| link.price_period_seconds) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The day's counts are those of its last look, whatever order looks are recorded in.
async fn write_usage(
    db: &mut PgConnection,
    channel: ChannelId,
    links: &[&InviteLink],
    now: Timestamp,
) -> Result<()> {
    let day = now.to_zoned(TimeZone::UTC).date();
    sqlx::query!(
        "insert into invite_usage (channel_id, hash, day, seen_at, usage, requested, subscription_expired)
         select $1, hash, $2, $3, usage, requested, subscription_expired
         from unnest($4::text[], $5::integer[], $6::integer[], $7::integer[])
             as told (hash, usage, requested, subscription_expired)
         on conflict (channel_id, hash, day) do update
         set seen_at = excluded.seen_at, usage = excluded.usage, requested = excluded.requested,
             subscription_expired = excluded.subscription_expired
         where invite_usage.seen_at <= excluded.seen_at",
        channel.0,
        day.to_sqlx(),
        now.to_sqlx(),
        &column(links, |link| link.hash.clone()),
        &column(links, |link| link.usage),
        &column(links, |link| link.requested),
        &column(links, |link| link.subscription_expired),
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
