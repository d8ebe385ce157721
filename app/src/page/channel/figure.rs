//! A chart with the one figure that it is about.

use leptos::prelude::*;

use crate::chart::ChartSpec;
use crate::chart::view::ChartFigure;
use crate::ui::Empty;

/// The figure above a chart, and what goes with it in smaller letters.
pub(super) struct Headline {
    /// The figure.
    pub(super) figure: String,
    /// Its unit, its parts, a comparison.
    pub(super) note: String,
}

/// A chart. Where nothing was ever collected, words instead of an empty one: Telegram's own if it has `refused`.
pub(super) fn chart_card(
    spec: ChartSpec,
    headline: Headline,
    is_known: bool,
    refused: Option<String>,
) -> impl IntoView {
    if is_known {
        let Headline { figure, note } = headline;
        return view! { <ChartFigure spec=spec figure=figure note=note /> }.into_any();
    }
    view! {
        <section class="chart">
            <h3 class="chart-title">{spec.title}</h3>
            <Empty title="Nothing is known for this period">
                {refused.map(|said| view! { <p>{said}</p> })}
                "Telegram keeps some of the past only; what came before the first collection stays unknown."
            </Empty>
        </section>
    }
    .into_any()
}
