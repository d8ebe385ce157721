//! Who is signed in: a random token in a cookie, its hash in the database.

use app::model::UserId;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};

use super::token::Token;
use super::{WebState, cookie, pages};
use crate::store::web_sessions;

/// A session that is not used for this long ends.
const LASTS: SignedDuration = SignedDuration::from_secs(cookie::MAX_AGE_SECONDS);
/// It is renewed when this much of it is gone: not at every request.
const RENEW_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Somebody is signed in; an extension of the request.
#[derive(Clone)]
pub struct SignedIn {
    /// What their browser holds.
    pub(crate) token: Token,
    /// Their name; `demo` when signed in with the demo's link.
    pub login: String,
}

/// Why a session could not be looked after.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// No randomness.
    #[error("the system has no randomness to give: {0}")]
    Random(#[from] getrandom::Error),
    /// Time is up.
    #[error("the clock is at the end of time")]
    Time(#[from] jiff::Error),
}

/// Signs somebody in: the cookie to give to their browser. Without a user it is the demo's session.
pub(crate) async fn start(state: &WebState, user: Option<UserId>) -> Result<Option<HeaderValue>, Error> {
    let token = Token::random()?;
    let now = state.clock.now();
    web_sessions::add(&state.pool, &token.sha256(), user, now, now.checked_add(LASTS)?).await?;
    Ok(cookie::set(&token, state.secure_cookies))
}

/// Signs a browser out: the header that takes its cookie away.
pub(crate) async fn end(state: &WebState, session: &SignedIn) -> Result<Option<HeaderValue>, Error> {
    web_sessions::forget(&state.pool, &session.token.sha256()).await?;
    Ok(cookie::forget(state.secure_cookies))
}

/// Finds the session of a request and lets it live on.
pub(crate) async fn load(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let Some(token) = cookie::find(request.headers()) else { return next.run(request).await };
    match find(&state, token).await {
        Ok(None) => next.run(request).await,
        Ok(Some((session, renewed))) => {
            request.extensions_mut().insert(session);
            let mut response = next.run(request).await;
            if let Some(cookie) = renewed
                && !response.headers().contains_key(header::SET_COOKIE)
            {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => pages::internal(&state, request, &error).await,
    }
}

async fn find(state: &WebState, token: Token) -> Result<Option<(SignedIn, Option<HeaderValue>)>, Error> {
    let (now, hash) = (state.clock.now(), token.sha256());
    let Some(found) = web_sessions::find(&state.pool, &hash, now).await? else { return Ok(None) };
    let renewed = if is_due(now, found.expires_at) {
        web_sessions::renew(&state.pool, &hash, now.checked_add(LASTS)?).await?;
        cookie::set(&token, state.secure_cookies)
    } else {
        None
    };
    let login = found.login.unwrap_or_else(|| "demo".to_owned());
    Ok(Some((SignedIn { token, login }, renewed)))
}

fn is_due(now: Timestamp, expires_at: Timestamp) -> bool {
    now.duration_until(expires_at) < LASTS - RENEW_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_in_use_is_renewed_once_a_day() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(!is_due(now, now + LASTS));
        assert!(!is_due(now, now + LASTS - SignedDuration::from_hours(23)));
        assert!(is_due(now, now + LASTS - SignedDuration::from_hours(25)));
    }
}
