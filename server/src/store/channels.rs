//! Channels and what each account may see of them.

use app::model::{AccountId, Channel, ChannelId, KnownChannel, Rights};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::convert::{moment, touched};
use super::error::{Error, Result};

mod passing;
mod through;
mod writing;

pub use passing::{Lost, pass_right_on};
pub use through::{access, completing};
pub use writing::Writing;

/// What Telegram says a channel is (`channels.getFullChannel`, or a line of the channel list).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFacts {
    /// Telegram's bare id.
    pub id: ChannelId,
    /// As its owner wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: Option<String>,
    /// A supergroup rather than a channel.
    pub is_group: bool,
    /// From a simulated data centre.
    pub simulated: bool,
    /// `participants_count`; `None` when Telegram did not say, which keeps the last known count.
    pub subscribers: Option<i64>,
}

/// What an account may see of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose access.
    pub account: AccountId,
    /// `channel.access_hash`: belongs to the account, not to the channel.
    pub access_hash: i64,
    /// The account created it.
    pub is_creator: bool,
    /// The account created it or was made an administrator.
    pub is_admin: bool,
    /// It created it, or may edit its stories: it sees their archive.
    pub can_edit_stories: bool,
    /// `can_view_stats`.
    pub can_view_stats: bool,
    /// `can_view_revenue`.
    pub can_view_revenue: bool,
    /// `can_view_stars_revenue`.
    pub can_view_stars_revenue: bool,
    /// `stats_dc`: where its statistics are; `None` at home.
    pub stats_dc: Option<i32>,
}

impl Access {
    /// What may be collected with it.
    pub const fn rights(&self) -> Rights {
        Rights {
            is_admin: self.is_admin,
            can_view_stats: self.can_view_stats,
            can_view_revenue: self.can_view_revenue,
            can_view_stars_revenue: self.can_view_stars_revenue,
        }
    }
}

