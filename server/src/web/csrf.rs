//! Requests that change something must come from our own pages.
//!
//! Two locks: the browser's word where a request comes from, and a token in the form that only our pages know.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use subtle::ConstantTimeEq as _;

use super::token::Token;

/// Keeps the secret of forms apart from everything else that is derived from the session's token.
const PURPOSE: &str = "channelscope form token v1";

/// The token for the forms of one response. It is bound to the session and masked anew each time, so that the
/// compressed length of a page says nothing about it.
pub(crate) fn form_token(session: &Token) -> Result<String, getrandom::Error> {
    let secret = session.derive(PURPOSE);
    let mut bytes = [0; 64];
    let (mask, masked) = bytes.split_at_mut(32);
    getrandom::fill(mask)?;
    for ((out, mask), secret) in masked.iter_mut().zip(mask).zip(secret) {
        *out = *mask ^ secret;
    }
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Is it a token of this session?
pub fn is_form_token(session: &super::SignedIn, text: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return false };
    let Ok(bytes) = <[u8; 64]>::try_from(bytes) else { return false };
    let (mask, masked) = bytes.split_at(32);
    let secret: Vec<u8> = mask.iter().zip(masked).map(|(mask, masked)| mask ^ masked).collect();
    session.token.derive(PURPOSE).ct_eq(&secret).into()
}

/// Refuses state-changing requests that a browser says come from elsewhere. Programs that send neither header pass:
/// they carry no cookies of somebody else.
pub(crate) async fn refuse_foreign(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || comes_from_us(request.headers()) {
        return next.run(request).await;
    }
    let text = "This form was sent from another site. Open Channelscope and try again there.\n";
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

fn comes_from_us(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let origin = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            origin.is_some() && origin == text(header::HOST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn signed_in(token: Token) -> crate::web::SignedIn {
        crate::web::SignedIn { token, login: "anna".into() }
    }

    #[test]
    fn a_form_token_belongs_to_its_session_and_is_new_each_time() {
        let (mine, yours) = (Token::random().unwrap(), Token::random().unwrap());
        let (one, two) = (form_token(&mine).unwrap(), form_token(&mine).unwrap());
        assert_ne!(one, two);
        let session = signed_in(mine);
        assert!(is_form_token(&session, &one) && is_form_token(&session, &two));
        assert!(!is_form_token(&signed_in(yours), &one));
        assert!(!is_form_token(&session, "") && !is_form_token(&session, &one[1..]));
    }

    #[test]
    fn the_browser_says_where_it_comes_from() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            comes_from_us(&HeaderMap::from_iter(
                pairs
                    .iter()
                    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
            ))
        };
        assert!(from(&[]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(from(&[("origin", "https://a.example"), ("host", "a.example")]));
        assert!(!from(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://a.example"),
            ("host", "a.example")
        ]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(!from(&[("origin", "https://b.example"), ("host", "a.example")]));
        assert!(!from(&[("origin", "null"), ("host", "a.example")]));
    }
}
