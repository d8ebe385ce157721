use std::collections::{BTreeMap, BTreeSet};

use app::model::UnitCode;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{Column, ColumnKind, Graph, GraphError, MAX_BYTES, MAX_COLUMNS, MAX_NAME_BYTES, Value, XKind};

/// Keys that are read; what else Telegram adds is passed over.
#[derive(Deserialize)]
struct Chart {
    columns: Vec<Vec<Json>>,
    #[serde(default)]
    types: BTreeMap<String, String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default)]
    colors: BTreeMap<String, String>,
    #[serde(default)]
    percentage: Option<bool>,
    #[serde(default)]
    stacked: Option<bool>,
    #[serde(default)]
    y_scaled: Option<bool>,
    #[serde(default, rename = "xTickFormatter")]
    x_tick_formatter: Json,
    #[serde(default, rename = "xTooltipFormatter")]
    x_tooltip_formatter: Json,
    #[serde(default, rename = "yTickFormatter")]
    y_tick_formatter: Json,
}

struct Raw {
    label: String,
    values: Vec<Json>,
}

/// As JSON writes it.
const NUL: &str = "\\u0000";

pub(super) fn parse(json: &str) -> Result<Graph, GraphError> {
    if json.len() > MAX_BYTES {
        return Err(GraphError::TooLong { bytes: json.len() });
    }
    // An array would be read as the fields in their order.
    if !json.trim_start().is_empty() && !json.trim_start().starts_with('{') {
        return Err(not_a_chart(json, &serde::de::Error::custom("a chart is an object")));
    }
    // No name is kept with NUL in it (see `convert::text`). JSON only has it written out.
    let without_nul = json.contains(NUL).then(|| json.replace(NUL, "\\ufffd"));
    let json = without_nul.as_deref().unwrap_or(json);
    let mut chart: Chart = serde_json::from_str(json).map_err(|error| not_a_chart(json, &error))?;
    let mut raw = labelled(std::mem::take(&mut chart.columns))?;
    check_names(&chart, &raw)?;
    let x_column = raw.remove(find_x(&chart, &raw)?);
    if raw.is_empty() {
        return Err(GraphError::NoData);
    }
    for column in &raw {
        if column.values.len() != x_column.values.len() {
            return Err(GraphError::Lengths {
                x: x_column.label,
                expected: x_column.values.len(),
                column: column.label.clone(),
                found: column.values.len(),
            });
        }
    }
    if x_column.values.is_empty() {
        return Err(GraphError::NoPoints);
    }

    let x = read_x(&x_column)?;
    let x_kind = x_kind(&chart, &x)?;
    let order = order_of(&x)?;
    let columns = raw.iter().map(|column| read_column(&chart, column, &order)).collect::<Result<_, _>>()?;
    Ok(Graph {
        x: order.iter().filter_map(|&row| x.get(row).copied()).collect(),
        x_kind,
        columns,
        percentage: chart.percentage.unwrap_or(false),
        stacked: chart.stacked.unwrap_or(false),
        y_scaled: chart.y_scaled.unwrap_or(false),
        weekly: says(&chart.x_tooltip_formatter, "'week'"),
        currency: currency(&chart.y_tick_formatter),
    })
}

/// JSON has no NaN, and serde_json's message does not say that this is the trouble.
fn not_a_chart(json: &str, error: &serde_json::Error) -> GraphError {
    let (line, column) = (error.line(), error.column());
    let rest = json
        .split('\n')
        .nth(line.saturating_sub(1))
        .map(str::as_bytes)
        .and_then(|text| text.get(column.saturating_sub(2)..))
        .unwrap_or_default();
    for word in ["NaN", "Infinity"] {
        let found =
            (0..=2).any(|start| rest.get(start..).is_some_and(|rest| rest.starts_with(word.as_bytes())));
        if error.is_syntax() && found {
            return GraphError::NotANumber { line, column, word };
        }
    }
    GraphError::NotAChart(one_line(&error.to_string()))
}

/// Messages of serde may quote what they found: control characters out, and not too much of it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

fn labelled(columns: Vec<Vec<Json>>) -> Result<Vec<Raw>, GraphError> {
    if columns.is_empty() {
        return Err(GraphError::NoColumns);
    }
    if columns.len() > MAX_COLUMNS {
        return Err(GraphError::TooManyColumns { count: columns.len() });
    }
    let mut seen = BTreeSet::new();
    let mut labelled = Vec::with_capacity(columns.len());
    for (index, mut values) in columns.into_iter().enumerate() {
        let position = index + 1;
        if values.is_empty() {
            return Err(GraphError::EmptyColumn { position });
        }
        let Json::String(label) = values.remove(0) else { return Err(GraphError::NoLabel { position }) };
        check_length("label", position, &label)?;
        if !seen.insert(label.clone()) {
            return Err(GraphError::RepeatedLabel(label));
        }
        labelled.push(Raw { label, values });
    }
    Ok(labelled)
}

