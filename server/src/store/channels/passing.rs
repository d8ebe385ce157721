//! Failover: where several accounts see a channel, another takes over what one has lost.

use app::model::{AccountId, ChannelId, Right, UnitCode};
use sqlx::{Connection as _, PgConnection};

use super::lock;
use crate::store::error::Result;

/// What an account has lost in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// One right; it still sees the channel.
    Right(Right),
    /// The revenue in one currency.
    Revenue(UnitCode),
    /// Everything: it was thrown out, or the channel is not to be found by it. `Right` is what was wanted.
    Access(Right),
}

/// Hands on to another account what this one has lost, if another usable one has it: what is recorded of this account's
/// access says so, and [`super::access`] names the other. `false` when nobody else has it: then nothing is changed, so
/// that what is shown goes on saying what was last known.
///
/// A look at the channel's facts through this account, or at the channels it administers, records again what it has.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn pass_right_on(
    db: &mut PgConnection,
    channel: ChannelId,
    account: AccountId,
    lost: Lost,
) -> Result<bool> {
    let mut db = db.begin().await?;
    // Two accounts that lose the same right at once must not each count on the other.
    lock(&mut db, channel).await?;
    let needed = match lost {
        Lost::Right(right) | Lost::Access(right) => right.name(),
        Lost::Revenue(UnitCode::Ton) => "revenue in TON",
        Lost::Revenue(UnitCode::Stars) => "revenue in Stars",
    };
    let another = sqlx::query_scalar!(
        r#"select exists (
               select from channel_accounts
               join accounts on accounts.id = account_id
               where channel_id = $1 and account_id <> $2 and accounts.state = 'active'
                 and accounts.simulated = (select simulated from accounts where id = $2)
                 and case $3
                         when 'administrator' then is_admin
                         when 'statistics' then can_view_stats
                         when 'revenue' then can_view_revenue or can_view_stars_revenue
                         when 'revenue in TON' then can_view_revenue
                         when 'revenue in Stars' then can_view_stars_revenue
                         else true
                     end
           ) as "another!""#,
        channel.0,
        account.0,
        needed,
    )
    .fetch_one(&mut *db)
    .await?;
    // Whoever is in the channel may read it: that cannot be lost alone.
    if !another || lost == Lost::Right(Right::Member) {
        return Ok(false);
    }
    match lost {
        Lost::Access(_) => {
            sqlx::query!(
                "delete from channel_accounts where channel_id = $1 and account_id = $2",
                channel.0,
                account.0,
            )
            .execute(&mut *db)
            .await?;
        }
        Lost::Right(_) | Lost::Revenue(_) => {
            sqlx::query!(
                "update channel_accounts
                 set is_admin = is_admin and $3 <> 'administrator',
                     can_view_stats = can_view_stats and $3 <> 'statistics',
                     can_view_revenue = can_view_revenue and $3 not in ('revenue', 'revenue in TON'),
                     can_view_stars_revenue = can_view_stars_revenue and $3 not in ('revenue', 'revenue in Stars')
                 where channel_id = $1 and account_id = $2",
                channel.0,
                account.0,
                needed,
            )
            .execute(&mut *db)
            .await?;
        }
    }
    db.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use app::model::Collector;
    use sqlx::PgPool;

    use super::*;
    use crate::store::accounts::{self, AccountState};
    use crate::store::channels::{Access, access, find_access, record_access};
    use crate::store::testing::{access as full, account, at, channel, connection};

    #[sqlx::test(migrations = "../migrations")]
    async fn a_lost_right_goes_to_who_has_it_and_to_nobody_else(pool: PgPool) {
        let now = at("2026-03-01T00:00:00Z");
        let five = channel(&pool, 5).await;
        let (first, second, third) =
            (account(&pool, 1).await, account(&pool, 2).await, account(&pool, 3).await);
        let no_money = Access { can_view_revenue: false, can_view_stars_revenue: false, ..full(second) };
        record_access(&pool, five, &full(first), now).await.unwrap();
        record_access(&pool, five, &no_money, now).await.unwrap();
        record_access(&pool, five, &full(third), now).await.unwrap();
        let mut db = connection(&pool).await;
        accounts::set_state(&mut db, third, AccountState::NeedsLinking, now).await.unwrap();
        let through =
            async |collector| access(&pool, five, collector, now).await.unwrap().map(|access| access.account);
        let mut pass = async |account, lost| pass_right_on(&mut db, five, account, lost).await.unwrap();

        assert!(!pass(first, Lost::Right(Right::Revenue)).await, "only who has to be linked again has it");
        assert!(!pass(first, Lost::Right(Right::Member)).await, "who administers it is in it");
        assert_eq!(find_access(&pool, five, first).await.unwrap(), Some(full(first)), "nothing was changed");

        assert!(pass(first, Lost::Right(Right::Statistics)).await);
        assert_eq!(through(Collector::Statistics).await, Some(second));
        assert_eq!(through(Collector::Revenue).await, Some(first), "what it has it keeps");
        assert!(!pass(second, Lost::Right(Right::Statistics)).await, "it is the last one");
        assert_eq!(through(Collector::Statistics).await, Some(second));

        assert!(pass(first, Lost::Access(Right::Member)).await);
        assert_eq!(find_access(&pool, five, first).await.unwrap(), None);
        assert_eq!(through(Collector::Facts).await, Some(second));
        assert!(!pass(second, Lost::Access(Right::Member)).await);

        // It is let in again.
        record_access(&pool, five, &full(first), now).await.unwrap();
        assert_eq!(through(Collector::Revenue).await, Some(first));
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn a_simulated_account_takes_nothing_over_from_a_real_one(pool: PgPool) {
        let now = at("2026-03-01T00:00:00Z");
        let five = channel(&pool, 5).await;
        let real = account(&pool, 1).await;
        let simulated = accounts::add(&pool, app::model::TelegramUserId(2), "Sim", true, now).await.unwrap();
        for one in [real, simulated] {
            record_access(&pool, five, &full(one), now).await.unwrap();
        }
        let mut db = connection(&pool).await;
        assert!(!pass_right_on(&mut db, five, real, Lost::Access(Right::Statistics)).await.unwrap());
    }
}
