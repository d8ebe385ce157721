//! Schedules in words.

use jiff::{SignedDuration, Timestamp};

use crate::format::{duration, exact};
use crate::model::schedule::{Cost, Preset};
use crate::model::{RunState, Schedule};

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

/// When the first of these runs: `next in 4 min`.
pub fn first_text(schedules: &[Schedule], now: Timestamp) -> String {
    let active = schedules.iter().filter(|one| one.enabled && one.parked_reason.is_none());
    match active.min_by_key(|one| one.next_due_at) {
        Some(first) => match next_text(first, now) {
            due if due == "due now" => due,
            time => format!("next {time}"),
        },
        None => "nothing is collected".to_owned(),
    }
}

/// What somebody should look at: `1 waits for you, 2 failed`; `None` when all is well.
pub fn trouble_text(schedules: &[Schedule]) -> Option<String> {
    let waiting = schedules.iter().filter(|one| one.enabled && one.parked_reason.is_some()).count();
    let failed = |one: &&Schedule| {
        one.enabled && one.parked_reason.is_none() && one.last_state == Some(RunState::Failed)
    };
    let failed = schedules.iter().filter(failed).count();
    let waiting = match waiting {
        0 => None,
        1 => Some("1 waits for you".to_owned()),
        many => Some(format!("{many} wait for you")),
    };
    let failed = (failed > 0).then(|| format!("{failed} failed"));
    let words: Vec<String> = waiting.into_iter().chain(failed).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What costs are of, below them.
pub const ESTIMATES: &str =
    "Requests are estimates for channels that have everything and whose older posts have been read.";

/// `About 1,240 requests a day; a round of everything takes 2\u{a0}min at 1 request a second.`
pub fn cost_text(cost: Cost, gap_ms: u64) -> String {
    let pace = match gap_ms {
        1000 => "at 1 request a second".to_owned(),
        ms => format!("at {} ms between requests", exact(ms)),
    };
    let each = match cost.accounts {
        0 | 1 => String::new(),
        many => format!(" of each of {many} accounts"),
    };
    let behind = match Cost::most_per_day(gap_ms) {
        Some(most) if cost.is_too_much(gap_ms) => format!(
            " That is too much for one account, which can ask {} times a day: money and young posts go first, everything \
             else comes later than it is scheduled. Choose a gentler preset or longer intervals.",
            exact(most)
        ),
        _ => String::new(),
    };
    format!(
        "About {} requests a day; a round of everything takes {} {pace}{each}.{behind}",
        exact(cost.requests_per_day),
        round_text(cost, gap_ms)
    )
}

/// How long a round takes: `2\u{a0}min`.
pub fn round_text(cost: Cost, gap_ms: u64) -> String {
    duration(i64::try_from(cost.round_seconds(gap_ms)).unwrap_or(i64::MAX))
}

/// Beside what asks more than an account can.
pub const TOO_MUCH: &str = "too much for one account";

/// What a preset would cost, beside its name: `about 1,240 requests a day, a round in 2\u{a0}min`.
pub fn preset_text(preset: Preset, schedules: &[Schedule], gap_ms: u64) -> String {
    let cost = Cost::of_preset(preset, schedules);
    let behind = if cost.is_too_much(gap_ms) { format!(", {TOO_MUCH}") } else { String::new() };
    format!(
        "about {} requests a day, a round in {}{behind}",
        exact(cost.requests_per_day),
        round_text(cost, gap_ms)
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

    fn schedule(enabled: bool, parked: bool, last: RunState, due: &str) -> Schedule {
        Schedule {
            channel_id: crate::model::ChannelId(1),
            channel_title: String::new(),
            collector: crate::model::Collector::Facts,
            every_seconds: 3600,
            cron: None,
            time_zone: None,
            enabled,
            next_due_at: due.parse().unwrap(),
            last_run: None,
            last_state: Some(last),
            last_finished_at: None,
            last_seconds: None,
            last_good_at: None,
            parked_reason: parked.then(|| "The right is gone.".to_owned()),
            account: None,
        }
    }

    #[test]
    fn a_folded_channel_says_what_is_next_and_what_is_wrong() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let well = schedule(true, false, RunState::Done, "2026-03-01T14:00:00Z");
        let sooner = schedule(true, false, RunState::Failed, "2026-03-01T12:04:00Z");
        let parked = schedule(true, true, RunState::Failed, "2026-03-01T11:00:00Z");
        let paused = schedule(false, false, RunState::Failed, "2026-03-01T11:00:00Z");
        assert_eq!(first_text(&[well.clone(), sooner.clone(), parked.clone()], now), "next in 4\u{a0}min");
        assert_eq!(first_text(&[parked.clone(), paused.clone()], now), "nothing is collected");
        assert_eq!(trouble_text(&[well.clone(), paused.clone()]), None);
        assert_eq!(trouble_text(&[well, sooner, paused]).as_deref(), Some("1 failed"));
        assert_eq!(trouble_text(&[parked.clone(), parked]).as_deref(), Some("2 wait for you"));
    }

    #[test]
    fn the_cost_names_the_pace() {
        let cost = Cost {
            requests_per_day: 1_240,
            requests_per_round: 121,
            longest_round: 121,
            busiest_day: 1_240,
            accounts: 1,
        };
        assert_eq!(
            cost_text(cost, 1000),
            "About 1,240 requests a day; a round of everything takes 2\u{a0}min at 1 request a second."
        );
        assert!(
            cost_text(cost, 250).contains("31\u{a0}s at 250 ms between requests"),
            "{}",
            cost_text(cost, 250)
        );
        let two = Cost { longest_round: 61, accounts: 2, ..cost };
        assert_eq!(
            cost_text(two, 1000),
            "About 1,240 requests a day; a round of everything takes 1\u{a0}min at 1 request a second of each of 2 \
             accounts."
        );
        let many = Cost { requests_per_day: 90_000, busiest_day: 86_401, ..two };
        assert_eq!(
            cost_text(many, 1000),
            "About 90,000 requests a day; a round of everything takes 1\u{a0}min at 1 request a second of each of 2 \
             accounts. That is too much for one account, which can ask 86,400 times a day: money and young posts go first, \
             everything else comes later than it is scheduled. Choose a gentler preset or longer intervals."
        );
    }
}
