//! The views of one thing.

use leptos::prelude::*;

/// One view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What it is called.
    pub label: &'static str,
    /// Where it is.
    pub href: String,
    /// It is the one shown.
    pub current: bool,
}

/// Links between the views of one thing.
#[component]
pub fn Tabs(
    /// In reading order.
    tabs: Vec<Tab>,
    /// What they are views of.
    label: &'static str,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {tabs
                .into_iter()
                .map(|tab| view! { <a href=tab.href aria-current=tab.current.then_some("page")>{tab.label}</a> })
                .collect_view()}
        </nav>
    }
    .into_any()
}
