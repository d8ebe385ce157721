//! Who is there: growth, joined and left.

use jiff::civil::Date;
use leptos::prelude::*;

use super::figure::{Headline, chart_card};
use crate::chart::{ChartSpec, coverage, refusal, span_of};
use crate::format::{UNKNOWN, compact, day, exact, signed};
use crate::model::{Point, SeriesSet};

/// The newest known value minus the one at the end of the day before the period: what joined and left in it add up to.
/// Where that day is unknown, the change is since the oldest known bucket, and says so.
fn change(set: &SeriesSet, before: Option<i64>) -> Option<(i64, String)> {
    let known = |point: &&Point| point.value.is_some();
    let points = &set.series.first()?.points;
    let (first, last) = (points.iter().find(known)?, points.iter().rev().find(known)?);
    match before {
        Some(before) => Some((last.value?.checked_sub(before)?, "in the period".to_owned())),
        None if first.at == last.at => None,
        None => {
            let since = first.at.parse::<Date>().map_or_else(|_| first.at.clone(), day);
            Some((last.value?.checked_sub(first.value?)?, format!("since {since}")))
        }
    }
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

/// Subscribers at the end of each bucket; `before` is their number at the end of the day before the period.
pub(super) fn growth(set: SeriesSet, before: Option<i64>) -> impl IntoView {
    let spec = ChartSpec { id: "growth".to_owned(), title: "Growth".to_owned(), ..ChartSpec::line(&set) };
    let last = set.last_known().map(|(_, value)| value);
    let changed = change(&set, before);
    let headline = Headline {
        figure: last.map_or_else(|| UNKNOWN.to_owned(), exact),
        note: changed
            .map_or_else(|| "subscribers".to_owned(), |(by, since)| format!("{} {since}", with_arrow(by))),
    };
    chart_card(spec, headline, coverage(&set).0 > 0, refusal(&set))
}

/// How many joined and left in each bucket.
pub(super) fn followers(joined: SeriesSet, left: SeriesSet) -> impl IntoView {
    let lines = ChartSpec::lines("Followers joined and left", &[(&joined, 2), (&left, 3)]);
    let spec = ChartSpec { id: "followers".to_owned(), ..lines };
    let (came, went) = (joined.total(), left.total());
    let net = came.zip(went).and_then(|(came, went)| came.checked_sub(went));
    let headline = Headline {
        figure: net.map_or_else(|| UNKNOWN.to_owned(), signed),
        note: format!("{} joined, {} left {}", short(came), short(went), span_of(&joined)),
    };
    let is_known = coverage(&joined).0 > 0 || coverage(&left).0 > 0;
    chart_card(spec, headline, is_known, refusal(&joined).or_else(|| refusal(&left)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelId, Metric, Period, Series};
    use jiff::civil::date;

    fn set(values: &[Option<i64>]) -> SeriesSet {
        let point = |(index, value): (usize, &Option<i64>)| Point {
            at: format!("2026-03-{:02}", index + 1),
            value: *value,
            partial: false,
        };
        SeriesSet {
            channel: ChannelId(1),
            metric: Metric::Subscribers,
            period: Period::last_days(date(2026, 3, 5), 5),
            known_since: None,
            as_of: None,
            error: None,
            series: vec![Series {
                dimension: String::new(),
                points: values.iter().enumerate().map(point).collect(),
            }],
        }
    }

    #[test]
    fn a_change_is_from_the_day_before_the_period() {
        assert_eq!(change(&set(&[Some(8), Some(9)]), Some(5)), Some((4, "in the period".to_owned())));
    }

    #[test]
    fn without_that_day_it_says_since_when() {
        let partly = set(&[None, Some(5), None, Some(3), None]);
        assert_eq!(change(&partly, None), Some((-2, "since 2 Mar 2026".to_owned())));
        assert_eq!(change(&set(&[Some(5), None]), None), None);
        assert_eq!(change(&set(&[]), Some(1)), None);
    }
}
