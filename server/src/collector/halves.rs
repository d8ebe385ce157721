//! Rounds in two halves: where no account sees the revenue in both currencies, another one collects the rest.

use app::model::{AccountId, Right};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::Assignment;
use crate::store::{self, channels, schedules};

/// What a run is of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// All of it.
    Whole,
    /// The first half; the other is this account's.
    First(AccountId),
    /// The rest.
    Rest {
        /// Nothing was missing of the first half.
        first_was_good: bool,
    },
}

impl Half {
    /// What the run of an account is.
    pub(super) async fn of(
        db: &mut PgConnection,
        assignment: Assignment,
        account: AccountId,
        now: Timestamp,
    ) -> store::Result<Self> {
        let Assignment { channel, collector, .. } = assignment;
        if collector.right() != Right::Revenue {
            return Ok(Self::Whole);
        }
        if let Some(first_was_good) = schedules::rest_after(&mut *db, channel, collector, account).await? {
            return Ok(Self::Rest { first_was_good });
        }
        let other = channels::completing(db, channel, account, collector, now).await?;
        Ok(other.map_or(Self::Whole, Self::First))
    }
}
