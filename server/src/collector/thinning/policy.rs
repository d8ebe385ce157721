//! Which snapshots may go. Pure.
//!
//! A snapshot goes only if it is old, the last one before it that stays and its successor are of the same month, it agrees
//! with its successor wherever both say something, and everything in it is said likewise by one of the two. So these are
//! never thinned: the first and the last of a kind in a month, one that differs from its successor where they overlap (a
//! day that was still growing included), one that says something that no neighbour says (cards of a period, a point that
//! was left out once), one of a kind whose content cannot be compared, and the newest. Ledger rows are no snapshots, and
//! stay.

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
    // Without one before it, or with one of another month, it is the first.
    let (Some(before), Some(says), Some(next)) = (before, &one.says, &after.says) else { return false };
    let is_within_the_month =
        month(before.taken_at) == month(one.taken_at) && month(one.taken_at) == month(after.taken_at);
    one.seen_at < cutoff
        && is_within_the_month
        && says.agrees_with(next)
        && are_said(&says.points, &next.points, before.says.as_ref().map(|says| &says.points))
        && are_said(&says.beside, &next.beside, before.says.as_ref().map(|says| &says.beside))
}

/// Is everything said likewise afterwards or before?
fn are_said<K: Ord, V: PartialEq>(
    all: &BTreeMap<K, V>,
    next: &BTreeMap<K, V>,
    before: Option<&BTreeMap<K, V>>,
) -> bool {
    all.iter().all(|(key, value)| {
        let says_so = |other: &BTreeMap<K, V>| other.get(key) == Some(value);
        says_so(next) || before.is_some_and(says_so)
    })
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

    /// With a card of a period.
    fn with_card(said: Said, period: i64, value: i64) -> Said {
        let says = said.says.map(|mut says| {
            says.beside.insert(format!("card {period}"), value.to_string());
            says
        });
        Said { says, ..said }
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

    #[test]
    fn what_is_said_beside_series_is_not_lost() {
        let cutoff = START.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(1_000);
        let all = [
            with_card(window(0, 10, &[1, 2, 3], true), 1, 7),
            with_card(window(6, 10, &[1, 2, 3], true), 1, 7),
            // The only one of its period.
            with_card(window(12, 10, &[1, 2, 3], true), 2, 7),
            with_card(window(18, 10, &[1, 2, 3], true), 3, 7),
            with_card(window(24, 10, &[1, 2, 3], true), 3, 8),
            with_card(window(30, 10, &[1, 2, 3], true), 3, 8),
        ];
        let gone = judged(&all, cutoff);
        let kept: Vec<usize> = (0..all.len()).filter(|index| !gone.contains(&all[*index].taken_at)).collect();
        assert_eq!(kept, [0, 2, 3, 5]);
    }

    proptest! {
        #[test]
        fn what_must_stay_stays_and_nothing_that_was_said_is_lost(
            steps in prop::collection::vec((0i64..40, 0i64..3, 0u8..12, 0u8..8, 0u8..6), 2..60),
            keep in 0i64..1_200,
            crash in 0_usize..60,
        ) {
            let (mut hour, mut last, mut revision, mut period) = (0, 8, 0, 0);
            let mut all = Vec::new();
            for (hours, days, revises, opaque, moves) in steps {
                hour += hours + 1;
                last += days;
                revision += i64::from(revises == 0);
                period += i64::from(moves == 0);
                let values: Vec<i64> =
                    (last - 5..last).map(|day| if day % 7 == 0 { day + revision } else { day }).collect();
                all.push(with_card(window(hour, last, &values, opaque != 0), period, revision / 2));
            }
            let cutoff = START.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(keep);
            let gone = judged(&all, cutoff);
            let went = |said: &Said| gone.contains(&said.taken_at);
            let month = |said: &Said| said.taken_at.to_zoned(TimeZone::UTC).date().first_of_month();

            for (index, one) in all.iter().enumerate() {
                let after = all.get(index + 1);
                let before = index.checked_sub(1).and_then(|index| all.get(index));
                let is_first_of_month = before.is_none_or(|before| month(before) != month(one));
                let is_last_of_month = after.is_none_or(|after| month(after) != month(one));
                let differs = after.is_none_or(|after| match (&one.says, &after.says) {
                    (Some(says), Some(next)) => !says.agrees_with(next),
                    _ => true,
                });
                if is_first_of_month || is_last_of_month || differs || one.seen_at >= cutoff {
                    prop_assert!(!went(one), "{one:?}");
                }
            }

            let derived = |all: &[&Said]| {
                let (mut points, mut beside) = (BTreeMap::new(), BTreeMap::new());
                for says in all.iter().filter_map(|one| one.says.as_ref()) {
                    points.extend(says.points.clone());
                    beside.extend(says.beside.clone());
                }
                (points, beside)
            };
            let everything: Vec<&Said> = all.iter().collect();
            let kept: Vec<&Said> = all.iter().filter(|one| !went(one)).collect();
            prop_assert_eq!(derived(&kept), derived(&everything));

            // Judged again, or in two goes, nothing else goes.
            let left: Vec<Said> = kept.into_iter().cloned().collect();
            prop_assert_eq!(judged(&left, cutoff), Vec::new());

            // Ended when only some had gone, it goes on to the same end.
            let first: Vec<Timestamp> = gone.iter().copied().take(crash).collect();
            let after_crash: Vec<Said> =
                all.iter().filter(|one| !first.contains(&one.taken_at)).cloned().collect();
            let rest: Vec<Timestamp> = gone.iter().copied().skip(crash).collect();
            prop_assert_eq!(judged(&after_crash, cutoff), rest);
        }
    }
}
