//! Server-sent events for pages that are looked at longer.

use std::convert::Infallible;
use std::time::Duration;

use app::backend::Viewer;
use app::page::runs::list_html;
use axum::extract::{Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use http::StatusCode;

use super::{SignedIn, WebState};

/// How often it is looked whether something has changed.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks the stream ends, and the browser connects again: somebody who was signed out meanwhile is then
/// refused.
const LOOKS: u32 = 300;

/// `GET /runs/live`: the list of runs whenever it has changed.
pub(crate) async fn runs(State(state): State<WebState>, request: Request) -> Response {
    let Some(session) = request.extensions().get::<SignedIn>().cloned() else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let begin = (state, session.login, String::new(), 0);
    let events = stream::unfold(begin, |(state, login, mut shown, mut looks)| async move {
        let mut ending = state.ending.subscribe();
        loop {
            if looks == LOOKS || *ending.borrow() {
                return None;
            }
            looks += 1;
            // The list has no forms.
            let viewer = Viewer { login: login.clone(), csrf_token: String::new() };
            let html = list_html((state.make_backend)(Some(viewer))).await.ok()?;
            if html != shown {
                shown.clone_from(&html);
                let event = Ok::<_, Infallible>(Event::default().data(html));
                return Some((event, (state, login, shown, looks)));
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = ending.changed() => return None,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}
