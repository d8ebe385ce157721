//! The words of a chart: values at the left above their lines, a few dates below.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};

use super::draw::{Area, Done};
use super::paint::Paint;
use super::{Buckets, ChartSpec, Frame};
use crate::format::{Ymd, month_name, ymd};
use crate::model::Interval;

/// How many dates fit below a wide card and below a narrow one.
const WIDE: usize = 7;
const NARROW: usize = 4;

/// Draws all of them, or says that there is nothing.
pub(super) fn paint(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    if spec.sum().is_none() {
        let middle = (frame.width / 2, (frame.top + frame.bottom) / 2);
        write(area, "No data yet", middle, HPos::Center, Paint::Message)?;
    } else {
        values(spec, frame, area)?;
    }
    dates(spec, frame, area)
}

/// The value of each grid line; the style sheet lifts them above it. The highest one names the unit of money.
/// Bars stand on zero, and their feet need no label.
fn values(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    let feet = spec.kind.is_bars() && spec.sum() != Some(0);
    for line in frame.ticks.lines().filter(|line| *line != 0 || !feet) {
        let mut text = frame.ticks.label(line, spec.unit);
        if let Some(currency) = spec.unit.currency().filter(|_| line == frame.ticks.high) {
            text.push(' ');
            text.push_str(currency.label());
        }
        write(area, &text, (0, frame.y_of(line)), HPos::Left, Paint::YLabel)?;
    }
    Ok(())
}

/// Two selections of dates; the style sheet shows the one for the card's width.
fn dates(spec: &ChartSpec, frame: &Frame, area: &Area<'_>) -> Done {
    let (wide, narrow) = (choose(&spec.x, WIDE), choose(&spec.x, NARROW));
    for label in &wide {
        let paint = if narrow.contains(label) { Paint::XLabel } else { Paint::XLabelWide };
        date(frame, area, label, paint)?;
    }
    for label in narrow.iter().filter(|label| !wide.contains(label)) {
        date(frame, area, label, Paint::XLabelNarrow)?;
    }
    Ok(())
}

fn date(frame: &Frame, area: &Area<'_>, (bucket, text): &(usize, String), paint: Paint) -> Done {
    let x = frame.x_of(*bucket);
    // Near an edge the text turns inwards.
    let edge = frame.width / 12;
    let anchor = match x {
        x if x < edge => HPos::Left,
        x if x > frame.width - edge => HPos::Right,
        _ => HPos::Center,
    };
    let x = match anchor {
        HPos::Left => frame.left_of(*bucket),
        HPos::Right => frame.left_of(bucket + 1),
        HPos::Center => x,
    };
    write(area, text, (x, frame.height), anchor, paint)
}

fn write(area: &Area<'_>, text: &str, at: (i32, i32), anchor: HPos, paint: Paint) -> Done {
    let style = TextStyle {
        font: FontDesc::new(FontFamily::SansSerif, 12.0, FontStyle::Normal),
        color: paint.colour().to_backend_color(),
        pos: Pos::new(anchor, VPos::Bottom),
    };
    area.strip_coord_spec().draw_text(text, &style, at)
}

/// At most `most` buckets with their labels: the densest regular choice of calendar marks that fits.
fn choose(x: &Buckets, most: usize) -> Vec<(usize, String)> {
    let marks: &[Mark] = match x.interval() {
        Interval::Hour => {
            &[Mark::Hours(1), Mark::Hours(3), Mark::Hours(6), Mark::Hours(12), Mark::Days(1), Mark::Days(7)]
        }
        Interval::Day => &[Mark::Days(1), Mark::Days(2), Mark::Days(7), Mark::Days(14)],
        Interval::Week => &[Mark::Days(7), Mark::Days(14), Mark::Days(28)],
        Interval::Month | Interval::Quarter | Interval::Year => &[],
    };
    let months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000].map(Mark::Months);
    for mark in marks.iter().chain(&months) {
        let chosen: Vec<usize> = (0..x.len()).filter(|bucket| mark.is_at(x, *bucket)).collect();
        if chosen.len() <= most && !chosen.is_empty() {
            let mut year = None;
            return chosen.into_iter().map(|bucket| (bucket, mark.text(x, bucket, &mut year))).collect();
        }
    }
    // Nothing regular fits (a few days that hold no mark): the first bucket says where we are.
    (0..x.len().min(1)).map(|bucket| (bucket, Mark::Days(1).text(x, bucket, &mut None))).collect()
}

/// A regular mark in the calendar.
#[derive(Clone, Copy)]
enum Mark {
    /// Hours of the day that divide by this.
    Hours(i32),
    /// Days counted back from the newest one, which always has its mark unless it is the last label's place.
    Days(i32),
    /// Months that divide by this, counted from year 0.
    Months(i32),
}

impl Mark {
    /// The bucket is the first one of the mark's stretch of the calendar.
    fn is_at(self, x: &Buckets, bucket: usize) -> bool {
        let stretch = |bucket: usize| match self {
            Self::Hours(hours) => (x.day(bucket), x.hour(bucket) / hours),
            // Days are counted from a Monday.
            Self::Days(days) => ((x.day(bucket) + 3).div_euclid(days), 0),
            Self::Months(months) => {
                let Ymd { year, month, .. } = ymd(x.day(bucket));
                ((year * 12 + i32::from(month) - 1).div_euclid(months), 0)
            }
        };
        match bucket.checked_sub(1) {
            Some(before) => stretch(bucket) != stretch(before),
            None => self.begins(x),
        }
    }

    /// The first bucket is itself a mark, not the rest of a stretch that began before.
    fn begins(self, x: &Buckets) -> bool {
        let Ymd { month, day, year } = ymd(x.day(0));
        match self {
            Self::Hours(hours) => x.hour(0) % hours == 0,
            Self::Days(days) => (x.day(0) + 3).rem_euclid(days) == 0 && x.hour(0) == 0,
            Self::Months(months) => day <= 7 && (year * 12 + i32::from(month) - 1).rem_euclid(months) == 0,
        }
    }

    /// `14:00`, `3 Mar`, `Mar` (the first and each January with its year), `2026`.
    fn text(self, x: &Buckets, bucket: usize, last_year: &mut Option<i32>) -> String {
        let Ymd { year, month, day } = ymd(x.day(bucket));
        match self {
            Self::Hours(_) if x.hour(bucket) != 0 => format!("{:02}:00", x.hour(bucket)),
            Self::Hours(_) | Self::Days(_) => format!("{day} {}", month_name(month)),
            Self::Months(months) if months >= 12 => year.to_string(),
            Self::Months(_) => {
                let new = last_year.replace(year) != Some(year);
                if new { format!("{} {year}", month_name(month)) } else { month_name(month).to_owned() }
            }
        }
    }
}
