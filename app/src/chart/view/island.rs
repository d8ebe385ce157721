//! The seam between server and browser: everything the browser needs is in the children, as the server wrote it.

use leptos::prelude::*;
use leptos::web_sys::Element;

/// Brings a server-drawn chart to life. The children are the server's own markup and are never rendered again; the
/// chart's description is an attribute among them.
#[island]
pub fn ChartIsland(
    /// Picture, touch surface and legend.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="chart-live" use:wake>
            {children()}
        </div>
    }
}

/// Called by the browser when the island's element is found.
fn wake(root: Element) {
    #[cfg(feature = "hydrate")]
    super::live::attach(&root);
    #[cfg(not(feature = "hydrate"))]
    drop(root);
}
