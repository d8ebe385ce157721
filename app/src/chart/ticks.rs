//! Grid lines: three to five round numbers that hold every value, found with integers alone, so that they are the
//! same on every machine (`ln` and `pow` are not).

use super::{ChartKind, ChartSpec};
use crate::model::Unit;

/// A scale: grid lines from `low` to `high`, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// The lowest line.
    pub low: i128,
    /// The highest line.
    pub high: i128,
    /// From one line to the next: 1, 2, 2.5 or 5 × 10ᵏ.
    pub step: i128,
}

impl Ticks {
    /// Round lines around `low..=high`: three to five of them.
    pub fn around(low: i128, high: i128) -> Self {
        // Two steps of one at least: fewer than three lines say nothing about scale.
        let high = high.max(low.saturating_add(2));
        let mut power = 1i128;
        loop {
            for step in [Some(power), Some(2 * power), (power > 1).then(|| power / 10 * 25), Some(5 * power)]
            {
                let Some(step) = step else { continue };
                let first = low.div_euclid(step);
                let last = first.max(-(-high).div_euclid(step));
                if last - first <= 4 {
                    // A scale that happens to need one step gets a second one: three lines.
                    let last = last.max(first + 2);
                    return Self { low: first * step, high: last * step, step };
                }
            }
            power *= 10;
        }
    }

    /// The scale of a chart: bars begin at zero; lines do so when that costs less than half of the height.
    pub fn of(spec: &ChartSpec) -> Self {
        let unit = match spec.unit {
            Unit::NanoTon => 1_000_000_000,
            Unit::Count | Unit::Stars => 1,
        };
        match extent(spec) {
            None | Some((0, 0)) => Self::around(0, 2 * unit),
            Some((low, high)) if spec.kind.is_bars() => Self::around(low.min(0), high.max(0)),
            // A level that never changes runs through the middle of its own neighbourhood.
            Some((low, high)) if low == high => Self::around(low - unit, high + unit),
            Some((low, high)) if low >= 0 && low <= high - low => Self::around(0, high),
            Some((low, high)) => Self::around(low, high),
        }
    }

    /// The lines, lowest first.
    pub fn lines(&self) -> impl Iterator<Item = i128> + use<> {
        let Self { low, high, step } = *self;
        let count = ((high - low) / step.max(1)).clamp(0, 16);
        (0..=count).map(move |at| low + at * step)
    }

    /// A line's label. All labels of a scale share unit and decimals; unlike compact figures they are exact, because
    /// two neighbours must never read the same.
    pub fn label(&self, value: i128, unit: Unit) -> String {
        let (one, suffixes): (i128, &[(i128, &str)]) = match unit {
            Unit::NanoTon => (1_000_000_000, &[(1_000_000, "M"), (1_000, "K")]),
            Unit::Count | Unit::Stars => (1, &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")]),
        };
        let most = self.high.abs().max(self.low.abs());
        let (scale, suffix) = suffixes
            .iter()
            .find(|(scale, _)| {
                // As compact figures, K begins at ten thousand. A scale finer than these decimals is written out.
                let (from, finest) = if *scale == 1_000 { (10 * scale, 10) } else { (*scale, 1_000) };
                most >= from * one && self.step % (scale * one / finest) == 0
            })
            .copied()
            .unwrap_or((1, ""));
        let scale = scale * one;
        let decimals = decimals_of(self.step, scale);
        if value == 0 { "0".to_owned() } else { format!("{}{suffix}", fixed(value, scale, decimals)) }
    }
}

/// The lowest and the highest that is drawn; `None` when nothing is known.
fn extent(spec: &ChartSpec) -> Option<(i128, i128)> {
    let values = |bucket: usize| spec.visible().filter_map(move |series| series.at(bucket)).map(i128::from);
    let mut all: Option<(i128, i128)> = None;
    let mut take = |low: i128, high: i128| {
        all = Some(all.map_or((low, high), |(least, most)| (least.min(low), most.max(high))));
    };
    for bucket in 0..spec.len() {
        if spec.kind == ChartKind::StackedBar {
            let sum = |sign: fn(&i128) -> bool| values(bucket).filter(sign).sum::<i128>();
            if values(bucket).next().is_some() {
                take(sum(|value| *value < 0), sum(|value| *value > 0));
            }
        } else {
            values(bucket).for_each(|value| take(value, value));
        }
    }
    all
}

/// How many decimals `step` needs, counted in `scale`.
fn decimals_of(step: i128, scale: i128) -> usize {
    let mut rest = step % scale;
    let mut decimals = 0;
    while rest != 0 && decimals < 9 {
        rest = rest * 10 % scale;
        decimals += 1;
    }
    decimals
}

/// `value / scale` with so many decimals, grouped, with a real minus sign. Exact as long as the decimals suffice.
fn fixed(value: i128, scale: i128, decimals: usize) -> String {
    let sign = if value < 0 { "\u{2212}" } else { "" };
    let (whole, mut rest) = (value.abs() / scale, value.abs() % scale);
    let mut text = format!("{sign}{}", crate::format::grouped(whole.unsigned_abs()));
    if decimals > 0 {
        text.push('.');
    }
    for _ in 0..decimals {
        rest *= 10;
        text.push(char::from(b'0' + u8::try_from(rest / scale).unwrap_or(0)));
        rest %= scale;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(low: i128, high: i128, unit: Unit) -> Vec<String> {
        let ticks = Ticks::around(low, high);
        ticks.lines().map(|line| ticks.label(line, unit)).collect()
    }

    #[test]
    fn lines_are_numbers_people_choose() {
        assert_eq!(labels(0, 87, Unit::Count), ["0", "25", "50", "75", "100"]);
        assert_eq!(labels(0, 3, Unit::Count), ["0", "1", "2", "3"]);
        assert_eq!(labels(1_204_113, 1_213_002, Unit::Count), ["1.200M", "1.205M", "1.210M", "1.215M"]);
        assert_eq!(labels(0, 48_000, Unit::Count), ["0", "20K", "40K", "60K"]);
        assert_eq!(labels(0, 9_000_000_000, Unit::NanoTon), ["0", "2.5", "5.0", "7.5", "10.0"]);
    }

    proptest! {
        #[test]
        fn three_to_five_ascending_lines_hold_the_range(a in any::<i64>(), b in any::<i64>()) {
            let (low, high) = (i128::from(a.min(b)), i128::from(a.max(b)));
            let ticks = Ticks::around(low, high);
            let lines: Vec<_> = ticks.lines().collect();
            prop_assert!((3..=5).contains(&lines.len()), "{:?}", lines);
            prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(lines[0] <= low && *lines.last().unwrap() >= high);
        }

        #[test]
        fn no_two_lines_read_the_same(low in -2_000_000i64..2_000_000_000, span in 0i64..3_000_000) {
            for unit in [Unit::Count, Unit::NanoTon] {
                let labels = labels(low.into(), (low + span).into(), unit);
                let mut unique = labels.clone();
                unique.dedup();
                prop_assert_eq!(unique.len(), labels.len(), "{:?}", labels);
            }
        }
    }
}
