//! Which list of boosts was recorded last: lists change seldom, and what says the same need not be compared with each
//! boost.

use std::collections::BTreeMap;
use std::hash::Hash;

use app::model::{Boost, ChannelId};
use sqlx::PgConnection;

use super::Told;
use crate::store::digest;
use crate::store::error::Result;

/// A look at the list, by a [hash](digest::sha256) of all that it says, the bytes as well as what was read from them:
/// who reads the same differently has another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LookHash(pub(super) [u8; 32]);

impl LookHash {
    pub(super) fn of(told: &BTreeMap<&str, &Told>, is_whole: bool) -> Self {
        let boosts: Vec<_> = told.values().map(|told| hashed(told)).collect();
        Self(digest::sha256(&(boosts, is_whole)))
    }

    /// Was it this that was recorded last?
    pub(super) async fn is_last(self, db: &mut PgConnection, channel: ChannelId) -> Result<bool> {
        let last = sqlx::query_scalar!("select sha256 from boost_looks where channel_id = $1", channel.0);
        Ok(last.fetch_optional(db).await?.is_some_and(|last| last == self.0))
    }

    /// It was.
    pub(super) async fn set_last(self, db: &mut PgConnection, channel: ChannelId) -> Result<()> {
        sqlx::query!(
            "insert into boost_looks (channel_id, sha256) values ($1, $2)
             on conflict (channel_id) do update set sha256 = excluded.sha256",
            channel.0,
            &self.0,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

/// The next list is compared, whatever it says: boosts were written by something else.
pub(super) async fn forget(db: &mut PgConnection, channel: ChannelId) -> Result<()> {
    sqlx::query!("delete from boost_looks where channel_id = $1", channel.0).execute(db).await?;
    Ok(())
}

fn hashed(told: &Told) -> impl Hash {
    let Told { boost, layer, raw } = told;
    let Boost {
        id,
        source,
        user_id,
        multiplier,
        stars,
        giveaway_msg_id,
        is_unclaimed,
        applied_at,
        expires_at,
    } = boost;
    let origin = (source.name(), user_id, multiplier, stars, giveaway_msg_id);
    (id, origin, is_unclaimed, applied_at, expires_at, layer, raw)
}
