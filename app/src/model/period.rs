//! Periods: what the period picker, the query string and the API all mean by `from`, `to`, `interval` and `tz`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// The width of a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// An hour of the viewer's zone.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week, Monday first.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
}

impl Interval {
    /// Every interval, narrowest first.
    pub const ALL: &[Self] = &[Self::Hour, Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The first day of the bucket that `day` falls into (for hours: the day itself).
    pub fn start_of(self, day: Date) -> Date {
        match self {
            Self::Hour | Self::Day => day,
            Self::Week => {
                day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).unwrap_or(day)
            }
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                Date::new(day.year(), month, 1).unwrap_or(day)
            }
            Self::Year => day.first_of_year(),
        }
    }

    /// The first day of the next bucket, or `None` at the end of time.
    pub fn next_start(self, start: Date) -> Option<Date> {
        let step: Span = match self {
            Self::Hour | Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        };
        start.checked_add(step).ok()
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Interval {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        Self::ALL
            .iter()
            .copied()
            .find(|interval| interval.name() == text)
            .ok_or_else(|| PeriodError::Interval(text.to_owned()))
    }
}

/// From one day to another, both included, as local dates of a time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The width of a bucket.
    pub interval: Interval,
    /// An IANA time zone name. It moves hours, posts and ledger rows; Telegram's day points stay UTC days.
    pub tz: String,
}

/// What can be wrong with a period, in words for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not a date.
    #[error("{0}: “{1}” is not a date; write it like 2026-08-31")]
    Date(&'static str, String),
    /// The end before the beginning.
    #[error("from ({0}) is after to ({1}); swap them")]
    Backwards(Date, Date),
    /// Not an interval.
    #[error("interval: “{0}” is not known; use hour, day, week, month, quarter or year")]
    Interval(String),
    /// More buckets than anybody can read.
    #[error("{0} buckets are more than {max}; choose a wider interval or a shorter period", max = Period::MAX_BUCKETS)]
    TooMany(i64),
}

impl Period {
    /// The most buckets of one period: a little over ten years of days.
    pub const MAX_BUCKETS: i64 = 4_000;

    /// The `days` days up to and including `today`.
    pub fn last_days(today: Date, days: i64) -> Self {
        let from = today.checked_sub((days - 1).max(0).days()).unwrap_or(today);
        Self { from, to: today, interval: Interval::Day, tz: "UTC".to_owned() }
    }

    /// The period as asked for in a query string, however long. What is left out comes from `default`. The zone's name is not
    /// checked here: the browser has no time zone database; the server refuses an unknown one.
    pub fn from_query(
        from: Option<&str>,
        to: Option<&str>,
        interval: Option<&str>,
        tz: Option<&str>,
        default: &Self,
    ) -> Result<Self, PeriodError> {
        let date = |name, text: Option<&str>, default| match text {
            None | Some("") => Ok(default),
            Some(text) => text.parse::<Date>().map_err(|_| PeriodError::Date(name, text.to_owned())),
        };
        let to = date("to", to, default.to)?;
        // As long as the default, up to wherever it ends.
        let before = to.checked_sub((default.days() - 1).days()).unwrap_or(to);
        let period = Self {
            from: date("from", from, before)?,
            to,
            interval: match interval {
                None | Some("") => default.interval,
                Some(text) => text.parse()?,
            },
            tz: tz.filter(|tz| !tz.is_empty()).unwrap_or(&default.tz).to_owned(),
        };
        if period.from.year() < 1 {
            return Err(PeriodError::Date("from", period.from.to_string()));
        }
        if period.from > period.to {
            return Err(PeriodError::Backwards(period.from, period.to));
        }
        Ok(period)
    }

    /// Refuses more buckets than anybody can read. A ledger has no buckets and may be as long as it likes.
    pub fn check_buckets(&self) -> Result<(), PeriodError> {
        let days = self.days();
        let buckets = match self.interval {
            Interval::Hour => days * 24,
            Interval::Day => days,
            Interval::Week => days / 7,
            Interval::Month => days / 30,
            Interval::Quarter => days / 91,
            Interval::Year => days / 365,
        };
        if buckets > Self::MAX_BUCKETS { Err(PeriodError::TooMany(buckets)) } else { Ok(()) }
    }

