//! One day of a graph, hour by hour: what a zoom token is good for.

use jiff::Timestamp;

use super::broadcast::columns;
use super::json::{Axis, Chart};
use super::kind::GraphKind;
use crate::world::{Channel, midnight, second_of_day};

/// The hours that are over on the day that begins at `x` (milliseconds); they add up to the day's own point.
pub(crate) fn hours_of_day(channel: &Channel<'_>, kind: GraphKind, x: i64, now: Timestamp) -> Option<Chart> {
    let days = channel.whole_days(now);
    let day = days.iter().find(|day| midnight(day.date) * 1_000 == x)?;
    let today = days.last().is_some_and(|last| last.number == day.number);
    let hours = if today { second_of_day(now) / 3600 } else { 24 };
    let parts: Vec<_> = (0..hours)
        .map(|hour| day.between(channel.elapsed_ppm(hour * 3600), channel.elapsed_ppm((hour + 1) * 3600)))
        .collect();
    let (style, columns) = columns(kind, &parts);
    let x = (0..hours).map(|hour| x + hour * 3_600_000).collect();
    Some(Chart { style, axis: Axis::Hours, x, columns, currency: None })
}