/// Records what Telegram says a channel is, adding the channel if it is new.
pub async fn record_facts(db: impl PgExecutor<'_>, facts: &ChannelFacts, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "insert into channels as old (id, title, username, is_group, simulated, subscribers, added_at, facts_as_of)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (id) do update
         set title = excluded.title, username = excluded.username, is_group = excluded.is_group,
             simulated = excluded.simulated, subscribers = coalesce(excluded.subscribers, old.subscribers),
             facts_as_of = excluded.facts_as_of",
        facts.id.0,
        facts.title,
        facts.username,
        facts.is_group,
        facts.simulated,
        facts.subscribers,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is known of a channel, and since when it is known so.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn facts(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<(ChannelFacts, Option<Timestamp>)> {
    let row = sqlx::query!(
        "select title, username, is_group, simulated, subscribers, facts_as_of from channels where id = $1",
        channel.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::NotFound(format!("Channel {channel}")))?;
    let facts = ChannelFacts {
        id: channel,
        title: row.title,
        username: row.username,
        is_group: row.is_group,
        simulated: row.simulated,
        subscribers: row.subscribers,
    };
    Ok((facts, moment(row.facts_as_of)))
}

/// Records what an account may see of a channel, in place of what it might before.
///
/// # Errors
/// `NotFound` without such a channel or account.
pub async fn record_access(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    access: &Access,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into channel_accounts
             (channel_id, account_id, access_hash, is_creator, is_admin, can_view_stats, can_view_revenue,
              can_view_stars_revenue, stats_dc, seen_at, can_edit_stories)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (channel_id, account_id) do update
         set access_hash = excluded.access_hash, is_creator = excluded.is_creator, is_admin = excluded.is_admin,
             can_view_stats = excluded.can_view_stats, can_view_revenue = excluded.can_view_revenue,
             can_view_stars_revenue = excluded.can_view_stars_revenue, stats_dc = excluded.stats_dc,
             seen_at = excluded.seen_at, can_edit_stories = excluded.can_edit_stories",
        channel.0,
        access.account.0,
        access.access_hash,
        access.is_creator,
        access.is_admin,
        access.can_view_stats,
        access.can_view_revenue,
        access.can_view_stars_revenue,
        access.stats_dc,
        now.to_sqlx(),
        access.can_edit_stories,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets by which hash an account names a channel. `false`: it does so already.
pub async fn set_access_hash(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    account: AccountId,
    access_hash: i64,
) -> Result<bool> {
    let changed = sqlx::query!(
        "update channel_accounts set access_hash = $3
         where channel_id = $1 and account_id = $2 and access_hash <> $3",
        channel.0,
        account.0,
        access_hash,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// What one account may see of a channel.
pub async fn find_access(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    account: AccountId,
) -> Result<Option<Access>> {
    let row = sqlx::query_as!(
        AccessRow,
        "select account_id, access_hash, is_creator, is_admin, can_view_stats, can_view_revenue, can_view_stars_revenue,
                stats_dc, can_edit_stories
         from channel_accounts where channel_id = $1 and account_id = $2",
        channel.0,
        account.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Access::from))
}

/// Where an account has any right but to look.
pub async fn administered_by(
    db: impl PgExecutor<'_>,
    account: AccountId,
) -> Result<Vec<(ChannelId, Access)>> {
    let rows = sqlx::query!(
        "select channel_id, access_hash, is_creator, is_admin, can_view_stats, can_view_revenue,
                can_view_stars_revenue, stats_dc, can_edit_stories
         from channel_accounts
         where account_id = $1
           and (is_creator or is_admin or can_view_stats or can_view_revenue or can_view_stars_revenue)
         order by channel_id",
        account.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let access = Access {
                account,
                access_hash: row.access_hash,
                is_creator: row.is_creator,
                is_admin: row.is_admin,
                can_edit_stories: row.can_edit_stories,
                can_view_stats: row.can_view_stats,
                can_view_revenue: row.can_view_revenue,
                can_view_stars_revenue: row.can_view_stars_revenue,
                stats_dc: row.stats_dc,
            };
            (ChannelId(row.channel_id), access)
        })
        .collect())
}

/// Every collected channel, largest first, those of unknown size last.
pub async fn list(db: impl PgExecutor<'_>) -> Result<Vec<Channel>> {
    let known = select(db, None).await?;
    Ok(known.into_iter().filter(|one| one.is_collected).map(|one| one.channel).collect())
}

/// Every channel that is collected, was collected, or could be, in the same order.
pub async fn known(db: impl PgExecutor<'_>) -> Result<Vec<KnownChannel>> {
    select(db, None).await
}

/// Collects it from now on, or no more; what was collected stays.
///
/// # Errors
/// `NotFound`.
pub async fn set_collected(db: impl PgExecutor<'_>, id: ChannelId, is_collected: bool) -> Result<()> {
    let done = sqlx::query!("update channels set is_collected = $2 where id = $1", id.0, is_collected)
        .execute(db)
        .await?;
    touched(&done, || format!("Channel {id}"))
}

/// Is it ticked? What is not known is not.
pub async fn is_collected(db: impl PgExecutor<'_>, id: ChannelId) -> Result<bool> {
    let found = sqlx::query_scalar!("select is_collected from channels where id = $1", id.0);
    Ok(found.fetch_optional(db).await?.unwrap_or(false))
}

/// One channel, collected or not.
pub async fn find(db: impl PgExecutor<'_>, id: ChannelId) -> Result<Option<Channel>> {
    Ok(select(db, Some(id)).await?.pop().map(|one| one.channel))
}

/// One channel.
///
/// # Errors
/// `NotFound`.
pub async fn get(db: impl PgExecutor<'_>, id: ChannelId) -> Result<Channel> {
    find(db, id).await?.ok_or_else(|| Error::NotFound(format!("Channel {id}")))
}

/// What all linked accounts together may see of a channel.
pub async fn rights(db: impl PgExecutor<'_>, id: ChannelId) -> Result<Rights> {
    let rights = sqlx::query_as!(
        Rights,
        r#"select coalesce(bool_or(is_admin), false) as "is_admin!",
                  coalesce(bool_or(can_view_stats), false) as "can_view_stats!",
                  coalesce(bool_or(can_view_revenue), false) as "can_view_revenue!",
                  coalesce(bool_or(can_view_stars_revenue), false) as "can_view_stars_revenue!"
           from channel_accounts where channel_id = $1"#,
        id.0,
    )
    .fetch_one(db)
    .await?;
    Ok(rights)
}

/// Locks the channel against others who record for it, until the end of the transaction.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn lock(db: &mut PgConnection, channel: ChannelId) -> Result<()> {
    sqlx::query!("select id from channels where id = $1 for no key update", channel.0)
        .fetch_optional(db)
        .await?
        .map(|_| ())
        .ok_or_else(|| Error::NotFound(format!("Channel {channel}")))
}

async fn select(db: impl PgExecutor<'_>, id: Option<ChannelId>) -> Result<Vec<KnownChannel>> {
    let rows = sqlx::query!(
        r#"select id, title, username, is_group, subscribers, simulated, is_collected,
                  coalesce(rights.owned, false) as "is_owned!",
                  coalesce(rights.admin, false) as "is_admin!",
                  coalesce(rights.stats, false) as "can_view_stats!",
                  coalesce(rights.revenue, false) as "can_view_revenue!",
                  coalesce(rights.stars_revenue, false) as "can_view_stars_revenue!",
                  greatest(facts_as_of, measured.as_of, weighed.as_of) as as_of
           from channels
           cross join lateral (
               select bool_or(is_creator) as owned, bool_or(is_admin) as admin, bool_or(can_view_stats) as stats,
                      bool_or(can_view_revenue) as revenue, bool_or(can_view_stars_revenue) as stars_revenue
               from channel_accounts where channel_id = channels.id
           ) as rights
           cross join lateral (
               select max(as_of) as as_of from metric_states where channel_id = channels.id
           ) as measured
           cross join lateral (
               select max(seen_at) as as_of from balances where channel_id = channels.id
           ) as weighed
           where $1::bigint is null or id = $1
           order by subscribers desc nulls last, title, id"#,
        id.map(|id| id.0),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| KnownChannel {
            is_owned: row.is_owned,
            is_collected: row.is_collected,
            channel: Channel {
                id: ChannelId(row.id),
                title: row.title,
                username: row.username,
                is_group: row.is_group,
                subscribers: row.subscribers,
                is_admin: row.is_admin,
                can_view_stats: row.can_view_stats,
                can_view_revenue: row.can_view_revenue,
                can_view_stars_revenue: row.can_view_stars_revenue,
                simulated: row.simulated,
                as_of: moment(row.as_of),
            },
        })
        .collect())
}

struct AccessRow {
    account_id: i64,
    access_hash: i64,
    is_creator: bool,
    is_admin: bool,
    can_edit_stories: bool,
    can_view_stats: bool,
    can_view_revenue: bool,
    can_view_stars_revenue: bool,
    stats_dc: Option<i32>,
}

impl From<AccessRow> for Access {
    fn from(row: AccessRow) -> Self {
        Self {
            account: AccountId(row.account_id),
            access_hash: row.access_hash,
            is_creator: row.is_creator,
            is_admin: row.is_admin,
            can_edit_stories: row.can_edit_stories,
            can_view_stats: row.can_view_stats,
            can_view_revenue: row.can_view_revenue,
            can_view_stars_revenue: row.can_view_stars_revenue,
            stats_dc: row.stats_dc,
        }
    }
}

#[cfg(test)]
mod tests;
