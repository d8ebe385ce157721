//! Rates: USD a unit, at each observation. Past values are priced with these, never with today's.

use app::model::{RecordedRate, UnitCode, UsdRate};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::convert::rate;
use super::error::Result;

/// Who stated a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateSource {
    /// Telegram (`payments.starsRevenueStats.usd_rate`).
    Telegram,
    /// A simulated data centre. Its rates never price real rows.
    Simulated,
}

impl RateSource {
    /// The rates that price what comes from a simulated data centre, or from Telegram.
    pub const fn of(simulated: bool) -> Self {
        if simulated { Self::Simulated } else { Self::Telegram }
    }

    /// The stable name: in files and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Simulated => "simulated",
        }
    }
}

/// Records a rate. A second one of the same source and moment changes nothing.
pub async fn record(
    db: impl PgExecutor<'_>,
    unit_code: UnitCode,
    source: RateSource,
    observed_at: Timestamp,
    usd_rate: UsdRate,
) -> Result<()> {
    sqlx::query!(
        "insert into rates (unit_code, source, observed_at, usd_rate) values ($1, $2, $3, $4::text::numeric)
         on conflict do nothing",
        unit_code.code(),
        source.name(),
        observed_at.to_sqlx(),
        usd_rate.0.to_string(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest rate.
pub async fn latest(
    db: impl PgExecutor<'_>,
    unit_code: UnitCode,
    source: RateSource,
) -> Result<Option<RecordedRate>> {
    let row = sqlx::query!(
        r#"select observed_at, usd_rate::text as "usd_rate!" from rates
           where unit_code = $1 and source = $2 order by observed_at desc limit 1"#,
        unit_code.code(),
        source.name(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(RecordedRate {
            usd_rate: rate("rates", "usd_rate", &row.usd_rate)?,
            observed_at: row.observed_at.to_jiff(),
        })
    })
    .transpose()
}

#[cfg(test)]
mod tests;
