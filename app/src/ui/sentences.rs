//! Tables whose rows read as sentences.

use leptos::prelude::*;

/// The table around rows: what is collected of which channel, then what is said of it.
#[component]
pub fn Sentences(
    /// The heads of the columns, and whether numbers stand under them.
    heads: &'static [(&'static str, bool)],
    /// One `tr` for each sentence.
    rows: AnyView,
) -> impl IntoView {
    let heads = heads
        .iter()
        .map(|(head, is_number)| match is_number {
            true => view! { <th scope="col" class="number">{*head}</th> }.into_any(),
            false => view! { <th scope="col">{*head}</th> }.into_any(),
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table sentences">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
