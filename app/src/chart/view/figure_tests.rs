//! What a reader without a script gets.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use super::figure::ChartFigure;
use crate::chart::tests::samples;

fn html(spec: crate::chart::ChartSpec) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    owner.with(|| view! { <ChartFigure spec=spec figure="1.21M" note="at the end of the day" /> }.to_html())
}

#[test]
fn everything_can_be_read_without_a_script() {
    let html = html(samples::two_lines());
    for part in [
        "<figure id=\"followers\" aria-labelledby=\"followers-h\" class=\"chart\">",
        "Joined and left</h3>",
        "<leptos-island data-component=\"ChartIsland_",
        "<svg xmlns=",
        "aria-pressed=\"true\"",
        "as of 12:05, 23 Nov UTC",
        "<summary>Table</summary>",
        "<tr><th scope=row>Mon, 23 Nov 2026 · not complete<td>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert_eq!(html.matches("<svg xmlns=").count(), 1, "the picture must not travel twice");
}

#[test]
fn a_single_series_needs_no_legend() {
    assert!(!html(samples::money_bars()).contains("chart-legend"));
}

#[test]
fn hostile_names_stay_words() {
    let mut spec = samples::two_lines();
    spec.title = "<script>alert(1)</script>".to_owned();
    spec.series[0].name = "\"><img src=x onerror=alert(1)>".to_owned();
    let html = html(spec);
    assert!(!html.contains("<script>alert") && !html.contains("<img"), "{html}");
}
