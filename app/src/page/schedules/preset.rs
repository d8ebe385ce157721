//! The preset switch.

use leptos::prelude::*;

use super::words::cost_text;
use crate::model::schedule::{Cost, Preset};
use crate::model::{ChannelId, Schedule};

/// Three buttons, the one that is followed pressed.
#[component]
pub fn PresetForm(
    /// Of which channel; of all without one.
    channel: Option<ChannelId>,
    /// Its schedules.
    schedules: Vec<Schedule>,
    /// The least time between two requests, milliseconds.
    gap_ms: u64,
    /// What the form must carry.
    csrf_token: String,
) -> impl IntoView {
    let follows = Preset::of(&schedules);
    let buttons = Preset::ALL
        .into_iter()
        .map(|preset| {
            let pressed = if follows == Some(preset) { "true" } else { "false" };
            let cost = cost_text(Cost::of_preset(preset, &schedules), gap_ms);
            let (name, label) = (preset.name(), preset.title());
            view! {
                <button type="submit" name="preset" value=name aria-pressed=pressed title=cost>{label}</button>
            }
        })
        .collect_view();
    view! {
        <form class="segments" method="post" action="/schedules/preset" aria-label="How eager">
            <input type="hidden" name="csrf_token" value=csrf_token />
            {channel.map(|channel| view! { <input type="hidden" name="channel" value=channel.to_string() /> })}
            {buttons}
            {follows.is_none().then(|| view! { <span class="muted">"set by hand"</span> })}
        </form>
    }
    .into_any()
}
