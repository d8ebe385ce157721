//! Just enough of an XML reader to say whether a picture is well-formed.

/// Tags are balanced, attributes quoted and unique, no stray markup in text, one root.
pub(crate) fn well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    let mut roots = 0;
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            text(&rest[..end])?;
            if open.is_empty() {
                return Err(format!("text outside of the root: {}", &rest[..end]));
            }
            rest = &rest[end..];
            continue;
        };
        let end = tag.find('>').ok_or("a tag without end")?;
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let (inside, empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!("<{name}> is not a name"));
        }
        self::attributes(attributes)?;
        roots += usize::from(open.is_empty());
        if !empty {
            open.push(name);
        }
    }
    if roots == 1 && open.is_empty() { Ok(()) } else { Err(format!("{roots} roots, {open:?} still open")) }
}

fn attributes(mut rest: &str) -> Result<(), String> {
    let mut seen = Vec::new();
    while !rest.trim_start().is_empty() {
        let (name, after) = rest.trim_start().split_once("=\"").ok_or_else(|| format!("no value: {rest}"))?;
        let (value, after) = after.split_once('"').ok_or_else(|| format!("no closing quote: {rest}"))?;
        if seen.contains(&name) {
            return Err(format!("{name} twice"));
        }
        seen.push(name);
        text(value)?;
        rest = after;
    }
    Ok(())
}

fn text(text: &str) -> Result<(), String> {
    if let Some(bad) = text.chars().find(|c| matches!(c, '<' | '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}')) {
        return Err(format!("{bad:?} in {text}"));
    }
    for after in text.split('&').skip(1) {
        let entity = after.split_once(';').map(|(name, _)| name);
        if !matches!(entity, Some("amp" | "lt" | "gt" | "quot" | "#39")) {
            return Err(format!("a stray & in {text}"));
        }
    }
    Ok(())
}

#[test]
fn the_reader_can_say_no() {
    for bad in ["<a>", "<a></b>", "<a b=c/>", "<a b=\"1\" b=\"2\"/>", "<a>&</a>", "<a/><b/>", "<a>x</a>y"] {
        assert!(well_formed(bad).is_err(), "{bad}");
    }
    assert!(well_formed("<a b=\"1\"><c/>x &amp; y</a>").is_ok());
}
