//! The session's cookie.

use axum::http::{HeaderMap, HeaderValue, header};

use super::token::Token;

/// Its name.
const NAME: &str = "channelscope_session";

/// How long a browser keeps it: as long as an unused session lasts.
pub(crate) const MAX_AGE_SECONDS: i64 = 30 * 24 * 3600;

/// The session's token in a request's cookies.
pub(crate) fn find(headers: &HeaderMap) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == NAME)
        .find_map(|(_, value)| Token::parse(value))
}

/// The header that gives a browser its session. `secure`: never over plain HTTP.
pub(crate) fn set(token: &Token, secure: bool) -> Option<HeaderValue> {
    value(&token.text(), MAX_AGE_SECONDS, secure)
}

/// The header that takes it away.
pub(crate) fn forget(secure: bool) -> Option<HeaderValue> {
    value("", 0, secure)
}

fn value(text: &str, max_age: i64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{NAME}={text}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(text).unwrap())])
    }

    #[test]
    fn it_is_found_among_others() {
        let token = Token::random().unwrap();
        let text = format!("a=b; channelscope_session={}; c", token.text());
        assert!(find(&cookies(&text)).is_some_and(|found| found == token));
        assert!(find(&cookies("xchannelscope_session=1; channelscope_session=nonsense")).is_none());
        assert!(find(&HeaderMap::new()).is_none());
    }

    #[test]
    fn scripts_and_other_sites_never_see_it() {
        let token = Token::random().unwrap();
        let plain = set(&token, false).unwrap().to_str().unwrap().to_owned();
        assert!(plain.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{plain}");
        assert!(set(&token, true).unwrap().to_str().unwrap().ends_with("; Secure"));
        assert!(forget(false).unwrap().to_str().unwrap().contains("=; Path=/; Max-Age=0"));
    }
}
