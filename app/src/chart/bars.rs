//! Bars, side by side or on top of each other, one path for each series.

use plotters::element::Rectangle;

use super::draw::{Area, Done};
use super::frame::COLUMNS;
use super::paint::Paint;
use super::{ChartKind, ChartSpec, Frame};

/// The least height of a bar that is not zero, in grid units: something must be seen.
const LEAST: i32 = 10;

/// Draws the visible series and hatches what is not complete.
pub(super) fn paint(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    let columns = columns(spec);
    let step = frame.width / i32::try_from(columns.len().max(1)).unwrap_or(i32::MAX);
    let sides = match spec.kind {
        ChartKind::StackedBar => 1,
        _ => i32::try_from(spec.visible().count()).unwrap_or(1).max(1),
    };
    let width = ((step - gap(step)) / sides).max(1);
    for (nth, series) in (0i32..).zip(spec.visible()) {
        for &bucket in &columns {
            let Some(value) = series.at(bucket).filter(|value| *value != 0) else { continue };
            let value = i128::from(value);
            let base = if sides == 1 { below(spec, nth, bucket, value) } else { 0 };
            let centre = if columns.len() == spec.len() {
                frame.x_of(bucket)
            } else {
                column_x(frame, &columns, bucket)
            };
            let left = centre - width * sides / 2 + if sides == 1 { 0 } else { nth * width };
            bar(area, frame, (left, width), (base, base + value), Paint::Bar(series.slot))?;
        }
    }
    if columns.len() == spec.len() {
        hatch(spec, frame, area, step)?;
    }
    Ok(())
}

/// What lies between the base line and this piece of the stack: the earlier values of the same sign.
fn below(spec: &ChartSpec, nth: i32, bucket: usize, value: i128) -> i128 {
    let earlier = spec.visible().take(usize::try_from(nth).unwrap_or(0));
    let values = earlier.filter_map(|series| series.at(bucket)).map(i128::from);
    values.filter(|other| (*other < 0) == (value < 0)).sum()
}

fn bar(
    area: &Area<'_>,
    frame: &Frame,
    (left, width): (i32, i32),
    (from, to): (i128, i128),
    paint: Paint,
) -> Done {
    let (low, high) = (from.min(to), from.max(to));
    let style = paint.style().filled();
    if from == 0 && (frame.y_of(0) - frame.y_of(to)).abs() < LEAST {
        // Too small for the scale, yet not nothing: so many units of the grid, not of the value.
        let y = frame.y_of(0);
        let edges = if to > 0 { (y - LEAST, y) } else { (y, y + LEAST) };
        let corners = [(left, edges.0), (left + width, edges.1)];
        return area.strip_coord_spec().draw(&Rectangle::new(corners, style));
    }
    area.draw(&Rectangle::new([(left, high), (left + width, low)], style))
}

/// Stripes over the bars of partial buckets.
fn hatch(spec: &ChartSpec, frame: &Frame, area: &Area<'_>, step: i32) -> Done {
    let width = (step - gap(step)).max(1);
    for bucket in spec.partial.iter().map(|bucket| *bucket as usize).filter(|bucket| *bucket < spec.len()) {
        let values = || spec.visible().filter_map(|series| series.at(bucket)).map(i128::from);
        let (down, up) = if spec.kind == ChartKind::StackedBar {
            (values().filter(|value| *value < 0).sum(), values().filter(|value| *value > 0).sum())
        } else {
            (values().min().unwrap_or(0).min(0), values().max().unwrap_or(0).max(0))
        };
        if down != up {
            let left = frame.x_of(bucket) - width / 2;
            bar(area, frame, (left, width), (down, up), Paint::Hatch)?;
        }
    }
    Ok(())
}

/// The space between two bars: about a sixth, none when the bars are too narrow to be told apart anyway.
fn gap(step: i32) -> i32 {
    if step < 40 { 0 } else { (step / 6).clamp(12, 80) }
}

/// The buckets that are drawn: all, or, when there are more than columns, the highest of each group of neighbours,
/// so that no peak is lost.
fn columns(spec: &ChartSpec) -> Vec<usize> {
    let (buckets, most) = (spec.len(), COLUMNS);
    if buckets <= most {
        return (0..buckets).collect();
    }
    let height = |bucket: &usize| {
        let values = spec.visible().filter_map(|series| series.at(*bucket));
        values.map(|value| i128::from(value).abs()).sum::<i128>()
    };
    (0..most)
        .filter_map(|column| (column * buckets / most..(column + 1) * buckets / most).max_by_key(height))
        .collect()
}

/// The middle of the column that stands for a group of buckets.
fn column_x(frame: &Frame, columns: &[usize], bucket: usize) -> i32 {
    let at = columns.binary_search(&bucket).unwrap_or(0);
    Frame { buckets: columns.len(), ..frame.clone() }.x_of(at)
}
