//! Chunks of a UTC month, as pure values.

use std::collections::BTreeMap;

use app::model::Resolution;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::store::Counts;
use crate::store::convert::inconsistent;
use crate::store::error::Result;

/// When a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// A UTC day, as Telegram's servers cut it; of a week, its first.
    Day(Date),
    /// An hour of the day, 0–23.
    Hour(i8),
    /// The first instant of an hour.
    Instant(Timestamp),
}

/// Values by seconds from the month's first instant.
pub type Chunk = BTreeMap<i32, i64>;

/// The month that hours of the day are kept under.
pub const EPOCH: Date = date(1970, 1, 1);

const DAY: i32 = 86_400;
const HOUR: i32 = 3_600;

/// Points by month. The later of two for the same moment counts.
///
/// # Errors
/// `Inconsistent` for a point that does not fit the resolution.
pub fn split(resolution: Resolution, points: &[(At, i64)]) -> Result<BTreeMap<Date, Chunk>> {
    let mut months: BTreeMap<Date, Chunk> = BTreeMap::new();
    for (at, value) in points {
        let (month, offset) = match (resolution, *at) {
            (Resolution::Day | Resolution::Week, At::Day(day)) => {
                (day.first_of_month(), (i32::from(day.day()) - 1) * DAY)
            }
            (Resolution::HourOfDay, At::Hour(hour @ 0..=23)) => (EPOCH, i32::from(hour) * HOUR),
            (Resolution::Hour, At::Instant(at)) => hour_of(at)?,
            (_, other) => return Err(inconsistent("samples", "at", format!("{other:?}"))),
        };
        months.entry(month).or_default().insert(offset, *value);
    }
    Ok(months)
}

fn hour_of(at: Timestamp) -> Result<(Date, i32)> {
    let second = at.as_second();
    if second.rem_euclid(i64::from(HOUR)) != 0 || at.subsec_nanosecond() != 0 {
        return Err(inconsistent("samples", "at", at));
    }
    let utc = at.to_zoned(TimeZone::UTC);
    let offset = (i32::from(utc.day()) - 1) * DAY + i32::from(utc.hour()) * HOUR;
    Ok((utc.date().first_of_month(), offset))
}

/// The points of a chunk.
///
/// # Errors
/// `Inconsistent` for an offset that is no day of the month, or no hour.
pub fn read(resolution: Resolution, month: Date, chunk: &Chunk) -> Result<Vec<(At, i64)>> {
    let bad = |offset: &i32| inconsistent("sample_chunks", "offsets", format!("{offset} in {month}"));
    let unit = match resolution {
        Resolution::Day | Resolution::Week => DAY,
        Resolution::HourOfDay | Resolution::Hour => HOUR,
    };
    chunk
        .iter()
        .map(|(offset, value)| {
            let count = i16::try_from(offset / unit).ok().filter(|count| *count >= 0 && offset % unit == 0);
            let at = count.and_then(|count| match resolution {
                Resolution::Day | Resolution::Week => {
                    let day = month.checked_add(i64::from(count).days()).ok()?;
                    (day.first_of_month() == month).then_some(At::Day(day))
                }
                Resolution::HourOfDay => i8::try_from(count).ok().filter(|hour| *hour < 24).map(At::Hour),
                Resolution::Hour => {
                    let day = month.checked_add(i64::from(count / 24).days()).ok()?;
                    let hour = i8::try_from(count % 24).ok()?;
                    let at = day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
                    (day.first_of_month() == month).then_some(At::Instant(at.timestamp()))
                }
            });
            at.map(|at| (at, *value)).ok_or_else(|| bad(offset))
        })
        .collect()
}

