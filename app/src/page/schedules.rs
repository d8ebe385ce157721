//! What is collected when, readable as sentences.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::frame::{Page, framed};
use crate::format::duration;
use crate::model::Schedule;
use crate::ui::rail::Here;
use crate::ui::{ChannelName, Empty, Sentences, When};

/// The columns; none of numbers.
const HEADS: [(&str, bool); 4] = [("What", false), ("How often", false), ("Next", false), ("Due", false)];

/// `every 6 hours`, `every day`.
fn every_text(seconds: i32) -> String {
    let unit = |count: i32, one: &str, many: &str| match count {
        1 => format!("every {one}"),
        count => format!("every {count} {many}"),
    };
    match seconds {
        seconds if seconds % 86_400 == 0 => unit(seconds / 86_400, "day", "days"),
        seconds if seconds % 3_600 == 0 => unit(seconds / 3_600, "hour", "hours"),
        seconds if seconds % 60 == 0 => unit(seconds / 60, "minute", "minutes"),
        seconds => unit(seconds, "second", "seconds"),
    }
}

/// `next in 2 h 14 min`, `due now`, and so on.
fn next_text(schedule: &Schedule, now: Timestamp) -> String {
    if !schedule.enabled {
        return "switched off".to_owned();
    }
    if schedule.parked_reason.is_some() {
        return "waits for you".to_owned();
    }
    let left: SignedDuration = now.duration_until(schedule.next_due_at);
    if left <= SignedDuration::ZERO {
        "due now".to_owned()
    } else {
        format!("next in {}", duration(left.as_secs()))
    }
}

fn row(schedule: Schedule, now: Timestamp) -> impl IntoView {
    let next = next_text(&schedule, now);
    let waits = schedule.parked_reason.is_some();
    let shown_due = (schedule.enabled && !waits).then_some(schedule.next_due_at);
    view! {
        <tr>
            <th scope="row">
                {schedule.collector.title()}
                <span class="muted">" of "</span>
                <a href=format!("/channels/{}", schedule.channel_id)><ChannelName title=schedule.channel_title /></a>
            </th>
            <td>{every_text(schedule.every_seconds)}</td>
            <td>
                <span class=if waits { "bad" } else { "" }>{next}</span>
                {schedule.parked_reason.map(|reason| view! { <p class="foot">{reason}</p> })}
            </td>
            <td class="muted">{shown_due.map(|at| view! { <When at=Some(at) /> })}</td>
        </tr>
    }
    .into_any()
}

/// Every schedule.
#[component]
pub fn SchedulesPage() -> impl IntoView {
    framed(Here::Schedules, |backend| async move {
        let schedules = backend.schedules().await?;
        let now = backend.now();
        let view = view! {
            <header class="page-head"><h1>"Schedules"</h1></header>
            {if schedules.is_empty() {
                view! {
                    <Empty title="Nothing is scheduled yet">
                        "Every collected channel gets four schedules: facts, statistics, balances and ledger. "
                        "Link an account on the server with "<code>"channelscope account link --ready FILE"</code>"; its channels come by themselves."
                    </Empty>
                }
                .into_any()
            } else {
                let rows = schedules.into_iter().map(|one| row(one, now)).collect_view().into_any();
                view! { <Sentences heads=&HEADS rows=rows /> }.into_any()
            }}
        };
        Ok(Page { title: "Schedules".to_owned(), view: view.into_any() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_read_as_words() {
        assert_eq!(
            [21_600, 86_400, 3_600, 5_400, 90].map(every_text),
            ["every 6 hours", "every day", "every hour", "every 90 minutes", "every 90 seconds"]
        );
    }
}
