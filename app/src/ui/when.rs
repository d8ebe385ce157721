//! Moments and days, always with the zone they are in.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::format::UNKNOWN;

/// The zone of that name, UTC when it is unknown (a period with an unknown zone was refused before).
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// `23 Nov 2026, 12:05 UTC`.
pub fn moment_text(at: Timestamp, tz: &TimeZone) -> String {
    at.to_zoned(tz.clone()).strftime("%-d %b %Y, %H:%M %Z").to_string()
}

/// A moment as a `time` element, `–` when there was none.
#[component]
pub fn When(
    /// The moment.
    at: Option<Timestamp>,
    /// The zone to write it in.
    #[prop(optional)]
    tz: Option<TimeZone>,
) -> impl IntoView {
    match at {
        None => view! { <span class="unknown">{UNKNOWN}</span> }.into_any(),
        Some(at) => {
            let text = moment_text(at, &tz.unwrap_or(TimeZone::UTC));
            view! { <time datetime=at.to_string()>{text}</time> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_names_its_zone() {
        let at: Timestamp = "2026-07-01T10:05:00Z".parse().unwrap();
        assert_eq!(moment_text(at, &TimeZone::UTC), "1 Jul 2026, 10:05 UTC");
        assert_eq!(moment_text(at, &zone("Europe/Berlin")), "1 Jul 2026, 12:05 CEST");
        assert_eq!(moment_text(at, &zone("Mars/Olympus")), "1 Jul 2026, 10:05 UTC");
    }
}
