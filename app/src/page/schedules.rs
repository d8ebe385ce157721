//! What is collected when: presets, quiet hours, and every schedule.

pub mod preset;
pub mod quiet;
mod row;
pub mod words;

use jiff::Timestamp;
use leptos::prelude::*;

use super::form::FormProblem;
use super::frame::{Page, framed, set_status};
use crate::model::schedule::{Cost, Schedules};
use crate::model::{ChannelId, Schedule};
use crate::ui::rail::Here;
use crate::ui::{ChannelName, Empty, Sentences};
use preset::PresetForm;
use quiet::QuietForm;
use words::{ESTIMATES, cost_text, first_text, trouble_text};

/// The columns; none of numbers.
const HEADS: [(&str, bool); 5] =
    [("What", false), ("How often", false), ("Last run", false), ("Next", false), ("", false)];

/// The schedules of one channel after the other, in the order they come in.
fn by_channel(schedules: Vec<Schedule>) -> Vec<(ChannelId, Vec<Schedule>)> {
    let mut channels: Vec<(ChannelId, Vec<Schedule>)> = Vec::new();
    for schedule in schedules {
        match channels.last_mut() {
            Some((id, group)) if *id == schedule.channel_id => group.push(schedule),
            _ => channels.push((schedule.channel_id, vec![schedule])),
        }
    }
    channels
}

/// One channel, folded unless it is the only one: with hundreds of them the page is a list.
fn channel(
    id: ChannelId,
    group: Vec<Schedule>,
    is_open: bool,
    gap_ms: u64,
    now: Timestamp,
    csrf_token: &str,
) -> AnyView {
    let title = group.first().map(|one| one.channel_title.clone()).unwrap_or_default();
    let cost = cost_text(Cost::of_schedules(&group), gap_ms);
    let trouble = trouble_text(&group);
    let next = first_text(&group, now);
    let presets = view! { <PresetForm channel=Some(id) schedules=group.clone() gap_ms csrf_token=csrf_token.to_owned() /> };
    let rows = group.into_iter().map(|one| row::row(one, now, csrf_token)).collect_view().into_any();
    view! {
        <details class="schedules" open=is_open>
            <summary>
                <h2><ChannelName title /></h2>
                {trouble.map(|text| view! { <span class="bad">{text}</span> })}
                <span class="muted">{next}</span>
            </summary>
            // Whoever comes to this place finds it unfolded: browsers open what a target is folded in.
            <div id=format!("channel-{id}")>
                <div class="section-head">
                    <p class="foot">{cost}" "<a href=format!("/channels/{id}")>"Its numbers"</a></p>
                    {presets}
                </div>
                <Sentences heads=&HEADS rows=rows />
            </div>
        </details>
    }
    .into_any()
}

/// Every schedule.
#[component]
pub fn SchedulesPage() -> impl IntoView {
    let problem = use_context::<FormProblem>();
    framed(Here::Schedules, |backend| async move {
        if problem.is_some() {
            set_status(400);
        }
        let Schedules { schedules, quiet_hours, gap_ms } = backend.collecting().await?;
        let now = backend.now();
        let csrf_token = backend.viewer().map(|viewer| viewer.csrf_token.clone()).unwrap_or_default();
        let body = if schedules.is_empty() {
            view! {
                <Empty title="Nothing is scheduled yet">
                    "Every collected channel gets its schedules by itself. Link an account on the server with "
                    <code>"channelscope account link"</code>"."
                </Empty>
            }
            .into_any()
        } else {
            let cost = cost_text(Cost::of_schedules(&schedules), gap_ms);
            let all = schedules.clone();
            let channels = by_channel(schedules);
            let many = channels.len() > 1;
            let groups: Vec<_> = channels
                .into_iter()
                .map(|(id, group)| channel(id, group, !many, gap_ms, now, &csrf_token))
                .collect();
            view! {
                {many
                    .then(|| {
                        view! {
                            <div class="section-head">
                                <h2>"All channels"</h2>
                                <PresetForm channel=None schedules=all gap_ms csrf_token=csrf_token.clone() />
                            </div>
                            <p class="foot">{cost}</p>
                        }
                    })}
                <QuietForm quiet=quiet_hours now csrf_token=csrf_token.clone() />
                {groups}
                <p class="foot">
                    {ESTIMATES}
                    " Posts, balances and ledger go first: posts are looked at when they are 1, 2, 6, 12, 24 and 48 hours \
                    old, whatever their schedule. What is due comes some ninety seconds early, to \
                    be done in time when it has to wait for its turn."
                </p>
            }
            .into_any()
        };
        let view = view! {
            <header class="page-head"><h1>"Schedules"</h1></header>
            {problem.map(|problem| view! { <p class="problem" role="alert">{problem.text}</p> })}
            {body}
        };
        Ok(Page { title: "Schedules".to_owned(), view: view.into_any() })
    })
}
