//! Ledgers of which a row could not be kept.

use app::model::{ChannelId, UnitCode};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::error::Result;

/// Was a row shown that could not be kept?
pub async fn find(db: impl PgExecutor<'_>, channel: ChannelId, unit: UnitCode) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from ledger_gaps where channel_id = $1 and unit_code = $2) as "found!""#,
        channel.0,
        unit.code(),
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// Notes since when a ledger has a gap, or that it has none.
///
/// # Errors
/// The database's.
pub async fn set(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    unit: UnitCode,
    has_gaps: bool,
    now: Timestamp,
) -> Result<()> {
    if has_gaps {
        sqlx::query!(
            "insert into ledger_gaps (channel_id, unit_code, seen_at) values ($1, $2, $3) on conflict do nothing",
            channel.0,
            unit.code(),
            now.to_sqlx(),
        )
        .execute(db)
        .await?;
    } else {
        sqlx::query!(
            "delete from ledger_gaps where channel_id = $1 and unit_code = $2",
            channel.0,
            unit.code(),
        )
        .execute(db)
        .await?;
    }
    Ok(())
}
