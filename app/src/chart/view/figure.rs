//! The server's part: everything that can be read without a script.

use leptos::prelude::*;

use super::{island::ChartIsland, table};
use crate::chart::{ChartSpec, draw, wire};

/// A chart with its heading, the one figure it is about, its legend, caption and table.
#[component]
pub fn ChartFigure(
    /// What is shown.
    spec: ChartSpec,
    /// The figure the chart is about, such as the latest value or the total; `–` when nothing is known.
    #[prop(into)]
    figure: String,
    /// What stands beside the figure, smaller: its unit, its period, a comparison.
    #[prop(optional, into)]
    note: String,
) -> impl IntoView {
    let id = spec.dom_id();
    let heading = format!("{id}-h");
    let labelled_by = heading.clone();
    let svg = draw(&spec).svg;
    let rows = table::rows(&spec);
    let caption = spec.caption.join(" · ");
    let data = wire::pack(&spec);
    let title = spec.title.clone();
    let legend = (spec.series.len() > 1).then(|| legend(&spec));
    view! {
        <figure class="chart" id=id aria-labelledby=labelled_by>
            <h3 class="chart-title" id=heading dir="auto">{title}</h3>
            <p class="chart-figure">{figure}{(!note.is_empty()).then(|| view! { <small>{note}</small> })}</p>
            <ChartIsland>
                <div class="chart-plot" data-chart=data>
                    <div class="chart-svg" inner_html=svg></div>
                    <div class="chart-touch"></div>
                </div>
                {legend}
            </ChartIsland>
            <figcaption class="chart-caption">{caption}</figcaption>
            <details class="chart-data">
                <summary>"Table"</summary>
                <div class="chart-table" tabindex="0">
                    <table inner_html=rows></table>
                </div>
            </details>
        </figure>
    }
}

/// One chip for each series. Without a script they are a plain legend.
fn legend(spec: &ChartSpec) -> impl IntoView + use<> {
    let chips: Vec<_> = spec
        .series
        .iter()
        .map(|series| {
            let chip = format!("chip s{}", series.slot);
            let pressed = if series.hidden { "false" } else { "true" };
            view! {
                <button type="button" class="chart-key" aria-pressed=pressed>
                    <i class=chip></i>
                    <span dir="auto">{series.name.clone()}</span>
                </button>
            }
        })
        .collect();
    view! { <div class="chart-legend" role="group" aria-label="Series">{chips}</div> }
}
