//! Reports as CSV: RFC 4180, UTF-8, one header line, `\r\n`.

use std::io::Write;

use ::csv::{Terminator, WriterBuilder};

use super::row::{COLUMNS, Row};

/// Writes the rows under a header. Unknown is an empty cell.
///
/// A text cell that a spreadsheet would take for a formula gets a leading `'` (OWASP's set: `= + - @`, tab, carriage
/// return, line feed). Numeric cells never do: a negative amount stays a number.
///
/// # Errors
/// Those of `out`.
pub fn write(rows: &[Row], out: impl Write) -> std::io::Result<()> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(COLUMNS)?;
    for row in rows {
        writer.write_record(cells(row))?;
    }
    writer.flush()
}

fn cells(row: &Row) -> [String; COLUMNS.len()] {
    let moment =
        |moment: &Option<jiff::Timestamp>| moment.map(|moment| moment.to_string()).unwrap_or_default();
    let number = |number: &Option<String>| number.clone().unwrap_or_default();
    [
        text(&row.ledger_id),
        row.channel_id.to_string(),
        text(&row.channel_title),
        text(row.kind),
        text(row.status),
        moment(&row.period_start_utc),
        moment(&row.period_end_utc),
        row.booked_at_utc.to_string(),
        row.local_date.to_string(),
        text(row.unit_code),
        row.amount_nano.to_string(),
        row.amount_decimal.clone(),
        number(&row.rate),
        text(row.rate_currency.unwrap_or_default()),
        text(row.rate_source.as_deref().unwrap_or_default()),
        moment(&row.rate_at_utc),
        number(&row.fiat_amount),
        text(row.withdrawal_url.as_deref().unwrap_or_default()),
        row.balance_after_nano.map(|nano| nano.to_string()).unwrap_or_default(),
        text(&row.source_tl_hash),
        text(&row.local_tz),
        row.simulated.to_string(),
    ]
}

/// A text cell that no spreadsheet takes for a formula.
pub(super) fn text(text: &str) -> String {
    let prefix = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    format!("{prefix}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::row;
    use app::model::Nano;
    use proptest::prelude::*;

    fn written(rows: &[Row]) -> String {
        let mut out = Vec::new();
        write(rows, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn read(text: &str) -> Vec<::csv::StringRecord> {
        ::csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
    }

    #[test]
    fn the_header_is_there_without_rows() {
        assert_eq!(written(&[]), format!("{}\r\n", COLUMNS.join(",")));
    }

    #[test]
    fn unknown_is_an_empty_cell_and_a_negative_amount_a_number() {
        let out = Row {
            amount_nano: Nano(-1_500_000_000),
            amount_decimal: "-1.500000000".into(),
            balance_after_nano: Some(Nano(-7)),
            ..row("a")
        };
        let record = &read(&written(&[out]))[0];
        assert_eq!(&record[10], "-1500000000");
        assert_eq!(&record[11], "-1.500000000");
        assert_eq!(&record[18], "-7");
        assert_eq!((&record[5], &record[12], &record[16]), ("", "", ""));
    }

    #[test]
    fn a_title_is_no_formula() {
        for title in ["=1+1", "+1", "-1", "@A1", "\tx", "\rx", "\nx"] {
            let record = &read(&written(&[row(title)]))[0];
            assert_eq!(&record[2], format!("'{title}"));
        }
        assert_eq!(
            &read(&written(&[row("News, \"daily\"\r\nand = more")]))[0][2],
            "News, \"daily\"\r\nand = more"
        );
    }

    proptest! {
        #[test]
        fn every_cell_reads_back(title in any::<String>(), nano in any::<i64>()) {
            let given = Row { amount_nano: Nano(nano.into()), ..row(&title) };
            let record = read(&written(&[given])).remove(0);
            prop_assert_eq!(record.len(), COLUMNS.len());
            prop_assert_eq!(record[2].strip_prefix('\'').unwrap_or(&record[2]), title.strip_prefix('\'').unwrap_or(&title));
            prop_assert!(!record[2].starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert_eq!(record[10].parse::<i64>().unwrap(), nano);
        }
    }
}
