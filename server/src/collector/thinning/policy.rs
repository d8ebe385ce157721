//! Which snapshots may go. Pure.
//!
//! A snapshot goes only if it is old, its successor is of the same month, the two agree wherever both say something, and
//! every point of a series in it is said likewise by its successor or by the last one before it that stays. So these are
//! never thinned: the last of a kind in a month, one that differs from its successor where they overlap (a day that was
//! still growing included), one of a kind whose content cannot be compared, and the newest. Ledger rows are no snapshots,
//! and stay.

use std::collections::BTreeMap;

use app::model::{Metric, Resolution};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::store::samples::At;

type Point = (Metric, &'static str, String, At);

/// What a snapshot says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Says {
    /// The points of its series.
    pub points: BTreeMap<Point, i64>,
    /// What else it says, by what it is about.
    pub beside: BTreeMap<String, String>,
}

impl Says {
    /// Adds points of a series.
    pub fn add(
        &mut self,
        metric: Metric,
        resolution: Resolution,
        dimension: &str,
        points: impl IntoIterator<Item = (At, i64)>,
    ) {
        let key = |at| (metric, resolution.name(), dimension.to_owned(), at);
        self.points.extend(points.into_iter().map(|(at, value)| (key(at), value)));
    }

    /// Wherever both say something, they say the same.
    pub fn agrees_with(&self, other: &Self) -> bool {
        agree(&self.points, &other.points) && agree(&self.beside, &other.beside)
    }
}

fn agree<K: Ord, V: PartialEq>(one: &BTreeMap<K, V>, other: &BTreeMap<K, V>) -> bool {
    one.iter().all(|(key, value)| other.get(key).is_none_or(|other| other == value))
}

/// A snapshot, as far as the policy looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When it was said first.
    pub taken_at: Timestamp,
    /// When it was said last.
    pub seen_at: Timestamp,
    /// What it says; `None`: that cannot be compared.
    pub says: Option<Says>,
}

/// Judges the snapshots of one kind in their order, with two of them in memory.
#[derive(Debug)]
pub struct Thinner {
    cutoff: Timestamp,
    /// The last one that stays.
    before: Option<Said>,
    /// The one to be judged when its successor is known.
    waiting: Option<Said>,
    may_go: Vec<Timestamp>,
}

impl Thinner {
    /// Those said at the cutoff or later stay.
    pub const fn new(cutoff: Timestamp) -> Self {
        Self { cutoff, before: None, waiting: None, may_go: Vec::new() }
    }

    /// Adds the next. One that was judged before stays. `false`: none that follows can change anything.
    pub fn add(&mut self, said: Said, was_judged: bool) -> bool {
        if was_judged {
            self.before = Some(said);
            return true;
        }
        if let Some(waiting) = self.waiting.take() {
            if may_go(self.before.as_ref(), &waiting, &said, self.cutoff) {
                self.may_go.push(waiting.taken_at);
            } else {
                self.before = Some(waiting);
            }
        }
        let is_old = said.seen_at < self.cutoff;
        self.waiting = Some(said);
        is_old
    }

    /// Those that may go, by when they were said first.
    pub fn may_go(self) -> Vec<Timestamp> {
        self.may_go
    }
}

