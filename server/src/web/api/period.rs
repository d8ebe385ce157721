//! `from`, `to`, `interval` and `tz` of a question.

use app::model::Period;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Problem;

/// Days when nothing is said.
const DEFAULT_DAYS: i64 = 30;

/// The period's part of a query string.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PeriodQuery {
    from: Option<String>,
    to: Option<String>,
    interval: Option<String>,
    tz: Option<String>,
}

impl PeriodQuery {
    /// The period asked for; the last 30 days up to today where nothing is said.
    pub(super) fn period(&self, now: Timestamp) -> Result<Period, Problem> {
        let tz = self.tz.as_deref().filter(|tz| !tz.is_empty()).unwrap_or("UTC");
        let zone = TimeZone::get(tz).map_err(|_| {
            Problem::invalid(format!("tz: “{tz}” is not a time zone; write it like Europe/Berlin, or UTC"))
        })?;
        let default = Period::last_days(now.to_zoned(zone).date(), DEFAULT_DAYS);
        Period::from_query(
            self.from.as_deref(),
            self.to.as_deref(),
            self.interval.as_deref(),
            Some(tz),
            &default,
        )
        .map_err(|error| Problem::invalid(error.to_string()))
    }
}

/// A channel's id in a path.
pub(super) fn channel_id(text: &str) -> Result<app::model::ChannelId, Problem> {
    text.parse().map_err(|_| {
        Problem::not_found(format!("“{text}” is not a channel's id; /api/v1/channels lists them"))
    })
}