    /// How many days, at least one.
    pub fn days(&self) -> i64 {
        i64::from(self.from.until(self.to).map(|span| span.get_days()).unwrap_or(0)) + 1
    }

    /// The first days of the buckets, in order (for [`Interval::Hour`]: the days). The first bucket may begin
    /// before `from`: a week that the period cuts is still named by its Monday.
    pub fn bucket_starts(&self) -> Vec<Date> {
        let mut starts = Vec::new();
        let mut next = Some(self.interval.start_of(self.from));
        while let Some(start) = next.filter(|start| *start <= self.to) {
            starts.push(start);
            next = self.interval.next_start(start);
        }
        starts
    }

    /// The period of the same length that ends the day before this one begins.
    pub fn previous(&self) -> Option<Self> {
        let to = self.from.yesterday().ok()?;
        let from = to.checked_sub((self.days() - 1).days()).ok()?;
        Some(Self { from, to, ..self.clone() })
    }

    /// As a query string, without the question mark.
    pub fn query(&self) -> String {
        let tz = self.tz.replace('+', "%2B");
        format!("from={}&to={}&interval={}&tz={tz}", self.from, self.to, self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn week() -> Period {
        Period::last_days(date(2026, 3, 9), 7)
    }

    #[test]
    fn both_ends_count() {
        assert_eq!((week().from, week().days()), (date(2026, 3, 3), 7));
        assert_eq!(Period::last_days(date(2026, 3, 9), 1).days(), 1);
    }

    #[test]
    fn the_previous_period_touches_and_is_as_long() {
        let previous = week().previous().unwrap();
        assert_eq!((previous.from, previous.to, previous.days()), (date(2026, 2, 24), date(2026, 3, 2), 7));
    }

    #[test]
    fn buckets_are_named_by_their_first_day() {
        let period = Period { interval: Interval::Week, ..week() };
        assert_eq!(period.bucket_starts(), [date(2026, 3, 2), date(2026, 3, 9)]);
        let year = Period {
            from: date(2025, 2, 1),
            to: date(2026, 1, 31),
            interval: Interval::Quarter,
            tz: "UTC".into(),
        };
        assert_eq!(year.bucket_starts().len(), 5);
        assert_eq!(year.bucket_starts()[0], date(2025, 1, 1));
    }

    #[test]
    fn bad_input_gets_a_sentence() {
        let ask = |from, to, interval| Period::from_query(Some(from), Some(to), interval, None, &week());
        let sentence = |result: Result<Period, PeriodError>| result.unwrap_err().to_string();
        assert_eq!(
            sentence(ask("31.08.2026", "", None)),
            "from: “31.08.2026” is not a date; write it like 2026-08-31"
        );
        assert_eq!(
            sentence(ask("2026-09-01", "2026-08-01", None)),
            "from (2026-09-01) is after to (2026-08-01); swap them"
        );
        assert!(
            sentence(ask("2026-01-01", "2026-08-01", Some("fortnight"))).starts_with("interval: “fortnight”")
        );
        let ages = ask("0001-01-01", "9999-12-31", None).unwrap();
        assert!(ages.check_buckets().unwrap_err().to_string().contains("buckets are more than 4000"));
    }

    #[test]
    fn an_end_alone_takes_its_beginning_from_the_default_length() {
        let period = Period::from_query(None, Some("2026-02-10"), None, None, &week()).unwrap();
        assert_eq!((period.from, period.to), (date(2026, 2, 4), date(2026, 2, 10)));
    }

    #[test]
    fn the_query_reads_back() {
        let period = Period { interval: Interval::Month, tz: "Europe/Berlin".into(), ..week() };
        assert_eq!(period.query(), "from=2026-03-03&to=2026-03-09&interval=month&tz=Europe/Berlin");
    }

    proptest! {
        #[test]
        fn buckets_are_ascending_and_cover_both_ends(start in 0i64..20_000, days in 0i64..900, which in 1usize..6) {
            let from = date(1990, 1, 1).checked_add(start.days()).unwrap();
            let to = from.checked_add(days.days()).unwrap();
            let period = Period { from, to, interval: Interval::ALL[which], tz: "UTC".into() };
            let starts = period.bucket_starts();
            prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(starts[0] <= from);
            prop_assert!(*starts.last().unwrap() <= to);
            prop_assert!(period.interval.next_start(*starts.last().unwrap()).unwrap() > to);
        }
    }
}
