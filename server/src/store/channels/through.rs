//! Where several accounts see a channel: which of them collects something.

use app::model::{AccountId, ChannelId, Collector};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::{Access, AccessRow};
use crate::store::error::Result;

/// Through which account to collect something of a channel: a usable one that has the right, of several the one that
/// need not wait with it and may see most. [`crate::store::schedules::due`] chooses the same.
pub async fn access(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    collector: Collector,
    now: Timestamp,
) -> Result<Option<Access>> {
    let row = sqlx::query_as!(
        AccessRow,
        "select account_id, access_hash, is_creator, is_admin, can_view_stats, can_view_revenue, can_view_stars_revenue,
                stats_dc, can_edit_stories
         from channel_accounts
         join accounts on accounts.id = account_id
         where channel_id = $1 and accounts.state = 'active'
           and case $2
                   when 'administrator' then is_admin
                   when 'statistics' then can_view_stats
                   when 'revenue' then can_view_revenue or can_view_stars_revenue
                   else true
               end
         order by exists (
                      select from flood_waits
                      where flood_waits.account_id = accounts.id and until > $3 and method = any($4)),
                  $2 = 'administrator' and can_edit_stories desc,
                  can_view_stats::int + can_view_revenue::int + can_view_stars_revenue::int desc, is_creator desc,
                  account_id
         limit 1",
        channel.0,
        collector.right().name(),
        now.to_sqlx(),
        &collector.methods().iter().map(|method| (*method).to_owned()).collect::<Vec<_>>(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Access::from))
}

/// Who can see the revenue of a channel in a currency that this account cannot: a usable one that need not wait with it.
pub async fn completing(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    account: AccountId,
    collector: Collector,
    now: Timestamp,
) -> Result<Option<AccountId>> {
    let other = sqlx::query_scalar!(
        "select other.account_id
         from channel_accounts as other
         join accounts on accounts.id = other.account_id and accounts.state = 'active'
         left join channel_accounts as own on own.channel_id = other.channel_id and own.account_id = $2
         where other.channel_id = $1 and other.account_id <> $2
           and accounts.simulated = (select simulated from accounts where id = $2)
           and (other.can_view_revenue and not coalesce(own.can_view_revenue, false)
                or other.can_view_stars_revenue and not coalesce(own.can_view_stars_revenue, false))
           and not exists (
               select from flood_waits
               where flood_waits.account_id = other.account_id and until > $3 and method = any($4))
         order by other.can_view_revenue::int + other.can_view_stars_revenue::int desc, other.account_id
         limit 1",
        channel.0,
        account.0,
        now.to_sqlx(),
        &collector.methods().iter().map(|method| (*method).to_owned()).collect::<Vec<_>>(),
    )
    .fetch_optional(db)
    .await?;
    Ok(other.map(AccountId))
}
