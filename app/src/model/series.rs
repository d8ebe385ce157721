//! Numbers over time, as the pages and the API ask for them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChannelId, Metric, Period};

/// One bucket of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The bucket's first day (`2026-08-01`), or its first instant for hours.
    pub at: String,
    /// `None` where nothing is known. Unknown is not zero.
    pub value: Option<i64>,
    /// The bucket was not over at the last collection, or some of its days are unknown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// One line of a chart: a metric, or one dimension of it (a source, a language, an emotion).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// The dimension's stable English key; empty for a metric without dimensions.
    pub dimension: String,
    /// One point for every bucket of the period.
    pub points: Vec<Point>,
}

/// A metric over a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesSet {
    /// Whose.
    pub channel: ChannelId,
    /// What.
    pub metric: Metric,
    /// When; its buckets are the points of every series.
    pub period: Period,
    /// The first day this metric is known for, over all time.
    pub known_since: Option<jiff::civil::Date>,
    /// When Telegram was last asked for it, successfully.
    pub as_of: Option<Timestamp>,
    /// What Telegram said instead of numbers the last time, if it did; what was collected before stays.
    #[serde(default)]
    pub error: Option<String>,
    /// One for a plain metric, several with dimensions, none when nothing was ever collected.
    pub series: Vec<Series>,
}

impl SeriesSet {
    /// The newest known value of the first series, with its bucket.
    pub fn last_known(&self) -> Option<(&Point, i64)> {
        self.series.first()?.points.iter().rev().find_map(|point| point.value.map(|value| (point, value)))
    }

    /// The sum of what is known over all series; `None` when nothing is, or when it does not fit.
    pub fn total(&self) -> Option<i64> {
        self.series
            .iter()
            .flat_map(|series| &series.points)
            .filter_map(|point| point.value)
            .map(Some)
            .reduce(|sum, value| sum?.checked_add(value?))
            .flatten()
    }
}
