//! What a stroke is for. The style sheet decides how that looks; plotters carries it in the place of a colour.

use plotters::style::{RGBColor, ShapeStyle};
use plotters_backend::BackendColor;

/// The purpose of a stroke or a text, and with it its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// Buckets of which nothing is known.
    Unknown,
    /// A grid line.
    Grid,
    /// The grid line of zero, or the lowest.
    Base,
    /// A series' line.
    Line(u8),
    /// A series' line on its way to a partial bucket.
    Dash(u8),
    /// A known bucket between unknown ones.
    Dot(u8),
    /// A series' bars.
    Bar(u8),
    /// Over the bars of a partial bucket.
    Hatch,
    /// A label of the y axis.
    YLabel,
    /// A label of the x axis at every width.
    XLabel,
    /// A label of the x axis on wide cards only.
    XLabelWide,
    /// A label of the x axis on narrow cards only.
    XLabelNarrow,
    /// What is said in place of data.
    Message,
}

impl Paint {
    const PLAIN: [Self; 9] = [
        Self::Unknown,
        Self::Grid,
        Self::Base,
        Self::Hatch,
        Self::YLabel,
        Self::XLabel,
        Self::XLabelWide,
        Self::XLabelNarrow,
        Self::Message,
    ];

    /// The class or classes in the style sheet.
    pub(super) fn class(self) -> String {
        let plain = match self {
            Self::Line(slot) => return format!("l s{slot}"),
            Self::Dash(slot) => return format!("l d s{slot}"),
            Self::Dot(slot) => return format!("l o s{slot}"),
            Self::Bar(slot) => return format!("b s{slot}"),
            Self::Unknown => "u",
            Self::Grid => "g",
            Self::Base => "g z",
            Self::Hatch => "h",
            Self::YLabel => "y",
            Self::XLabel => "x",
            Self::XLabelWide => "x w",
            Self::XLabelNarrow => "x n",
            Self::Message => "m",
        };
        plain.to_owned()
    }

    fn code(self) -> (u8, u8) {
        match self {
            Self::Line(slot) => (101, slot),
            Self::Dash(slot) => (102, slot),
            Self::Dot(slot) => (103, slot),
            Self::Bar(slot) => (104, slot),
            plain => {
                (Self::PLAIN.iter().zip(0u8..).find(|(known, _)| **known == plain).map_or(0, |(_, at)| at), 0)
            }
        }
    }

    /// As the colour that plotters passes on.
    pub(super) fn colour(self) -> RGBColor {
        let (code, slot) = self.code();
        RGBColor(code, slot, 0)
    }

    /// As the style of a line or, filled, of a shape.
    pub(super) fn style(self) -> ShapeStyle {
        ShapeStyle::from(self.colour())
    }

    /// Back from the colour.
    pub(super) fn of(colour: BackendColor) -> Self {
        let (code, slot, _) = colour.rgb;
        match code {
            101 => Self::Line(slot),
            102 => Self::Dash(slot),
            103 => Self::Dot(slot),
            104 => Self::Bar(slot),
            plain => Self::PLAIN.get(usize::from(plain)).copied().unwrap_or(Self::Grid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plotters::style::Color;

    #[test]
    fn every_purpose_survives_the_way_through_plotters() {
        let series = [Paint::Line(1), Paint::Dash(10), Paint::Dot(3), Paint::Bar(7)];
        for paint in Paint::PLAIN.into_iter().chain(series) {
            assert_eq!(Paint::of(paint.colour().to_backend_color()), paint);
        }
    }
}