/// May `one` go, between the last before it that stays and its successor?
fn may_go(before: Option<&Said>, one: &Said, after: &Said, cutoff: Timestamp) -> bool {
    let month = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().first_of_month();
    let (Some(says), Some(next)) = (&one.says, &after.says) else { return false };
    let earlier = before.and_then(|before| before.says.as_ref());
    let is_said_elsewhere = |(point, value): (&Point, &i64)| {
        let says_so = |other: &Says| other.points.get(point) == Some(value);
        says_so(next) || earlier.is_some_and(says_so)
    };
    one.seen_at < cutoff
        && month(one.taken_at) == month(after.taken_at)
        && says.agrees_with(next)
        && says.points.iter().all(is_said_elsewhere)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::{SignedDuration, ToSpan};
    use proptest::prelude::*;

    use super::*;

    const START: &str = "2026-01-28T00:00:00Z";

    /// A window of days that ends on a day, with a value for each.
    fn window(hour: i64, last: i64, values: &[i64], is_comparable: bool) -> Said {
        let at = START.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour);
        let mut says = Says::default();
        let first = last - i64::try_from(values.len()).unwrap();
        let days = (first..last).map(|day| At::Day(date(2026, 1, 28).checked_add(day.days()).unwrap()));
        says.add(Metric::Views, Resolution::Day, "", days.zip(values.iter().copied()));
        Said { taken_at: at, seen_at: at, says: is_comparable.then_some(says) }
    }

    fn judged(all: &[Said], cutoff: Timestamp) -> Vec<Timestamp> {
        let mut thinner = Thinner::new(cutoff);
        for one in all {
            if !thinner.add(one.clone(), false) {
                break;
            }
        }
        thinner.may_go()
    }

    #[test]
    fn a_window_that_only_moved_on_goes() {
        let cutoff = START.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(1_000);
        let all = [
            window(0, 10, &[1, 2, 3], true),
            window(6, 11, &[2, 3, 4], true),
            // Its oldest day is in the window that stays.
            window(12, 12, &[3, 4, 5], true),
            // Revised later.
            window(18, 13, &[4, 5, 6], true),
            window(24, 13, &[4, 5, 7], true),
            window(30, 14, &[5, 7, 8], false),
            window(36, 14, &[5, 7, 8], true),
            // Another month.
            window(96, 14, &[5, 7, 8], true),
        ];
        let gone = judged(&all, cutoff);
        let kept: Vec<usize> = (0..all.len()).filter(|index| !gone.contains(&all[*index].taken_at)).collect();
        assert_eq!(kept, [0, 3, 4, 5, 6, 7]);
    }

    proptest! {
        #[test]
        fn what_must_stay_stays_and_nothing_that_was_said_is_lost(
            steps in prop::collection::vec((0i64..40, 0i64..3, 0u8..12, 0u8..8), 2..60),
            keep in 0i64..1_200,
        ) {
            let (mut hour, mut last, mut revision) = (0, 8, 0);
            let mut all = Vec::new();
            for (hours, days, revises, opaque) in steps {
                hour += hours + 1;
                last += days;
                revision += i64::from(revises == 0);
                let values: Vec<i64> =
                    (last - 5..last).map(|day| if day % 7 == 0 { day + revision } else { day }).collect();
                all.push(window(hour, last, &values, opaque != 0));
            }
            let cutoff = START.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(keep);
            let gone = judged(&all, cutoff);
            let went = |said: &Said| gone.contains(&said.taken_at);
            let month = |said: &Said| said.taken_at.to_zoned(TimeZone::UTC).date().first_of_month();

            for (index, one) in all.iter().enumerate() {
                let after = all.get(index + 1);
                let is_last_of_month = after.is_none_or(|after| month(after) != month(one));
                let differs = after.is_none_or(|after| match (&one.says, &after.says) {
                    (Some(says), Some(next)) => !says.agrees_with(next),
                    _ => true,
                });
                if is_last_of_month || differs || one.seen_at >= cutoff {
                    prop_assert!(!went(one), "{one:?}");
                }
            }

            let derived = |all: &[&Said]| {
                let mut points = BTreeMap::new();
                for says in all.iter().filter_map(|one| one.says.as_ref()) {
                    points.extend(says.points.clone());
                }
                points
            };
            let everything: Vec<&Said> = all.iter().collect();
            let kept: Vec<&Said> = all.iter().filter(|one| !went(one)).collect();
            prop_assert_eq!(derived(&kept), derived(&everything));

            // Judged again, or in two goes, nothing else goes.
            let left: Vec<Said> = kept.into_iter().cloned().collect();
            prop_assert_eq!(judged(&left, cutoff), Vec::new());
        }
    }
}
