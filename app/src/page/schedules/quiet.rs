//! Quiet hours.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::model::schedule::QuietHours;

/// The quiet hours, and a form for them.
#[component]
pub fn QuietForm(
    /// Those that are set.
    quiet: Option<QuietHours>,
    /// The time, to say whether it is quiet.
    now: Timestamp,
    /// What the form must carry.
    csrf_token: String,
) -> impl IntoView {
    let said = match &quiet {
        None => "None: collecting goes on around the clock.".to_owned(),
        Some(quiet) if quiet.include(now) => {
            format!(
                "{quiet}. It is quiet now: what is due waits until they are over; what you run by hand does not."
            )
        }
        Some(quiet) => {
            format!("{quiet}: nothing is collected by schedule then, and young posts' ages are missed.")
        }
    };
    let is_set = quiet.is_some();
    let time = |at: Option<jiff::civil::Time>, default: &str| {
        at.map_or_else(|| default.to_owned(), |at| at.strftime("%H:%M").to_string())
    };
    let from = time(quiet.as_ref().map(|quiet| quiet.from), "23:00");
    let until = time(quiet.as_ref().map(|quiet| quiet.until), "07:00");
    let zone = quiet.map_or_else(|| "UTC".to_owned(), |quiet| quiet.time_zone);
    view! {
        <section class="quiet-hours">
            <h2>"Quiet hours"</h2>
            <p class="muted">{said}</p>
            <details>
                <summary>{if is_set { "Change" } else { "Set quiet hours" }}</summary>
                <form class="inline-form" method="post" action="/schedules/quiet">
                    <input type="hidden" name="csrf_token" value=csrf_token.clone() />
                    <label>"From"<input type="time" name="from" value=from required /></label>
                    <label>"Until"<input type="time" name="until" value=until required /></label>
                    <label>"Time zone"<input type="text" name="time_zone" value=zone maxlength="64" required /></label>
                    <button type="submit" class="button">"Set"</button>
                </form>
                {is_set
                    .then(|| {
                        view! {
                            <form class="inline-form" method="post" action="/schedules/quiet">
                                <input type="hidden" name="csrf_token" value=csrf_token />
                                <button type="submit" class="quiet-button" name="off" value="true">"No quiet hours"</button>
                            </form>
                        }
                    })}
            </details>
        </section>
    }
    .into_any()
}
