//! Who is there: growth, joined and left.

use leptos::prelude::*;

use super::figure::{Headline, chart_card};
use super::spec::{coverage, empty_spec, only_series};
use crate::chart::ChartKind;
use crate::format::{UNKNOWN, compact, exact, signed};
use crate::model::{Metric, Series, SeriesSet};

/// Newest known minus oldest known value; `None` with fewer than two.
fn change(series: &Series) -> Option<i64> {
    let mut known = series.points.iter().filter_map(|point| point.value);
    let first = known.next()?;
    known.next_back()?.checked_sub(first)
}

/// A change with its sign and an arrow: colour is not needed to read it.
fn with_arrow(by: i64) -> String {
    let arrow = match by {
        0 => "",
        1.. => "▲ ",
        _ => "▼ ",
    };
    format!("{arrow}{}", signed(by))
}

fn short(value: Option<i64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), compact)
}

/// Subscribers at the end of each bucket.
pub(super) fn growth(set: SeriesSet) -> impl IntoView {
    let mut spec = empty_spec("growth", "Growth", ChartKind::Line, &set);
    spec.series.extend(only_series(&set, Metric::Subscribers, 1));
    let last = set.last_known().map(|(_, value)| value);
    let changed = set.series.first().and_then(change);
    let headline = Headline {
        figure: last.map_or_else(|| UNKNOWN.to_owned(), exact),
        note: changed
            .map_or_else(|| "subscribers".to_owned(), |by| format!("{} in the period", with_arrow(by))),
    };
    chart_card(spec, headline, coverage(&set).0 > 0)
}

/// How many joined and left in each bucket.
pub(super) fn followers(joined: SeriesSet, left: SeriesSet) -> impl IntoView {
    let mut spec = empty_spec("followers", "Followers joined and left", ChartKind::Line, &joined);
    spec.series.extend(only_series(&joined, Metric::Joined, 2));
    spec.series.extend(only_series(&left, Metric::Left, 3));
    let (came, went) = (joined.total(), left.total());
    let net = came.zip(went).and_then(|(came, went)| came.checked_sub(went));
    let headline = Headline {
        figure: net.map_or_else(|| UNKNOWN.to_owned(), signed),
        note: format!("{} joined, {} left", short(came), short(went)),
    };
    chart_card(spec, headline, coverage(&joined).0 > 0 || coverage(&left).0 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Point;

    #[test]
    fn a_change_needs_two_known_days() {
        let series = |values: &[Option<i64>]| Series {
            dimension: String::new(),
            points: values
                .iter()
                .map(|value| Point { at: String::new(), value: *value, partial: false })
                .collect(),
        };
        assert_eq!(change(&series(&[None, Some(5), None, Some(3), None])), Some(-2));
        assert_eq!(change(&series(&[Some(5), None])), None);
        assert_eq!(change(&series(&[])), None);
    }
}
