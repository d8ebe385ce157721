//! A channel's title: hostile text of any script, direction and length.

use leptos::prelude::*;

/// The title, kept from turning the direction of what stands around it, cut by the style when it is too long.
#[component]
pub fn ChannelName(
    /// As its owner wrote it.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    view! { <bdi class="name" title=title.clone()>{title.clone()}</bdi> }
}
