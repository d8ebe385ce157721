use serde::Serialize;

use super::{Graph, GraphError, Value};

#[derive(Serialize)]
struct Line<'a> {
    series: &'a str,
    name: &'a str,
    at: i64,
    value: Option<serde_json::Number>,
}

/// The chart as one JSON object a line, ordered by column, then x: what `channelscope graph` prints. The x column
/// itself is not printed; `at` is its integer, milliseconds or an hour of the day.
///
/// # Errors
/// A [`GraphError`] when the text is not a chart.
pub fn to_ndjson(json: &str) -> Result<String, GraphError> {
    let graph = Graph::parse(json)?;
    let mut lines = String::new();
    for column in &graph.columns {
        for (&at, value) in graph.x.iter().zip(&column.values) {
            let value = match *value {
                Value::Integer(value) => Some(value.into()),
                Value::Float(value) => serde_json::Number::from_f64(value),
                Value::Null => None,
            };
            let line = Line { series: &column.id, name: &column.name, at, value };
            lines +=
                &serde_json::to_string(&line).map_err(|error| GraphError::NotAChart(error.to_string()))?;
            lines.push('\n');
        }
    }
    Ok(lines)
}
