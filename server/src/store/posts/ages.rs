//! The ages at which posts are sampled, so that they can be compared.
//!
//! In seconds since posting. The hours are those of the market (views after 24 hours), the days thin out.

/// An age, how far from it a sample may be to count for it, and how long before it a look makes another unnecessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age {
    /// Seconds since posting.
    pub(crate) seconds: i32,
    /// A sample counts within so many seconds on either side.
    pub(crate) tolerance: i32,
}

const fn hours(hours: i32, tolerance_minutes: i32) -> Age {
    Age { seconds: hours * 3_600, tolerance: tolerance_minutes * 60 }
}

/// Ascending.
pub(crate) const AGES: [Age; 11] = [
    hours(1, 6),
    hours(2, 10),
    hours(6, 20),
    hours(12, 30),
    hours(24, 30),
    hours(48, 30),
    hours(4 * 24, 180),
    hours(7 * 24, 180),
    hours(14 * 24, 180),
    hours(30 * 24, 180),
    hours(60 * 24, 180),
];

/// The ages at which posts are compared: 1, 2, 6, 12, 24 and 48 hours. The later ones only draw the curve on.
pub(crate) const COMPARED: [Age; 6] = {
    let [one, two, six, twelve, day, two_days, ..] = AGES;
    [one, two, six, twelve, day, two_days]
};

impl Age {
    /// Does a sample taken at `age` seconds count for this age? [`super::list`] asks PostgreSQL the same.
    #[cfg(test)]
    const fn counts(self, age: i32) -> bool {
        age.abs_diff(self.seconds) <= self.tolerance.unsigned_abs()
    }

    /// A look shortly before is near enough: another one would only cost a request.
    const fn from(self) -> i32 {
        self.seconds - self.tolerance / 6
    }
}

/// The next age at which a post is to be sampled that was sampled last at `sampled` seconds. An age that has passed
/// unsampled is not made up for: it stays unknown, and the next sample stands for itself.
pub(crate) fn next(sampled: i32) -> Option<Age> {
    AGES.into_iter().find(|age| age.from() > sampled)
}

/// Is a sample due at `age` seconds when the last one was taken at `sampled`?
pub(crate) fn is_due(sampled: i32, age: i32) -> bool {
    next(sampled).is_some_and(|next| next.from() <= age)
}

/// Between due ages a change is worth a sample when the post is a quarter older than at the last one, so that a
/// post has a few dozen samples and not one for each look.
pub(crate) const fn is_far(sampled: i32, age: i32) -> bool {
    let apart = sampled / 4;
    age.saturating_sub(sampled) >= if apart < LEAST { LEAST } else { apart }
}

/// Never closer than about a look.
const LEAST: i32 = 540;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_counts_is_what_was_agreed() {
        let minutes: Vec<i32> = COMPARED.iter().map(|age| age.tolerance / 60).collect();
        assert_eq!(minutes, [6, 10, 20, 30, 30, 30]);
        let [hour, ..] = AGES;
        assert!(hour.counts(3_600 - 360) && hour.counts(3_600 + 360));
        assert!(!hour.counts(3_600 - 361) && !hour.counts(3_600 + 361));
        assert!(!AGES[4].counts(i32::MIN) && !AGES[4].counts(i32::MAX));
    }

    #[test]
    fn ages_ascend_and_no_sample_counts_for_two() {
        for pair in AGES.windows(2) {
            assert!(pair[0].seconds + pair[0].tolerance < pair[1].seconds - pair[1].tolerance);
        }
    }

    proptest! {
        #[test]
        fn looking_when_due_meets_every_age(first in 0..3_000_i32, late in 0..300_i32) {
            let mut sampled = first;
            let mut met = Vec::new();
            while let Some(age) = next(sampled) {
                prop_assert!(age.seconds > sampled);
                let taken = age.seconds + late;
                prop_assert!(is_due(sampled, taken) && age.counts(taken));
                met.push(age);
                sampled = taken;
            }
            prop_assert_eq!(met, AGES.to_vec());
        }

        #[test]
        fn what_was_sampled_is_not_due_again(sampled in 0..6_000_000_i32) {
            prop_assert!(!is_due(sampled, sampled) && !is_far(sampled, sampled));
        }

        #[test]
        fn a_look_that_makes_another_unnecessary_counts(sampled in 0..6_000_000_i32, age in 0..6_000_000_i32) {
            prop_assume!(age > sampled && is_due(sampled, age));
            let passed = AGES.into_iter().rfind(|one| one.from() > sampled && one.from() <= age);
            let passed = passed.unwrap();
            prop_assert!(age >= passed.seconds || passed.counts(age));
            prop_assert!(next(age).is_none_or(|next| next.seconds > passed.seconds));
        }
    }
}
