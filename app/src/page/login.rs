//! Signing in. A plain form, so that it works without JavaScript.

use leptos::prelude::*;
use leptos_meta::Title;

use super::frame::set_status;
use super::query::query;

/// Why the last try failed; the server provides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInProblem {
    /// What was wrong and what to do.
    pub text: String,
    /// The name that was tried, so that it need not be typed again.
    pub login: String,
    /// The status of the response.
    pub status: u16,
}

/// The sign-in form.
#[component]
pub fn LoginPage() -> impl IntoView {
    let next = query().get("next").unwrap_or_default();
    let problem = use_context::<SignInProblem>();
    if let Some(problem) = &problem {
        set_status(problem.status);
    }
    let (text, login) = problem.map(|problem| (problem.text, problem.login)).unzip();
    let has_problem = text.is_some();
    view! {
        <Title text="Sign in · Channelscope" />
        <main class="login-page" id="main">
            <form class="login-form" method="post" action="/login">
                <h1>"Channelscope"</h1>
                {text.map(|text| view! { <p class="problem" role="alert" id="problem">{text}</p> })}
                <label>
                    "Name"
                    <input
                        type="text"
                        name="login"
                        value=login
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        maxlength="200"
                        aria-describedby=has_problem.then_some("problem")
                        required
                        autofocus
                    />
                </label>
                <label>
                    "Password"
                    <input type="password" name="password" autocomplete="current-password" maxlength="1000" required />
                </label>
                <input type="hidden" name="next" value=next />
                <button type="submit" class="button">"Sign in"</button>
                <p class="foot">
                    "No account yet? On the server, "<code>"channelscope user add NAME"</code>" makes one."
                </p>
            </form>
        </main>
    }
    .into_any()
}
