//! The drawing backend: plotters' strokes become classed paths, as few and as short as possible.
//!
//! Consecutive strokes of one purpose share a path, so a series is one element however many gaps or bars it has.
//! A bar is a thick upright stroke (`M360 900V2170`), not a rectangle of four corners.

use std::fmt::{Display, Write};

use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::escape::escape;
use super::paint::Paint;

/// Nothing can go wrong when text is appended to text.
#[derive(Debug)]
pub(super) enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

type Done = Result<(), DrawingErrorKind<Never>>;

/// A picture in the making.
pub(super) struct Svg<'a> {
    size: (i32, i32),
    /// Where `url(#…)` finds the hatching.
    hatch_id: &'a str,
    /// The path that the next stroke may join: its purpose and the width of its bars, 0 for lines.
    open: Option<(Paint, i32)>,
    shapes: &'a mut String,
    labels: &'a mut String,
}

impl<'a> Svg<'a> {
    /// Shapes and labels are appended to two strings: they end up in different `<svg>` elements.
    pub(super) fn new(
        size: (i32, i32),
        hatch_id: &'a str,
        shapes: &'a mut String,
        labels: &'a mut String,
    ) -> Self {
        Self { size, hatch_id, open: None, shapes, labels }
    }

    /// Makes sure that what is appended to the shapes next belongs to a path of this purpose.
    fn join(&mut self, paint: Paint, width: i32) {
        if self.open == Some((paint, width)) {
            return;
        }
        self.close();
        self.open = Some((paint, width));
        put(self.shapes, format_args!("<path class=\"{}\"", paint.class()));
        if width > 0 {
            put(self.shapes, format_args!(" stroke-width=\"{width}\""));
        }
        self.shapes.push_str(" d=\"");
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.shapes.push_str("\"/>");
        }
    }
}

/// Appending to a string can't fail.
pub(super) fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    if text.write_fmt(what).is_err() {
        unreachable!("a String takes everything")
    }
}

/// `part` of `whole` in per cent, two decimals at most.
fn per_cent(part: i32, whole: i32) -> String {
    let hundredths = i64::from(part) * 10_000 / i64::from(whole.max(1));
    let (units, rest) = (hundredths / 100, hundredths % 100);
    match (rest % 10, rest) {
        (_, 0) => format!("{units}%"),
        (0, _) => format!("{units}.{}%", rest / 10),
        _ => format!("{units}.{rest:02}%"),
    }
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = Never;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0.unsigned_abs(), self.size.1.unsigned_abs())
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        self.close();
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Done {
        self.draw_path([point, point], &color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        let mut points = path.into_iter();
        let Some((mut x, mut y)) = points.next() else { return Ok(()) };
        self.join(Paint::of(style.color()), 0);
        put(self.shapes, format_args!("M{x} {y}"));
        let mut alone = true;
        for (to_x, to_y) in points {
            let (dx, dy) = (to_x - x, to_y - y);
            match (dx, dy) {
                (_, 0) => put(self.shapes, format_args!("h{dx}")),
                (0, _) => put(self.shapes, format_args!("v{dy}")),
                (_, ..0) => put(self.shapes, format_args!("l{dx}{dy}")),
                _ => put(self.shapes, format_args!("l{dx} {dy}")),
            }
            (x, y, alone) = (to_x, to_y, false);
        }
        if alone {
            // A stroke without length; its round cap makes it a dot.
            self.shapes.push_str("h0");
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Done {
        let (width, height) = (bottom_right.0 - upper_left.0, bottom_right.1 - upper_left.1);
        if width <= 0 || height <= 0 {
            return Ok(());
        }
        let paint = Paint::of(style.color());
        if paint == Paint::Hatch {
            // In the outer picture, where stripes are not stretched.
            let (x, y) = (per_cent(upper_left.0, self.size.0), per_cent(upper_left.1, self.size.1));
            let (width, height) = (per_cent(width, self.size.0), per_cent(height, self.size.1));
            let class = paint.class();
            put(
                self.labels,
                format_args!(
                    "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"url(#{})\"/>",
                    self.hatch_id
                ),
            );
        } else {
            self.join(paint, width);
            put(self.shapes, format_args!("M{} {}v{height}", upper_left.0 + width / 2, upper_left.1));
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let (x, y) = (per_cent(at.0, self.size.0), per_cent(at.1, self.size.1));
        let class = Paint::of(style.color()).class();
        put(
            self.labels,
            format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{}</text>", escape(text)),
        );
        Ok(())
    }

    /// Fixed metrics: the font of the machine that draws is nobody's business.
    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        _style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Never>> {
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX / 100);
        Ok((characters.saturating_mul(65), 120))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn per_cent_is_short() {
        let pairs = [(3600, "50%"), (7200, "100%"), (36, "0.5%"), (20, "0.27%"), (3, "0.04%")];
        for (part, text) in pairs {
            assert_eq!(super::per_cent(part, 7200), text);
        }
    }
}
