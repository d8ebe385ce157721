//! The x axis: which stretch of the calendar each bucket is.
//!
//! Days are counted from 1 January 1970, so that the browser needs five lines of arithmetic instead of a calendar
//! library (checked against jiff below), and a year of days travels as three numbers.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::format::{Ymd, day_number, month_name, ymd};
use crate::model::Interval;

/// The buckets of a chart, left to right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Buckets {
    /// Days, weeks, months, quarters or years without a hole.
    Dates {
        /// The first day of the first bucket, counted from 1970-01-01.
        start: i32,
        /// The width of each; never an hour.
        interval: Interval,
        /// How many.
        count: u32,
    },
    /// Hours on the viewer's wall clock, counted from 1970-01-01 00:00; the hour that a clock change repeats is
    /// there twice, the one it skips is not there.
    Hours(Vec<i32>),
}

impl Buckets {
    /// `count` buckets of `interval`, beginning at `start` (an hour interval is taken as days: see [`Self::hours`]).
    pub fn dates(start: Date, interval: Interval, count: usize) -> Self {
        let interval = if interval == Interval::Hour { Interval::Day } else { interval };
        Self::Dates { start: day_of(start), interval, count: u32::try_from(count).unwrap_or(u32::MAX) }
    }

    /// Hours, by the wall clock's reading at the beginning of each.
    pub fn hours(starts: impl IntoIterator<Item = DateTime>) -> Self {
        Self::Hours(starts.into_iter().map(|at| day_of(at.date()) * 24 + i32::from(at.hour())).collect())
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Dates { count, .. } => *count as usize,
            Self::Hours(hours) => hours.len(),
        }
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The width of a bucket.
    pub fn interval(&self) -> Interval {
        match self {
            Self::Dates { interval, .. } => *interval,
            Self::Hours(_) => Interval::Hour,
        }
    }

    /// The first day of a bucket, counted from 1970-01-01; past the end it goes on in the same steps.
    pub(super) fn day(&self, bucket: usize) -> i32 {
        let at = i32::try_from(bucket).unwrap_or(i32::MAX);
        match self {
            Self::Hours(hours) => hours.get(bucket).or(hours.last()).copied().unwrap_or(0).div_euclid(24),
            Self::Dates { start, interval, .. } => match interval {
                Interval::Hour | Interval::Day => start.saturating_add(at),
                Interval::Week => start.saturating_add(at.saturating_mul(7)),
                Interval::Month => months_later(*start, at),
                Interval::Quarter => months_later(*start, at.saturating_mul(3)),
                Interval::Year => months_later(*start, at.saturating_mul(12)),
            },
        }
    }

    /// The hour of the day at which a bucket begins.
    pub(super) fn hour(&self, bucket: usize) -> i32 {
        match self {
            Self::Hours(hours) => hours.get(bucket).copied().unwrap_or(0).rem_euclid(24),
            Self::Dates { .. } => 0,
        }
    }

    /// The bucket in words: `Tue, 3 Mar 2026`, `3–9 Mar 2026`, `March 2026`, `Q1 2026`, `2026`, `3 Mar 2026, 14:00`.
    pub fn name(&self, bucket: usize) -> String {
        let first = self.day(bucket);
        let Ymd { year, month, day } = ymd(first);
        match self.interval() {
            Interval::Day => {
                // 1 January 1970 was a Thursday.
                let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][first.rem_euclid(7) as usize];
                format!("{weekday}, {day} {} {year}", month_name(month))
            }
            Interval::Hour => format!("{day} {} {year}, {:02}:00", month_name(month), self.hour(bucket)),
            Interval::Week => crate::format::day_range(ymd(first), ymd(first.saturating_add(6))),
            Interval::Month => format!("{} {year}", crate::format::month_name_long(month)),
            Interval::Quarter => format!("Q{} {year}", month.div_ceil(3)),
            Interval::Year => year.to_string(),
        }
    }
}

/// A date's day number.
fn day_of(date: Date) -> i32 {
    day_number(Ymd {
        year: date.year().into(),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    })
}

/// The first day of the month `months` months after that of `day`.
fn months_later(day: i32, months: i32) -> i32 {
    let from = ymd(day);
    let index = from.year.saturating_mul(12).saturating_add(i32::from(from.month) - 1).saturating_add(months);
    let month = u8::try_from(index.rem_euclid(12) + 1).unwrap_or(1);
    day_number(Ymd { year: index.div_euclid(12), month, day: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn buckets_have_names_people_use() {
        let name = |interval, at| Buckets::dates(date(2025, 12, 29), interval, 9).name(at);
        assert_eq!(name(Interval::Day, 3), "Thu, 1 Jan 2026");
        assert_eq!(name(Interval::Week, 0), "29 Dec 2025 – 4 Jan 2026");
        assert_eq!(Buckets::dates(date(2026, 3, 1), Interval::Month, 9).name(1), "April 2026");
        assert_eq!(Buckets::dates(date(2026, 4, 1), Interval::Quarter, 9).name(3), "Q1 2027");
        assert_eq!(Buckets::dates(date(2026, 1, 1), Interval::Year, 9).name(2), "2028");
        assert_eq!(Buckets::hours([date(2026, 3, 3).at(14, 0, 0, 0)]).name(0), "3 Mar 2026, 14:00");
    }

    proptest! {
        #[test]
        fn every_bucket_begins_where_the_period_says(start in 0i64..40_000, which in 1usize..6, count in 1usize..60) {
            use jiff::ToSpan;
            let interval = Interval::ALL[which];
            let mut day = interval.start_of(date(1950, 1, 1).checked_add(start.days()).unwrap());
            let buckets = Buckets::dates(day, interval, count);
            for bucket in 0..count {
                let ours = ymd(buckets.day(bucket));
                prop_assert_eq!(
                    (ours.year, ours.month, ours.day),
                    (i32::from(day.year()), day.month() as u8, day.day() as u8)
                );
                if interval == Interval::Day {
                    let weekday = day.strftime("%a").to_string();
                    prop_assert!(buckets.name(bucket).starts_with(&weekday));
                }
                day = interval.next_start(day).unwrap();
            }
        }
    }
}
