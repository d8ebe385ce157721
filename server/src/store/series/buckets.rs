//! From days to buckets.

use std::collections::BTreeMap;

use app::model::metric::Fold;
use app::model::{Period, Point};
use jiff::ToSpan;
use jiff::civil::Date;

/// One point for every bucket of the period, from the known UTC days. A bucket holds the days that are both its own
/// and the period's: a week that the period cuts counts what the period shows.
///
/// A flow is the sum of its known days, a state the value of its last known day; unknown when no day is, or when
/// the sum does not fit. A known value is partial when the bucket was not over at the last collection (`as_of`, a
/// UTC day that was not over itself), when the period cuts days off that matter, or when days that matter are
/// unknown: for a flow any, for a state the last.
pub fn fold(fold: Fold, period: &Period, as_of: Option<Date>, days: &BTreeMap<Date, i64>) -> Vec<Point> {
    period
        .bucket_starts()
        .into_iter()
        .map(|start| {
            let end = last_day(period, start);
            let (first, last) = (start.max(period.from), end.min(period.to));
            let known = || days.range(first..=last).map(|(day, value)| (*day, *value));
            let value = match fold {
                Fold::Last => known().next_back().map(|(_, value)| value),
                Fold::Sum => sum(known().map(|(_, value)| value)),
            };
            let cut = last < end || (fold == Fold::Sum && start < first);
            let unfinished = as_of.is_none_or(|as_of| last >= as_of);
            let gaps = match fold {
                Fold::Last => known().next_back().is_none_or(|(day, _)| day < last),
                Fold::Sum => i64::try_from(known().count()).ok() != Some(days_between(first, last)),
            };
            Point { at: start.to_string(), value, partial: value.is_some() && (cut || unfinished || gaps) }
        })
        .collect()
}

/// The last day of the bucket that begins at `start`.
fn last_day(period: &Period, start: Date) -> Date {
    period.interval.next_start(start).and_then(|next| next.yesterday().ok()).unwrap_or(Date::MAX)
}

fn days_between(first: Date, last: Date) -> i64 {
    first.until(last).map_or(0, |span| i64::from(span.get_days())) + 1
}

fn sum(values: impl Iterator<Item = i64>) -> Option<i64> {
    values.map(Some).reduce(|sum, value| sum?.checked_add(value?)).flatten()
}

