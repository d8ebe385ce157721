//! A line the size of a word, for lists.

use super::{Buckets, ChartKind, ChartSeries, ChartSpec, Size, draw};
use crate::model::{Interval, Unit};

/// A sparkline of values, oldest first; `None` is a gap. `id` is unique on the page, `title` is what it shows.
pub fn sparkline(id: &str, title: &str, values: &[Option<i64>]) -> String {
    let series = ChartSeries {
        key: "values".to_owned(),
        name: title.to_owned(),
        slot: 1,
        values: values.to_vec(),
        hidden: false,
    };
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let spec = ChartSpec {
        id: id.to_owned(),
        title: title.to_owned(),
        kind: ChartKind::Line,
        x: Buckets::Dates { start: 0, interval: Interval::Day, count },
        series: vec![series],
        unit: Unit::Count,
        usd_rate: None,
        partial: Vec::new(),
        caption: Vec::new(),
    };
    draw(&spec, Size::Spark).svg
}
