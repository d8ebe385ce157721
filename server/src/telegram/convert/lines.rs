//! From a chart to the points of a metric.

use app::model::{Metric, Resolution, Unit};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::telegram::graph::{Column, Graph, GraphError, Value, XKind, dimension};

const MILLIS_A_DAY: i64 = 86_400_000;
const MILLIS_AN_HOUR: i64 = 3_600_000;

/// When a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// A UTC day.
    Day(Date),
    /// An hour of the day, 0–23.
    Hour(i8),
    /// The first instant of an hour.
    Instant(Timestamp),
}

/// One line of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The dimension's key; empty for a metric without dimensions.
    pub dimension: String,
    /// Ascending; what Telegram left out is not there.
    pub points: Vec<(At, i64)>,
}

/// What one graph says of one metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricLines {
    /// Which.
    pub metric: Metric,
    /// Its lines: one without dimensions.
    pub lines: Vec<Line>,
}

/// Why a chart does not give a metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// It is not a chart.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A column that the metric needs is not there.
    #[error("the chart has {found} columns; {metric} needs {needed}")]
    Columns {
        /// Which metric.
        metric: Metric,
        /// How many it needs at least.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// Hours where days are expected, or the other way round.
    #[error("the chart counts {found}, where {metric} counts {expected}")]
    Axis {
        /// Which metric.
        metric: Metric,
        /// What the metric counts.
        expected: &'static str,
        /// What the chart counts.
        found: &'static str,
    },
    /// A point in the middle of a day.
    #[error("the point {x} is not the beginning of a UTC day")]
    NotADay {
        /// Milliseconds.
        x: i64,
    },
    /// A point in the middle of an hour.
    #[error("the point {x} is not the beginning of an hour")]
    NotAnHour {
        /// Milliseconds.
        x: i64,
    },
    /// A point beyond the calendar.
    #[error("the point {x} is beyond the calendar")]
    BeyondCalendar {
        /// Milliseconds.
        x: i64,
    },
    /// A fraction of something that is counted.
    #[error("“{column}” holds {value}, which is not a whole number")]
    Fraction {
        /// The column's name.
        column: String,
        /// The value.
        value: String,
    },
    /// Another currency than was asked for.
    #[error("the chart is in {found}, not in {expected}")]
    Currency {
        /// What was asked for.
        expected: &'static str,
        /// What the chart says.
        found: &'static str,
    },
}

/// A chart, and what each metric's points are meant to be.
struct Axes {
    graph: Graph,
    resolution: fn(Metric) -> Resolution,
}

impl std::ops::Deref for Axes {
    type Target = Graph;
    fn deref(&self) -> &Graph {
        &self.graph
    }
}

