//! A point of a graph from close by, hours of a day or five minutes of an hour: what a zoom token is good for.

use jiff::Timestamp;

use super::broadcast::columns;
use super::group;
use super::json::{Axis, Chart};
use super::kind::{GraphKind, GroupGraph, StoryGraph, Zoom};
use super::story;
use crate::world::{Channel, Day, GroupDay, Story, midnight, second_of_day};

/// So many days, today included, can be looked at in steps of five minutes.
const MINUTE_DAYS: u32 = 7;

/// A stretch of a day that is over, in steps: their first seconds, and one second more than the last one's last.
struct Stretch {
    day: Day,
    steps: Vec<(i64, i64)>,
    axis: Axis,
}

impl Stretch {
    /// Steps of a day or an hour that begins at `x` (milliseconds), as far as they are over.
    fn find(channel: &Channel<'_>, zoom: Zoom, x: i64, now: Timestamp) -> Option<Self> {
        let (step, whole) = zoom.seconds();
        let start = x.div_euclid(1_000);
        if x.rem_euclid(1_000) != 0 || start.rem_euclid(whole) != 0 {
            return None;
        }
        let days = channel.whole_days(now);
        let first = midnight(channel.world.first_day);
        let index = usize::try_from((start - first).div_euclid(86_400)).ok()?;
        let day = days.get(index)?.clone();
        if zoom == Zoom::Minutes && !has_minutes(channel, start, now) {
            return None;
        }
        let from = start.rem_euclid(86_400);
        let over = if index + 1 == days.len() { second_of_day(now) } else { 86_400 };
        let steps = (0..whole / step).map(|number| (from + number * step, from + (number + 1) * step));
        let steps = steps.filter(|(_, end)| *end <= over).collect();
        let axis = if zoom == Zoom::Hours { Axis::Hours } else { Axis::Minutes };
        Some(Self { day, steps, axis })
    }

    fn x(&self) -> Vec<i64> {
        self.steps.iter().map(|(from, _)| (midnight(self.day.date) + from) * 1_000).collect()
    }

    /// The parts of something that happened in the steps.
    fn parts<T>(&self, channel: &Channel<'_>, between: impl Fn(u64, u64) -> T) -> Vec<T> {
        let part = |(from, to): &(i64, i64)| between(channel.elapsed_ppm(*from), channel.elapsed_ppm(*to));
        self.steps.iter().map(part).collect()
    }
}

/// Whether the hours of the day on which a moment (Unix seconds) lies can be looked at more closely still.
pub(crate) fn has_minutes(channel: &Channel<'_>, at: i64, now: Timestamp) -> bool {
    let Ok(at) = Timestamp::from_second(at) else { return false };
    let ago = channel.world.day_number(now) - channel.world.day_number(at);
    u32::try_from(ago).is_ok_and(|ago| ago < MINUTE_DAYS)
}

/// A channel's graph from close by; the points add up to the one that is looked at, if that is over.
pub(crate) fn zoomed(
    channel: &Channel<'_>,
    kind: GraphKind,
    zoom: Zoom,
    x: i64,
    now: Timestamp,
) -> Option<Chart> {
    let stretch = Stretch::find(channel, zoom, x, now)?;
    let (style, columns) = columns(kind, &stretch.parts(channel, |from, to| stretch.day.between(from, to)));
    Some(Chart { style, axis: stretch.axis, x: stretch.x(), columns, currency: None })
}

/// A supergroup's graph from close by.
pub(crate) fn zoomed_group(
    channel: &Channel<'_>,
    kind: GroupGraph,
    zoom: Zoom,
    x: i64,
    now: Timestamp,
) -> Option<Chart> {
    let stretch = Stretch::find(channel, zoom, x, now)?;
    let group = GroupDay::of(channel.world.seed, channel.spec, &stretch.day);
    let (style, columns) = group::columns(kind, &stretch.parts(channel, |from, to| group.between(from, to)));
    Some(Chart { style, axis: stretch.axis, x: stretch.x(), columns, currency: None })
}

/// An hour of a story's graph in steps of five minutes.
pub(crate) fn zoomed_story(
    channel: &Channel<'_>,
    story: &Story,
    kind: StoryGraph,
    x: i64,
    now: Timestamp,
) -> Option<Chart> {
    let stretch = Stretch::find(channel, Zoom::Minutes, x, now)?;
    let x = stretch.x();
    let ends = x.iter().map(|x| x / 1_000 + 300).collect::<Vec<_>>();
    Some(story::chart(channel, story, kind, Axis::Minutes, x, &ends))
}
