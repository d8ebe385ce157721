//! Pages outside their own routes: notices, and errors that happen before a page is asked for.

use std::sync::Arc;

use app::backend::Backend;
use app::page::{Notice, SetStatus};
use app::shell;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use leptos::context::{provide_context, use_context};
use leptos::nonce::Nonce;
use leptos_axum::ResponseOptions;

use super::headers::CspNonce;
use super::{SignedIn, WebState, csrf};

/// Gives a page what it asks its context for. Runs inside Leptos, where the request's parts are.
pub(crate) fn contexts(state: WebState) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let extensions = use_context::<Parts>().map(|parts| parts.extensions).unwrap_or_default();
        if let Some(CspNonce(nonce)) = extensions.get() {
            provide_context(Nonce::from_value(nonce.as_str()));
        }
        let viewer = extensions.get::<SignedIn>().and_then(|session| {
            let csrf_token = csrf::form_token(&session.token)
                .inspect_err(|error| tracing::error!(%error, "the system has no randomness to give"))
                .ok()?;
            Some(app::backend::Viewer { login: session.login.clone(), csrf_token })
        });
        provide_context::<Arc<dyn Backend>>((state.make_backend)(viewer));
        if let Some(options) = use_context::<ResponseOptions>() {
            provide_context(SetStatus(Arc::new(move |status| {
                if let Ok(status) = StatusCode::from_u16(status) {
                    options.set_status(status);
                }
            })));
        }
    }
}

/// Renders the page at `path` for this request, whatever it asked for, with something more in its context.
pub(crate) async fn render(
    state: &WebState,
    request: Request,
    path: Uri,
    more: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    let (mut parts, _) = request.into_parts();
    parts.uri = path;
    parts.method = Method::GET;
    let (contexts, assets) = (contexts(state.clone()), state.assets.clone());
    let page = leptos_axum::render_app_async_with_context(
        move || {
            contexts();
            more();
        },
        move || shell(assets.clone()),
    );
    page(Request::from_parts(parts, Body::empty())).await
}

/// A page that only says something.
pub(crate) async fn notice(state: &WebState, request: Request, notice: Notice) -> Response {
    // No page is there, so what is shown is the notice.
    render(state, request, Uri::from_static("/notice"), move || provide_context(notice.clone())).await
}

/// The page of an error of ours. The cause is logged, once, under a reference that the page shows.
pub(crate) async fn internal(
    state: &WebState,
    request: Request,
    error: &(dyn std::error::Error + Send + Sync),
) -> Response {
    let reference = uuid::Uuid::new_v4().simple().to_string();
    let reference = reference.get(..8).unwrap_or_default();
    tracing::error!(reference, error = %error, "a request failed");
    let text = format!(
        "Something went wrong on our side; the log has it under reference {reference}. What was collected is safe. \
         Load the page again in a minute."
    );
    notice(state, request, Notice { title: "This page could not be made".to_owned(), text, status: 500 })
        .await
}

/// On to another page, with a cookie on the way.
pub(crate) fn see_other(target: &str, cookie: Option<HeaderValue>) -> Response {
    let target = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
