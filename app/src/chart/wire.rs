//! How a chart travels to the browser: a few lines of text in a `data-chart` attribute.
//!
//! Not JSON, because a JSON reader that can explain its errors weighs 40 kB there, and because differences are shorter
//! than values: a year of subscribers is mostly two digits a day. Caption and keys stay behind; the page has them.
//!
//! ```text
//! l c d 20691 90 3.0742       kind, unit, interval, first day, buckets, rate (or -)
//! followers                   id
//! Joined and left             title
//! 89                          partial buckets
//!                             starts of hours, as differences (empty for dates)
//! 2 1 Joined                  for each series: colour slot, visible, name …
//! 636,75,,-268                … and values: the first one, then differences; empty is unknown
//! ```

use super::{Buckets, ChartKind, ChartSeries, ChartSpec};
use crate::model::{Interval, Unit};

const KINDS: [(&str, ChartKind); 4] =
    [("l", ChartKind::Line), ("s", ChartKind::Step), ("b", ChartKind::Bar), ("t", ChartKind::StackedBar)];
const UNITS: [(&str, Unit); 3] = [("c", Unit::Count), ("n", Unit::NanoTon), ("x", Unit::Stars)];
const INTERVALS: [(&str, Interval); 6] = [
    ("h", Interval::Hour),
    ("d", Interval::Day),
    ("w", Interval::Week),
    ("m", Interval::Month),
    ("q", Interval::Quarter),
    ("y", Interval::Year),
];

/// The most buckets and series that are read: more is not ours.
const MOST: usize = 100_000;

/// The chart as text.
pub(super) fn pack(spec: &ChartSpec) -> String {
    let (start, hours): (i32, &[i32]) = match &spec.x {
        Buckets::Dates { start, .. } => (*start, &[]),
        Buckets::Hours(hours) => (0, hours),
    };
    let rate =
        spec.usd_rate.as_deref().filter(|rate| !rate.is_empty() && !rate.contains(char::is_whitespace));
    let head = [
        code(&KINDS, spec.kind).to_owned(),
        code(&UNITS, spec.unit).to_owned(),
        code(&INTERVALS, spec.x.interval()).to_owned(),
        start.to_string(),
        spec.len().to_string(),
        rate.unwrap_or("-").to_owned(),
    ];
    let mut lines = vec![head.join(" "), one_line(&spec.id), one_line(&spec.title)];
    lines.push(differences(spec.partial.iter().map(|bucket| Some(i64::from(*bucket)))));
    lines.push(differences(hours.iter().map(|hour| Some(i64::from(*hour)))));
    for series in &spec.series {
        lines.push(format!("{} {} {}", series.slot, u8::from(!series.hidden), one_line(&series.name)));
        lines.push(differences(series.values.iter().copied()));
    }
    lines.join("\n")
}

/// The chart from its text; `None` if that is not what [`pack`] writes.
#[cfg_attr(not(any(test, feature = "hydrate")), expect(dead_code, reason = "only browsers read"))]
pub(super) fn unpack(text: &str) -> Option<ChartSpec> {
    let mut lines = text.split('\n');
    let mut head = lines.next()?.split(' ');
    let kind = decode(&KINDS, head.next()?)?;
    let unit = decode(&UNITS, head.next()?)?;
    let interval = decode(&INTERVALS, head.next()?)?;
    let start = head.next()?.parse().ok()?;
    let count: u32 = head.next()?.parse().ok()?;
    let rate = head.next()?;
    if count as usize > MOST {
        return None;
    }
    let (id, title) = (lines.next()?.to_owned(), lines.next()?.to_owned());
    let partial = values(lines.next()?)?
        .into_iter()
        .map(|bucket| u32::try_from(bucket?).ok())
        .collect::<Option<_>>()?;
    let hours =
        values(lines.next()?)?.into_iter().map(|hour| i32::try_from(hour?).ok()).collect::<Option<_>>()?;
    let mut series = Vec::new();
    while let Some(line) = lines.next() {
        let mut parts = line.splitn(3, ' ');
        let slot = parts.next()?.parse().ok()?;
        let hidden = parts.next()? == "0";
        let name = parts.next()?.to_owned();
        series.push(ChartSeries { key: String::new(), name, slot, values: values(lines.next()?)?, hidden });
    }
    let x = if interval == Interval::Hour {
        Buckets::Hours(hours)
    } else {
        Buckets::Dates { start, interval, count }
    };
    let usd_rate = (rate != "-").then(|| rate.to_owned());
    Some(ChartSpec { id, title, kind, x, series, unit, usd_rate, partial, caption: Vec::new() })
}

fn code<T: PartialEq>(codes: &[(&'static str, T)], value: T) -> &'static str {
    codes.iter().find(|(_, known)| *known == value).map_or("", |(code, _)| code)
}

fn decode<T: Copy>(codes: &[(&'static str, T)], code: &str) -> Option<T> {
    codes.iter().find(|(known, _)| *known == code).map(|(_, value)| *value)
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// Each known value as its difference from the known one before it. They wrap, and wrap back when read. A list of one
/// unknown value is `-`, since nothing at all is the empty list.
fn differences(values: impl Iterator<Item = Option<i64>>) -> String {
    let mut before = 0i64;
    let difference = |value: Option<i64>| {
        let Some(value) = value else { return String::new() };
        let text = value.wrapping_sub(before).to_string();
        before = value;
        text
    };
    let all: Vec<String> = values.map(difference).collect();
    if all.len() == 1 && all[0].is_empty() { "-".to_owned() } else { all.join(",") }
}

fn values(text: &str) -> Option<Vec<Option<i64>>> {
    match text {
        "" => return Some(Vec::new()),
        "-" => return Some(vec![None]),
        _ => (),
    }
    let mut before = 0i64;
    let mut all = Vec::new();
    for difference in text.split(',') {
        if !difference.is_empty() {
            before = before.wrapping_add(difference.parse().ok()?);
        }
        all.push((!difference.is_empty()).then_some(before));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::{invariants::chart, samples};
    use proptest::prelude::*;

    #[test]
    fn a_chart_is_a_few_short_lines() {
        let mut spec = samples::two_lines();
        for series in &mut spec.series {
            series.values.truncate(4);
        }
        spec.series[0].values[2] = None;
        spec.x = Buckets::Dates { start: 20_691, interval: Interval::Day, count: 4 };
        let text = "l c d 20691 4 -\nfollowers\nJoined and left\n89\n\n2 1 Joined\n636,75,,-243\n3 1 Left\n161,0,-67,41";
        assert_eq!(pack(&spec), text);
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for text in
            ["", "l c d", "l c d 1 2 -\na\nb\n\n\n1 1", "z c d 1 2 -\na\nb\n\n", "l c d 1 2 -\na\nb\nx\n"]
        {
            assert_eq!(unpack(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_chart_arrives_as_it_left(spec in chart()) {
            let mut expected = spec.clone();
            expected.caption.clear();
            expected.series.iter_mut().for_each(|series| series.key.clear());
            prop_assert_eq!(unpack(&pack(&spec)), Some(expected));
        }
    }
}
