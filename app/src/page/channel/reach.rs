//! How many saw it, and where they came from.

use leptos::prelude::*;

use super::figure::{Headline, chart_card};
use crate::chart::{ChartSpec, coverage, refusal, span_of};
use crate::format::{UNKNOWN, exact};
use crate::model::SeriesSet;

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
    let spec = ChartSpec { id: "views".to_owned(), ..ChartSpec::stacked(&set, source_name) };
    let headline = Headline {
        figure: set.total().map_or_else(|| UNKNOWN.to_owned(), exact),
        note: format!("views {}", span_of(&set)),
    };
    chart_card(spec, headline, coverage(&set).0 > 0, refusal(&set))
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