/// How the columns of a graph become metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The only column.
    One(Metric),
    /// Two columns: by their names if they have the expected ones, else by position.
    Two([(Metric, &'static str); 2]),
    /// Every column is a dimension, named by its English name.
    Named(Metric),
    /// Every column is a dimension, named by its English name; the rows are weeks.
    Weeks(Metric),
    /// Every column is a dimension, named by its position: the weeks that the columns stand for move each day.
    Positions(Metric),
}

impl Shape {
    /// The metrics it gives.
    pub fn metrics(self) -> Vec<Metric> {
        match self {
            Self::One(metric) | Self::Named(metric) | Self::Weeks(metric) | Self::Positions(metric) => {
                vec![metric]
            }
            Self::Two(two) => two.map(|(metric, _)| metric).to_vec(),
        }
    }

    /// Reads the metrics from chart JSON.
    ///
    /// # Errors
    /// [`LinesError`]: the whole chart is refused, so that no half of it is believed.
    pub fn read(self, json: &str) -> Result<Vec<MetricLines>, LinesError> {
        self.read_as(json, Metric::resolution)
    }

    /// Reads the hours of one day: what a graph's zoom token gives.
    ///
    /// # Errors
    /// As [`Shape::read`].
    pub fn read_hours(self, json: &str) -> Result<Vec<MetricLines>, LinesError> {
        self.read_as(json, |_| Resolution::Hour)
    }

    fn read_as(
        self,
        json: &str,
        resolution: fn(Metric) -> Resolution,
    ) -> Result<Vec<MetricLines>, LinesError> {
        let graph = Axes { graph: Graph::parse(json)?, resolution };
        match self {
            Self::One(metric) => Ok(vec![plain(&graph, metric, 0, 1)?]),
            Self::Two(two) => {
                let names = two.map(|(_, name)| position(&graph, name));
                let positions = match names {
                    [Some(first), Some(second)] => [first, second],
                    _ => [0, 1],
                };
                two.iter()
                    .zip(positions)
                    .map(|((metric, _), index)| plain(&graph, *metric, index, 2))
                    .collect()
            }
            Self::Named(metric) => several(&graph, metric, |index| dimension(&graph, index)),
            Self::Weeks(metric) => {
                let mut read = several(&graph, metric, |index| dimension(&graph, index))?;
                // Telegram's window may begin in the middle of the first week: what is left of it would replace what
                // was known of the whole.
                let first = graph.x.first().map(|&x| at(metric.resolution(), x)).transpose()?;
                for line in read.iter_mut().flat_map(|metric| &mut metric.lines) {
                    line.points.retain(|(at, _)| Some(*at) != first);
                }
                Ok(read)
            }
            Self::Positions(metric) => several(&graph, metric, |index| Some(format!("y{index}"))),
        }
    }
}

pub(super) fn position(graph: &Graph, name: &str) -> Option<usize> {
    graph.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
}

fn plain(graph: &Axes, metric: Metric, index: usize, needed: usize) -> Result<MetricLines, LinesError> {
    let found = graph.columns.len();
    let column = graph.columns.get(index).ok_or(LinesError::Columns { metric, needed, found })?;
    let line = Line { dimension: String::new(), points: points(graph, metric, column)? };
    Ok(MetricLines { metric, lines: vec![line] })
}

fn several(
    graph: &Axes,
    metric: Metric,
    key: impl Fn(usize) -> Option<String>,
) -> Result<Vec<MetricLines>, LinesError> {
    let mut lines = Vec::with_capacity(graph.columns.len());
    for (index, column) in graph.columns.iter().enumerate() {
        let dimension = key(index).unwrap_or_else(|| format!("y{index}"));
        lines.push(Line { dimension, points: points(graph, metric, column)? });
    }
    Ok(vec![MetricLines { metric, lines }])
}

fn points(graph: &Axes, metric: Metric, column: &Column) -> Result<Vec<(At, i64)>, LinesError> {
    let axis = |expected, found| LinesError::Axis { metric, expected, found };
    if let (Some(expected), Some(found)) = (metric.unit().currency(), graph.currency)
        && expected != found
    {
        return Err(LinesError::Currency { expected: expected.code(), found: found.code() });
    }
    let resolution = (graph.resolution)(metric);
    match (resolution, graph.x_kind) {
        (Resolution::Day, XKind::HourOfDay) => return Err(axis("days", "hours of the day")),
        (Resolution::HourOfDay, XKind::Millis) => return Err(axis("hours of the day", "times")),
        (Resolution::Day, XKind::Millis) if graph.weekly => return Err(axis("days", "weeks")),
        (Resolution::Hour, XKind::HourOfDay) => return Err(axis("hours", "hours of the day")),
        (Resolution::Week, XKind::HourOfDay) => return Err(axis("weeks", "hours of the day")),
        (Resolution::Week, XKind::Millis) if !graph.weekly => return Err(axis("weeks", "days")),
        _ => {}
    }
    let mut points = Vec::with_capacity(graph.x.len());
    for (&x, value) in graph.x.iter().zip(&column.values) {
        if let Some(value) = whole(metric, column, *value)? {
            points.push((at(resolution, x)?, value));
        }
    }
    Ok(points)
}

fn at(resolution: Resolution, x: i64) -> Result<At, LinesError> {
    match resolution {
        Resolution::HourOfDay => i8::try_from(x).map(At::Hour).map_err(|_| LinesError::BeyondCalendar { x }),
        Resolution::Hour if x % MILLIS_AN_HOUR != 0 => Err(LinesError::NotAnHour { x }),
        Resolution::Hour => {
            Timestamp::from_millisecond(x).map(At::Instant).map_err(|_| LinesError::BeyondCalendar { x })
        }
        Resolution::Day | Resolution::Week if x % MILLIS_A_DAY != 0 => Err(LinesError::NotADay { x }),
        Resolution::Day | Resolution::Week => Timestamp::from_millisecond(x)
            .map(|moment| At::Day(moment.to_zoned(TimeZone::UTC).date()))
            .map_err(|_| LinesError::BeyondCalendar { x }),
    }
}

/// A count or an amount. A float without a fraction that a double holds exactly is taken for the integer it is;
/// money is never taken from a float.
pub(super) fn whole(metric: Metric, column: &Column, value: Value) -> Result<Option<i64>, LinesError> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Null => Ok(None),
        Value::Integer(value) => Ok(Some(value)),
        Value::Float(value)
            if metric.unit() == Unit::Count && value.fract() == 0.0 && value.abs() < EXACT =>
        {
            Ok(format!("{value:.0}").parse().ok())
        }
        Value::Float(value) => {
            Err(LinesError::Fraction { column: column.name.clone(), value: value.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Shape = Shape::Two([(Metric::Joined, "Joined"), (Metric::Left, "Left")]);

    fn chart(x: &str, columns: &str, names: &str) -> String {
        format!(r#"{{"columns":[["x",{x}],{columns}],"names":{{{names}}}}}"#)
    }

    const DAYS: &str = "1725148800000,1725235200000";

    #[test]
    fn columns_are_found_by_name_before_position() {
        let json = chart(DAYS, r#"["y0",7,11],["y1",120,98]"#, r#""y0":"Left","y1":"Joined""#);
        let read = TWO.read(&json).unwrap();
        assert_eq!(read[0].metric, Metric::Joined);
        assert_eq!(read[0].lines[0].points[1], (At::Day(jiff::civil::date(2024, 9, 2)), 98));
        let json = chart(DAYS, r#"["y0",7,11],["y1",120,98]"#, r#""y0":"Вступили","y1":"Вышли""#);
        assert_eq!(TWO.read(&json).unwrap()[0].lines[0].points[0].1, 7);
    }

    #[test]
    fn unknown_stays_unknown() {
        let json = chart(DAYS, r#"["y0",null,3]"#, "");
        let read = Shape::One(Metric::Subscribers).read(&json).unwrap();
        assert_eq!(read[0].lines[0].points, [(At::Day(jiff::civil::date(2024, 9, 2)), 3)]);
    }

    #[test]
    fn dimensions_have_english_keys() {
        let json = chart(DAYS, r#"["y0",1,2],["y1",3,4]"#, r#""y0":"Similar Channels","y1":"URL""#);
        let read = Shape::Named(Metric::JoinedBySource).read(&json).unwrap();
        let keys: Vec<_> = read[0].lines.iter().map(|line| line.dimension.as_str()).collect();
        assert_eq!(keys, ["similar_channels", "url"]);
    }

    #[test]
    fn hours_of_a_day_are_moments() {
        let json = chart("1725148800000,1725152400000", r#"["y0",7,11],["y1",120,98]"#, "");
        let read = TWO.read_hours(&json).unwrap();
        let second = At::Instant("2024-09-01T01:00:00Z".parse().unwrap());
        assert_eq!((read[0].lines[0].points[1], read[1].lines[0].points[1]), ((second, 11), (second, 98)));
        let json = chart("1725148800000,1725150600000", r#"["y0",7,11],["y1",120,98]"#, "");
        let error = TWO.read_hours(&json).unwrap_err().to_string();
        assert_eq!(error, "the point 1725150600000 is not the beginning of an hour");
        assert!(TWO.read_hours(&chart("0,1", r#"["y0",7,11],["y1",120,98]"#, "")).is_err());
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_reason() {
        for (shape, json, reason) in [
            (TWO, chart(DAYS, r#"["y0",7,11]"#, ""), "the chart has 1 columns; left needs 2"),
            (
                Shape::One(Metric::Subscribers),
                chart("0,1", r#"["y0",7,11]"#, ""),
                "the chart counts hours of the day, where subscribers counts days",
            ),
            (
                Shape::Positions(Metric::ViewsByHour),
                chart(DAYS, r#"["y0",7,11]"#, ""),
                "the chart counts times, where views_by_hour counts hours of the day",
            ),
            (
                Shape::One(Metric::Subscribers),
                chart("1725148800001,1725235200000", r#"["y0",7,11]"#, ""),
                "the point 1725148800001 is not the beginning of a UTC day",
            ),
            (
                Shape::One(Metric::Subscribers),
                chart("86400000000000000", r#"["y0",7]"#, ""),
                "the point 86400000000000000 is beyond the calendar",
            ),
            (
                Shape::One(Metric::AdRevenue),
                chart(DAYS, r#"["y0",7,1.0]"#, ""),
                "“y0” holds 1, which is not a whole number",
            ),
            (
                Shape::One(Metric::AdRevenue),
                r#"{"columns":[["x",1725148800000],["y0",1]],"yTickFormatter":"statsFormatAmountFn('XTR')"}"#
                    .to_owned(),
                "the chart is in XTR, not in TON",
            ),
            (
                Shape::One(Metric::Subscribers),
                "{".to_owned(),
                "the text is not a chart: EOF while parsing an object at line 1 column 1",
            ),
        ] {
            assert_eq!(shape.read(&json).unwrap_err().to_string(), reason);
        }
    }
}
