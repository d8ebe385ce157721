//! One row of a revenue report.

use app::model::Nano;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::store::transactions::Entry;

/// The columns, in order. Stable: spreadsheets and scripts name them. New ones come last, so that the others stay
/// where they are.
pub const COLUMNS: [&str; 22] = [
    "ledger_id",
    "channel_id",
    "channel_title",
    "kind",
    "status",
    "period_start_utc",
    "period_end_utc",
    "booked_at_utc",
    "local_date",
    "unit_code",
    "amount_nano",
    "amount_decimal",
    "rate",
    "rate_currency",
    "rate_source",
    "rate_at_utc",
    "fiat_amount",
    "withdrawal_url",
    "balance_after_nano",
    "source_tl_hash",
    "local_tz",
    "simulated",
];

/// One row. Numbers are exact decimals as text; what is unknown is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Stable over all reports: channel, currency, Telegram's id, `refund` if it is one, direction.
    pub ledger_id: String,
    /// Telegram's bare id.
    pub channel_id: i64,
    /// As its owner wrote it: hostile text.
    pub channel_title: String,
    /// The kind's stable name.
    pub kind: &'static str,
    /// `pending`, `done` or `failed`.
    pub status: &'static str,
    /// First moment of the period that ad revenue is for.
    pub period_start_utc: Option<Timestamp>,
    /// Last moment of that period.
    pub period_end_utc: Option<Timestamp>,
    /// When Telegram booked it.
    pub booked_at_utc: Timestamp,
    /// The day of `booked_at_utc` in the report's zone, which `local_tz` names.
    pub local_date: Date,
    /// `TON` or `XTR`.
    pub unit_code: &'static str,
    /// Signed integer; negative leaves the channel.
    pub amount_nano: Nano,
    /// The same in whole units, nine places.
    pub amount_decimal: String,
    /// Fiat a unit: the rate recorded nearest to the booking within 24 hours.
    pub rate: Option<String>,
    /// What the rate counts; always USD at present.
    pub rate_currency: Option<&'static str>,
    /// Who stated the rate.
    pub rate_source: Option<String>,
    /// When.
    pub rate_at_utc: Option<Timestamp>,
    /// `amount_decimal` × `rate`, exact, not rounded.
    pub fiat_amount: Option<String>,
    /// Where the withdrawal can be seen on the chain.
    pub withdrawal_url: Option<String>,
    /// The sum of this and all earlier rows of the channel and currency.
    pub balance_after_nano: Option<Nano>,
    /// SHA-256 of the row as Telegram sent it.
    pub source_tl_hash: String,
    /// The zone of `local_date`, by its IANA name.
    pub local_tz: String,
    /// From a simulated data centre: not money.
    pub simulated: bool,
}

impl Row {
    /// The row of a ledger entry, dated in a zone.
    pub fn new(entry: Entry, tz: &TimeZone) -> Self {
        let Entry { channel_id, channel_title, simulated, is_outgoing, rate_source, transaction } = entry;
        let unit_code = transaction.unit_code.code();
        let refund = if transaction.is_refund { "/refund" } else { "" };
        let direction = if is_outgoing { "out" } else { "in" };
        Self {
            ledger_id: format!("{channel_id}/{unit_code}/{}{refund}/{direction}", transaction.id),
            channel_id: channel_id.0,
            channel_title,
            kind: transaction.kind.name(),
            status: transaction.state.name(),
            period_start_utc: transaction.period_start,
            period_end_utc: transaction.period_end,
            booked_at_utc: transaction.booked_at,
            local_date: transaction.booked_at.to_zoned(tz.clone()).date(),
            unit_code,
            amount_nano: transaction.amount,
            amount_decimal: transaction.amount.decimal(),
            rate: transaction.rate.map(|rate| rate.usd_rate.0.to_string()),
            rate_currency: transaction.rate.map(|_| "USD"),
            rate_source,
            rate_at_utc: transaction.rate.map(|rate| rate.observed_at),
            fiat_amount: transaction.usd.map(|usd| usd.to_string()),
            withdrawal_url: transaction.url,
            balance_after_nano: transaction.balance_after,
            source_tl_hash: transaction.source_tl_hash,
            local_tz: tz.iana_name().unwrap_or("UTC").to_owned(),
            simulated,
        }
    }
}
