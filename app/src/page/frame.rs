//! What every page has around it.

use std::future::Future;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;

use super::error::error_view;
use crate::backend::{Backend, backend};
use crate::error::ApiError;
use crate::ui::SimulatedBanner;
use crate::ui::rail::{Here, Rail};

/// Sets the status of the response being rendered; the server provides it.
#[derive(Clone)]
pub struct SetStatus(pub Arc<dyn Fn(u16) + Send + Sync>);

/// Something to say instead of a page, such as that a sign-in link is not valid; the server provides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The heading.
    pub title: String,
    /// What happened and what to do.
    pub text: String,
    /// The status of the response.
    pub status: u16,
}

/// A page that could be made.
pub struct Page {
    /// In the window's title.
    pub title: String,
    /// Inside `main`.
    pub view: AnyView,
}

/// Sets the status of the response, where there is one.
pub fn set_status(status: u16) {
    if let Some(SetStatus(set)) = use_context() {
        set(status);
    }
}

/// The status that goes with an error.
pub fn status_of(error: &ApiError) -> u16 {
    match error {
        ApiError::SignedOut => 401,
        ApiError::Forbidden(_) => 403,
        ApiError::NotFound(_) => 404,
        ApiError::Invalid(_) => 400,
        ApiError::Internal { .. } => 500,
    }
}

/// The window's title. leptos_meta writes it into the document as it is, so it is escaped here: a channel may be
/// called `</title><script>`.
fn window_title(title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("{title} · Channelscope")
}

/// A page within the navigation; an error within it where the page could not be made.
pub fn framed<F, Fut>(here: Here, page: F) -> impl IntoView
where
    F: FnOnce(Arc<dyn Backend>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Page, ApiError>> + Send + 'static,
{
    let asked = backend();
    Suspend::new(async move {
        let (rail, simulated, result) = match asked {
            Err(error) => (None, false, Err(error)),
            Ok(backend) => {
                let viewer = backend.viewer().cloned();
                let channels = match &viewer {
                    Some(_) => backend.channels().await.unwrap_or_default(),
                    None => Vec::new(),
                };
                let simulated = channels.iter().any(|summary| summary.channel.simulated);
                let rail = viewer.map(|viewer| {
                    view! { <Rail here channels login=viewer.login csrf_token=viewer.csrf_token /> }
                });
                (rail, simulated, page(backend).await)
            }
        };
        let has_rail = rail.is_some().then_some("");
        let Page { title, view } = result.unwrap_or_else(|error| {
            set_status(status_of(&error));
            error_view(&error)
        });
        view! {
            <Title text=window_title(&title) />
            <a class="skip" href="#main">"Skip to the content"</a>
            <div class="frame" data-rail=has_rail>
                {rail}
                <main id="main" tabindex="-1">
                    {simulated.then(|| view! { <SimulatedBanner /> })}
                    {view}
                </main>
            </div>
        }
    })
}
