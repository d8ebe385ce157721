//! What was collected, newest first.

use jiff::Timestamp;
use leptos::prelude::*;

use super::frame::{Page, framed};
use crate::format::{duration, exact};
use crate::model::run::Trigger;
use crate::model::{Run, RunState};
use crate::ui::rail::Here;
use crate::ui::{ChannelName, Empty, Sentences, When};

/// How many are shown.
const SHOWN: i64 = 100;

/// The columns; `true` where numbers stand.
const HEADS: [(&str, bool); 6] = [
    ("What", false),
    ("How it went", false),
    ("Values", false),
    ("Asked Telegram", false),
    ("Took", true),
    ("Queued", false),
];

/// The state in words and its meaning.
fn state_words(state: RunState) -> (&'static str, &'static str) {
    match state {
        RunState::Queued => ("waits for its turn", "muted"),
        RunState::Running => ("talking to Telegram", "accent"),
        RunState::Waiting => ("told by Telegram to wait", "muted"),
        RunState::Done => ("done", "good"),
        RunState::Partial => ("done in part", "bad"),
        RunState::Failed => ("failed", "bad"),
    }
}

/// `41 new, 2 revised, 1,203 as before`; what is zero is left out.
fn values_text(run: &Run) -> String {
    let parts: Vec<String> =
        [(run.values_new, "new"), (run.values_changed, "revised"), (run.values_unchanged, "as before")]
            .into_iter()
            .filter(|(count, _)| *count != 0)
            .map(|(count, word)| format!("{} {word}", exact(count)))
            .collect();
    match (parts.is_empty(), run.state.is_over()) {
        (false, _) => parts.join(", "),
        (true, true) => "nothing".to_owned(),
        (true, false) => "–".to_owned(),
    }
}

/// How long it took, or has taken so far.
fn took_text(run: &Run, now: Timestamp) -> String {
    match run.started_at {
        None => "–".to_owned(),
        Some(start) => duration(start.duration_until(run.finished_at.unwrap_or(now)).as_secs()),
    }
}

fn row(run: Run, now: Timestamp) -> impl IntoView {
    let (state, class) = state_words(run.state);
    let (values, took) = (values_text(&run), took_text(&run, now));
    let requests = format!("{} request{}", exact(run.requests), if run.requests == 1 { "" } else { "s" });
    view! {
        <tr>
            <th scope="row">
                {run.collector.title()}
                <span class="muted">" of "</span>
                <a href=format!("/channels/{}", run.channel_id)><ChannelName title=run.channel_title /></a>
                {(run.trigger == Trigger::Manual).then(|| view! { <span class="muted">", by hand"</span> })}
            </th>
            <td>
                <span class=class>{state}</span>
                {run.error.map(|error| view! { <p class="foot">{error}</p> })}
            </td>
            <td>{values}</td>
            <td class="muted">{requests}</td>
            <td class="number muted">{took}</td>
            <td class="muted"><When at=Some(run.queued_at) /></td>
        </tr>
    }
    .into_any()
}

/// The newest runs.
#[component]
pub fn RunsPage() -> impl IntoView {
    framed(Here::Runs, |backend| async move {
        let runs = backend.runs(SHOWN).await?;
        let now = backend.now();
        let view = view! {
            <header class="page-head"><h1>"Runs"</h1></header>
            {if runs.is_empty() {
                view! {
                    <Empty title="Nothing was collected yet">
                        "The first run starts within a minute of adding a channel. It is shown here while it runs."
                    </Empty>
                }
                .into_any()
            } else {
                let rows = runs.into_iter().map(|run| row(run, now)).collect_view().into_any();
                view! {
                    <Sentences heads=&HEADS rows=rows />
                    <p class="foot">{format!("The newest {SHOWN} at most, newest first.")}</p>
                }
                .into_any()
            }}
        };
        Ok(Page { title: "Runs".to_owned(), view: view.into_any() })
    })
}
