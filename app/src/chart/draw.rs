//! From a description to a picture. Pure: the same bytes on the server, in the browser and in a snapshot.

use plotters::coord::cartesian::MeshLine;
use plotters::coord::ranged1d::{BoldPoints, LightPoints};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle};

use super::escape::escape;
use super::paint::Paint;
use super::scale::{Plane, plane};
use super::svg::{Never, Svg, put};
use super::{ChartKind, ChartSpec, Frame, bars, labels, lines, value_text};

/// Drawing into strings: the error can't happen, but plotters has one.
pub(super) type Done = Result<(), DrawingAreaErrorKind<Never>>;

/// What is drawn on.
pub(super) type Area<'a> = DrawingArea<Svg<'a>, Plane>;

/// A picture and where things are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// One `<svg>` element, complete, for HTML or on its own; without colours, which are the style sheet's.
    pub svg: String,
    /// The arithmetic that was used.
    pub frame: Frame,
}

/// Draws a chart. Hidden series are left out, and the scale is that of the others.
///
/// The size of the picture grows with its width in pixels, not with the number of buckets: at most two points or one
/// bar for each of 720 columns and series.
pub fn draw(spec: &ChartSpec) -> Drawn {
    let frame = Frame::of(spec);
    let (mut shapes, mut words) = (String::new(), String::new());
    let id = spec.dom_id();
    let hatch_id = format!("{id}-hatch");
    {
        let backend = Svg::new((frame.width, frame.height), &hatch_id, &mut shapes, &mut words);
        let area = backend.into_drawing_area().apply_coord_spec(plane(&frame));
        if let Err(error) = paint(spec, &frame, &area) {
            unreachable!("drawing into a string does not fail: {error}");
        }
    }
    let Frame { width, height, .. } = frame;
    let mut svg = String::with_capacity(shapes.len() + words.len() + 800);
    put(
        &mut svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cs\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escape(&spec.title),
            escape(&describe(spec)),
        ),
    );
    if words.contains("url(#") {
        put(
            &mut svg,
            format_args!(
                "<defs><pattern id=\"{hatch_id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
                 patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M1.5 0v6\"/></pattern></defs>"
            ),
        );
    }
    put(
        &mut svg,
        format_args!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"100%\" height=\"100%\" preserveAspectRatio=\"none\">{shapes}</svg>{words}</svg>"
        ),
    );
    Drawn { svg, frame }
}

fn paint(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    unknown(spec, frame, area)?;
    grid(frame, area)?;
    if spec.kind.is_bars() {
        bars::paint(spec, frame, area)?;
    } else {
        lines::paint(spec, frame, area)?;
    }
    labels::paint(spec, frame, area)?;
    area.present()
}

/// Shades the buckets of which nothing is known: between bars, nothing looks like zero.
fn unknown(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    let mut bucket = 0;
    while bucket < spec.len() {
        let from = bucket;
        while bucket < spec.len() && !spec.is_known(bucket) {
            bucket += 1;
        }
        let (left, right) = (frame.left_of(from), frame.left_of(bucket));
        if right > left {
            let corners = [(left, frame.ticks.high), (right, frame.ticks.low)];
            area.draw(&Rectangle::new(corners, Paint::Unknown.style().filled()))?;
        }
        bucket += 1;
    }
    Ok(())
}

/// One hairline for each tick; that of zero (else the lowest) is drawn as the base.
fn grid(frame: &Frame, area: &Area<'_>) -> Done {
    let ticks = frame.ticks;
    let base = if ticks.low <= 0 && ticks.high >= 0 { 0 } else { ticks.low };
    area.draw_mesh(
        |backend, line| match line {
            MeshLine::YMesh(_, _, value) if *value == base => line.draw(backend, &Paint::Base.style()),
            MeshLine::YMesh(..) => line.draw(backend, &Paint::Grid.style()),
            MeshLine::XMesh(..) => Ok(()),
        },
        BoldPoints(5),
        LightPoints::new(0, 0),
    )
}

/// A line through points that are already thinned.
pub(super) fn stroke(area: &Area<'_>, points: Vec<(i32, i128)>, paint: Paint) -> Done {
    area.draw(&PathElement::new(points, paint.style()))
}

/// The picture in a sentence or two, for those who can't see it.
fn describe(spec: &ChartSpec) -> String {
    let kind = match spec.kind {
        ChartKind::Line | ChartKind::Step => "Line chart",
        ChartKind::Bar => "Bar chart",
        ChartKind::StackedBar => "Stacked bar chart",
    };
    let Some(last) = spec.len().checked_sub(1) else { return format!("{kind}. No data yet.") };
    let mut text = format!("{kind}, {} to {}.", spec.x.name(0), spec.x.name(last));
    if spec.sum().is_none() {
        text.push_str(" No data yet.");
    }
    for series in spec.visible() {
        let known = || (0..spec.len()).filter_map(|bucket| series.at(bucket));
        let Some((low, high)) = known().min().zip(known().max()) else { continue };
        let words = |value: i64| value_text(spec.unit, value.into());
        put(&mut text, format_args!(" {}: {} to {}.", series.name, words(low), words(high)));
    }
    text
}
