//! Everything that is kept, in PostgreSQL.
//!
//! Free functions by table. The caller owns the transaction: what must happen together takes a `&mut PgConnection`, the rest
//! any `PgExecutor`. Such a thing is a part of the caller's transaction, which must not go on after an error; without one
//! it begins its own ([`channels::Writing`]). Time is a parameter.
//!
//! Amounts and rates cross the border as text (`::text`), so that all 38 digits of `numeric(38, 0)` arrive exactly.

pub mod accounts;
pub mod admin_log;
pub mod api_tokens;
pub mod balances;
pub mod boosts;
pub mod cards;
pub mod channel_facts;
pub mod channels;
pub mod collecting;
mod convert;
mod digest;
pub mod errands;
pub mod error;
pub mod export;
pub mod flood_waits;
pub mod giveaways;
pub mod group_tops;
pub mod invites;
pub mod item_forwards;
pub mod item_statistics;
pub mod known;
pub mod leases;
pub mod ledger_gaps;
pub mod migrations;
pub mod post_history;
pub mod posts;
pub mod queue;
pub mod rates;
mod reporting;
pub mod runs;
pub mod samples;
pub mod schedules;
pub mod series;
pub mod sessions;
pub mod similar;
pub mod snapshots;
pub mod sponsored;
pub mod stories;
#[cfg(test)]
pub(crate) mod testing;
pub mod transactions;
pub mod users;
pub mod web_sessions;

pub use error::{Error, Result};

/// Begins to read: everything read in the transaction is of the same moment, whatever is collected meanwhile.
///
/// # Errors
/// The database's.
pub async fn begin_reading(db: &mut sqlx::PgConnection) -> Result<sqlx::PgTransaction<'_>> {
    use sqlx::Connection as _;
    Ok(db.begin_with("begin transaction isolation level repeatable read, read only").await?)
}

/// What recording did to what was known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Values not known before.
    pub new: u32,
    /// Values that Telegram revised.
    pub changed: u32,
    /// Values that were as before.
    pub unchanged: u32,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.new = self.new.saturating_add(other.new);
        self.changed = self.changed.saturating_add(other.changed);
        self.unchanged = self.unchanged.saturating_add(other.unchanged);
    }
}
