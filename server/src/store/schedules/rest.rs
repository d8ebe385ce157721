//! The rest of a round: where no account may see all that a collector collects, another one collects what is missing.

use app::model::{AccountId, ChannelId, Collector};
use sqlx::PgExecutor;

use crate::store::convert::touched;
use crate::store::error::Result;

/// Says through which account the rest of the round is to be collected; `None` ends the round.
///
/// # Errors
/// `NotFound`.
pub async fn set_rest(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    through: Option<AccountId>,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules set rest_account_id = $3 where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        through.map(|account| account.0),
    )
    .execute(db)
    .await?;
    touched(&done, || super::name(channel, of))
}

/// Is it the rest of a round that this account collects?
pub async fn is_rest(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    through: AccountId,
) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select 1 from schedules where channel_id = $1 and collector = $2 and rest_account_id = $3",
        channel.0,
        of.name(),
        through.0,
    );
    Ok(found.fetch_optional(db).await?.is_some())
}