fn check_names(chart: &Chart, columns: &[Raw]) -> Result<(), GraphError> {
    for (index, column) in columns.iter().enumerate() {
        for (what, texts) in [("name", &chart.names), ("colour", &chart.colors)] {
            if let Some(text) = texts.get(&column.label) {
                check_length(what, index + 1, text)?;
            }
        }
    }
    Ok(())
}

fn check_length(what: &'static str, position: usize, text: &str) -> Result<(), GraphError> {
    if text.len() > MAX_NAME_BYTES {
        return Err(GraphError::LongName { what, position, bytes: text.len() });
    }
    Ok(())
}

/// The column of type `x`; in a chart without types, the one with the label `x`.
fn find_x(chart: &Chart, columns: &[Raw]) -> Result<usize, GraphError> {
    let is_x = |column: &Raw| match chart.types.get(&column.label) {
        Some(kind) => kind == "x",
        None => column.label == "x",
    };
    let mut found = columns.iter().enumerate().filter(|(_, column)| is_x(column));
    let (index, first) = found.next().ok_or(GraphError::NoX)?;
    match found.next() {
        Some((_, second)) => Err(GraphError::TwoX(first.label.clone(), second.label.clone())),
        None => Ok(index),
    }
}

fn read_x(column: &Raw) -> Result<Vec<i64>, GraphError> {
    column
        .values
        .iter()
        .enumerate()
        .map(|(index, json)| match read_value(&column.label, index + 1, json) {
            Ok(Value::Integer(x)) if x < 0 => Err(GraphError::NegativeX { row: index + 1, x }),
            Ok(Value::Integer(x)) => Ok(x),
            Err(error @ GraphError::TooLarge { .. }) => Err(error),
            Ok(_) | Err(_) => Err(GraphError::FractionalX { row: index + 1 }),
        })
        .collect()
}

/// Telegram's own page shows hours of the day with the formatter `statsFormatDayHour`; a chart without a formatter
/// whose x never passes 23 can mean nothing else.
fn x_kind(chart: &Chart, x: &[i64]) -> Result<XKind, GraphError> {
    let said = says(&chart.x_tick_formatter, "DayHour") || says(&chart.x_tooltip_formatter, "DayHour");
    match x.iter().enumerate().find(|(_, x)| **x > 23) {
        None => Ok(XKind::HourOfDay),
        Some((index, &x)) if said => Err(GraphError::NotAnHour { row: index + 1, x }),
        Some(_) => Ok(XKind::Millis),
    }
}

/// The rows in the order of x.
fn order_of(x: &[i64]) -> Result<Vec<usize>, GraphError> {
    let mut rows: Vec<(i64, usize)> = x.iter().copied().zip(0..).collect();
    rows.sort_unstable();
    match rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(GraphError::RepeatedX { x: pair[0].0 }),
        None => Ok(rows.into_iter().map(|(_, row)| row).collect()),
    }
}

fn read_column(chart: &Chart, column: &Raw, order: &[usize]) -> Result<Column, GraphError> {
    let kind = match chart.types.get(&column.label).map(String::as_str) {
        None | Some("line") => ColumnKind::Line,
        Some("area") => ColumnKind::Area,
        Some("step") => ColumnKind::Step,
        Some("bar") => ColumnKind::Bar,
        Some(other) => {
            return Err(GraphError::UnknownType {
                column: column.label.clone(),
                kind: other.chars().take(100).collect(),
            });
        }
    };
    let mut values = Vec::with_capacity(order.len());
    for (index, json) in column.values.iter().enumerate() {
        values.push(read_value(&column.label, index + 1, json)?);
    }
    Ok(Column {
        id: column.label.clone(),
        name: chart.names.get(&column.label).unwrap_or(&column.label).clone(),
        colour_key: chart.colors.get(&column.label).and_then(|colour| colour_key(colour)),
        kind,
        values: order.iter().filter_map(|&row| values.get(row).copied()).collect(),
    })
}

fn read_value(column: &str, row: usize, json: &Json) -> Result<Value, GraphError> {
    let what = match json {
        Json::Null => return Ok(Value::Null),
        Json::Number(number) => return read_number(column, row, &number.to_string()),
        Json::Bool(_) => "true or false",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    };
    Err(GraphError::NotANumberValue { column: column.to_owned(), row, what })
}

fn read_number(column: &str, row: usize, text: &str) -> Result<Value, GraphError> {
    let too_large = || GraphError::TooLarge { column: column.to_owned(), row };
    if text.contains(['.', 'e', 'E']) {
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Value::Float(value)),
            _ => Err(too_large()),
        }
    } else {
        text.parse().map(Value::Integer).map_err(|_| too_large())
    }
}

/// `blue#3497ED` → `blue`; a colour without key has none.
fn colour_key(colour: &str) -> Option<String> {
    let key = colour.split('#').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!key.is_empty()).then_some(key)
}

/// As Telegram Desktop does: by the words in the formatter of the y axis.
fn currency(formatter: &Json) -> Option<UnitCode> {
    [UnitCode::Ton, UnitCode::Stars].into_iter().find(|unit| says(formatter, unit.code()))
}

/// Is the word in the formatter's source?
fn says(formatter: &Json, word: &str) -> bool {
    formatter.as_str().is_some_and(|source| source.contains(word))
}
