//! What was collected, newest first; what is under way, as it goes.

use std::sync::Arc;

use jiff::Timestamp;
use leptos::prelude::*;

use super::frame::{Page, framed};
use crate::backend::Backend;
use crate::error::ApiError;
use crate::format::{duration, exact};
use crate::live::LiveIsland;
use crate::model::run::Trigger;
use crate::model::{Run, RunState};
use crate::ui::rail::Here;
use crate::ui::{ChannelName, Empty, Sentences, When};

/// How many are shown.
const SHOWN: i64 = 100;

/// Where the server sends the list anew when something has changed: an event stream whose messages are [`list_html`].
pub const LIVE: &str = "/runs/live";

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

/// `12 requests, waited 40 s`.
fn requests_text(run: &Run) -> String {
    let plural = if run.requests == 1 { "" } else { "s" };
    let waited = match run.waited_seconds {
        0 => String::new(),
        seconds => format!(", waited {}", duration(i64::from(seconds))),
    };
    format!("{} request{plural}{waited}", exact(run.requests))
}

fn row(run: Run, now: Timestamp) -> impl IntoView {
    let (state, class) = state_words(run.state);
    let (values, took, requests) = (values_text(&run), took_text(&run, now), requests_text(&run));
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
                {run.step.map(|step| view! { <span class="muted">": "{step}</span> })}
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

/// `3 under way or waiting, 97 over`.
fn summary(runs: &[Run]) -> String {
    let open = runs.iter().filter(|run| !run.state.is_over()).count();
    match open {
        0 => format!("Nothing is under way. The newest {SHOWN} at most, newest first."),
        1 => "1 run is under way or waits for its turn.".to_owned(),
        open => format!("{open} runs are under way or wait for their turn."),
    }
}

fn list(runs: Vec<Run>, now: Timestamp) -> AnyView {
    if runs.is_empty() {
        return view! {
            <Empty title="Nothing was collected yet">
                "The first run starts within a minute of adding a channel. It is shown here while it runs."
            </Empty>
        }
        .into_any();
    }
    let summary = summary(&runs);
    let rows = runs.into_iter().map(|run| row(run, now)).collect_view().into_any();
    view! {
        <p class="muted">{summary}</p>
        <Sentences heads=&HEADS rows=rows />
    }
    .into_any()
}

/// The list's markup as it is now: what the page shows, for those who look at it longer.
///
/// # Errors
/// As [`Backend::runs`].
pub async fn list_html(backend: Arc<dyn Backend>) -> Result<String, ApiError> {
    let runs = backend.runs(SHOWN).await?;
    let now = backend.now();
    Ok(Owner::new().with(|| list(runs, now).to_html()))
}

/// The newest runs.
#[component]
pub fn RunsPage() -> impl IntoView {
    framed(Here::Runs, |backend| async move {
        let list = list(backend.runs(SHOWN).await?, backend.now());
        let view = view! {
            <header class="page-head"><h1>"Runs"</h1></header>
            <LiveIsland>
                <div data-source=LIVE>{list}</div>
            </LiveIsland>
        };
        Ok(Page { title: "Runs".to_owned(), view: view.into_any() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelId, Collector, RunId};

    fn run(state: RunState) -> Run {
        Run {
            id: RunId(1),
            channel_id: ChannelId(5),
            channel_title: "<b>".to_owned(),
            collector: Collector::Ledger,
            trigger: Trigger::Schedule,
            state,
            queued_at: Timestamp::UNIX_EPOCH,
            started_at: None,
            finished_at: None,
            requests: 1,
            values_new: 0,
            values_changed: 0,
            values_unchanged: 0,
            waited_seconds: 0,
            step: None,
            error: None,
        }
    }

    #[test]
    fn waits_and_what_is_under_way_are_told() {
        assert_eq!(requests_text(&run(RunState::Done)), "1 request");
        let waited = Run { requests: 12, waited_seconds: 40, ..run(RunState::Done) };
        assert_eq!(requests_text(&waited), "12 requests, waited 40\u{a0}s");
        assert!(summary(&[run(RunState::Done)]).starts_with("Nothing is under way."));
        assert_eq!(summary(&[run(RunState::Queued)]), "1 run is under way or waits for its turn.");
    }
}
