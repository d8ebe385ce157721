//! Charts to look at. Deterministic: a little generator instead of chance.

use jiff::civil::date;

use crate::chart::{Buckets, ChartKind, ChartSeries, ChartSpec};
use crate::model::{Interval, Unit};

/// Numbers that look like chance, the same every time.
fn noise(seed: u64) -> impl FnMut(i64) -> i64 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % below
    }
}

pub(crate) fn series(name: &str, slot: u8, values: Vec<Option<i64>>) -> ChartSeries {
    ChartSeries { key: name.to_lowercase(), name: name.to_owned(), slot, values, hidden: false }
}

pub(crate) fn spec(
    id: &str,
    title: &str,
    kind: ChartKind,
    unit: Unit,
    series: Vec<ChartSeries>,
) -> ChartSpec {
    let count = series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    ChartSpec {
        id: id.to_owned(),
        title: title.to_owned(),
        kind,
        x: Buckets::dates(date(2026, 8, 26), Interval::Day, count),
        series,
        unit,
        usd_rate: None,
        partial: Vec::new(),
        caption: vec!["At the end of each UTC day".into(), "as of 12:05, 23 Nov UTC".into()],
    }
}

/// A growing channel; two days in the middle and one island are unknown, today is not over.
pub(crate) fn line_with_gap() -> ChartSpec {
    let mut noise = noise(7);
    let mut level = 1_203_400;
    let mut values: Vec<Option<i64>> = (0..90)
        .map(|_| {
            level += noise(400) - 90;
            Some(level)
        })
        .collect();
    values[40] = None;
    values[42] = None;
    let mut spec = spec(
        "subscribers",
        "Subscribers",
        ChartKind::Line,
        Unit::Count,
        vec![series("Subscribers", 1, values)],
    );
    spec.partial = vec![89];
    spec
}

pub(crate) fn two_lines() -> ChartSpec {
    let mut noise = noise(11);
    let joined = (0..90).map(|day| Some(300 + noise(240) + if day % 7 < 2 { 200 } else { 0 })).collect();
    let left = (0..90).map(|_| Some(90 + noise(120))).collect();
    let series = vec![series("Joined", 2, joined), series("Left", 3, left)];
    let mut spec = spec("followers", "Joined and left", ChartKind::Line, Unit::Count, series);
    spec.partial = vec![89];
    spec
}

pub(crate) fn stacked_six(days: usize) -> ChartSpec {
    let mut noise = noise(5);
    let names = ["Followers", "Search", "Groups", "Channels", "Private chats", "Other"];
    let series = names
        .iter()
        .zip([9_000, 4_000, 2_600, 1_800, 900, 300])
        .zip(1u8..)
        .map(|((name, size), slot)| {
            let values = (0..days).map(|day| {
                let weekend = if day % 7 < 2 { 3 } else { 4 };
                (!(20..23).contains(&day)).then(|| (size + noise(size)) * weekend / 4)
            });
            series(name, slot, values.collect())
        })
        .collect();
    let mut spec = spec("views_by_source", "Views by source", ChartKind::StackedBar, Unit::Count, series);
    spec.partial = vec![u32::try_from(days).unwrap() - 1];
    spec
}

pub(crate) fn money_bars() -> ChartSpec {
    let mut noise = noise(3);
    let values = (0..30).map(|_| Some(180_000_000 + noise(240_000_000))).collect();
    let mut spec = spec(
        "ad_revenue",
        "Ad revenue",
        ChartKind::Bar,
        Unit::NanoTon,
        vec![series("Ad revenue", 4, values)],
    );
    spec.usd_rate = Some("3.0742".to_owned());
    spec.partial = vec![29];
    spec
}

pub(crate) fn single_point() -> ChartSpec {
    spec(
        "single",
        "Subscribers",
        ChartKind::Line,
        Unit::Count,
        vec![series("Subscribers", 1, vec![Some(812)])],
    )
}

pub(crate) fn all_unknown() -> ChartSpec {
    let mut spec = spec(
        "unknown",
        "Subscribers",
        ChartKind::Line,
        Unit::Count,
        vec![series("Subscribers", 1, vec![None; 30])],
    );
    spec.caption = vec!["Not collected yet".into()];
    spec
}

pub(crate) fn zeros() -> ChartSpec {
    spec("zeros", "Left", ChartKind::Bar, Unit::Count, vec![series("Left", 3, vec![Some(0); 30])])
}

pub(crate) fn four_hundred_days() -> ChartSpec {
    let mut noise = noise(23);
    let mut level = 2_000;
    let values = (0..400)
        .map(|_| {
            level += noise(level / 60 + 4) - level / 400;
            Some(level)
        })
        .collect();
    spec("growth", "Subscribers", ChartKind::Line, Unit::Count, vec![series("Subscribers", 1, values)])
}

/// Every sample with the name of its snapshot.
pub(crate) fn all() -> Vec<(&'static str, ChartSpec)> {
    vec![
        ("line_with_gap", line_with_gap()),
        ("two_lines", two_lines()),
        ("stacked_six", stacked_six(90)),
        ("stacked_six_dense", stacked_six(400)),
        ("money_bars", money_bars()),
        ("single_point", single_point()),
        ("all_unknown", all_unknown()),
        ("zeros", zeros()),
        ("four_hundred_days", four_hundred_days()),
    ]
}
