//! Between PostgreSQL's types and ours.

use app::model::{Nano, UsdRate};
use jiff::Timestamp;

use super::error::{Error, Result};

/// An optional moment as read.
pub(super) fn moment(stored: Option<jiff_sqlx::Timestamp>) -> Option<Timestamp> {
    stored.map(jiff_sqlx::Timestamp::to_jiff)
}

/// An optional moment as written.
pub(super) fn stored(moment: Option<Timestamp>) -> Option<jiff_sqlx::Timestamp> {
    moment.map(Into::into)
}

/// An amount as read.
pub(super) fn nano(table: &'static str, column: &'static str, text: &str) -> Result<Nano> {
    text.parse().map_err(|_| inconsistent(table, column, text))
}

/// A rate as read.
pub(super) fn rate(table: &'static str, column: &'static str, text: &str) -> Result<UsdRate> {
    text.parse().map(UsdRate).map_err(|_| inconsistent(table, column, text))
}

/// A name of ours as read; `known` finds what it stands for.
pub(super) fn named<T>(
    table: &'static str,
    column: &'static str,
    name: &str,
    known: impl FnOnce(&str) -> Option<T>,
) -> Result<T> {
    known(name).ok_or_else(|| inconsistent(table, column, name))
}

/// The error for a value without meaning.
pub(super) fn inconsistent(table: &'static str, column: &'static str, value: impl ToString) -> Error {
    Error::Inconsistent { table, column, value: value.to_string() }
}

/// A counter of ours that PostgreSQL keeps as `integer`; more than it holds stays at its largest.
pub(super) fn counter(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// `NotFound` unless a row was touched.
pub(super) fn touched(done: &sqlx::postgres::PgQueryResult, what: impl FnOnce() -> String) -> Result<()> {
    if done.rows_affected() == 0 { Err(Error::NotFound(what())) } else { Ok(()) }
}
