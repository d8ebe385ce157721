//! The data of a chart as a table: for those who can't see it, for those who want to copy it, and without a script.

use crate::chart::escape::escape;
use crate::chart::svg::put;
use crate::chart::{ChartSpec, readout};

/// The inside of the `<table>`, newest bucket first. Written as text in one go and without the end tags that HTML
/// does not need: a year of six series is 2,190 cells.
pub(super) fn rows(spec: &ChartSpec) -> String {
    let mut html = String::with_capacity(64 + spec.len() * (32 + 16 * spec.series.len()));
    html.push_str("<thead><tr><th scope=col>Date");
    for series in &spec.series {
        put(&mut html, format_args!("<th scope=col>{}", escape(&series.name)));
    }
    let totals = spec.kind == crate::chart::ChartKind::StackedBar && spec.series.len() > 1;
    if totals {
        html.push_str("<th scope=col>All");
    }
    if spec.usd_rate.is_some() {
        html.push_str("<th scope=col>USD at the last rate");
    }
    html.push_str("<tbody>");
    for bucket in (0..spec.len()).rev() {
        let row = readout(spec, bucket);
        put(&mut html, format_args!("<tr><th scope=row>{}", row.head));
        for value in row.values.iter().chain(&row.total) {
            put(&mut html, format_args!("<td>{value}"));
        }
        if spec.usd_rate.is_some() {
            put(&mut html, format_args!("<td>{}", row.usd.as_deref().unwrap_or(crate::format::UNKNOWN)));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::samples;

    #[test]
    fn unknown_is_a_dash_and_names_are_harmless() {
        let mut spec = samples::line_with_gap();
        spec.series[0].name = "<script>".to_owned();
        let html = rows(&spec);
        assert!(html.starts_with("<thead><tr><th scope=col>Date<th scope=col>&lt;script&gt;<tbody>"));
        assert_eq!(html.matches("<td>–").count(), 2);
        assert_eq!(html.matches("<tr>").count(), spec.len() + 1);
    }
}
