//! The forms of the schedules page.

use app::model::schedule::{Preset, QuietHours};
use app::model::{ChannelId, Collector};
use app::page::FormProblem;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use axum::response::Response;
use leptos::context::provide_context;
use serde::Deserialize;

use super::form::{NoFields, Taken, take};
use super::{WebState, pages};
use crate::store::{self, collecting, schedules};
use crate::timetable::Times;
use crate::worker::{self, EnqueueError};

/// The longest interval that can be typed, in any unit.
const MOST_SECONDS: i64 = 31_536_000;

#[derive(Debug, Deserialize)]
struct PresetForm {
    #[serde(default)]
    preset: String,
    #[serde(default)]
    channel: String,
}

/// `POST /schedules/preset`: all schedules of a channel, or of all, follow a preset.
pub(crate) async fn preset(State(state): State<WebState>, request: Request) -> Response {
    let Taken { fields, request, .. } = match take::<PresetForm>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let (preset, channel) = match (fields.preset.parse::<Preset>(), fields.channel.as_str()) {
        (Ok(preset), "") => (preset, None),
        (Ok(preset), channel) => match channel.parse::<ChannelId>() {
            Ok(channel) => (preset, Some(channel)),
            Err(_) => return refuse(&state, request, LIST, "There is no such channel.".to_owned()).await,
        },
        (Err(error), _) => return refuse(&state, request, LIST, sentence(&error)).await,
    };
    let done = schedules::set_preset(&state.pool, channel, preset, state.clock.now()).await;
    answered(&state, request, done.map(|_| ()), channel).await
}

#[derive(Debug, Deserialize)]
struct QuietForm {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    time_zone: String,
    /// Anything but nothing ends them.
    #[serde(default)]
    off: String,
}

/// `POST /schedules/quiet`: sets the quiet hours, or ends them.
pub(crate) async fn quiet(State(state): State<WebState>, request: Request) -> Response {
    let Taken { fields, request, .. } = match take::<QuietForm>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let quiet = if !fields.off.is_empty() {
        None
    } else {
        match QuietHours::parse(&format!("{}-{}", fields.from, fields.until), fields.time_zone.trim()) {
            Ok(quiet) => Some(quiet),
            Err(error) => return refuse(&state, request, LIST, sentence(&error)).await,
        }
    };
    let done = collecting::set_quiet_hours(&state.pool, quiet.as_ref()).await;
    answered(&state, request, done, None).await
}

#[derive(Debug, Deserialize)]
struct TimingForm {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    cron: String,
    #[serde(default)]
    time_zone: String,
}

