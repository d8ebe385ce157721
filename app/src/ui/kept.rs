//! What stays when Telegram no longer shows it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::when::moment_text;

/// That nobody linked may see it any more, and until when it was collected.
pub fn kept_text(as_of: Option<Timestamp>) -> String {
    let until = as_of.map(|at| format!(" until {}", moment_text(at, &TimeZone::UTC))).unwrap_or_default();
    format!("Telegram no longer shows this to a linked account; what was collected{until} stays.")
}

/// [`kept_text`] as a paragraph.
#[component]
pub fn Kept(
    /// When it was last collected.
    as_of: Option<Timestamp>,
) -> impl IntoView {
    view! { <p class="foot" role="note">{kept_text(as_of)}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_until_when() {
        let sentence = "Telegram no longer shows this to a linked account; what was collected until \
                        1 Jul 2026, 10:05 UTC stays.";
        assert_eq!(kept_text(Some("2026-07-01T10:05:00Z".parse().unwrap())), sentence);
        assert!(kept_text(None).ends_with("what was collected stays."));
    }
}
