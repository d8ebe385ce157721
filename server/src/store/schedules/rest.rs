//! The rest of a round: where no account may see all that a collector collects, another one collects what is missing.

use app::model::{AccountId, ChannelId, Collector};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use crate::store::convert::{stored, touched};
use crate::store::error::Result;

/// How the first half of a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstHalf {
    /// Who collects the rest.
    pub rest_through: AccountId,
    /// Nothing was missing.
    pub is_good: bool,
    /// When something of it was recorded; `None` if nothing was.
    pub recorded_at: Option<Timestamp>,
}

/// The rest of the round is due now, through another account. What went wrong in the first half is counted among the
/// failures, which start over only when both halves go well.
///
/// # Errors
/// `NotFound`.
pub async fn go_on_with_rest(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    first: FirstHalf,
    now: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "update schedules
         set rest_account_id = $3, rest_after_good = $4, failures = failures + (not $4)::int,
             last_good_at = coalesce($5, last_good_at), next_due_at = $6
         where channel_id = $1 and collector = $2",
        channel.0,
        of.name(),
        first.rest_through.0,
        first.is_good,
        stored(first.recorded_at),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    touched(&done, || super::name(channel, of))
}

/// If it is the rest of a round that this account collects: did the first half go well?
pub async fn rest_after(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    of: Collector,
    through: AccountId,
) -> Result<Option<bool>> {
    let found = sqlx::query_scalar!(
        "select rest_after_good from schedules where channel_id = $1 and collector = $2 and rest_account_id = $3",
        channel.0,
        of.name(),
        through.0,
    );
    Ok(found.fetch_optional(db).await?)
}
