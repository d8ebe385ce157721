//! What stands under a chart: what of the period is known, by which calendar, how old, what Telegram refused.

use jiff::tz::TimeZone;

use crate::format::date_range;
use crate::model::metric::Resolution;
use crate::model::{Interval, SeriesSet};
use crate::ui::when::moment_text;

/// Buckets of which anything is known, and all of them.
pub fn coverage(set: &SeriesSet) -> (usize, usize) {
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
pub fn span_of(set: &SeriesSet) -> String {
    match coverage(set) {
        (known, all) if known < all => format!("in {known} of {all} {}s", set.period.interval),
        _ => "in the period".to_owned(),
    }
}

/// `Telegram said: …`, where it refused the newest numbers.
pub fn refusal(set: &SeriesSet) -> Option<String> {
    set.error.as_ref().map(|error| format!("Telegram said: {error}"))
}

/// The parts of the caption of a chart of these. Period, calendar and age are the first one's.
pub(super) fn caption(sets: &[&SeriesSet]) -> Vec<String> {
    let Some(set) = sets.first() else { return Vec::new() };
    let period = &set.period;
    let is_utc = set.metric.resolution() == Resolution::Day && period.interval != Interval::Hour;
    let calendar = if is_utc { "UTC " } else { "" };
    let (known, all) = coverage(set);
    let mut caption =
        vec![format!("{}, by {calendar}{}", date_range(period.from, period.to), period.interval)];
    caption.extend((known < all).then(|| format!("known for {known} of {all} {}s", period.interval)));
    caption.push(set.as_of.map_or_else(
        || "not collected yet".to_owned(),
        |at| format!("as of {}", moment_text(at, &TimeZone::UTC)),
    ));
    let mut refusals: Vec<String> = sets.iter().filter_map(|set| refusal(set)).collect();
    refusals.dedup();
    caption.extend(refusals);
    caption
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelId, Metric, Period, Point, Series};
    use jiff::civil::date;

    fn set(values: &[&[Option<i64>]]) -> SeriesSet {
        let point = |value: &Option<i64>| Point { at: String::new(), value: *value, partial: false };
        let series = |values: &&[Option<i64>]| Series {
            dimension: String::new(),
            points: values.iter().map(point).collect(),
        };
        SeriesSet {
            channel: ChannelId(1),
            metric: Metric::Subscribers,
            period: Period::last_days(date(2026, 3, 9), 3),
            known_since: None,
            as_of: Some("2026-03-09T12:05:00Z".parse().unwrap()),
            error: None,
            series: values.iter().map(series).collect(),
        }
    }

    const PERIOD: &str = "7–9 Mar 2026, by UTC day";
    const AGE: &str = "as of 9 Mar 2026, 12:05 UTC";

    #[test]
    fn what_is_missing_is_said() {
        let gap = set(&[&[Some(1), None, Some(9)], &[None, None, Some(2)]]);
        assert_eq!(caption(&[&gap]), [PERIOD, "known for 2 of 3 days", AGE]);
        assert_eq!(span_of(&gap), "in 2 of 3 days");
    }

    #[test]
    fn nothing_is_said_where_nothing_is_missing() {
        let whole = set(&[&[Some(1), Some(0), Some(3)]]);
        assert_eq!(caption(&[&whole]), [PERIOD, AGE]);
        assert_eq!(span_of(&whole), "in the period");
    }

    #[test]
    fn what_telegram_refused_is_said_once() {
        let mut refused = set(&[&[Some(1), Some(0), Some(3)]]);
        refused.error = Some("Not enough data to display.".to_owned());
        let said = "Telegram said: Not enough data to display.";
        assert_eq!(caption(&[&refused, &refused]), [PERIOD, AGE, said]);
    }
}
