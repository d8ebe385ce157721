//! Where to go after signing in: a path of this site, never another site.

/// The path and query to go to, if it is one of ours and worth going to.
pub(crate) fn safe(next: &str) -> Option<&str> {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        // Browsers read a backslash as a slash.
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
        && next.is_ascii()
        && next.len() <= 2_000;
    let path = next.split(['?', '#']).next().unwrap_or(next);
    let is_page =
        !matches!(path, "/login" | "/logout") && !path.starts_with("/demo/") && !path.starts_with("/api/");
    (is_local && is_page).then_some(next)
}

/// The sign-in page that leads back to `target`.
pub(crate) fn login_for(target: &str) -> String {
    match safe(target) {
        None | Some("/") => "/login".to_owned(),
        Some(target) => format!("/login?next={}", encode(target)),
    }
}

/// Percent-encodes everything but what never has a meaning in a query.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_are_refused_in_every_spelling() {
        for hostile in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "javascript:alert(1)",
            "",
            "evil",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
            "/login?next=/login",
            "/logout",
            "/demo/abc",
        ] {
            assert_eq!(safe(hostile), None, "{hostile:?}");
        }
    }

    #[test]
    fn our_pages_are_kept_with_their_query() {
        assert_eq!(
            safe("/channels/5?from=2026-01-01&tz=Europe/Berlin"),
            Some("/channels/5?from=2026-01-01&tz=Europe/Berlin")
        );
        assert_eq!(login_for("/runs?a=b&c"), "/login?next=/runs%3Fa%3Db%26c");
        assert_eq!(login_for("/"), "/login");
        assert_eq!(login_for("//evil"), "/login");
    }
}
