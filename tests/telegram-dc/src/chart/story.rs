//! The graphs of `stats.storyStats`.

use jiff::Timestamp;

use super::column::{Column, INDIGO, LIGHTBLUE};
use super::json::{Axis, Chart, Style};
use super::kind::StoryGraph;
use crate::world::{Channel, MOODS, Story, StoryCounts};

/// A story hour by hour, from the hour it was posted in until now or until nobody sees it any more; the points add up
/// to its counters.
pub(crate) fn draw_story(channel: &Channel<'_>, story: &Story, kind: StoryGraph, now: Timestamp) -> Chart {
    let until = now.as_second().min(story.ends());
    let hours = story.date.div_euclid(3_600)..until.div_euclid(3_600) + 1;
    let x = hours.clone().map(|hour| hour * 3_600_000).collect();
    let ends: Vec<_> = hours.map(|hour| ((hour + 1) * 3_600).min(until)).collect();
    chart(channel, story, kind, Axis::Hours, x, &ends)
}

/// Steps that end at `ends` (Unix seconds), each beginning at its x.
pub(super) fn chart(
    channel: &Channel<'_>,
    story: &Story,
    kind: StoryGraph,
    axis: Axis,
    x: Vec<i64>,
    ends: &[i64],
) -> Chart {
    let at = |second: i64| story.counts(channel.spec, second);
    let gains: Vec<StoryCounts> =
        x.iter().zip(ends).map(|(x, end)| at(*end).since(&at(x.div_euclid(1_000)))).collect();
    let (style, columns) = match kind {
        StoryGraph::Views => (
            Style::TwoAxes,
            vec![
                Column::new("Views", LIGHTBLUE, &gains, |gain| gain.views),
                Column::new("Shares", INDIGO, &gains, |gain| gain.forwards),
            ],
        ),
        StoryGraph::Reactions => {
            (Style::Bars, Column::several(&MOODS, &gains, |gain, mood| gain.reactions_by[mood]))
        }
    };
    Chart { style, axis, x, columns, currency: None }
}
