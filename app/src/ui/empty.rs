//! A place where something will be.

use leptos::prelude::*;

/// Says what will stand here and when, or what to do to get it.
#[component]
pub fn Empty(
    /// What is missing, in a few words.
    #[prop(into)]
    title: String,
    /// When it comes, or what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <div class="empty-text">{children()}</div>
        </div>
    }
    .into_any()
}
