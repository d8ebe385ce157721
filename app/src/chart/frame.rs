//! Where things are: the arithmetic between buckets and values on one side and the picture on the other.
//!
//! A chart is one SVG for every width. The shapes live in an inner `<svg preserveAspectRatio="none">` that stretches,
//! with strokes that do not; the words live in the outer one, placed in per cent, and keep their size. So a card of
//! 330 px and one of 1100 px share the same bytes, text is never distorted and never shrinks, and a line is always
//! 1.75 px wide. The inner grid is ten times as fine as a 720 × 240 picture and all its coordinates are integers:
//! nothing is rounded differently in the browser, and no decimal points travel.

use super::{ChartSpec, Ticks};

/// The grid's width and height.
const GRID: (i32, i32) = (7200, 2400);

/// What is kept free above and below: the top label stands above its line, the dates below the plot.
const MARGINS: (i32, i32) = (200, 230);

/// How many columns are worth a point: about one for a pixel of the wide picture.
pub(super) const COLUMNS: usize = 720;

/// The plot's place in the grid, its buckets and its scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The grid's width; the plot takes all of it.
    pub width: i32,
    /// The grid's height.
    pub height: i32,
    /// The plot's upper edge.
    pub top: i32,
    /// The plot's lower edge.
    pub bottom: i32,
    /// How many buckets share the width.
    pub buckets: usize,
    /// The scale, from the lowest grid line to the highest.
    pub ticks: Ticks,
}

impl Frame {
    /// The frame that [`super::draw`] uses for this chart.
    pub fn of(spec: &ChartSpec) -> Self {
        let ((width, height), (above, below)) = (GRID, MARGINS);
        Self {
            width,
            height,
            top: above,
            bottom: height - below,
            buckets: spec.len(),
            ticks: Ticks::of(spec),
        }
    }

    /// The left edge of a bucket (of the one after the last: the right edge of the plot).
    pub fn left_of(&self, bucket: usize) -> i32 {
        self.share(2 * bucket as i128)
    }

    /// The middle of a bucket.
    pub fn x_of(&self, bucket: usize) -> i32 {
        // With thousands of buckets a middle may round to the edge of the next one: it stays inside its own.
        self.share(2 * bucket as i128 + 1).min(self.left_of(bucket + 1) - 1).max(self.left_of(bucket))
    }

    /// So many halves of a bucket from the left.
    fn share(&self, halves: i128) -> i32 {
        let whole = 2 * self.buckets.max(1) as i128;
        let x = halves.min(whole) * i128::from(self.width) / whole;
        i32::try_from(x).unwrap_or(self.width)
    }

    /// The bucket under `x`, the nearest one for an `x` beside the plot; `None` without buckets.
    pub fn bucket_at(&self, x: i32) -> Option<usize> {
        let last = self.buckets.checked_sub(1)?;
        let x = i128::from(x.clamp(0, self.width - 1));
        // The edges are rounded down, so the bucket that the plain division finds may begin one further right.
        let near =
            usize::try_from(x * self.buckets as i128 / i128::from(self.width)).unwrap_or(last).min(last);
        let next = near + 1;
        Some(if next <= last && i128::from(self.left_of(next)) <= x { next } else { near })
    }

    /// The height of a value; outside the scale: its nearer end.
    pub fn y_of(&self, value: i128) -> i32 {
        let Ticks { low, high, .. } = self.ticks;
        let span = (high - low).max(1);
        let above = value.clamp(low, high) - low;
        let plot = i128::from(self.bottom - self.top);
        // Both are positive, so adding half the divisor rounds to the nearest.
        let up = (above * plot + span / 2) / span;
        self.bottom - i32::try_from(up).unwrap_or(0)
    }

    /// The width of a bucket, rounded down, at least one unit.
    pub fn step(&self) -> i32 {
        let step = self.width as usize / self.buckets.max(1);
        i32::try_from(step).unwrap_or(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(buckets: usize, low: i128, high: i128) -> Frame {
        let (width, height) = GRID;
        let ticks = Ticks { low, high, step: high - low };
        Frame { width, height, top: 200, bottom: 2170, buckets, ticks }
    }

    #[test]
    fn a_point_beside_the_plot_belongs_to_the_nearest_bucket() {
        let frame = frame(30, 0, 10);
        assert_eq!(frame.bucket_at(-500), Some(0));
        assert_eq!(frame.bucket_at(99_999), Some(29));
        assert_eq!(super::Frame { buckets: 0, ..frame }.bucket_at(5), None);
    }

    proptest! {
        #[test]
        fn the_middle_of_a_bucket_is_in_that_bucket(buckets in 1usize..4_001, at in 0usize..4_000) {
            let at = at % buckets;
            let frame = frame(buckets, 0, 1);
            prop_assert_eq!(frame.bucket_at(frame.x_of(at)), Some(at));
            prop_assert_eq!(frame.bucket_at(frame.left_of(at)), Some(at));
            prop_assert!(frame.left_of(at) <= frame.x_of(at) && frame.x_of(at) < frame.left_of(at + 1));
        }

        #[test]
        fn every_x_has_the_bucket_it_is_in(buckets in 1usize..4_001, x in 0i32..7_200) {
            let frame = frame(buckets, 0, 1);
            let at = frame.bucket_at(x).unwrap();
            prop_assert!(frame.left_of(at) <= x && x < frame.left_of(at + 1));
        }

        #[test]
        fn higher_values_are_never_lower_on_the_page(a in any::<i64>(), b in any::<i64>()) {
            let frame = frame(3, i64::MIN.into(), i64::MAX.into());
            let (less, more) = (a.min(b), a.max(b));
            prop_assert!(frame.y_of(less.into()) >= frame.y_of(more.into()));
            prop_assert!((frame.top..=frame.bottom).contains(&frame.y_of(a.into())));
        }
    }
}
