//! Channelscope's vocabulary, charts and pages. Compiles for the server (`ssr`) and for the browser (`hydrate`);
//! knows no database, no network and no Telegram library.

// A page is one deep type: the future that renders it has a layer for every element.
#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod backend;
pub mod chart;
pub mod error;
pub mod format;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ui;

#[cfg(feature = "ssr")]
pub use shell::{Assets, shell};

/// Wakes the islands of the page. Called once by the script in the document's head.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
