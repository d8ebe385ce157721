//! Days. Day numbers count from 1 January 1970, so that the browser needs no calendar library.

use jiff::civil::Date;

/// A day of the (proleptic Gregorian) calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ymd {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl From<Date> for Ymd {
    fn from(date: Date) -> Self {
        Self { year: date.year().into(), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() }
    }
}

/// The calendar day of a day number (Howard Hinnant, “chrono-compatible low-level date algorithms”).
pub fn ymd(day_number: i32) -> Ymd {
    let shifted = i64::from(day_number) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Years begin in March here, so that the leap day is the last.
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Ymd {
        year: i32::try_from(year).unwrap_or(i32::MAX),
        month: u8::try_from(month).unwrap_or(1),
        day: u8::try_from(day).unwrap_or(1),
    }
}

/// The day number of a calendar day; the inverse of [`ymd`].
pub fn day_number(date: Ymd) -> i32 {
    let year = i64::from(date.year) - i64::from(date.month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from(date.month);
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * march_month + 2) / 5 + i64::from(date.day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).unwrap_or(i32::MAX)
}

/// `Mar`.
pub fn month_name(month: u8) -> &'static str {
    month_name_long(month).get(..3).unwrap_or("")
}

/// `March`.
pub fn month_name_long(month: u8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or("")
}

/// `3 Mar 2026`.
pub fn day(date: impl Into<Ymd>) -> String {
    let date = date.into();
    format!("{} {} {}", date.day, month_name(date.month), date.year)
}

/// `3 Mar`.
pub fn day_short(date: impl Into<Ymd>) -> String {
    let date = date.into();
    format!("{} {}", date.day, month_name(date.month))
}

/// `Mar 2026`.
pub fn month_year(date: impl Into<Ymd>) -> String {
    let date = date.into();
    format!("{} {}", month_name(date.month), date.year)
}

/// From one day to another, both included, without saying anything twice: `3–9 Mar 2026`,
/// `28 Feb – 5 Mar 2026`, `29 Dec 2025 – 4 Jan 2026`.
pub fn day_range(from: Ymd, to: Ymd) -> String {
    if from == to {
        day(to)
    } else if from.year != to.year {
        format!("{} – {}", day(from), day(to))
    } else if from.month != to.month {
        format!("{} – {}", day_short(from), day(to))
    } else {
        format!("{}–{}", from.day, day(to))
    }
}

/// [`day_range`] of two dates.
pub fn date_range(from: Date, to: Date) -> String {
    day_range(from.into(), to.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn dates_read_as_people_write_them() {
        assert_eq!(day(date(2026, 3, 3)), "3 Mar 2026");
        assert_eq!(
            (day_short(date(2026, 5, 31)), month_year(date(2026, 4, 1))),
            ("31 May".into(), "Apr 2026".into())
        );
        assert_eq!(date_range(date(2026, 3, 3), date(2026, 3, 9)), "3–9 Mar 2026");
        assert_eq!(date_range(date(2026, 2, 28), date(2026, 3, 5)), "28 Feb – 5 Mar 2026");
        assert_eq!(date_range(date(2025, 12, 29), date(2026, 1, 4)), "29 Dec 2025 – 4 Jan 2026");
        assert_eq!(date_range(date(2026, 3, 3), date(2026, 3, 3)), "3 Mar 2026");
    }

    proptest! {
        #[test]
        fn day_numbers_are_those_of_the_calendar_library(number in -700_000i32..2_900_000) {
            use jiff::ToSpan;
            let date = date(1970, 1, 1).checked_add(i64::from(number).days()).unwrap();
            prop_assert_eq!(ymd(number), Ymd::from(date));
            prop_assert_eq!(day_number(date.into()), number);
        }
    }
}
