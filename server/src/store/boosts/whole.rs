//! All boosts of a channel with their bytes, and how it stood: to compare them with what was said, and to put right what
//! differs.

use app::model::{Boost, BoostSource, BoostStatus, ChannelId, TelegramUserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::{Told, looks};
use crate::store::convert::{moment, named, stored};
use crate::store::error::Result;

/// A boost as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it says.
    pub told: Told,
    /// When it was seen to be another; `None` for what it is now.
    pub replaced_at: Option<Timestamp>,
}

/// Every boost, and what each was before.
///
/// # Errors
/// `Inconsistent` when a row can't be read.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"select id as "id!", replaced_at, source as "source!", user_id, multiplier as "multiplier!", stars,
                  giveaway_msg_id, is_unclaimed as "is_unclaimed!", applied_at as "applied_at!",
                  expires_at as "expires_at!", layer as "layer!", raw as "raw!"
           from (
               select id, null::timestamptz as replaced_at, source, user_id, multiplier, stars, giveaway_msg_id,
                      is_unclaimed, applied_at, expires_at, layer, raw
               from boosts where channel_id = $1
               union all
               select id, replaced_at, source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at,
                      expires_at, layer, raw
               from boost_versions where channel_id = $1
           ) as rows"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let boost = Boost {
                id: row.id,
                source: named("boosts", "source", &row.source, BoostSource::from_name)?,
                user_id: row.user_id.map(TelegramUserId),
                multiplier: row.multiplier,
                stars: row.stars,
                giveaway_msg_id: row.giveaway_msg_id,
                is_unclaimed: row.is_unclaimed,
                applied_at: row.applied_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
            };
            let told = Told { boost, layer: row.layer, raw: row.raw };
            Ok(Kept { told, replaced_at: moment(row.replaced_at) })
        })
        .collect()
}

/// Makes a boost say what its bytes say, inside the caller's transaction.
pub async fn restore(db: &mut PgConnection, channel: ChannelId, kept: &Kept) -> Result<()> {
    let boost = &kept.told.boost;
    sqlx::query!(
        "with rows as (
             update boosts
             set source = $4, user_id = $5, multiplier = $6, stars = $7, giveaway_msg_id = $8, is_unclaimed = $9,
                 applied_at = $10, expires_at = $11
             where channel_id = $1 and id = $2 and $3::timestamptz is null
         )
         update boost_versions
         set source = $4, user_id = $5, multiplier = $6, stars = $7, giveaway_msg_id = $8, is_unclaimed = $9,
             applied_at = $10, expires_at = $11
         where channel_id = $1 and id = $2 and replaced_at = $3",
        channel.0,
        boost.id,
        stored(kept.replaced_at) as _,
        boost.source.name(),
        boost.user_id.map(|id| id.0),
        boost.multiplier,
        boost.stars,
        boost.giveaway_msg_id,
        boost.is_unclaimed,
        boost.applied_at.to_sqlx() as _,
        boost.expires_at.to_sqlx() as _,
    )
    .execute(&mut *db)
    .await?;
    looks::forget(db, channel).await
}

/// How the channel stood, each with when that was said first, oldest first.
pub async fn statuses(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<BoostStatus>> {
    let rows = sqlx::query!(
        "select observed_at, level, current_level_boosts, boosts, gift_boosts, next_level_boosts, premium_subscribers,
                subscribers
         from boost_statuses where channel_id = $1 order by observed_at",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let statuses = rows.into_iter().map(|row| BoostStatus {
        level: row.level,
        current_level_boosts: row.current_level_boosts,
        boosts: row.boosts,
        gift_boosts: row.gift_boosts,
        next_level_boosts: row.next_level_boosts,
        premium_subscribers: row.premium_subscribers,
        subscribers: row.subscribers,
        observed_at: row.observed_at.to_jiff(),
    });
    Ok(statuses.collect())
}

/// Puts a status in its place, inside the caller's transaction: said at its `observed_at`, said again last at `seen_at`.
pub async fn restore_status(
    db: &mut PgConnection,
    channel: ChannelId,
    status: &BoostStatus,
    seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into boost_statuses
             (channel_id, observed_at, seen_at, level, current_level_boosts, boosts, gift_boosts, next_level_boosts,
              premium_subscribers, subscribers)
         values ($1, $2::timestamptz, greatest($2::timestamptz, $3::timestamptz), $4, $5, $6, $7, $8, $9, $10)
         on conflict (channel_id, observed_at) do update
         set seen_at = greatest(boost_statuses.seen_at, excluded.seen_at), level = excluded.level,
             current_level_boosts = excluded.current_level_boosts, boosts = excluded.boosts,
             gift_boosts = excluded.gift_boosts, next_level_boosts = excluded.next_level_boosts,
             premium_subscribers = excluded.premium_subscribers, subscribers = excluded.subscribers",
        channel.0,
        status.observed_at.to_sqlx() as _,
        seen_at.to_sqlx() as _,
        status.level,
        status.current_level_boosts,
        status.boosts,
        status.gift_boosts,
        status.next_level_boosts,
        status.premium_subscribers,
        status.subscribers,
    )
    .execute(db)
    .await?;
    Ok(())
}
