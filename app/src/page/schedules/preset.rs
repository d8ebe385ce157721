//! The preset switch.

use leptos::prelude::*;

use super::words::preset_text;
use crate::model::schedule::Preset;
use crate::model::{ChannelId, Schedule};

/// Three buttons, the one that is followed pressed, and what each of them costs.
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
            let (name, label) = (preset.name(), preset.title());
            view! {
                <button type="submit" name="preset" value=name aria-pressed=pressed>{label}</button>
            }
        })
        .collect_view();
    let costs = Preset::ALL
        .into_iter()
        .map(|preset| {
            let cost = preset_text(preset, &schedules, gap_ms);
            view! {
                <div>
                    <dt>{preset.title()}</dt>
                    <dd>{cost}</dd>
                </div>
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
        <dl class="costs">{costs}</dl>
    }
    .into_any()
}
