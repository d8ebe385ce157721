//! What was said one after the other, where the same said again is kept once: derived from answers, and compared with rows.

use jiff::{SignedDuration, Timestamp};

use super::KindComparison;

/// Answers of one run are recorded in one moment, so close together; the last of them counts.
const ONE_RUN: SignedDuration = SignedDuration::from_millis(1);

/// A row that is missing or different: when it was said first, when last, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted<T> {
    pub(super) observed_at: Timestamp,
    pub(super) seen_at: Timestamp,
    pub(super) value: T,
}

/// What answers say, in their order.
#[derive(Debug)]
pub(super) struct Timeline<T> {
    said: Vec<Wanted<T>>,
    last_taken_at: Option<Timestamp>,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self { said: Vec::new(), last_taken_at: None }
    }
}

impl<T: Clone + PartialEq> Timeline<T> {
    /// Adds what an answer says that was given first and last at these moments.
    pub(super) fn add(&mut self, value: T, taken_at: Timestamp, seen_at: Timestamp) {
        let is_same_run = self.last_taken_at.is_some_and(|last| taken_at.duration_since(last) <= ONE_RUN);
        self.last_taken_at = Some(taken_at);
        match self.said.last_mut() {
            Some(last) if is_same_run || last.value == value => {
                last.value = value;
                last.seen_at = last.seen_at.max(seen_at);
            }
            _ => self.said.push(Wanted { observed_at: taken_at, seen_at, value }),
        }
    }

    /// Compares with the rows that are kept, in their order, and counts. The row of what was said is one that was
    /// observed after the other thing was said last, and not later than the answer was kept: the run that kept it had
    /// begun by then. What is to be put right.
    pub(super) fn compare(&self, kept: &[(Timestamp, T)], counts: &mut KindComparison) -> Vec<Wanted<T>> {
        let mut wanted = Vec::new();
        let mut after = Timestamp::MIN;
        let mut found = 0;
        for said in &self.said {
            let of_it = |(at, _): &&(Timestamp, T)| *at > after && *at <= said.observed_at;
            match kept.iter().rev().find(of_it) {
                Some((_, value)) if *value == said.value => {
                    (found, counts.equal) = (found + 1, counts.equal + 1);
                }
                Some((observed_at, _)) => {
                    (found, counts.different) = (found + 1, counts.different + 1);
                    wanted.push(Wanted { observed_at: *observed_at, ..said.clone() });
                }
                None => {
                    counts.missing += 1;
                    wanted.push(said.clone());
                }
            }
            after = said.seen_at;
        }
        counts.extra += u64::try_from(kept.len()).unwrap_or(u64::MAX).saturating_sub(found);
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn timeline() -> Timeline<i32> {
        let mut timeline = Timeline::default();
        // The second says the same, the fourth was asked for in the run of the third.
        for (value, taken_at, seen_at) in [(1, 10, 20), (1, 30, 35), (8, 50, 50), (2, 50, 90), (1, 100, 120)]
        {
            timeline.add(value, at(taken_at), at(seen_at));
        }
        timeline
    }

    fn compared(kept: &[(i64, i32)]) -> ([u64; 4], Vec<(i64, i32)>) {
        let kept: Vec<(Timestamp, i32)> = kept.iter().map(|(second, value)| (at(*second), *value)).collect();
        let mut counts = KindComparison::new("tests");
        let wanted = timeline().compare(&kept, &mut counts);
        let wanted = wanted.iter().map(|one| (one.observed_at.as_second(), one.value)).collect();
        ([counts.equal, counts.missing, counts.different, counts.extra], wanted)
    }

    #[test]
    fn rows_are_found_by_when_something_was_said() {
        assert_eq!(compared(&[(9, 1), (49, 2), (100, 1)]), ([3, 0, 0, 0], vec![]));
        assert_eq!(compared(&[(9, 1), (100, 1)]), ([2, 1, 0, 0], vec![(50, 2)]), "one was lost");
        assert_eq!(compared(&[(9, 1), (49, 5), (100, 1)]), ([2, 0, 1, 0], vec![(49, 2)]), "one is wrong");
        let before = [(1, 7), (9, 1), (49, 2), (100, 1), (200, 6)];
        assert_eq!(compared(&before), ([3, 0, 0, 2], vec![]), "of which no answer is kept");
        assert_eq!(compared(&[]), ([0, 3, 0, 0], vec![(10, 1), (50, 2), (100, 1)]));
    }
}
