//! One schedule: how often it runs, or at what times.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::form::FormProblem;
use super::frame::{Page, framed, set_status};
use super::query::channel_id;
use super::schedules::words::{every_text, next_text, timing_text};
use crate::error::ApiError;
use crate::model::{Collector, Schedule};
use crate::ui::ChannelName;
use crate::ui::rail::Here;

/// Units that an interval can be typed in, the largest first, with their seconds.
const UNITS: [(&str, i32); 3] = [("days", 86_400), ("hours", 3600), ("minutes", 60)];

/// A number and a unit for an interval; what is no whole number of minutes is rounded down to one.
fn split(seconds: i32) -> (i32, &'static str) {
    UNITS
        .into_iter()
        .find(|(_, unit)| seconds % unit == 0)
        .map_or_else(|| ((seconds / 60).max(1), "minutes"), |(name, unit)| (seconds / unit, name))
}

/// What stands in the form: what was typed, else what is set.
struct Filled {
    is_times: bool,
    number: String,
    unit: String,
    cron: String,
    time_zone: String,
}

fn filled(schedule: &Schedule, problem: Option<&FormProblem>) -> Filled {
    let (number, unit) = split(schedule.every_seconds);
    let or =
        |name: &str, set: String| problem.and_then(|problem| problem.field(name)).map_or(set, str::to_owned);
    let kind = if schedule.cron.is_some() { "times" } else { "every" };
    Filled {
        is_times: or("kind", kind.to_owned()) == "times",
        number: or("number", number.to_string()),
        unit: or("unit", unit.to_owned()),
        cron: or("cron", schedule.cron.clone().unwrap_or_else(|| "0 6 * * *".to_owned())),
        time_zone: or("time_zone", schedule.time_zone.clone().unwrap_or_else(|| "UTC".to_owned())),
    }
}

fn form(schedule: &Schedule, problem: Option<&FormProblem>, csrf_token: String) -> AnyView {
    let Filled { is_times, number, unit, cron, time_zone } = filled(schedule, problem);
    let action = format!("/schedules/{}/{}", schedule.channel_id, schedule.collector);
    let units = UNITS
        .into_iter()
        .rev()
        .map(|(name, _)| view! { <option value=name selected={name == unit}>{name}</option> })
        .collect_view();
    let normal = every_text(schedule.collector.default_every_seconds());
    view! {
        <form class="stacked-form" method="post" action=action>
            <input type="hidden" name="csrf_token" value=csrf_token />
            <fieldset>
                <legend><label><input type="radio" name="kind" value="every" checked=!is_times />" At an interval"</label></legend>
                <label>
                    "Every"
                    <input type="number" name="number" value=number min="1" max="525600" inputmode="numeric" />
                </label>
                <label>"Unit"<select name="unit">{units}</select></label>
                <p class="foot">{format!("Normal is {normal}. Runs come up to a twentieth sooner, so that channels do not all ask at once.")}</p>
            </fieldset>
            <fieldset>
                <legend><label><input type="radio" name="kind" value="times" checked=is_times />" At times of the day"</label></legend>
                <label>
                    "Minute, hour, day, month, weekday"
                    <input type="text" name="cron" value=cron maxlength="200" spellcheck="false" autocapitalize="none" />
                </label>
                <label>
                    "Time zone"
                    <input type="text" name="time_zone" value=time_zone maxlength="64" spellcheck="false" />
                </label>
                <p class="foot">
                    "As in a crontab: "<code>"30 6 * * *"</code>" is 06:30 every day, "<code>"0 9,21 * * 1-5"</code>
                    " is 09:00 and 21:00 from Monday to Friday."
                </p>
            </fieldset>
            <p class="buttons">
                <button type="submit" class="button">"Save"</button>
                <a href=format!("/schedules#channel-{}", schedule.channel_id)>"Cancel"</a>
            </p>
        </form>
    }
    .into_any()
}

/// The schedule in the path.
#[component]
pub fn SchedulePage() -> impl IntoView {
    let id = channel_id();
    let collector = use_params_map().get_untracked().get("collector").unwrap_or_default();
    let problem = use_context::<FormProblem>();
    framed(Here::Schedules, |backend| async move {
        let id = id?;
        let missing = || ApiError::NotFound(format!("The {collector} schedule of channel {id}"));
        let collector: Collector = collector.parse().map_err(|_| missing())?;
        let schedule = backend
            .schedules()
            .await?
            .into_iter()
            .find(|one| one.channel_id == id && one.collector == collector)
            .ok_or_else(missing)?;
        if problem.is_some() {
            set_status(400);
        }
        let csrf_token = backend.viewer().map(|viewer| viewer.csrf_token.clone()).unwrap_or_default();
        let form = form(&schedule, problem.as_ref(), csrf_token);
        let now = format!("Now {}, next {}.", timing_text(&schedule), next_text(&schedule, backend.now()));
        let title = collector.title();
        let view = view! {
            <header class="page-head">
                <h1>{title}<span class="muted">" of "</span><ChannelName title=schedule.channel_title /></h1>
            </header>
            <p class="muted">{now}</p>
            {problem.map(|problem| view! { <p class="problem" role="alert">{problem.text}</p> })}
            {form}
        };
        Ok(Page { title: format!("Schedule: {title}"), view: view.into_any() })
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_interval_is_shown_in_its_largest_unit() {
        assert_eq!(
            [600, 7200, 86_400, 5400, 90].map(split),
            [(10, "minutes"), (2, "hours"), (1, "days"), (90, "minutes"), (1, "minutes")]
        );
    }
}
