//! When a schedule is due next: pure, from the schedule and the time.

use app::model::schedule::{self, room};
use app::model::{ChannelId, RunId, Schedule};
use cronexpr::Crontab;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::store::schedules;

/// Times of the day come up to so much late, so that channels with the same times do not all ask at once. Seconds.
const CRON_JITTER: i64 = 60;
/// Times may not be closer together than intervals may. Seconds.
const CLOSEST: i64 = 60;
/// From how many times the average distance is taken.
const LOOKED_AT: usize = 60;

/// Why times of the day cannot be set. Sentences without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTimes {
    /// Not five fields that mean something.
    #[error(
        "“{expression}” are no times: {reason}; write five fields, such as 30 6 * * * for 06:30 every day"
    )]
    Expression {
        /// What was written.
        expression: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No such zone.
    #[error("“{0}” is not a time zone; write it like Europe/Berlin or UTC")]
    Zone(String),
    /// It never happens.
    #[error("“{0}” never comes")]
    Never(String),
}

/// Times of the day, understood.
#[derive(Clone, Debug)]
pub struct Times {
    /// As it was written, blanks made one.
    pub expression: String,
    /// IANA name.
    pub time_zone: String,
    zone: TimeZone,
    /// It comes in every hour.
    is_hourly: bool,
    /// Read in UTC.
    crontab: Crontab,
}

impl Times {
    /// From five fields, as in a crontab (`man 5 crontab`), and an IANA time zone.
    ///
    /// # Errors
    /// [`BadTimes`].
    pub fn parse(expression: &str, time_zone: &str) -> Result<Self, BadTimes> {
        let zone = TimeZone::get(time_zone).map_err(|_| BadTimes::Zone(time_zone.to_owned()))?;
        let expression = cronexpr::normalize_crontab(expression);
        let bad = |reason: String| BadTimes::Expression { expression: expression.clone(), reason };
        let fields = expression.split(' ').count();
        if expression.is_empty() || fields != 5 {
            return Err(bad(format!(
                "there must be five fields, not {}",
                if expression.is_empty() { 0 } else { fields }
            )));
        }
        let crontab = cronexpr::parse_crontab(&format!("{expression} UTC"))
            // The library draws the place on a line of its own; the reason is what follows.
            .map_err(|error| bad(error.to_string().rsplit("^ ").next().unwrap_or_default().to_owned()))?;
        let is_hourly = expression.split(' ').nth(1) == Some("*");
        let times = Self {
            is_hourly,
            expression: expression.clone(),
            time_zone: time_zone.to_owned(),
            zone,
            crontab,
        };
        match times.after(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(times),
            None => Err(BadTimes::Never(expression)),
        }
    }

    /// The first of them after a moment. A time that the clocks leave out comes as late as they leave out, one that they
    /// show twice the first time only, but for what comes every hour.
    ///
    /// What a clock on the wall shows is searched as if it never changed: the library goes round in circles where clocks
    /// go back by half an hour (Lord Howe), and leaves out what they leave out.
    pub fn after(&self, at: Timestamp) -> Option<Timestamp> {
        let mut shown = self.zone.to_datetime(at);
        loop {
            let on_an_even_clock = TimeZone::UTC.to_timestamp(shown).ok()?;
            let next = self.crontab.find_next(on_an_even_clock).ok()?;
            shown = next.datetime();
            let next = self.zone.to_ambiguous_timestamp(shown).compatible().ok()?;
            if next > at {
                return if self.is_hourly {
                    self.on_this_clock(at).into_iter().chain([next]).min()
                } else {
                    Some(next)
                };
            }
        }
    }

    /// The first after a moment as if the zone's clock went on as it does then: what comes every hour comes in the hour that
    /// is shown twice, too.
    fn on_this_clock(&self, at: Timestamp) -> Option<Timestamp> {
        let offset = self.zone.to_offset(at);
        let shown = TimeZone::UTC.to_timestamp(offset.to_datetime(at)).ok()?;
        let next = self.crontab.find_next(shown).ok()?.datetime();
        offset.to_timestamp(next).ok().filter(|next| *next > at)
    }

