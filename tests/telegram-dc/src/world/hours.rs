//! How a day's happenings spread over its hours.

use super::Spec;

/// Weights of the hours of a day in London, in ten-thousandths of the day.
const WEIGHTS: [u64; 24] = [
    190, 120, 80, 60, 60, 90, 210, 390, 540, 590, 560, 520, 540, 560, 530, 500, 490, 520, 580, 640, 700, 680,
    510, 340,
];

/// The share of the day's happenings before a second of the UTC day, in millionths.
pub(crate) fn elapsed_ppm(spec: &Spec, second: i64) -> u64 {
    let second = second.clamp(0, 86_400).cast_unsigned();
    let (hour, into) = (second / 3600, second % 3600);
    let before: u64 = (0..hour).map(|hour| weight(spec, hour)).sum();
    if hour > 23 { 1_000_000 } else { before * 100 + weight(spec, hour) * 100 * into / 3600 }
}

/// The same over several days, from the midnight the seconds are counted from: a million for each.
pub(crate) fn waking_ppm(spec: &Spec, seconds: i64) -> u64 {
    let days = seconds.div_euclid(86_400).max(0).cast_unsigned();
    days * 1_000_000 + elapsed_ppm(spec, seconds.rem_euclid(86_400))
}

/// The first of the seconds by which something has come about that stays so, at the latest `to`.
pub(crate) fn first_second(from: i64, to: i64, reached: impl Fn(i64) -> bool) -> i64 {
    let (mut from, mut to) = (from, to);
    while from < to {
        let middle = from + (to - from) / 2;
        if reached(middle) { to = middle } else { from = middle + 1 }
    }
    to
}

fn weight(spec: &Spec, hour: u64) -> u64 {
    let local = (hour.cast_signed() + spec.hours_east).rem_euclid(24);
    usize::try_from(local).ok().and_then(|hour| WEIGHTS.get(hour)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{WEIGHTS, elapsed_ppm, first_second, waking_ppm};
    use crate::world::cast::CHANNELS;

    #[test]
    fn the_whole_day_has_elapsed_at_its_end_and_time_only_grows() {
        assert_eq!(WEIGHTS.iter().sum::<u64>(), 10_000);
        for spec in CHANNELS {
            assert_eq!(elapsed_ppm(spec, 0), 0);
            assert_eq!(elapsed_ppm(spec, 86_400), 1_000_000);
            let course: Vec<_> = (0..=96).map(|quarter| elapsed_ppm(spec, quarter * 900)).collect();
            assert!(course.is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn a_moment_is_found_again() {
        for moment in [3, 4, 77, 99] {
            assert_eq!(first_second(3, 99, |second| second >= moment), moment);
        }
        assert_eq!(first_second(3, 99, |_| false), 99);
        for spec in CHANNELS {
            assert_eq!(waking_ppm(spec, 90_000) - waking_ppm(spec, 3_600), 1_000_000);
        }
    }
}
