//! The stylesheet: `@import` lines of the main file replaced by what they import.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes `main` with its imports (`@import "other.css";`, one a line, relative to it) to `out`.
pub(crate) fn bundle(main: &Path, out: &Path) -> Result<()> {
    let text = fs::read_to_string(main).with_context(|| format!("reading {}", main.display()))?;
    let folder = main.parent().unwrap_or(Path::new("."));
    let mut bundled = String::new();
    for line in text.lines() {
        match imported(line) {
            Some(name) => {
                let file = folder.join(name);
                bundled +=
                    &fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            }
            None => {
                bundled += line;
                bundled.push('\n');
            }
        }
    }
    fs::write(out, bundled)?;
    Ok(())
}

fn imported(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("@import")?.trim();
    let rest = rest.strip_suffix(';')?.trim();
    let rest = rest.strip_prefix("url(").and_then(|url| url.strip_suffix(')')).unwrap_or(rest);
    Some(rest.trim().trim_matches(['"', '\'']).trim_start_matches("./"))
}

#[cfg(test)]
mod tests {
    use super::imported;

    #[test]
    fn imports_are_recognised_however_they_are_written() {
        for line in ["@import \"a.css\";", "  @import url('./a.css');", "@import url(a.css) ;"] {
            assert_eq!(imported(line), Some("a.css"), "{line}");
        }
        assert_eq!(imported("a { color: red }"), None);
    }
}
