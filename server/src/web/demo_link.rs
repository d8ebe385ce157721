//! The demo's sign-in link: works as often as needed until the process ends, for whoever was given it.

use std::fmt;

use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use subtle::ConstantTimeEq as _;

use app::page::Notice;

use super::token::Token;
use super::{WebState, pages, session};

/// The link's secret, kept in this process's memory only.
#[derive(Clone)]
pub struct DemoLink(Token);

impl DemoLink {
    /// A new link.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        Token::random().map(Self)
    }

    /// What to open in a browser; `base_url` without a trailing slash.
    pub fn url(&self, base_url: &str) -> String {
        format!("{base_url}/demo/{}", self.0.text())
    }

    fn is(&self, text: &str) -> bool {
        Token::parse(text).is_some_and(|token| token.sha256().ct_eq(&self.0.sha256()).into())
    }
}

impl fmt::Debug for DemoLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DemoLink(…)")
    }
}

/// `GET /demo/{token}` signs in; `HEAD`, which link previews send, only says that the link is right.
pub(crate) async fn redeem(
    State(state): State<WebState>,
    Path(text): Path<String>,
    request: Request,
) -> Response {
    if !state.demo_link.as_ref().is_some_and(|link| link.is(&text)) {
        let notice = Notice {
            title: "This sign-in link is not valid".to_owned(),
            text: "It belongs to a demo that has ended, or was not copied whole. The running demo prints its link \
                   when it starts; open that one."
                .to_owned(),
            status: 404,
        };
        return pages::notice(&state, request, notice).await;
    }
    if request.method() == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    match session::start(&state, None).await {
        Ok(cookie) => pages::see_other("/", cookie),
        Err(error) => pages::internal(&state, request, &error).await,
    }
}