    /// What the store keeps of them; `None` if they are over.
    pub fn to_set(&self, now: Timestamp) -> Option<schedules::Times<'_>> {
        let next = self.after(now)?;
        Some(schedules::Times {
            cron: &self.expression,
            time_zone: &self.time_zone,
            every_seconds: self.every_seconds(now),
            next,
        })
    }

    /// How far apart they are on average from a moment on, seconds, within what an interval may be.
    pub fn every_seconds(&self, from: Timestamp) -> i32 {
        let mut next = self.after(from);
        let first = next;
        let (mut last, mut gaps) = (first, 0_i64);
        while gaps < i64::try_from(LOOKED_AT).unwrap_or(i64::MAX) {
            next = next.and_then(|at| self.after(at));
            if next.is_none() {
                break;
            }
            (last, gaps) = (next, gaps + 1);
        }
        let span = first.zip(last).map_or(0, |(first, last)| first.duration_until(last).as_secs());
        let average = if gaps == 0 { i64::from(MOST_SECONDS) } else { span / gaps };
        i32::try_from(average.clamp(CLOSEST, i64::from(MOST_SECONDS))).unwrap_or(MOST_SECONDS)
    }
}

/// The longest interval, seconds: a year.
const MOST_SECONDS: i32 = 31_536_000;

/// When a schedule is due after a run that ended now.
///
/// An interval is a promise: there is [room] for waiting in a line, and it is up to a twentieth shorter, never longer; times
/// of the day come up to a minute late. So channels that began together do not stay together. By how much follows from the
/// run, so that a repetition decides the same.
pub fn next_due(schedule: &Schedule, run: RunId, now: Timestamp) -> Timestamp {
    let next = match (&schedule.cron, &schedule.time_zone) {
        (Some(cron), Some(time_zone)) => Times::parse(cron, time_zone)
            .ok()
            .and_then(|times| times.after(now))
            .and_then(|at| at.checked_add(jitter(run, schedule.channel_id, CRON_JITTER)).ok()),
        _ => None,
    };
    // Times that can no longer be read (a zone that was renamed) are kept up on average.
    next.unwrap_or_else(|| now.saturating_add(interval(schedule, run)).unwrap_or(Timestamp::MAX))
}

/// The schedule's interval less its [room] and its jitter.
pub fn interval(schedule: &Schedule, run: RunId) -> SignedDuration {
    let every = schedule.every_seconds;
    let latest = SignedDuration::from_secs(i64::from(every - room(every)));
    latest - jitter(run, schedule.channel_id, i64::from(schedule::jitter(every)))
}

