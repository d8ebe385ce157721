//! What holds for every chart, however mad its values.

use proptest::prelude::*;

use super::{samples, xml};
use crate::chart::{Buckets, ChartKind, ChartSpec, Frame, draw, readout};
use crate::format::{Ymd, day_number};
use crate::model::{Interval, Unit};

fn value() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        3 => (-1_000i64..2_000_000).prop_map(Some),
        1 => any::<i64>().prop_map(Some),
        1 => prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)].prop_map(Some),
        2 => Just(None),
    ]
}

pub(crate) fn chart() -> impl Strategy<Value = ChartSpec> {
    let kind =
        prop::sample::select(vec![ChartKind::Line, ChartKind::Step, ChartKind::Bar, ChartKind::StackedBar]);
    let unit = prop::sample::select(vec![Unit::Count, Unit::NanoTon, Unit::Stars]);
    let interval = prop::sample::select(Interval::ALL.to_vec());
    let series = prop::collection::vec((prop::collection::vec(value(), 0..120), any::<bool>()), 0..8);
    (kind, unit, interval, series, 0u32..120, prop::collection::btree_set(0u32..130, 0..9)).prop_map(
        |(kind, unit, interval, columns, count, partial)| {
            let columns = columns.into_iter().zip(1u8..);
            let series = columns.map(|((values, hidden), slot)| {
                let mut series = samples::series("Series", slot, values);
                series.hidden = hidden;
                series
            });
            let mut spec = samples::spec("any", "Any", kind, unit, series.collect());
            let start = day_number(Ymd { year: 2025, month: 1, day: 1 });
            spec.x = match interval {
                Interval::Hour => Buckets::Hours((0..count as i32).map(|hour| start * 24 + hour).collect()),
                _ => Buckets::Dates { start, interval, count },
            };
            spec.partial = partial.into_iter().collect();
            spec.usd_rate = Some("3.0742".to_owned());
            spec
        },
    )
}

/// The points of all paths of the inner picture, and the widths of their strokes.
fn points(svg: &str) -> Vec<(i64, i64)> {
    let mut points = Vec::new();
    for path in svg.split("<path class=\"").skip(1).filter(|path| !path.starts_with("hatch\"")) {
        let tag = path.split_once("/>").unwrap().0;
        let width: i64 = tag
            .split_once("stroke-width=\"")
            .map_or(0, |(_, width)| width.split_once('"').unwrap().0.parse().unwrap());
        let d = tag.split_once(" d=\"").unwrap().1.trim_end_matches('"');
        let (mut x, mut y) = (0i64, 0i64);
        for step in commands(d) {
            match step {
                ('M', [to_x, to_y]) => (x, y) = (to_x, to_y),
                ('l', [dx, dy]) => (x, y) = (x + dx, y + dy),
                ('h', [dx, _]) => x += dx,
                ('v', [dy, _]) => y += dy,
                other => panic!("{other:?} in {d}"),
            }
            points.extend([(x - width / 2, y), (x + (width + 1) / 2, y)]);
        }
    }
    points
}

/// `M1 2l3-4h5` as letters with their numbers.
fn commands(d: &str) -> Vec<(char, [i64; 2])> {
    let starts: Vec<_> =
        d.char_indices().filter(|(_, c)| c.is_ascii_alphabetic()).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([d.len()]);
    let read = |(start, end): (usize, usize)| {
        let numbers = d[start + 1..end].replace('-', " -");
        let mut numbers = numbers.split_whitespace().map(|number| number.parse().unwrap());
        (d[start..].chars().next().unwrap(), [numbers.next().unwrap(), numbers.next().unwrap_or(0)])
    };
    starts.iter().copied().zip(ends).map(read).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_chart_is_drawn_inside_its_frame_and_well_formed(spec in chart()) {
        let drawn = draw(&spec);
        prop_assert_eq!(xml::well_formed(&drawn.svg), Ok(()));
        prop_assert_eq!(&drawn.frame, &Frame::of(&spec));
        for (x, y) in points(&drawn.svg) {
            prop_assert!((-1..=i64::from(drawn.frame.width) + 1).contains(&x), "x {}", x);
            prop_assert!((0..=i64::from(drawn.frame.height)).contains(&y), "y {}", y);
        }
        for bucket in 0..spec.len() {
            prop_assert_eq!(readout(&spec, bucket).values.len(), spec.series.len());
        }
    }

    #[test]
    fn the_last_visible_series_stays(mut spec in chart(), clicks in prop::collection::vec((0usize..9, any::<bool>()), 0..20)) {
        spec.series.iter_mut().for_each(|series| series.hidden = false);
        for (index, solo) in clicks {
            if solo { spec.solo(index) } else { spec.toggle(index); }
            prop_assert!(spec.series.is_empty() || spec.visible().count() > 0);
        }
    }
}

#[test]
fn bytes_grow_with_pixels_not_with_points() {
    for (kind, per_point) in [(ChartKind::Line, 16), (ChartKind::StackedBar, 18)] {
        let values = (0..4_000i64).map(|at| Some(at * 7_919 % 10_007)).collect();
        let spec = samples::spec("long", "Long", kind, Unit::Count, vec![samples::series("Long", 1, values)]);
        let bytes = draw(&spec).svg.len();
        assert!(bytes < 2 * 720 * per_point + 2_000, "{kind:?}: {bytes} bytes");
    }
}

#[test]
fn a_spike_is_never_lost() {
    for kind in [ChartKind::Line, ChartKind::Bar] {
        let mut values = vec![Some(1); 4_000];
        values[2_345] = Some(1_000);
        let spec =
            samples::spec("spike", "Spike", kind, Unit::Count, vec![samples::series("Spike", 1, values)]);
        let drawn = draw(&spec);
        let top = points(&drawn.svg).into_iter().filter(|(_, y)| *y <= drawn.frame.y_of(1_000).into());
        // The top grid line is as high; the spike is what else is there.
        assert!(top.count() > 4, "{kind:?}");
    }
}

#[test]
fn the_bytes_are_the_same_every_time() {
    for (name, spec) in samples::all() {
        let json = serde_json::to_string(&spec).unwrap();
        let back: ChartSpec = serde_json::from_str(&json).unwrap();
        assert_eq!(back, spec, "{name}");
        assert_eq!(draw(&back), draw(&spec), "{name}");
    }
}

#[test]
fn the_readout_is_exact() {
    let money = readout(&samples::money_bars(), 29);
    assert!(money.head.ends_with("· not complete"));
    assert!(money.values[0].ends_with(" TON") && money.usd.unwrap().starts_with("≈ $"));
    let mut stacked = samples::stacked_six(30);
    let all = readout(&stacked, 0).total.unwrap();
    stacked.toggle(0);
    assert_ne!(readout(&stacked, 0).total.unwrap(), all);
    assert_eq!(readout(&stacked, 21).total.as_deref(), Some("–"));
    assert_eq!(readout(&samples::line_with_gap(), 40).values, ["–"]);
}