/// The `count` days that end the day before `today`, oldest first, or before the day of the last collection if that
/// is earlier: whole days only.
pub fn whole_days(today: Date, as_of: Option<Date>, count: i64) -> Vec<Date> {
    let end = as_of.map_or(today, |as_of| as_of.min(today));
    (1..=count).rev().filter_map(|back| end.checked_sub(back.days()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::Interval;
    use jiff::civil::date;
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    fn period(from: Date, to: Date, interval: Interval) -> Period {
        Period { from, to, interval, tz: "UTC".into() }
    }

    fn known(values: &[(i8, i64)]) -> BTreeMap<Date, i64> {
        values.iter().map(|(day, value)| (date(2026, 3, *day), *value)).collect()
    }

    fn told(points: &[Point]) -> Vec<(&str, Option<i64>, bool)> {
        points.iter().map(|point| (point.at.as_str(), point.value, point.partial)).collect()
    }

    #[test]
    fn a_gap_is_a_gap_and_zero_is_zero() {
        let points = fold(
            Fold::Sum,
            &period(date(2026, 3, 1), date(2026, 3, 3), Interval::Day),
            Some(date(2026, 4, 1)),
            &known(&[(1, 0), (3, 7)]),
        );
        assert_eq!(
            told(&points),
            [("2026-03-01", Some(0), false), ("2026-03-02", None, false), ("2026-03-03", Some(7), false)]
        );
    }

    #[test]
    fn the_day_of_the_last_collection_is_partial() {
        let period = period(date(2026, 3, 1), date(2026, 3, 4), Interval::Day);
        let points = fold(Fold::Last, &period, Some(date(2026, 3, 3)), &known(&[(1, 5), (2, 6), (3, 7)]));
        assert_eq!(points.iter().map(|point| point.partial).collect::<Vec<_>>(), [false, false, true, false]);
        assert_eq!(points[3].value, None);
    }

    #[test]
    fn a_week_of_a_state_is_its_last_known_day() {
        // Monday 2 March to Sunday 15 March 2026.
        let period = period(date(2026, 3, 2), date(2026, 3, 15), Interval::Week);
        let days = known(&[(2, 10), (8, 12), (9, 13), (14, 20)]);
        let points = fold(Fold::Last, &period, Some(date(2026, 4, 1)), &days);
        assert_eq!(told(&points), [("2026-03-02", Some(12), false), ("2026-03-09", Some(20), true)]);
    }

    #[test]
    fn a_week_of_a_flow_with_a_gap_is_partial() {
        let period = period(date(2026, 3, 2), date(2026, 3, 15), Interval::Week);
        let days: BTreeMap<_, _> =
            known(&[]).into_iter().chain((2..=14).map(|day| (date(2026, 3, day), 1))).collect();
        let points = fold(Fold::Sum, &period, Some(date(2026, 4, 1)), &days);
        assert_eq!(told(&points), [("2026-03-02", Some(7), false), ("2026-03-09", Some(6), true)]);
    }

    #[test]
    fn a_week_that_the_period_cuts_is_partial() {
        let days: BTreeMap<_, _> = (1..=31).map(|day| (date(2026, 3, day), 1)).collect();
        let period = period(date(2026, 3, 4), date(2026, 3, 10), Interval::Week);
        let flow = fold(Fold::Sum, &period, Some(date(2026, 4, 1)), &days);
        assert_eq!(told(&flow), [("2026-03-02", Some(5), true), ("2026-03-09", Some(2), true)]);
        let state = fold(Fold::Last, &period, Some(date(2026, 4, 1)), &days);
        assert_eq!(told(&state), [("2026-03-02", Some(1), false), ("2026-03-09", Some(1), true)]);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_unknown() {
        let period = period(date(2026, 3, 2), date(2026, 3, 8), Interval::Week);
        let points = fold(Fold::Sum, &period, None, &known(&[(2, i64::MAX), (3, 1)]));
        assert_eq!(told(&points), [("2026-03-02", None, false)]);
    }

    #[test]
    fn whole_days_end_before_today_and_before_the_last_collection() {
        let today = date(2026, 3, 10);
        assert_eq!(whole_days(today, None, 2), [date(2026, 3, 8), date(2026, 3, 9)]);
        assert_eq!(whole_days(today, Some(date(2026, 3, 5)), 1), [date(2026, 3, 4)]);
        assert_eq!(whole_days(today, Some(date(2026, 3, 11)), 1), [date(2026, 3, 9)]);
    }

    proptest! {
        #[test]
        fn sums_of_buckets_are_sums_of_days_and_none_is_lost(
            start in 0i64..20_000, length in 0i64..900, which in 1usize..6,
            values in btree_map(-40i64..940, -1_000_000i64..1_000_000, 0..900),
        ) {
            let from = date(1990, 1, 1).checked_add(start.days()).unwrap();
            let to = from.checked_add(length.days()).unwrap();
            let period = period(from, to, Interval::ALL[which]);
            let days: BTreeMap<Date, i64> =
                values.into_iter().map(|(offset, value)| (from.checked_add(offset.days()).unwrap(), value)).collect();
            let points = fold(Fold::Sum, &period, Some(to), &days);
            prop_assert_eq!(points.len(), period.bucket_starts().len());
            let inside: Vec<i64> = days.range(from..=to).map(|(_, value)| *value).collect();
            prop_assert_eq!(points.iter().filter_map(|point| point.value).sum::<i64>(), inside.iter().sum::<i64>());
            prop_assert_eq!(points.iter().all(|point| point.value.is_none()), inside.is_empty());

            let states = fold(Fold::Last, &period, Some(to), &days);
            prop_assert_eq!(states.iter().rev().find_map(|point| point.value), inside.last().copied());
            for (flow, state) in points.iter().zip(&states) {
                prop_assert_eq!(flow.value.is_some(), state.value.is_some());
                prop_assert_eq!(&flow.at, &state.at);
            }
        }

        #[test]
        fn whole_buckets_that_are_over_and_known_are_not_partial(start in 0i64..20_000, which in 1usize..6) {
            let interval = Interval::ALL[which];
            let from = interval.start_of(date(1990, 1, 1).checked_add(start.days()).unwrap());
            let next = interval.next_start(from).unwrap();
            let period = period(from, next.yesterday().unwrap(), interval);
            let days: BTreeMap<Date, i64> = from.series(1.day()).take_while(|day| *day < next).map(|day| (day, 1)).collect();
            for kind in [Fold::Sum, Fold::Last] {
                prop_assert!(!fold(kind, &period, Some(next), &days)[0].partial);
                prop_assert!(fold(kind, &period, Some(period.to), &days)[0].partial);
                prop_assert!(fold(kind, &period, None, &days)[0].partial);
            }
        }
    }
}