/// From nothing to so many seconds.
fn jitter(run: RunId, channel: ChannelId, most: i64) -> SignedDuration {
    let mixed = run.0.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed()) ^ channel.0;
    SignedDuration::from_secs(mixed.rem_euclid(most + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::model::Collector;
    use proptest::prelude::*;

    use super::*;

    fn schedule(every_seconds: i32, times: Option<(&str, &str)>) -> Schedule {
        Schedule {
            channel_id: ChannelId(9),
            channel_title: String::new(),
            collector: Collector::Facts,
            every_seconds,
            cron: times.map(|(cron, _)| cron.to_owned()),
            time_zone: times.map(|(_, zone)| zone.to_owned()),
            enabled: true,
            next_due_at: Timestamp::UNIX_EPOCH,
            last_run: None,
            last_state: None,
            last_finished_at: None,
            last_seconds: None,
            last_good_at: None,
            parked_reason: None,
            account: None,
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_interval_is_ninety_seconds_and_up_to_a_twentieth_shorter() {
        let schedule = schedule(3600, None);
        let now = at("2026-03-01T00:00:00Z");
        let waits: BTreeSet<i64> =
            (0..50).map(|run| now.duration_until(next_due(&schedule, RunId(run), now)).as_secs()).collect();
        assert!(waits.len() > 20 && waits.iter().all(|wait| (3330..=3510).contains(wait)), "{waits:?}");
    }

    #[test]
    fn times_of_the_day_follow_the_zone_over_a_change_of_its_clocks() {
        let schedule = schedule(86_400, Some(("30 6 * * *", "Europe/Berlin")));
        // Clocks go forward on 29 March 2026.
        for (now, due) in [
            ("2026-03-28T00:00:00Z", "2026-03-28T05:30:00Z"),
            ("2026-03-28T12:00:00Z", "2026-03-29T04:30:00Z"),
            ("2026-03-29T12:00:00Z", "2026-03-30T04:30:00Z"),
        ] {
            let late = at(due).duration_until(next_due(&schedule, RunId(3), at(now))).as_secs();
            assert!((0..=60).contains(&late), "{now}: {late}");
        }
    }

    #[test]
    fn a_time_that_is_left_out_comes_late_and_one_that_comes_twice_comes_once() {
        let berlin = Times::parse("30 2 * * 0", "Europe/Berlin").unwrap();
        for (from, first, second) in [
            // Clocks go from 02:00 to 03:00 on 29 March.
            ("2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z", "2026-04-05T00:30:00Z"),
            // And from 03:00 to 02:00 on 25 October.
            ("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z"),
        ] {
            assert_eq!(berlin.after(at(from)), Some(at(first)));
            assert_eq!(berlin.after(at(first)), Some(at(second)));
        }
        assert_eq!(berlin.after(at("2026-10-25T01:10:00Z")), Some(at("2026-11-01T01:30:00Z")));
        // Every ten minutes is every ten minutes.
        let often = Times::parse("*/10 * * * *", "Europe/Berlin").unwrap();
        for day in ["2026-03-29", "2026-10-25"] {
            let mut time = at(&format!("{day}T00:00:00Z"));
            for _ in 0..24 {
                let next = often.after(time).unwrap();
                assert_eq!(time.duration_until(next).as_secs(), 600, "{time}");
                time = next;
            }
        }
    }

    #[test]
    fn where_clocks_go_back_by_half_an_hour_it_does_not_search_for_ever() {
        let times = Times::parse("30 6 * * *", "Australia/Lord_Howe").unwrap();
        // From +11:00 to +10:30 on 5 April 2026 at 02:00.
        assert_eq!(times.after(at("2026-04-03T20:00:00Z")), Some(at("2026-04-04T20:00:00Z")));
        assert_eq!(times.every_seconds(at("2026-03-01T00:00:00Z")), 86_430);
    }

    #[test]
    fn a_zone_that_is_gone_does_not_stop_collecting() {
        let schedule = schedule(7200, Some(("30 6 * * *", "Europe/Atlantis")));
        let now = at("2026-03-01T00:00:00Z");
        let wait = now.duration_until(next_due(&schedule, RunId(1), now)).as_secs();
        assert!((6840..=7200).contains(&wait), "{wait}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |expression, zone| Times::parse(expression, zone).unwrap_err().to_string();
        assert!(
            said("6 * *", "UTC").contains("there must be five fields, not 3"),
            "{}",
            said("6 * *", "UTC")
        );
        assert!(said("", "UTC").contains("five fields, not 0"));
        assert!(said("30 6 * * * UTC", "UTC").contains("five fields, not 6"));
        let hour = said("0 25 * * *", "UTC");
        assert!(hour.contains("25") && !hour.contains('\n'), "{hour}");
        assert!(said("0 6 * * *", "Mars").contains("“Mars” is not a time zone"));
        assert!(said("0 6 30 2 *", "UTC").contains("never comes"), "{}", said("0 6 30 2 *", "UTC"));
    }

    #[test]
    fn the_average_distance_is_what_the_cost_is_made_of() {
        let every =
            |expression| Times::parse(expression, "UTC").unwrap().every_seconds(at("2026-01-01T00:00:00Z"));
        assert_eq!(every("*/10 * * * *"), 600);
        assert_eq!(every("0 6 * * *"), 86_400);
        assert_eq!(every("0 6,18 * * *"), 43_200);
        assert_eq!(every("  0   6 * * 1 "), 604_800);
    }

    proptest! {
        #[test]
        fn an_interval_is_never_exceeded(run in 0_i64.., channel in 1_i64.., every in 60_i32..=MOST_SECONDS) {
            let schedule = Schedule { channel_id: ChannelId(channel), ..schedule(every, None) };
            let now = at("2026-03-01T00:00:00Z");
            let wait = now.duration_until(next_due(&schedule, RunId(run), now)).as_secs();
            let every = i64::from(every);
            let room = (every / 20 * 3).min(90);
            prop_assert!((every - room - every / 20..=every - room).contains(&wait), "{} s, not {}", wait, every);
        }

        #[test]
        fn the_next_time_is_never_now_or_before(run in 0_i64.., seconds in 0_i64..4_000_000_000, every in 60_i32..31_536_000) {
            let now = Timestamp::from_second(seconds).unwrap();
            prop_assert!(next_due(&schedule(every, None), RunId(run), now) > now);
            prop_assert!(next_due(&schedule(every, Some(("*/7 3 * * 1-5", "America/New_York"))), RunId(run), now) > now);
        }
    }
}
