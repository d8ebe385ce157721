//! The module's `target_features` section, which tells wasm-bindgen what it may use.
//!
//! rustc allows reference types and multiple results by default, and wasm-bindgen then makes use of them; the
//! `wasm-opt` of current Debian (binaryen 108) writes such modules wrongly. They bring nothing that a page of charts
//! would notice. wasm.sh compiles without them, but the ready-made standard library still claims them, so the section
//! is rewritten.

use anyhow::{Context, Result, bail};

/// What is taken out.
const REMOVED: &[&str] = &["reference-types", "multivalue"];
const SECTION: &str = "target_features";
/// Magic number and version.
const HEADER: usize = 8;

/// The module, with its `target_features` section rewritten.
pub(crate) fn without_new_ones(module: &[u8]) -> Result<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(HEADER).context("the module is too short")?;
    let mut out = header.to_vec();
    let mut found = false;
    while let Some((&id, after)) = rest.split_first() {
        let (length, body) = number(after)?;
        let (body, next) = body.split_at_checked(length).context("a section is cut short")?;
        match (id == 0).then(|| named(body)).transpose()? {
            Some((SECTION, features)) => {
                found = true;
                let mut section = Vec::new();
                push_text(&mut section, SECTION);
                section.extend(keep(features)?);
                out.push(0);
                push_number(&mut out, section.len());
                out.extend(section);
            }
            _ => out.extend(&rest[..rest.len() - next.len()]),
        }
        rest = next;
    }
    if !found {
        bail!("the module has no {SECTION} section: was it stripped?");
    }
    Ok(out)
}

/// The features that stay: a count, then a prefix byte and a name each.
fn keep(features: &[u8]) -> Result<Vec<u8>> {
    let (count, mut rest) = number(features)?;
    let mut kept = Vec::new();
    for _ in 0..count {
        let (&prefix, after) = rest.split_first().context("a feature is cut short")?;
        let (name, next) = named(after)?;
        if !REMOVED.contains(&name) {
            kept.push((prefix, name));
        }
        rest = next;
    }
    let mut out = Vec::new();
    push_number(&mut out, kept.len());
    for (prefix, name) in kept {
        out.push(prefix);
        push_text(&mut out, name);
    }
    Ok(out)
}

/// A name and what follows it.
fn named(bytes: &[u8]) -> Result<(&str, &[u8])> {
    let (length, rest) = number(bytes)?;
    let (name, rest) = rest.split_at_checked(length).context("a name is cut short")?;
    Ok((std::str::from_utf8(name)?, rest))
}

/// An unsigned LEB128 number and what follows it.
fn number(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[index + 1..]));
        }
    }
    bail!("a number has no end")
}

fn push_number(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    push_number(out, text.len());
    out.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(features: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        push_text(&mut section, SECTION);
        push_number(&mut section, features.len());
        for feature in features {
            section.push(b'+');
            push_text(&mut section, feature);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        // A type section with 200 bytes, so that a length takes two bytes.
        module.push(1);
        push_number(&mut module, 200);
        module.extend([7; 200]);
        module.push(0);
        push_number(&mut module, section.len());
        module.extend(section);
        module
    }

    #[test]
    fn only_the_named_features_go() {
        let before = module(&["bulk-memory", "multivalue", "reference-types", "sign-ext"]);
        assert_eq!(without_new_ones(&before).unwrap(), module(&["bulk-memory", "sign-ext"]));
        assert_eq!(without_new_ones(&module(&["sign-ext"])).unwrap(), module(&["sign-ext"]));
    }

    #[test]
    fn a_module_without_the_section_is_refused() {
        assert!(without_new_ones(b"\0asm\x01\0\0\0").is_err());
        assert!(without_new_ones(&module(&["sign-ext"])[..100]).is_err());
    }
}
