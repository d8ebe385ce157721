//! How much something changed: a sign and an arrow, never colour alone.

use leptos::prelude::*;

use crate::format::{UNKNOWN, signed, signed_compact};

/// A change with its sign, an arrow and a meaning.
#[component]
pub fn Change(
    /// New minus old; `None` when one of them is not known.
    value: Option<i64>,
) -> impl IntoView {
    let Some(value) = value else {
        return view! { <span class="unknown">{UNKNOWN}</span> }.into_any();
    };
    let (class, arrow) = match value {
        0 => ("change", ""),
        1.. => ("change good", "▲"),
        _ => ("change bad", "▼"),
    };
    view! {
        <span class=class title=signed(value)>
            <span class="arrow" aria-hidden="true">{arrow}</span>
            {signed_compact(value)}
        </span>
    }
    .into_any()
}
