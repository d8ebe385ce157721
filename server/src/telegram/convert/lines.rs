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
    /// Columns are told apart by their English names, and this is another language: the series would be there twice.
    #[error("“{column}” is not the English name of a column of {metric}")]
    Language {
        /// Which metric.
        metric: Metric,
        /// The column's name.
        column: String,
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

/// Which way charts are read. To be raised with every change after which the same chart gives other points, names or errors:
/// charts that were read already are read again then.
pub const READING: u32 = 1;

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
            Self::Named(metric) => {
                in_english(&graph, metric)?;
                several(&graph, metric, |index| dimension(&graph, index))
            }
            Self::Weeks(metric) => {
                in_english(&graph, metric)?;
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

/// The session asks for English (`lang_code`); should an answer be in another language all the same, it is refused as soon
/// as a name cannot be English. Only where columns are dimensions: those that are known by their place are right in any
/// language. Dimensions have no place of their own, for which there are depends on the channel. Names of languages may
/// have letters that English has not (Norwegian Bokmål), but not those of another alphabet.
pub(super) fn in_english(graph: &Graph, metric: Metric) -> Result<(), LinesError> {
    let can_be = |c: char| {
        c.is_ascii()
            || !c.is_alphabetic()
            || (metric == Metric::Languages && matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'))
    };
    match graph.columns.iter().find(|column| !column.name.chars().all(can_be)) {
        Some(column) => Err(LinesError::Language { metric, column: column.name.chars().take(100).collect() }),
        None => Ok(()),
    }
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
mod tests;
