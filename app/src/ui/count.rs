//! Plain counts.

use leptos::prelude::*;

use crate::format::{UNKNOWN, compact, exact};

/// A count, short from 10,000 on as Telegram writes it, exact on hover and in what a screen reader says;
/// `–` when it is not known.
#[component]
pub fn Count(
    /// How many.
    value: Option<i64>,
) -> impl IntoView {
    match value {
        None => view! { <span class="unknown">{UNKNOWN}</span> }.into_any(),
        Some(value) => {
            let (short, exact) = (compact(value), exact(value));
            if short == exact {
                view! { <span class="count">{exact}</span> }.into_any()
            } else {
                view! { <span class="count"><data value=value.to_string() title=exact>{short}</data></span> }
                    .into_any()
            }
        }
    }
}
