//! Signing in and out.

pub mod password;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use app::page::SignInProblem;
use axum::Form;
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use leptos::context::provide_context;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::form::{NoFields, Taken, take};
use super::{WebState, next, pages, session};
use crate::store::users;

/// The hash of a new password, to be stored; the work is done off the async threads.
///
/// # Errors
/// When the system has no randomness to give.
pub async fn hash_password(password: Zeroizing<String>) -> Result<String, password::Error> {
    tokio::task::spawn_blocking(move || password::hash(&password))
        .await
        .map_err(|_| password::Error::Interrupted)?
}

/// The sign-in form.
#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// What a failed sign-in says: the same for an unknown name and a wrong password.
const WRONG: &str = "Name and password do not match. Check both and try again.";
/// What is said to somebody who tries too often.
const TOO_MANY: &str = "Too many tries in a minute. Wait a minute, then try again.";

/// `POST /login`.
pub(crate) async fn sign_in(State(state): State<WebState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let address = address(&parts.extensions);
    let again = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let mut form = match Form::<SignIn>::from_request(Request::from_parts(parts, body), &state).await {
        Ok(Form(form)) => form,
        Err(rejection) => return rejection.into_response(),
    };
    let password = Zeroizing::new(std::mem::take(&mut form.password));
    let login = form.login.trim().to_lowercase();
    if !state.limit.try_now(address, &login, state.clock.now()) {
        // One line a fail2ban can read; what was typed as a name may be a password, and is hostile text.
        tracing::warn!(%address, "sign-in refused: too many tries");
        return problem(&state, again, form, TOO_MANY, StatusCode::TOO_MANY_REQUESTS).await;
    }
    let user = match users::find(&state.pool, &login).await {
        Ok(user) => user,
        Err(error) => return pages::internal(&state, again, &error).await,
    };
    let (id, hash) = user.map(|user| (user.id, user.password_hash)).unzip();
    let is_right = match password::check(&state.checks, password, hash).await {
        Ok(is_right) => is_right,
        Err(error) => return pages::internal(&state, again, &error).await,
    };
    let Some(id) = id.filter(|_| is_right) else {
        tracing::warn!(%address, "sign-in failed");
        return problem(&state, again, form, WRONG, StatusCode::UNAUTHORIZED).await;
    };
    state.limit.forget(address, &login);
    match session::start(&state, Some(id)).await {
        Ok(cookie) => {
            tracing::info!(%address, user = %id, "signed in");
            pages::see_other(next::safe(&form.next).unwrap_or("/"), cookie)
        }
        Err(error) => pages::internal(&state, again, &error).await,
    }
}

/// `POST /logout`.
pub(crate) async fn sign_out(State(state): State<WebState>, request: Request) -> Response {
    let Taken { request, session, .. } = match take::<NoFields>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    match session::end(&state, &session).await {
        Ok(cookie) => pages::see_other("/login", cookie),
        Err(error) => pages::internal(&state, request, &error).await,
    }
}

/// The form again, with what was wrong.
async fn problem(
    state: &WebState,
    request: Request,
    form: SignIn,
    text: &str,
    status: StatusCode,
) -> Response {
    let page: Uri = next::login_for(&form.next).parse().unwrap_or(Uri::from_static("/login"));
    let problem = SignInProblem { text: text.to_owned(), login: form.login, status: status.as_u16() };
    pages::render(state, request, page, move || provide_context(problem.clone())).await
}

/// Who is on the other end of the connection. Behind a proxy that is the proxy: headers are not believed.
fn address(extensions: &axum::http::Extensions) -> IpAddr {
    extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}
