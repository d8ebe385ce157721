//! A period's days in its time zone.

use app::model::Period;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The first instant of a day in a zone; where the clock skips midnight, the first instant there is.
pub fn start_of_day(day: Date, tz: &TimeZone) -> Timestamp {
    day.to_zoned(tz.clone()).map(|start| start.timestamp()).unwrap_or(if day < Date::ZERO {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// From the first instant of the period's first day until before that of the day after its last.
pub fn bounds(period: &Period, tz: &TimeZone) -> (Timestamp, Timestamp) {
    let until = period.to.tomorrow().map_or(Timestamp::MAX, |day| start_of_day(day, tz));
    (start_of_day(period.from, tz), until)
}

/// The period's hours, each by its first instant: 23 or 25 on a day that the clock changes.
pub fn hours(period: &Period, tz: &TimeZone) -> impl Iterator<Item = Timestamp> {
    let (from, until) = bounds(period, tz);
    std::iter::successors(Some(from), |hour| hour.checked_add(SignedDuration::from_hours(1)).ok())
        .take_while(move |hour| *hour < until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::Interval;
    use jiff::civil::date;

    fn period(from: Date, to: Date) -> Period {
        Period { from, to, interval: Interval::Hour, tz: "Europe/Berlin".into() }
    }

    #[test]
    fn days_begin_where_the_viewer_lives() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let (from, until) = bounds(&period(date(2026, 3, 29), date(2026, 3, 29)), &berlin);
        assert_eq!(from.to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(until.to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn the_day_the_clock_changes_has_its_own_number_of_hours() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let count = |day| hours(&period(day, day), &berlin).count();
        assert_eq!([date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25)].map(count), [23, 24, 25]);
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let (from, until) = bounds(&period(Date::MIN, Date::MAX), &TimeZone::UTC);
        assert!(from < until);
    }
}
