//! From series as they are stored to a chart.

use jiff::tz::TimeZone;

use crate::chart::{Buckets, ChartKind, ChartSeries, ChartSpec};
use crate::format::date_range;
use crate::model::{Metric, Series, SeriesSet};
use crate::ui::when::moment_text;

/// A chart without series: its axis, unit and caption.
pub(super) fn empty_spec(id: &str, title: &str, kind: ChartKind, set: &SeriesSet) -> ChartSpec {
    let starts = set.period.bucket_starts();
    let x =
        Buckets::dates(starts.first().copied().unwrap_or(set.period.from), set.period.interval, starts.len());
    let mut caption =
        vec![format!("{}, by UTC {}", date_range(set.period.from, set.period.to), set.period.interval)];
    caption.extend(known_text(set));
    caption.extend(set.as_of.map(|at| format!("as of {}", moment_text(at, &TimeZone::UTC))));
    ChartSpec {
        id: id.to_owned(),
        title: title.to_owned(),
        kind,
        x,
        series: Vec::new(),
        unit: set.metric.unit(),
        usd_rate: None,
        partial: partial(set),
        caption,
    }
}

/// One line, bar or layer.
pub(super) fn chart_series(series: &Series, name: &str, slot: u8) -> ChartSeries {
    let key = if series.dimension.is_empty() { name } else { &series.dimension };
    ChartSeries {
        key: key.to_owned(),
        name: name.to_owned(),
        slot,
        values: series.points.iter().map(|point| point.value).collect(),
        hidden: false,
    }
}

/// The only line of a metric without dimensions.
pub(super) fn only_series(set: &SeriesSet, metric: Metric, slot: u8) -> Option<ChartSeries> {
    set.series.first().map(|series| chart_series(series, metric.title(), slot))
}

/// Buckets that are partial in any series, ascending.
fn partial(set: &SeriesSet) -> Vec<u32> {
    let buckets = set.series.iter().map(|series| series.points.len()).max().unwrap_or(0);
    (0..buckets)
        .filter(|bucket| {
            set.series.iter().any(|series| series.points.get(*bucket).is_some_and(|point| point.partial))
        })
        .filter_map(|bucket| u32::try_from(bucket).ok())
        .collect()
}

/// Buckets of which anything is known, and all of them.
pub(super) fn coverage(set: &SeriesSet) -> (usize, usize) {
    let buckets = set.series.iter().map(|series| series.points.len()).max().unwrap_or(0);
    let known = (0..buckets)
        .filter(|bucket| {
            set.series
                .iter()
                .any(|series| series.points.get(*bucket).is_some_and(|point| point.value.is_some()))
        })
        .count();
    (known, buckets)
}

/// What a sum is over: the period, or as much of it as is known. Unknown days are not zeros.
pub(super) fn span_of(set: &SeriesSet) -> String {
    match coverage(set) {
        (known, all) if known < all => format!("in {known} of {all} {}s", set.period.interval),
        _ => "in the period".to_owned(),
    }
}

/// `known for 85 of 90 days`, where something is missing.
fn known_text(set: &SeriesSet) -> Option<String> {
    let (known, all) = coverage(set);
    (known < all).then(|| format!("known for {known} of {all} {}s", set.period.interval))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelId, Period, Point};
    use jiff::civil::date;

    fn set(values: &[&[Option<i64>]]) -> SeriesSet {
        let points = |values: &&[Option<i64>]| Series {
            dimension: String::new(),
            points: values
                .iter()
                .map(|value| Point { at: String::new(), value: *value, partial: *value == Some(9) })
                .collect(),
        };
        SeriesSet {
            channel: ChannelId(1),
            metric: Metric::Subscribers,
            period: Period::last_days(date(2026, 3, 9), 3),
            known_since: None,
            as_of: None,
            series: values.iter().map(points).collect(),
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let gap = set(&[&[Some(1), None, Some(9)], &[None, None, Some(2)]]);
        let spec = empty_spec("growth", "Growth", ChartKind::Line, &gap);
        assert_eq!(spec.caption, ["7–9 Mar 2026, by UTC day", "known for 2 of 3 days"]);
        assert_eq!(spec.partial, [2]);
        assert_eq!(spec.x.len(), 3);
    }

    #[test]
    fn nothing_is_said_where_nothing_is_missing() {
        let whole = set(&[&[Some(1), Some(0), Some(3)]]);
        assert_eq!(empty_spec("growth", "Growth", ChartKind::Line, &whole).caption.len(), 1);
    }
}
