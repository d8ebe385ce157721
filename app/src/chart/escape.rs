//! Text inside markup. Titles and names are other people's, and hostile.

/// The text, safe between tags and inside double quotes, in HTML and in XML: what XML forbids becomes `U+FFFD`.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' => safe.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_hostile_survives() {
        assert_eq!(super::escape("<b a=\"'&\0\n>"), "&lt;b a=&quot;&#39;&amp;\u{fffd} &gt;");
    }
}
