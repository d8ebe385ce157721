//! Who is in a channel, who came, and who left.
//!
//! Everybody who ever came has a number, founders first, and those who leave are the ones who came first. So the
//! members at any moment are a stretch of numbers, exactly as long as the growth graph says.

use std::ops::Range;

use jiff::Timestamp;

use super::dice::{Dice, scale};
use super::hours::{self, elapsed_ppm};
use super::people::{self, Person};
use super::{Channel, Day, Kind, midnight};

/// Where their numbers begin among all people of a channel; those who come through links have others.
const FIRST_NUMBER: u64 = 20_000_000;

impl Channel<'_> {
    /// How many members of a group are online in this hour; of channels that is not told.
    pub(crate) fn online(&self, now: Timestamp) -> Option<u64> {
        let members = self.days(now).last().map_or(0, Day::subscribers);
        let hour = u32::try_from(now.as_second() / 3_600).unwrap_or(0);
        let share = Dice::new(self.world.seed, "online", self.spec.id, hour).between(2, 12);
        (self.spec.kind == Kind::Supergroup).then_some(members * share / 100)
    }
}

/// The people of a channel by a moment.
pub(crate) struct Members<'a> {
    channel: Channel<'a>,
    now: Timestamp,
    /// Whole days; the last one is today.
    days: Vec<Day>,
    /// How many had come, and how many had left, before each of the days and in the end of the last.
    come: Vec<u64>,
    gone: Vec<u64>,
    present: Range<u64>,
}

impl<'a> Members<'a> {
    pub(crate) fn new(channel: Channel<'a>, now: Timestamp) -> Self {
        let days = channel.whole_days(now);
        let mut come = vec![days.first().map_or(0, |day| day.opening)];
        let mut gone = vec![0];
        for day in &days {
            come.push(come[come.len() - 1] + day.joined());
            gone.push(gone[gone.len() - 1] + day.left);
        }
        let today = channel.days(now).pop();
        let present = today
            .zip(days.len().checked_sub(1))
            .map_or(0..come[0], |(today, last)| gone[last] + today.left..come[last] + today.joined());
        Self { channel, now, days, come, gone, present }
    }

    /// The numbers of those who are there now.
    pub(crate) fn present(&self) -> Range<u64> {
        self.present.clone()
    }

    pub(crate) fn person(&self, number: u64) -> Person {
        people::member(self.channel.world.seed, self.channel.spec.id, FIRST_NUMBER + number)
    }

    /// When they came, Unix seconds.
    pub(crate) fn came_at(&self, number: u64) -> i64 {
        let before = self.come.partition_point(|come| *come <= number);
        let day = before.checked_sub(1).and_then(|index| Some((self.days.get(index)?, self.come[index])));
        day.map_or_else(
            || midnight(self.channel.world.first_day),
            |(day, come)| self.moment(day, |ppm| day.joined_so_far(ppm) > number - come),
        )
    }

    /// The numbers of those who come on a day, and of those who leave on it; today's may lie ahead.
    pub(crate) fn on(&self, day: usize) -> (Range<u64>, Range<u64>) {
        (self.come[day]..self.come[day + 1], self.gone[day]..self.gone[day + 1])
    }

    /// When the one with a number left, on the day on which that happened.
    pub(crate) fn left_at(&self, day: usize, number: u64) -> i64 {
        let index = number - self.gone[day];
        let day = &self.days[day];
        self.moment(day, |ppm| scale(day.left, ppm, 1_000_000) > index)
    }

    pub(crate) fn days(&self) -> &[Day] {
        &self.days
    }

    /// The first second of a day by which something has happened, Unix time; at the latest the day's last.
    pub(crate) fn moment(&self, day: &Day, reached: impl Fn(u64) -> bool) -> i64 {
        let spec = self.channel.spec;
        midnight(day.date) + hours::first_second(0, 86_399, |second| reached(elapsed_ppm(spec, second)))
    }

    /// The day's number in `days` on which a moment lies.
    pub(crate) fn day_of(&self, at: i64) -> Option<usize> {
        let days = (at - midnight(self.channel.world.first_day)).div_euclid(86_400);
        usize::try_from(days).ok().filter(|index| *index < self.days.len())
    }

    pub(crate) fn now(&self) -> i64 {
        self.now.as_second()
    }
}

/// Whether one of `whole` things, by its place among them, belongs to `some` that are spread evenly among them.
pub(crate) fn is_one_of(place: u64, some: u64, whole: u64) -> bool {
    some > 0 && scale(place + 1, some, whole) > scale(place, some, whole)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Members, is_one_of};
    use crate::world::World;

    #[test]
    fn members_are_as_many_as_the_days_say() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let now = "2026-03-01T15:30:00Z".parse().unwrap();
        for channel in world.channels() {
            let members = Members::new(channel, now);
            let days = channel.days(now);
            let present = members.present();
            assert_eq!(present.end - present.start, days[days.len() - 1].subscribers());
            let (came, _) = members.on(300);
            let dates: Vec<_> = came.map(|number| members.came_at(number)).collect();
            let start = super::midnight(days[300].date);
            assert!(dates.is_sorted() && dates.iter().all(|date| (start..start + 86_400).contains(date)));
            assert_eq!(members.came_at(0), super::midnight(world.first_day));
        }
    }

    #[test]
    fn some_of_the_whole_are_as_many_as_they_should_be() {
        for (some, whole) in [(0, 5), (2, 7), (7, 7), (3, 100)] {
            assert_eq!((0..whole).filter(|place| is_one_of(*place, some, whole)).count() as u64, some);
        }
    }
}
