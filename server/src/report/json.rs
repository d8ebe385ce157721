//! Reports as JSON: `{"rows": […]}`, the CSV's columns by name. Amounts are strings, unknown is null, and text is
//! left as it is: a formula is none here.

use std::io::Write;

use serde::Serialize;

use super::row::Row;

#[derive(Serialize)]
struct Report<'a> {
    rows: &'a [Row],
}

/// Writes the rows.
///
/// # Errors
/// Those of `out`.
pub fn write(rows: &[Row], mut out: impl Write) -> std::io::Result<()> {
    serde_json::to_writer(&mut out, &Report { rows })?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::row::COLUMNS;
    use crate::report::tests::row;

    #[test]
    fn the_names_are_the_columns_in_their_order() {
        let mut out = Vec::new();
        write(&[row("=1+1")], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let places: Vec<usize> =
            COLUMNS.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
        assert!(places.is_sorted());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let first = value["rows"][0].as_object().unwrap();
        assert_eq!(first.len(), COLUMNS.len());
        assert_eq!(first["channel_title"], "=1+1");
        assert_eq!(first["amount_nano"], "12500000000");
        assert!(first["rate"].is_null());
    }
}
