//! Schedules in words.

use jiff::{SignedDuration, Timestamp};

use crate::format::{duration, exact};
use crate::model::Schedule;
use crate::model::schedule::Cost;

/// `every 6 hours`, `every day`.
pub fn every_text(seconds: i32) -> String {
    let unit = |count: i32, one: &str, many: &str| match count {
        1 => format!("every {one}"),
        count => format!("every {count} {many}"),
    };
    match seconds {
        seconds if seconds % 86_400 == 0 => unit(seconds / 86_400, "day", "days"),
        seconds if seconds % 3_600 == 0 => unit(seconds / 3_600, "hour", "hours"),
        seconds if seconds % 60 == 0 => unit(seconds / 60, "minute", "minutes"),
        seconds => unit(seconds, "second", "seconds"),
    }
}

/// When it runs: `every 6 hours`, or `at 30 6 * * * Europe/Berlin`.
pub fn timing_text(schedule: &Schedule) -> String {
    match (&schedule.cron, &schedule.time_zone) {
        (Some(cron), Some(zone)) => format!("at {cron} {zone}"),
        _ => every_text(schedule.every_seconds),
    }
}

/// `in 2 h 14 min`, `due now`, and so on.
pub fn next_text(schedule: &Schedule, now: Timestamp) -> String {
    if !schedule.enabled {
        return "paused".to_owned();
    }
    if schedule.parked_reason.is_some() {
        return "waits for you".to_owned();
    }
    let left: SignedDuration = now.duration_until(schedule.next_due_at);
    if left <= SignedDuration::ZERO {
        "due now".to_owned()
    } else {
        format!("in {}", duration(left.as_secs()))
    }
}

/// `About 1,240 requests a day; a round takes 2\u{a0}min at 1 request a second.`
pub fn cost_text(cost: Cost, gap_ms: u64) -> String {
    let pace = match gap_ms {
        1000 => "at 1 request a second".to_owned(),
        ms => format!("at {} ms between requests", exact(ms)),
    };
    let round = duration(i64::try_from(cost.round_seconds(gap_ms)).unwrap_or(i64::MAX));
    format!(
        "About {} requests a day; a round of everything takes {round} {pace}.",
        exact(cost.requests_per_day)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_read_as_words() {
        assert_eq!(
            [21_600, 86_400, 3_600, 5_400, 90].map(every_text),
            ["every 6 hours", "every day", "every hour", "every 90 minutes", "every 90 seconds"]
        );
    }

    #[test]
    fn the_cost_names_the_pace() {
        let cost = Cost { requests_per_day: 1_240, requests_per_round: 121 };
        assert_eq!(
            cost_text(cost, 1000),
            "About 1,240 requests a day; a round of everything takes 2\u{a0}min at 1 request a second."
        );
        assert!(
            cost_text(cost, 250).contains("31\u{a0}s at 250 ms between requests"),
            "{}",
            cost_text(cost, 250)
        );
    }
}
