//! What is said on every page when it is so.

use leptos::prelude::*;

/// Says that what is shown was collected from a simulated data centre.
#[component]
pub fn SimulatedBanner() -> impl IntoView {
    view! {
        <p class="banner" role="note">
            <strong>"Simulated data."</strong>
            " Collected from a simulated Telegram data centre; no channel, person or payment here is real."
        </p>
    }
}
