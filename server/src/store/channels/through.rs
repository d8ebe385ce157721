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

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::store::channels::record_access;
    use crate::store::schedules::{self, due};
    use crate::store::testing::{access as full, account, at, channel, flood_wait};

    #[sqlx::test(migrations = "../migrations")]
    async fn the_archive_of_stories_is_read_by_who_sees_it(pool: PgPool) {
        let now = at("2026-03-01T00:00:00Z");
        let five = channel(&pool, 5).await;
        let (first, second) = (account(&pool, 1).await, account(&pool, 2).await);
        let collectors = [Collector::Stories, Collector::Statistics];
        schedules::add_defaults(&pool, five, &collectors, now).await.unwrap();
        record_access(&pool, five, &Access { can_edit_stories: false, ..full(first) }, now).await.unwrap();
        let little = Access { can_view_stats: false, is_creator: false, ..full(second) };
        record_access(&pool, five, &little, now).await.unwrap();
        let due = due(&pool, now, 100).await.unwrap();
        for (collector, account) in [(Collector::Stories, second), (Collector::Statistics, first)] {
            let through = access(&pool, five, collector, now).await.unwrap().unwrap();
            assert_eq!(through.account, account, "{collector}");
            assert_eq!(due.iter().find(|one| one.collector == collector).unwrap().account, account);
        }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn a_currency_is_missing_where_another_account_sees_it(pool: PgPool) {
        let now = at("2026-03-01T00:00:00Z");
        let five = channel(&pool, 5).await;
        let (first, second) = (account(&pool, 1).await, account(&pool, 2).await);
        let missing = async |account| completing(&pool, five, account, Collector::Ledger, now).await.unwrap();
        record_access(&pool, five, &Access { can_view_stars_revenue: false, ..full(first) }, now)
            .await
            .unwrap();
        assert_eq!(missing(first).await, None, "nobody else is there");
        record_access(&pool, five, &Access { can_view_revenue: false, ..full(second) }, now).await.unwrap();
        assert_eq!((missing(first).await, missing(second).await), (Some(second), Some(first)));
        flood_wait(&pool, second, "stats.getBroadcastStats", at("2026-03-01T01:00:00Z")).await;
        assert_eq!(missing(first).await, Some(second), "that is not asked for it");
        flood_wait(&pool, second, "payments.getStarsTransactions", at("2026-03-01T01:00:00Z")).await;
        assert_eq!(missing(first).await, None);
    }
}
