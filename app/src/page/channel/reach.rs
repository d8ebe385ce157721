//! How many saw it, and where they came from.

use leptos::prelude::*;

use super::figure::{Headline, chart_card};
use super::spec::{chart_series, coverage, empty_spec, span_of};
use crate::chart::ChartKind;
use crate::format::{UNKNOWN, exact};
use crate::model::SeriesSet;

/// The colours of the style sheet.
const SLOTS: u8 = 10;

/// A source's key as people read it: `Public Channels` stays, `public_channels` becomes `Public channels`.
fn source_name(dimension: &str) -> String {
    match dimension {
        "url" => return "URL".to_owned(),
        "pm" => return "Private chats".to_owned(),
        _ => {}
    }
    let text = dimension.replace('_', " ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Unknown source".to_owned(),
    }
}

/// Views stacked by source.
pub(super) fn views_by_source(set: SeriesSet) -> impl IntoView {
    let mut spec = empty_spec("views", "Views by source", ChartKind::StackedBar, &set);
    spec.series = set
        .series
        .iter()
        .zip((1..=SLOTS).cycle())
        .map(|(series, slot)| chart_series(series, &source_name(&series.dimension), slot))
        .collect();
    let headline = Headline {
        figure: set.total().map_or_else(|| UNKNOWN.to_owned(), exact),
        note: format!("views {}", span_of(&set)),
    };
    chart_card(spec, headline, coverage(&set).0 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_read_as_words() {
        assert_eq!(source_name("public_channels"), "Public channels");
        assert_eq!(source_name("url"), "URL");
        assert_eq!(source_name("pm"), "Private chats");
        assert_eq!(source_name(""), "Unknown source");
    }
}
