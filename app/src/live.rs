//! What changes while one looks: the server sends the markup anew, the browser puts it in place of the old.
//!
//! The markup is made by the same code as the page, on the server, so that the browser needs none of it. Without
//! JavaScript the page is right as of when it was loaded.

use leptos::prelude::*;
use leptos::web_sys::Element;

/// Keeps what is in its one child as fresh as the server-sent events at the child's `data-source` are: an address of
/// ours, each of whose messages is what is in the child, whole.
#[island]
pub fn LiveIsland(
    /// An element with `data-source` around the markup as of now.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="live" use:wake>
            {children()}
        </div>
    }
}

/// Called by the browser when the island's element is found.
fn wake(root: Element) {
    #[cfg(feature = "hydrate")]
    follow(root);
    #[cfg(not(feature = "hydrate"))]
    drop(root);
}

/// Listens until the page is left. The browser connects again by itself when the stream ends.
#[cfg(feature = "hydrate")]
fn follow(root: Element) {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::prelude::Closure;
    use web_sys::{EventSource, MessageEvent};

    let Ok(Some(root)) = root.query_selector("[data-source]") else { return };
    let Some(source) = root.get_attribute("data-source") else { return };
    let Ok(events) = EventSource::new(&source) else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let focused = document().active_element();
        // Whoever has the focus inside keeps it; the next message comes soon.
        if focused.is_some_and(|focused| root.contains(Some(&focused))) {
            return;
        }
        if let Some(html) = event.data().as_string() {
            root.set_inner_html(&html);
        }
    });
    events.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // For as long as the page lives.
    heard.forget();
}
