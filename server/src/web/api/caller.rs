//! Who calls, and what they may.

use std::sync::Arc;

use app::backend::{Backend, Viewer};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use sha2::{Digest, Sha256};

use super::Problem;
use crate::store::api_tokens;
use crate::web::{SignedIn, WebState};

/// What a token may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything collected; includes revenue, as tokens are the owner's.
    Read,
    /// Balances, ledger and exports of them only.
    Revenue,
    /// Start collecting.
    Collect,
}

impl Scope {
    /// Do these scopes of a token allow this?
    fn is_allowed_by(self, scopes: &[String]) -> bool {
        let has = |name: &str| scopes.iter().any(|scope| scope == name);
        has("admin")
            || match self {
                Self::Read => has("read"),
                Self::Revenue => has("revenue") || has("read"),
                Self::Collect => has("collect"),
            }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Revenue => "revenue",
            Self::Collect => "collect",
        }
    }
}

/// Somebody who has proved who they are.
pub(super) struct Caller {
    who: Arc<dyn Backend>,
    /// `None` for a browser's session, which may read everything.
    scopes: Option<Vec<String>>,
}

impl Caller {
    /// The backend, if they may do this.
    pub(super) fn may(&self, scope: Scope) -> Result<&Arc<dyn Backend>, Problem> {
        match &self.scopes {
            // A session must not start anything without the token that forms carry.
            None if scope == Scope::Collect => Err(Problem::new(
                StatusCode::FORBIDDEN,
                "Starting a collection needs a bearer token with the scope “collect”; a browser's session is not enough.",
            )),
            Some(scopes) if !scope.is_allowed_by(scopes) => Err(Problem::new(
                StatusCode::FORBIDDEN,
                format!(
                    "This token lacks the scope “{}”; make one with: channelscope token create",
                    scope.name()
                ),
            )),
            _ => Ok(&self.who),
        }
    }
}

impl FromRequestParts<WebState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let backend = |login: String| (state.make_backend)(Some(Viewer { login, csrf_token: String::new() }));
        let Some(authorization) = parts.headers.get(header::AUTHORIZATION) else {
            return match parts.extensions.get::<SignedIn>() {
                Some(session) => Ok(Self { who: backend(session.login.clone()), scopes: None }),
                None => Err(unauthorized(
                    "Send “Authorization: Bearer TOKEN”; make a token with: channelscope token create",
                )),
            };
        };
        let token = authorization
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| unauthorized("The Authorization header must be “Bearer TOKEN”"))?;
        let hash = Sha256::digest(token.as_bytes());
        let found = api_tokens::find(&state.pool, &hash, state.clock.now())
            .await
            .map_err(|error| Problem::internal(&error))?;
        match found {
            Some(token) => Ok(Self { who: backend(token.name), scopes: Some(token.scopes) }),
            None => Err(unauthorized("This token is not valid, or no longer")),
        }
    }
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, detail)
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn scopes_allow_what_they_say() {
        let allows = |scopes: &[&str], scope: Scope| {
            scope.is_allowed_by(&scopes.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert!(allows(&["read"], Scope::Read) && allows(&["read"], Scope::Revenue));
        assert!(!allows(&["revenue"], Scope::Read) && allows(&["revenue"], Scope::Revenue));
        assert!(!allows(&["read"], Scope::Collect) && allows(&["collect"], Scope::Collect));
        assert!(allows(&["admin"], Scope::Collect) && allows(&["admin"], Scope::Read));
        assert!(!allows(&[], Scope::Read));
    }
}
