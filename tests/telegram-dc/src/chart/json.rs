//! Telegram's chart format.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::column::Column;

/// How the columns are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Line,
    /// Two lines, each with its own axis.
    TwoAxes,
    Bars,
    /// Bars on top of each other.
    StackedBars,
    /// Areas that together make 100 %.
    Percentage,
}

/// What stands on the x axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    /// Days: milliseconds of UTC midnights.
    Days,
    /// Mondays on which weeks begin: milliseconds of UTC midnights.
    Weeks,
    /// Hours: milliseconds.
    Hours,
    /// Steps of five minutes: milliseconds.
    Minutes,
    /// Hours of any day: 0 to 23.
    HoursOfDay,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chart {
    pub(crate) style: Style,
    pub(crate) axis: Axis,
    pub(crate) x: Vec<i64>,
    pub(crate) columns: Vec<Column>,
    /// Whether values are nanotons, Stars or plain counts: `TON`, `XTR` or nothing.
    pub(crate) currency: Option<&'static str>,
}

/// The document, its keys in Telegram's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    columns: Vec<Vec<Value>>,
    types: BTreeMap<String, &'static str>,
    names: BTreeMap<String, String>,
    colors: BTreeMap<String, &'static str>,
    hidden: Vec<String>,
    subchart: Value,
    stroke_width: u8,
    #[serde(rename = "y_scaled", skip_serializing_if = "is_false")]
    y_scaled: bool,
    #[serde(skip_serializing_if = "is_false")]
    stacked: bool,
    #[serde(skip_serializing_if = "is_false")]
    percentage: bool,
    x_tick_formatter: &'static str,
    x_tooltip_formatter: &'static str,
    x_range_formatter: &'static str,
    y_tick_formatter: String,
    y_tooltip_formatter: &'static str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Chart {
    /// Two points make a chart; Telegram sends an error for less.
    pub(crate) fn has_enough(&self) -> bool {
        self.x.len() >= 2 && self.columns.iter().any(|column| column.values.iter().any(|value| *value > 0))
    }

    /// The same, with another value of the first column so many points before the last.
    pub(crate) fn revised(mut self, before_last: u32, by: i32) -> Self {
        let value = self.columns.first_mut().and_then(|column| {
            let place = column.values.len().checked_sub(1 + usize::try_from(before_last).ok()?)?;
            column.values.get_mut(place)
        });
        if let Some(value) = value {
            *value = value.saturating_add_signed(by.into());
        }
        self
    }

    /// Telegram's JSON: x first, then `y0`, `y1` and so on.
    pub(crate) fn to_json(&self) -> String {
        let labelled =
            || self.columns.iter().enumerate().map(|(index, column)| (format!("y{index}"), column));
        let mut columns = vec![column_of("x", self.x.iter().map(|x| json!(x)))];
        columns.extend(
            labelled().map(|(label, column)| column_of(&label, column.values.iter().map(|y| json!(y)))),
        );
        let kind = match self.style {
            Style::Line | Style::TwoAxes => "line",
            Style::Bars | Style::StackedBars => "bar",
            Style::Percentage => "area",
        };
        let mut types: BTreeMap<_, _> = labelled().map(|(label, _)| (label, kind)).collect();
        types.insert("x".to_owned(), "x");
        let (tick, tooltip) = self.formatters();
        let document = Document {
            columns,
            types,
            names: labelled().map(|(label, column)| (label, column.name.clone())).collect(),
            colors: labelled().map(|(label, column)| (label, column.color)).collect(),
            hidden: Vec::new(),
            subchart: self.subchart(),
            stroke_width: 2,
            y_scaled: self.style == Style::TwoAxes,
            stacked: matches!(self.style, Style::Bars | Style::StackedBars),
            percentage: self.style == Style::Percentage,
            x_tick_formatter: tick,
            x_tooltip_formatter: tooltip,
            x_range_formatter: "null",
            y_tick_formatter: self.y_formatter(),
            y_tooltip_formatter: "statsFormatTooltipValue",
        };
        serde_json::to_string(&document).unwrap_or_default()
    }

    fn formatters(&self) -> (&'static str, &'static str) {
        match self.axis {
            Axis::Days => ("statsFormat('day')", "statsTooltipFormat('day')"),
            Axis::Weeks => ("statsFormat('week')", "statsTooltipFormat('week')"),
            Axis::Hours => ("statsFormat('hour')", "statsTooltipFormat('hour')"),
            Axis::Minutes => ("statsFormat('5min')", "statsTooltipFormat('5min')"),
            Axis::HoursOfDay => ("statsFormatDayHour", "statsFormatDayHour"),
        }
    }

    fn y_formatter(&self) -> String {
        match (self.style, self.currency) {
            (Style::Percentage, _) => "statsFormatAxisPercent".to_owned(),
            (_, Some("TON")) => "statsFormatAmountFn('TON {value}', 1000000000, 2)".to_owned(),
            (_, Some(currency)) => format!("statsFormatAmountFn('{currency} {{value}}', 1, 0)"),
            (_, None) => "null".to_owned(),
        }
    }

    /// The last month of a longer chart is shown first.
    fn subchart(&self) -> Value {
        let Some(last) = self.x.last() else { return json!({ "show": false }) };
        let first =
            if self.axis == Axis::Days && self.x.len() > 31 { self.x[self.x.len() - 31] } else { self.x[0] };
        json!({ "show": true, "defaultZoom": [first, last] })
    }
}

fn column_of(label: &str, values: impl Iterator<Item = Value>) -> Vec<Value> {
    std::iter::once(json!(label)).chain(values).collect()
}

#[cfg(test)]
mod tests {
    use super::{Axis, Chart, Style};
    use crate::chart::column::{BLUE, Column, RED};

    fn chart(style: Style) -> Chart {
        let columns =
            vec![Column::new("Joined", BLUE, &[3, 4], |v| *v), Column::new("Left", RED, &[1, 0], |v| *v)];
        let x = vec![1_725_148_800_000, 1_725_235_200_000];
        Chart { style, axis: Axis::Days, x, columns, currency: None }
    }

    #[test]
    fn the_document_has_telegrams_shape() {
        assert_eq!(
            chart(Style::Line).to_json(),
            r##"{"columns":[["x",1725148800000,1725235200000],["y0",3,4],["y1",1,0]],"types":{"x":"x","y0":"line","y1":"line"},"names":{"y0":"Joined","y1":"Left"},"colors":{"y0":"BLUE#3896E8","y1":"RED#F34C44"},"hidden":[],"subchart":{"defaultZoom":[1725148800000,1725235200000],"show":true},"strokeWidth":2,"xTickFormatter":"statsFormat('day')","xTooltipFormatter":"statsTooltipFormat('day')","xRangeFormatter":"null","yTickFormatter":"null","yTooltipFormatter":"statsFormatTooltipValue"}"##
        );
    }

    #[test]
    fn styles_say_so() {
        assert!(chart(Style::TwoAxes).to_json().contains(r#""y_scaled":true"#));
        assert!(chart(Style::StackedBars).to_json().contains(r#""stacked":true"#));
        let percentage = chart(Style::Percentage).to_json();
        assert!(percentage.contains(r#""percentage":true"#) && percentage.contains(r#""y1":"area""#));
    }
}
