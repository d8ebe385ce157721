//! From collected series to charts.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use super::caption::caption;
use super::{Buckets, ChartKind, ChartSeries, ChartSpec};
use crate::model::{Interval, Series, SeriesSet, Unit, UsdRate};

/// Colours of the style sheet; a series beyond them has none of its own.
const SLOTS: usize = 10;

impl ChartSpec {
    /// One line: a level over time, such as subscribers.
    pub fn line(set: &SeriesSet) -> Self {
        Self::lines(set.metric.title(), &[(set, 1)])
    }

    /// Several metrics in one picture, each with its colour slot, such as joined (2, green) and left (3, red).
    /// The calendar, unit and caption are the first one's.
    pub fn lines(title: &str, sets: &[(&SeriesSet, u8)]) -> Self {
        let series = sets
            .iter()
            .map(|(set, slot)| ChartSeries {
                key: set.metric.name().to_owned(),
                name: set.metric.title().to_owned(),
                slot: *slot,
                values: set.series.first().map(values).unwrap_or_default(),
                hidden: false,
            })
            .collect();
        let sets: Vec<_> = sets.iter().map(|(set, _)| *set).collect();
        Self::assemble(title, ChartKind::Line, &sets, series)
    }

    /// Bars of one metric, such as ad revenue; `rate` adds ≈USD to the tooltip.
    pub fn bars(set: &SeriesSet, rate: Option<UsdRate>) -> Self {
        let slot = if set.metric.unit() == Unit::Count { 1 } else { 4 };
        let mut spec = Self { kind: ChartKind::Bar, ..Self::lines(set.metric.title(), &[(set, slot)]) };
        spec.usd_rate = rate.filter(|_| spec.unit != Unit::Count).map(|rate| rate.0.normalize().to_string());
        spec
    }

    /// The dimensions of a metric on top of each other, largest first, such as views by source. `name` turns a
    /// dimension's key into words. Beyond ten, the smallest are added up under a name that says how many they are.
    pub fn stacked(set: &SeriesSet, name: impl Fn(&str) -> String) -> Self {
        let sum = |series: &Series| {
            let known = series.points.iter().filter_map(|point| point.value);
            known.fold(0i128, |sum, value| sum + i128::from(value))
        };
        let mut dimensions: Vec<_> = set.series.iter().collect();
        // The key decides between equals, so that colours do not change places from one collection to the next.
        dimensions.sort_by(|a, b| sum(b).cmp(&sum(a)).then_with(|| a.dimension.cmp(&b.dimension)));
        let rest = dimensions.split_off(dimensions.len().min(if dimensions.len() > SLOTS {
            SLOTS - 1
        } else {
            SLOTS
        }));
        let mut series: Vec<_> = dimensions
            .iter()
            .zip(1u8..)
            .map(|(series, slot)| ChartSeries {
                key: series.dimension.clone(),
                name: name(&series.dimension),
                slot,
                values: values(series),
                hidden: false,
            })
            .collect();
        if !rest.is_empty() {
            series.push(ChartSeries {
                key: "other".to_owned(),
                name: format!("{} others", rest.len()),
                slot: 10,
                values: added(&rest),
                hidden: false,
            });
        }
        Self::assemble(set.metric.title(), ChartKind::StackedBar, &[set], series)
    }

    fn assemble(title: &str, kind: ChartKind, sets: &[&SeriesSet], mut series: Vec<ChartSeries>) -> Self {
        let first = sets.first().copied();
        let x = first.map_or(Buckets::Hours(Vec::new()), buckets);
        for series in &mut series {
            series.values.resize(x.len(), None);
        }
        let points =
            sets.iter().flat_map(|set| &set.series).flat_map(|series| series.points.iter().zip(0u32..));
        let partial: BTreeSet<u32> = points.filter(|(point, _)| point.partial).map(|(_, at)| at).collect();
        Self {
            id: first.map_or("chart", |set| set.metric.name()).to_owned(),
            title: title.to_owned(),
            kind,
            series,
            unit: first.map_or(Unit::Count, |set| set.metric.unit()),
            usd_rate: None,
            partial: partial.into_iter().filter(|at| (*at as usize) < x.len()).collect(),
            caption: caption(sets),
            x,
        }
    }
}

fn values(series: &Series) -> Vec<Option<i64>> {
    series.points.iter().map(|point| point.value).collect()
}

