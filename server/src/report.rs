//! Reports: the same rows for the page, the API and every file.

pub mod csv;
pub mod export;
pub mod json;
pub mod row;

use app::model::{ChannelId, UnitCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::PgExecutor;

use crate::store;
use crate::store::series::zone;
use crate::store::transactions::{self, Filter};
pub use row::{COLUMNS, Row};

/// What a revenue report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// One channel, or all.
    pub channel: Option<ChannelId>,
    /// One currency, or both.
    pub unit_code: Option<UnitCode>,
    /// The first local day.
    pub from: Date,
    /// The last local day.
    pub to: Date,
    /// The zone of these days and of `local_date`.
    pub tz: TimeZone,
}

/// The ledger rows booked in the period, oldest first, as a report shows them.
///
/// # Errors
/// The store's; a row that can't be valued exactly is an error, never a wrong number.
pub async fn revenue(db: impl PgExecutor<'_>, request: &Request) -> store::Result<Vec<Row>> {
    let until =
        request.to.tomorrow().map_or(jiff::Timestamp::MAX, |day| zone::start_of_day(day, &request.tz));
    let filter = Filter {
        channel: request.channel,
        unit_code: request.unit_code,
        from: Some(zone::start_of_day(request.from, &request.tz)),
        until: Some(until),
    };
    let entries = transactions::list(db, filter).await?;
    Ok(entries.into_iter().rev().map(|entry| Row::new(entry, &request.tz)).collect())
}

#[cfg(test)]
mod tests;
