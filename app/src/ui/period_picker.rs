//! Choosing a period: links and a form, so that every view is a link and it works without JavaScript.

use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::format::date_range;
use crate::model::{Interval, Period};

/// Days, label: what is one tap away.
const PRESETS: &[(i64, &str)] = &[(7, "7 d"), (30, "30 d"), (90, "90 d"), (365, "1 y")];

/// The interval that gives a readable number of buckets.
pub fn readable_interval(days: i64) -> Interval {
    match days {
        ..=180 => Interval::Day,
        181..=730 => Interval::Week,
        _ => Interval::Month,
    }
}

/// The presets of a picker: label and period. `known_since` adds everything there is.
fn presets(today: Date, known_since: Option<Date>, tz: &str) -> Vec<(&'static str, Period)> {
    let period = |days: i64| Period {
        interval: readable_interval(days),
        tz: tz.to_owned(),
        ..Period::last_days(today, days)
    };
    let mut presets: Vec<_> = PRESETS.iter().map(|(days, label)| (*label, period(*days))).collect();
    if let Some(since) = known_since.filter(|since| *since <= today) {
        let days = i64::from(since.until(today).map(|span| span.get_days()).unwrap_or(0)) + 1;
        presets.push(("All", period(days)));
    }
    presets
}

/// The period picker of a page's head.
#[component]
pub fn PeriodPicker(
    /// The page's path, without a query.
    path: String,
    /// What is chosen.
    period: Period,
    /// Today in the period's zone.
    today: Date,
    /// The first day there is.
    known_since: Option<Date>,
    /// What a bucket may be; empty where the page has no buckets.
    #[prop(optional)]
    intervals: Vec<Interval>,
    /// Further fields of the page's query that a choice keeps.
    #[prop(optional)]
    keep: Vec<(&'static str, String)>,
    /// Offer the time zone.
    #[prop(optional)]
    zone: bool,
    /// What was wrong with the query, in words.
    problem: Option<String>,
) -> impl IntoView {
    let kept: String = keep.iter().map(|(name, value)| format!("&{name}={value}")).collect();
    let chips = presets(today, known_since, &period.tz)
        .into_iter()
        .map(|(label, preset)| {
            let chosen = (preset.from, preset.to) == (period.from, period.to);
            let href = format!("{path}?{}{kept}", preset.query());
            view! { <a class="pick" href=href aria-current=chosen.then_some("true")>{label}</a> }
        })
        .collect_view();
    let is_preset = presets(today, known_since, &period.tz)
        .iter()
        .any(|(_, preset)| (preset.from, preset.to) == (period.from, period.to));
    let earlier = period.previous().map(|earlier| format!("{path}?{}{kept}", earlier.query()));
    let later = period.to.checked_add(1.day()).ok().filter(|from| *from <= today).and_then(|from| {
        let to = from.checked_add((period.days() - 1).days()).ok()?;
        Some(format!("{path}?{}{kept}", Period { from, to, ..period.clone() }.query()))
    });
    view! {
        <div class="picker" role="group" aria-label="Period">
            <div class="picks">{chips}</div>
            <details class="picker-custom" open=problem.is_some()>
                <summary class="pick" data-chosen=(!is_preset).then_some("true")>{date_range(period.from, period.to)}</summary>
                <form method="get" action=path class="picker-form">
                    <label>"From"<input type="date" name="from" value=period.from.to_string() required /></label>
                    <label>"To"<input type="date" name="to" value=period.to.to_string() required /></label>
                    {(!intervals.is_empty())
                        .then(|| {
                            let chosen = period.interval;
                            let options = intervals
                                .into_iter()
                                .map(|interval| {
                                    view! {
                                        <option value=interval.name() selected=interval == chosen>
                                            {format!("By {interval}")}
                                        </option>
                                    }
                                })
                                .collect_view();
                            view! { <label>"Interval"<select name="interval">{options}</select></label> }
                        })}
                    {if zone {
                        view! {
                            <label>"Time zone"<input type="text" name="tz" value=period.tz.clone() size="16" /></label>
                        }
                        .into_any()
                    } else {
                        view! { <input type="hidden" name="tz" value=period.tz.clone() /> }.into_any()
                    }}
                    {keep
                        .into_iter()
                        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                        .collect_view()}
                    <button type="submit">"Show"</button>
                </form>
            </details>
            <div class="steps">
                {earlier.map(|href| view! { <a class="pick" href=href rel="prev" aria-label="Earlier">"‹"</a> })}
                {later.map(|href| view! { <a class="pick" href=href rel="next" aria-label="Later">"›"</a> })}
            </div>
            {problem.map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn all_reaches_back_to_the_first_day() {
        let all = presets(date(2026, 11, 23), Some(date(2025, 10, 20)), "UTC").pop().unwrap();
        assert_eq!(all.0, "All");
        assert_eq!(
            (all.1.from, all.1.to, all.1.interval),
            (date(2025, 10, 20), date(2026, 11, 23), Interval::Week)
        );
        assert_eq!(presets(date(2026, 11, 23), None, "UTC").len(), PRESETS.len());
    }
}