/// Bucket by bucket, the sum of what is known; unknown where nothing is, or where it does not fit.
fn added(series: &[&Series]) -> Vec<Option<i64>> {
    let buckets = series.iter().map(|series| series.points.len()).max().unwrap_or(0);
    (0..buckets)
        .map(|at| {
            let known = series.iter().filter_map(|series| series.points.get(at)?.value);
            known.map(Some).reduce(|sum, value| sum?.checked_add(value?)).flatten()
        })
        .collect()
}

/// The period's buckets, or the hours as the points name them (the wall clock is in the text).
fn buckets(set: &SeriesSet) -> Buckets {
    let period = &set.period;
    let points = set.series.first().map_or(&[][..], |series| &series.points);
    if period.interval == Interval::Hour && !points.is_empty() {
        let wall_clock = |at: &str| at.get(..16).and_then(|text| text.parse::<DateTime>().ok());
        let days = period.from.to_datetime(jiff::civil::Time::midnight());
        return Buckets::hours(points.iter().map(|point| wall_clock(&point.at).unwrap_or(days)));
    }
    let starts = period.bucket_starts();
    Buckets::dates(starts.first().copied().unwrap_or(period.from), period.interval, starts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelId, Metric, Period, Point};
    use jiff::civil::date;

    fn set(metric: Metric, columns: &[(&str, &[Option<i64>])]) -> SeriesSet {
        let days = columns.first().map_or(3, |(_, values)| values.len() as i64);
        let period = Period::last_days(date(2026, 3, 9), days);
        let starts = period.bucket_starts();
        let series = columns.iter().map(|(dimension, values)| Series {
            dimension: (*dimension).to_owned(),
            points: values
                .iter()
                .zip(&starts)
                .map(|(value, at)| Point {
                    at: at.to_string(),
                    value: *value,
                    partial: *at == date(2026, 3, 9),
                })
                .collect(),
        });
        SeriesSet {
            channel: ChannelId(7),
            metric,
            series: series.collect(),
            period,
            known_since: Some(date(2025, 11, 4)),
            as_of: Some("2026-03-09T12:05:00Z".parse().unwrap()),
            error: None,
        }
    }

    #[test]
    fn a_plain_metric_becomes_one_line_that_says_what_it_is() {
        let spec = ChartSpec::line(&set(Metric::Subscribers, &[("", &[Some(5), None, Some(7)])]));
        assert_eq!((spec.kind, spec.len(), spec.partial.as_slice()), (ChartKind::Line, 3, &[2][..]));
        assert_eq!(spec.series[0].values, [Some(5), None, Some(7)]);
        let caption = ["7–9 Mar 2026, by UTC day", "known for 2 of 3 days", "as of 9 Mar 2026, 12:05 UTC"];
        assert_eq!(spec.caption, caption);
        assert_eq!(spec.x.name(0), "Sat, 7 Mar 2026");
    }

    #[test]
    fn stacks_are_largest_first_and_the_eleventh_is_not_lost() {
        let columns: Vec<_> =
            (0..12).map(|at| (format!("k{at:02}"), [Some(at), None, Some(at * at)])).collect();
        let columns: Vec<_> = columns.iter().map(|(key, values)| (key.as_str(), &values[..])).collect();
        let set = set(Metric::ViewsBySource, &columns);
        let spec = ChartSpec::stacked(&set, str::to_uppercase);
        assert_eq!(spec.series.len(), 10);
        assert_eq!((spec.series[0].name.as_str(), spec.series[9].name.as_str()), ("K11", "3 others"));
        assert_eq!(spec.series[9].values, [Some(3), None, Some(5)]);
        assert_eq!(spec.sum(), set.total().map(i128::from));
    }

    #[test]
    fn money_has_a_rate_and_counts_do_not() {
        let rate = UsdRate::from_wire(3.07).unwrap();
        let money = ChartSpec::bars(&set(Metric::AdRevenue, &[("", &[Some(1), None, Some(2)])]), Some(rate));
        assert_eq!((money.usd_rate.as_deref(), money.unit), (Some("3.07"), Unit::NanoTon));
        let counts = ChartSpec::bars(&set(Metric::Joined, &[("", &[Some(1), None, Some(2)])]), Some(rate));
        assert_eq!((counts.usd_rate, counts.unit), (None, Unit::Count));
    }

    #[test]
    fn what_was_never_collected_has_its_days_and_no_values() {
        let mut never = set(Metric::Subscribers, &[]);
        never.as_of = None;
        let spec = ChartSpec::line(&never);
        assert_eq!((spec.len(), spec.latest(), spec.sum()), (3, None, None));
        assert_eq!(spec.caption[1], "not collected yet");
    }
}