/// What is known after hearing `told`: everything known stays, what was told again differently is replaced.
pub fn merge(known: Chunk, told: Chunk) -> (Chunk, Counts) {
    let mut merged = known;
    let mut counts = Counts::default();
    for (offset, value) in told {
        match merged.insert(offset, value) {
            None => counts.new += 1,
            Some(old) if old == value => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    (merged, counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    fn chunk() -> impl Strategy<Value = Chunk> {
        btree_map((0i32..31).prop_map(|day| day * DAY), -5i64..5, 0..31)
    }

    proptest! {
        #[test]
        fn the_same_again_changes_nothing(known in chunk(), told in chunk()) {
            let (once, _) = merge(known, told.clone());
            let (twice, counts) = merge(once.clone(), told.clone());
            prop_assert_eq!(once, twice);
            prop_assert_eq!(counts, Counts { unchanged: u32::try_from(told.len()).unwrap(), ..Counts::default() });
        }

        #[test]
        fn nothing_known_is_lost_and_everything_told_is_kept(known in chunk(), told in chunk()) {
            let (merged, counts) = merge(known.clone(), told.clone());
            prop_assert!(known.keys().all(|at| merged.contains_key(at)));
            prop_assert!(told.iter().all(|(at, value)| merged.get(at) == Some(value)));
            prop_assert_eq!(merged.len(), known.len() + usize::try_from(counts.new).unwrap());
            prop_assert_eq!(told.len(), usize::try_from(counts.new + counts.changed + counts.unchanged).unwrap());
        }

        #[test]
        fn what_is_split_reads_back(points in vec((0i64..20_000, any::<i64>()), 0..200)) {
            let points: BTreeMap<At, i64> = points
                .into_iter()
                .map(|(day, value)| (At::Day(EPOCH.checked_add(day.days()).unwrap()), value))
                .collect();
            let told: Vec<_> = points.clone().into_iter().collect();
            let back: BTreeMap<At, i64> = split(Resolution::Day, &told)
                .unwrap()
                .iter()
                .flat_map(|(month, chunk)| read(Resolution::Day, *month, chunk).unwrap())
                .collect();
            prop_assert_eq!(back, points);
        }
    }

    #[test]
    fn hours_read_back_to_the_last_of_a_month() {
        let points: Vec<_> = ["2026-01-01T00:00:00Z", "2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z"]
            .into_iter()
            .map(|at| (At::Instant(at.parse().unwrap()), 7))
            .collect();
        let months = split(Resolution::Hour, &points).unwrap();
        assert_eq!(months.keys().copied().collect::<Vec<_>>(), [date(2026, 1, 1), date(2026, 2, 1)]);
        let back = months.iter().flat_map(|(month, chunk)| read(Resolution::Hour, *month, chunk).unwrap());
        assert_eq!(back.collect::<Vec<_>>(), points);
        assert!(
            split(Resolution::Hour, &[(At::Instant("2026-01-01T00:30:00Z".parse().unwrap()), 7)]).is_err()
        );
    }

    #[test]
    fn hours_are_kept_under_the_epoch() {
        let points = [(At::Hour(0), 1), (At::Hour(23), 2)];
        let months = split(Resolution::HourOfDay, &points).unwrap();
        assert_eq!(months.keys().copied().collect::<Vec<_>>(), [EPOCH]);
        assert_eq!(read(Resolution::HourOfDay, EPOCH, &months[&EPOCH]).unwrap(), points);
    }

    #[test]
    fn points_of_another_resolution_are_refused() {
        assert!(split(Resolution::Day, &[(At::Hour(3), 1)]).is_err());
        assert!(split(Resolution::HourOfDay, &[(At::Hour(24), 1)]).is_err());
        assert!(split(Resolution::HourOfDay, &[(At::Day(EPOCH), 1)]).is_err());
    }

    #[test]
    fn offsets_without_meaning_are_said() {
        for (month, offset) in
            [(date(2026, 2, 1), 28 * DAY), (date(2026, 1, 1), 31 * DAY), (EPOCH, 7), (EPOCH, -DAY)]
        {
            let chunk = Chunk::from([(offset, 1)]);
            assert!(read(Resolution::Day, month, &chunk).is_err(), "{month} {offset}");
        }
    }
}
