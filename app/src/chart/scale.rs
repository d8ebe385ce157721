//! The two axes as plotters wants them: no arithmetic of its own, no floats.

use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};

use super::Frame;

/// The coordinates of a chart: grid units across, values upwards.
pub(super) type Plane = Cartesian2d<Across, Upwards>;

/// The coordinates of a frame.
pub(super) fn plane(frame: &Frame) -> Plane {
    let limits = (0..frame.width, frame.bottom..frame.top);
    Cartesian2d::new(Across(frame.width), Upwards(frame.clone()), limits)
}

/// The x axis: already in grid units, because a bar is narrower than its bucket.
#[derive(Clone)]
pub(super) struct Across(i32);

impl Ranged for Across {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i32;

    fn map(&self, x: &i32, _limit: (i32, i32)) -> i32 {
        *x
    }

    /// No lines across: the dates are enough.
    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<i32> {
        Vec::new()
    }

    fn range(&self) -> std::ops::Range<i32> {
        0..self.0
    }
}

/// The y axis: values, by the frame's integer scale.
#[derive(Clone)]
pub(super) struct Upwards(Frame);

impl Ranged for Upwards {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i128;

    fn map(&self, value: &i128, _limit: (i32, i32)) -> i32 {
        self.0.y_of(*value)
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<i128> {
        self.0.ticks.lines().collect()
    }

    fn range(&self) -> std::ops::Range<i128> {
        self.0.ticks.low..self.0.ticks.high
    }
}
