use jiff::Timestamp;
use leptos::prelude::*;

use super::words::{next_text, timing_text};
use crate::format::duration;
use crate::model::{RunState, Schedule};
use crate::ui::When;

/// What the last run came to: `done in 3 s`.
fn last_text(schedule: &Schedule) -> Option<(String, &'static str)> {
    let took = schedule.last_seconds.map(|seconds| format!(" in {}", duration(seconds))).unwrap_or_default();
    Some(match schedule.last_state? {
        RunState::Queued => ("waits for its turn".to_owned(), "muted"),
        RunState::Running => ("under way".to_owned(), "accent"),
        RunState::Waiting => ("told by Telegram to wait".to_owned(), "muted"),
        RunState::Done => (format!("done{took}"), ""),
        RunState::Partial => (format!("done in part{took}"), "bad"),
        RunState::Failed => ("failed".to_owned(), "bad"),
    })
}

/// One schedule, with what can be done about it.
pub(super) fn row(schedule: Schedule, now: Timestamp, csrf_token: &str) -> impl IntoView + use<> {
    let next = next_text(&schedule, now);
    let waits = schedule.parked_reason.is_some();
    let is_on = schedule.enabled && !waits;
    let timing = timing_text(&schedule);
    let last = last_text(&schedule);
    let path = format!("/schedules/{}/{}", schedule.channel_id, schedule.collector);
    let (deed, label) = match (schedule.enabled, waits) {
        (true, true) => ("resume", "Try again"),
        (true, false) => ("pause", "Pause"),
        (false, _) => ("resume", "Resume"),
    };
    let title = schedule.collector.title();
    let run_label = format!("Run now: {title}");
    let deed_label = format!("{label}: {title}");
    let change_label = format!("Change: {title}");
    view! {
        <tr>
            <th scope="row">{title}</th>
            <td>{timing}</td>
            <td>
                {last.map(|(text, class)| view! { <span class=class>{text}</span> })}
                {schedule
                    .last_finished_at
                    .map(|at| view! { <span class="muted">", "<When at=Some(at) /></span> })}
                {schedule.parked_reason.map(|reason| view! { <p class="foot">{reason}</p> })}
            </td>
            <td>
                <span class=if waits { "bad" } else { "" }>{next}</span>
                {is_on.then(|| view! { <span class="muted">", "<When at=Some(schedule.next_due_at) /></span> })}
            </td>
            <td class="deeds">
                <form method="post" action=format!("{path}/run")>
                    <input type="hidden" name="csrf_token" value=csrf_token.to_owned() />
                    <button type="submit" class="quiet-button" aria-label=run_label>"Run now"</button>
                </form>
                <form method="post" action=format!("{path}/{deed}")>
                    <input type="hidden" name="csrf_token" value=csrf_token.to_owned() />
                    <button type="submit" class="quiet-button" aria-label=deed_label>{label}</button>
                </form>
                <a href=path aria-label=change_label>"Change"</a>
            </td>
        </tr>
    }
    .into_any()
}
