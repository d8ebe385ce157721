//! The graphs of a single post: what was counted under it, by hours while it is young, by days later.

use jiff::Timestamp;

use super::column::{BLUE, Column, GREEN, INDIGO};
use super::json::{Axis, Chart, Style};
use crate::world::{Counters, MOODS, Poll, Post, SETTLED_SECONDS, moods};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const FIVE_MINUTES: i64 = 300;

/// Posts younger than this are drawn by hours.
const YOUNG_SECONDS: i64 = 4 * DAY;

/// With fewer views there is nothing to draw.
const LEAST_VIEWS: u64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageGraph {
    Views,
    Reactions,
}

impl MessageGraph {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Reactions => "reactions",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Views, Self::Reactions].into_iter().find(|kind| kind.name() == name)
    }
}

/// The hours or days of a post's life so far: they add up to its counters. `None` without enough data.
pub(crate) fn of_message(post: &Post, message: i32, kind: MessageGraph, now: Timestamp) -> Option<Chart> {
    let step = step(post, now);
    let spans = spans(post.date - post.date.rem_euclid(step), end(post, now), step);
    let axis = if step == DAY { Axis::Days } else { Axis::Hours };
    let has_enough = post.counters(message, now.as_second()).views >= LEAST_VIEWS;
    Some(draw(post, message, kind, axis, &spans)).filter(|chart| has_enough && chart.has_enough())
}

/// The point at `x` (milliseconds) of a graph made at `issued`: a day by hours, or an hour by five minutes.
pub(crate) fn of_message_zoomed(
    post: &Post,
    message: i32,
    kind: MessageGraph,
    x: i64,
    issued: Timestamp,
    now: Timestamp,
) -> Option<Chart> {
    let step = step(post, issued);
    let start = x.div_euclid(1_000);
    let end = end(post, now);
    let known = post.date - post.date.rem_euclid(step)..end;
    if x.rem_euclid(step * 1_000) != 0 || !known.contains(&start) {
        return None;
    }
    let (finer, axis) = if step == DAY { (HOUR, Axis::Hours) } else { (FIVE_MINUTES, Axis::Minutes) };
    Some(draw(post, message, kind, axis, &spans(start, end.min(start + step), finer)))
}

/// Votes over a poll's life so far. `None` without enough data.
pub(crate) fn votes(poll: &Poll, post: &Post, now: Timestamp) -> Option<Chart> {
    let step = step(post, now);
    let spans = spans(post.date - post.date.rem_euclid(step), end(post, now), step);
    let by = |at| poll.votes(post, at).iter().sum::<u64>();
    let columns = vec![Column::new("Votes", GREEN, &spans, |(from, to)| by(*to) - by(*from))];
    let axis = if step == DAY { Axis::Days } else { Axis::Hours };
    let x = spans.iter().map(|(from, _)| from * 1_000).collect();
    Some(Chart { style: Style::Bars, axis, x, columns, currency: None })
}

fn step(post: &Post, now: Timestamp) -> i64 {
    if now.as_second() - post.date < YOUNG_SECONDS { HOUR } else { DAY }
}

/// Where a post's graph ends: now, unless nothing has been counted any more for a long time.
fn end(post: &Post, now: Timestamp) -> i64 {
    now.as_second().min(post.date + SETTLED_SECONDS)
}

/// Stretches of so many seconds (Unix time), the last of which may be shorter.
fn spans(start: i64, end: i64, step: i64) -> Vec<(i64, i64)> {
    let mut spans = Vec::new();
    let mut from = start;
    while from < end {
        spans.push((from, end.min(from + step)));
        from += step;
    }
    spans
}

fn draw(post: &Post, message: i32, kind: MessageGraph, axis: Axis, spans: &[(i64, i64)]) -> Chart {
    let counted: Vec<Counters> = spans
        .iter()
        .map(|(from, to)| post.counters(message, *to).since(&post.counters(message, *from)))
        .collect();
    let (style, columns) = match kind {
        MessageGraph::Views => (
            Style::TwoAxes,
            vec![
                Column::new("Views", BLUE, &counted, |counters| counters.views),
                Column::new("Shares", INDIGO, &counted, |counters| counters.forwards),
            ],
        ),
        MessageGraph::Reactions => {
            let mood = |counters: &Counters, index: usize| moods(&counters.reactions_by)[index];
            (Style::StackedBars, Column::several(&MOODS, &counted, mood))
        }
    };
    let x = spans.iter().map(|(from, _)| from * 1_000).collect();
    Chart { style, axis, x, columns, currency: None }
}
