//! Forms that change something: whose they are is checked before anybody looks at what they say.

use axum::Form;
use axum::extract::{FromRequest as _, Request};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{SignedIn, WebState, csrf, pages};

/// No fields but the token.
#[derive(Debug, Deserialize)]
pub(crate) struct NoFields {}

/// What every such form carries, and its fields.
#[derive(Deserialize)]
struct Signed<T> {
    #[serde(default)]
    csrf_token: String,
    #[serde(flatten)]
    fields: T,
}

/// A form of our own pages by somebody who is signed in.
pub(crate) struct Taken<T> {
    /// What it says.
    pub(crate) fields: T,
    /// Whose it is.
    pub(crate) session: SignedIn,
    /// The request without its form, to render a page for.
    pub(crate) request: Request,
}

/// Takes the form of a request; else what to answer instead.
pub(crate) async fn take<T: DeserializeOwned>(
    state: &WebState,
    request: Request,
) -> Result<Taken<T>, Response> {
    let Some(session) = request.extensions().get::<SignedIn>().cloned() else {
        return Err(pages::see_other("/login", None));
    };
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let Form(form) = Form::<Signed<T>>::from_request(Request::from_parts(parts, body), state)
        .await
        .map_err(|rejection| rejection.into_response())?;
    if !csrf::is_form_token(&session, &form.csrf_token) {
        let text = "This form was not made for your session. Load the page again and use the form there.\n";
        let content_type = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        return Err((StatusCode::FORBIDDEN, content_type, text).into_response());
    }
    Ok(Taken { fields: form.fields, session, request: again })
}