/// `POST /schedules/{channel}/{collector}`: how often, or at what times.
pub(crate) async fn timing(
    State(state): State<WebState>,
    Path((channel, collector)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Taken { fields, request, .. } = match take::<TimingForm>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let Some((channel, collector)) = which(&channel, &collector) else {
        return refuse(&state, request, LIST, "There is no such schedule.".to_owned()).await;
    };
    let (db, now) = (&state.pool, state.clock.now());
    let done = if fields.kind == "times" {
        match Times::parse(&fields.cron, fields.time_zone.trim()) {
            Ok(times) => match times.to_set(now) {
                Some(set) => schedules::set_times(db, channel, collector, set).await,
                None => Err(store::Error::Conflict { what: "These times are over" }),
            },
            Err(error) => {
                return refuse_timing(&state, request, channel, collector, fields, sentence(&error)).await;
            }
        }
    } else {
        match seconds(&fields.number, &fields.unit) {
            Some(every) => schedules::set_interval(db, channel, collector, every, now).await,
            None => {
                let text = "An interval is a whole number of minutes, hours or days, at least a minute and at most a year.";
                return refuse_timing(&state, request, channel, collector, fields, text.to_owned()).await;
            }
        }
    };
    answered(&state, request, done, Some(channel)).await
}

/// `POST /schedules/{channel}/{collector}/{deed}`: `pause`, `resume` or `run`.
pub(crate) async fn deed(
    State(state): State<WebState>,
    Path((channel, collector, deed)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let Taken { request, .. } = match take::<NoFields>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let Some((channel, collector)) = which(&channel, &collector) else {
        return refuse(&state, request, LIST, "There is no such schedule.".to_owned()).await;
    };
    let done = match deed.as_str() {
        "pause" => schedules::pause(&state.pool, channel, collector).await,
        "resume" => schedules::resume(&state.pool, channel, collector).await,
        "run" => {
            return match worker::enqueue_now(&state.pool, channel, collector, &state.clock).await {
                Ok(_) => pages::see_other("/runs", None),
                Err(error @ (EnqueueError::NoAccount(_) | EnqueueError::NotCollected(_))) => {
                    refuse(&state, request, LIST, sentence(&error)).await
                }
                Err(EnqueueError::Store(error @ store::Error::NotFound(_))) => {
                    refuse(&state, request, LIST, sentence(&error)).await
                }
                Err(error) => pages::internal(&state, request, &error).await,
            };
        }
        _ => return refuse(&state, request, LIST, "That cannot be done with a schedule.".to_owned()).await,
    };
    answered(&state, request, done, Some(channel)).await
}

/// The page that most problems are shown on.
const LIST: &str = "/schedules";

fn which(channel: &str, collector: &str) -> Option<(ChannelId, Collector)> {
    Some((channel.parse().ok()?, collector.parse().ok()?))
}

/// Seconds of so many minutes, hours or days, within what an interval may be.
fn seconds(number: &str, unit: &str) -> Option<i32> {
    let seconds = match unit {
        "minutes" => 60,
        "hours" => 3600,
        "days" => 86_400,
        _ => return None,
    };
    let number: i64 = number.trim().parse().ok()?;
    let every = number.checked_mul(seconds).filter(|every| (60..=MOST_SECONDS).contains(every))?;
    i32::try_from(every).ok()
}

fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    let text: String = first.into_iter().flatten().chain(chars).collect();
    if text.ends_with('.') { text } else { format!("{text}.") }
}

/// Back to the list, at the channel; or what was wrong.
async fn answered(
    state: &WebState,
    request: Request,
    done: store::Result<()>,
    channel: Option<ChannelId>,
) -> Response {
    match done {
        Ok(()) => match channel {
            Some(channel) => pages::see_other(&format!("/schedules#channel-{channel}"), None),
            None => pages::see_other("/schedules", None),
        },
        Err(error @ (store::Error::NotFound(_) | store::Error::Conflict { .. })) => {
            refuse(state, request, LIST, sentence(&error)).await
        }
        Err(error) => pages::internal(state, request, &error).await,
    }
}

async fn refuse(state: &WebState, request: Request, page: &'static str, text: String) -> Response {
    let problem = FormProblem { text, fields: Vec::new() };
    pages::render(state, request, Uri::from_static(page), move || provide_context(problem.clone())).await
}

/// The form again, with what was typed.
async fn refuse_timing(
    state: &WebState,
    request: Request,
    channel: ChannelId,
    collector: Collector,
    form: TimingForm,
    text: String,
) -> Response {
    let fields = [
        ("kind", form.kind),
        ("number", form.number),
        ("unit", form.unit),
        ("cron", form.cron),
        ("time_zone", form.time_zone),
    ];
    let problem = FormProblem { text, fields: fields.into_iter().collect() };
    let page = format!("/schedules/{channel}/{collector}").parse().unwrap_or(Uri::from_static(LIST));
    pages::render(state, request, page, move || provide_context(problem.clone())).await
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn an_interval_is_a_number_and_a_unit() {
        assert_eq!(seconds(" 90 ", "minutes"), Some(5_400));
        assert_eq!(seconds("365", "days"), Some(31_536_000));
        for (number, unit) in [
            ("", "hours"),
            ("0", "minutes"),
            ("-5", "hours"),
            ("1.5", "hours"),
            ("366", "days"),
            ("5", "weeks"),
        ] {
            assert_eq!(seconds(number, unit), None, "{number} {unit}");
        }
        assert_eq!(seconds("9223372036854775807", "days"), None);
    }
}
