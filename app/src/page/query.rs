//! What a page reads from its address.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

use crate::error::ApiError;
use crate::model::{ChannelId, Period};
use crate::ui::period_picker::readable_interval;

/// The days shown when the address does not say.
const DEFAULT_DAYS: i64 = 90;

/// The query of the request being rendered.
pub fn query() -> ParamsMap {
    use_query_map().get_untracked()
}

/// The channel in the path.
pub fn channel_id() -> Result<ChannelId, ApiError> {
    let text = use_params_map().get_untracked().get("id").unwrap_or_default();
    text.parse().map_err(|_| ApiError::NotFound(format!("The channel “{text}”")))
}

/// A period asked for, with what was wrong about the question; then the period is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What to show.
    pub period: Period,
    /// Today in the period's zone.
    pub today: Date,
    /// In words.
    pub problem: Option<String>,
}

/// The period in a query.
pub fn period(query: &ParamsMap, now: jiff::Timestamp) -> Asked {
    let utc_today = now.to_zoned(TimeZone::UTC).date();
    let default = Period::last_days(utc_today, DEFAULT_DAYS);
    let ask = || {
        let tz = query.get("tz").filter(|tz| !tz.is_empty()).unwrap_or_else(|| "UTC".to_owned());
        let zone = TimeZone::get(&tz)
            .map_err(|_| format!("“{tz}” is not a time zone; write it like Europe/Berlin or UTC"))?;
        let today = now.to_zoned(zone).date();
        let default = Period { tz, ..Period::last_days(today, DEFAULT_DAYS) };
        let text = |name| query.get(name);
        let period = Period::from_query(
            text("from").as_deref(),
            text("to").as_deref(),
            text("interval").as_deref(),
            None,
            &default,
        )
        .map_err(|problem| problem.to_string())?;
        let interval = match text("interval").filter(|name| !name.is_empty()) {
            Some(_) => period.interval,
            None => readable_interval(period.days()),
        };
        Ok::<_, String>((Period { interval, ..period }, today))
    };
    match ask() {
        Ok((period, today)) => Asked { period, today, problem: None },
        Err(problem) => {
            let problem = format!("{problem}. Shown instead: the last {DEFAULT_DAYS} days.");
            Asked { period: default, today: utc_today, problem: Some(problem) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Interval;
    use jiff::civil::date;

    fn ask(pairs: &[(&'static str, &str)]) -> Asked {
        let mut map = ParamsMap::new();
        for (name, value) in pairs {
            map.insert(*name, (*value).to_owned());
        }
        period(&map, "2026-11-23T23:30:00Z".parse().unwrap())
    }

    #[test]
    fn without_a_question_the_last_ninety_days() {
        let asked = ask(&[]);
        assert_eq!((asked.period.from, asked.period.to), (date(2026, 8, 26), date(2026, 11, 23)));
        assert_eq!((asked.period.interval, asked.problem), (Interval::Day, None));
    }

    #[test]
    fn today_is_the_zones_own() {
        assert_eq!(ask(&[("tz", "Asia/Tokyo")]).today, date(2026, 11, 24));
    }

    #[test]
    fn a_wrong_question_is_named_and_answered_with_the_default() {
        for pair in [
            ("tz", "Mars/Olympus"),
            ("from", "31.08.2026"),
            ("interval", "fortnight"),
            ("from", "2027-01-01"),
        ] {
            let asked = ask(&[pair]);
            assert!(asked.problem.is_some_and(|text| text.contains(pair.1)), "{pair:?}");
            assert_eq!(asked.period.from, date(2026, 8, 26));
        }
    }

    #[test]
    fn long_periods_get_wide_buckets_unless_asked_otherwise() {
        assert_eq!(ask(&[("from", "2025-11-24")]).period.interval, Interval::Week);
        assert_eq!(ask(&[("from", "2025-11-24"), ("interval", "day")]).period.interval, Interval::Day);
    }
}
