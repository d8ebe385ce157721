//! Lines: a path breaks where nothing is known, and is dashed on its way to what is not complete.

use super::draw::{Area, Done, stroke};
use super::frame::COLUMNS;
use super::paint::Paint;
use super::thin::thin;
use super::{ChartKind, ChartSeries, ChartSpec, Frame};

/// Draws the visible series, the first one on top.
pub(super) fn paint(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    for series in spec.visible().rev() {
        let pieces = Pieces::of(spec, series);
        for run in pieces.whole {
            let points = run.iter().map(|(bucket, value)| (frame.x_of(*bucket), *value)).collect();
            let points = thin(points, frame.width, COLUMNS);
            stroke(area, stepped(spec.kind, points), Paint::Line(series.slot))?;
        }
        for [(from, before), (to, after)] in pieces.dashed {
            let points = vec![(frame.x_of(from), before), (frame.x_of(to), after)];
            stroke(area, stepped(spec.kind, points), Paint::Dash(series.slot))?;
        }
        for (bucket, value) in pieces.alone {
            stroke(area, vec![(frame.x_of(bucket), value)], Paint::Dot(series.slot))?;
        }
    }
    Ok(())
}

/// A point: bucket and value.
type At = (usize, i128);

/// A series, cut up.
#[derive(Default)]
struct Pieces {
    /// Neighbouring complete buckets, two or more.
    whole: Vec<Vec<At>>,
    /// From one bucket to the next, one of them partial.
    dashed: Vec<[At; 2]>,
    /// Without a known neighbour.
    alone: Vec<At>,
}

impl Pieces {
    fn of(spec: &ChartSpec, series: &ChartSeries) -> Self {
        let mut pieces = Self::default();
        let mut run: Vec<At> = Vec::new();
        let mut before: Option<At> = None;
        let mut joined = false;
        for bucket in 0..=spec.len() {
            let here = (bucket < spec.len())
                .then(|| series.at(bucket))
                .flatten()
                .map(|value| (bucket, value.into()));
            if let (Some(before), None) = (before, here)
                && !joined
            {
                pieces.alone.push(before);
            }
            joined = before.is_some() && here.is_some();
            let whole = here.is_some() && !spec.is_partial(bucket);
            if let (Some(from), Some(to)) = (before, here)
                && (!whole || spec.is_partial(from.0))
            {
                pieces.dashed.push([from, to]);
                pieces.end(&mut run);
            }
            match here {
                Some(here) if whole => run.push(here),
                _ => pieces.end(&mut run),
            }
            before = here;
        }
        pieces
    }

    fn end(&mut self, run: &mut Vec<At>) {
        let run = std::mem::take(run);
        if run.len() > 1 {
            self.whole.push(run);
        }
    }
}

/// The corners of a level that holds until the next point.
fn stepped(kind: ChartKind, points: Vec<(i32, i128)>) -> Vec<(i32, i128)> {
    if kind != ChartKind::Step {
        return points;
    }
    let mut corners = Vec::with_capacity(points.len() * 2);
    for (x, value) in points {
        if let Some((_, level)) = corners.last().copied() {
            corners.push((x, level));
        }
        corners.push((x, value));
    }
    corners
}
