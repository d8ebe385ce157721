//! What a chart shows, without a word about how.

use serde::{Deserialize, Serialize};

use super::Buckets;
use crate::model::Unit;

/// How values become shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Points joined by lines; the scale need not begin at zero.
    Line,
    /// A level that holds until the next bucket.
    Step,
    /// Bars from zero; several series stand side by side.
    Bar,
    /// Bars from zero, series on top of each other; negative values go down.
    StackedBar,
}

impl ChartKind {
    /// Bars rather than lines.
    pub const fn is_bars(self) -> bool {
        matches!(self, Self::Bar | Self::StackedBar)
    }
}

/// One series of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartSeries {
    /// The stable key: a metric's or dimension's name.
    pub key: String,
    /// What people read in the legend. May be hostile text.
    pub name: String,
    /// The colour, 1 to 10: `--series-1` … `--series-10` of the style sheet.
    pub slot: u8,
    /// One value for every bucket; `None` is unknown, which is not zero.
    pub values: Vec<Option<i64>>,
    /// Left out of the picture, its legend chip is off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl ChartSeries {
    /// The value of a bucket; `None` where nothing is known.
    pub fn at(&self, bucket: usize) -> Option<i64> {
        self.values.get(bucket).copied().flatten()
    }
}

/// Everything that decides how a chart looks and what it says. It travels to the browser as the island's property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// Unique on the page; letters, digits, `-` and `_` survive, the rest becomes `-`.
    pub id: String,
    /// What people read above the chart. May be hostile text.
    pub title: String,
    /// How values become shapes.
    pub kind: ChartKind,
    /// The buckets along the x axis.
    pub x: Buckets,
    /// The series, in legend order; stacks grow in this order.
    pub series: Vec<ChartSeries>,
    /// What the values count. Money is in nanos of its unit where the unit says so.
    pub unit: Unit,
    /// US dollars a whole unit, an exact decimal, for a second value in the tooltip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_rate: Option<String>,
    /// Buckets that were not over or not complete at the last collection, ascending: hatched or dashed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partial: Vec<u32>,
    /// Unit, calendar and age, each a few words: the parts of the caption.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caption: Vec<String>,
}

impl ChartSpec {
    /// How many buckets.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// No bucket at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Series that are drawn.
    pub fn visible(&self) -> impl DoubleEndedIterator<Item = &ChartSeries> + Clone {
        self.series.iter().filter(|series| !series.hidden)
    }

    /// Some value of the bucket is known, hidden series included.
    pub fn is_known(&self, bucket: usize) -> bool {
        self.series.iter().any(|series| series.at(bucket).is_some())
    }

    /// The bucket was not over, or not complete.
    pub fn is_partial(&self, bucket: usize) -> bool {
        u32::try_from(bucket).is_ok_and(|bucket| self.partial.binary_search(&bucket).is_ok())
    }

    /// The newest known value of the first series and its bucket.
    pub fn latest(&self) -> Option<(usize, i64)> {
        let first = self.series.first()?;
        (0..self.len()).rev().find_map(|bucket| Some((bucket, first.at(bucket)?)))
    }

    /// The sum of all known values of all series; `None` when nothing is known.
    pub fn sum(&self) -> Option<i128> {
        self.series
            .iter()
            .flat_map(|series| series.values.iter().take(self.len()))
            .flatten()
            .map(|value| i128::from(*value))
            .reduce(|sum, value| sum.saturating_add(value))
    }

    /// The visible series' sum in a bucket; `None` when none of them is known.
    pub fn total_at(&self, bucket: usize) -> Option<i128> {
        self.visible().filter_map(|series| series.at(bucket)).map(i128::from).reduce(|sum, value| sum + value)
    }

    /// Turns a series on or off. The last visible one stays: then nothing changes and the answer is `false`.
    pub fn toggle(&mut self, index: usize) -> bool {
        let visible = self.visible().count();
        match self.series.get_mut(index) {
            Some(series) if series.hidden || visible > 1 => {
                series.hidden = !series.hidden;
                true
            }
            _ => false,
        }
    }

    /// Shows one series alone; all of them again if it was alone already.
    pub fn solo(&mut self, index: usize) {
        if index >= self.series.len() {
            return;
        }
        let alone = !self.series[index].hidden && self.visible().count() == 1;
        for (at, series) in self.series.iter_mut().enumerate() {
            series.hidden = !alone && at != index;
        }
    }

    /// The id with everything but letters, digits, `-` and `_` replaced, safe in any attribute.
    pub fn dom_id(&self) -> String {
        self.id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
    }
}
