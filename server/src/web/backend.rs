//! What pages may ask, answered from the store.

mod portfolio;

use app::backend::{Answer, Backend, Viewer};
use app::error::ApiError;
use app::model::account::{Accounts, LinkedAccount};
use app::model::known::Known;
use app::model::schedule::Schedules;
use app::model::{
    Boosts, Channel, ChannelId, ChannelSummary, Errand, ErrandId, Metric, Nano, Period, Portfolio, Post,
    Revenue, Run, Schedule, SeenGiveaway, SeriesSet, UnitCode,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::store;
use crate::store::accounts;
use crate::store::accounts::{Account, AccountState};
use crate::store::series::zone;
use crate::store::transactions::Filter;
use crate::store::{
    balances, boosts, channels, collecting, errands, giveaways, known, posts, runs, schedules, series,
    transactions,
};

/// The backend of one request.
#[derive(Clone, Debug)]
pub struct StoreBackend {
    pool: PgPool,
    now: Timestamp,
    viewer: Option<Viewer>,
    gap_ms: u64,
}

/// The gap between requests unless a process says otherwise, milliseconds.
const GAP_MS: u64 = 1000;

impl StoreBackend {
    /// The backend of a request that came at `now` (of the product's clock) from `viewer`.
    pub fn new(pool: PgPool, now: Timestamp, viewer: Option<Viewer>) -> Self {
        Self { pool, now, viewer, gap_ms: GAP_MS }
    }

    /// With another least time between two requests to Telegram, milliseconds.
    #[must_use]
    pub fn with_gap_ms(self, gap_ms: u64) -> Self {
        Self { gap_ms, ..self }
    }

    /// The database as it is at one moment, so that the numbers of an answer fit together; for those who are
    /// signed in.
    async fn look(&self) -> Result<Transaction<'static, Postgres>, ApiError> {
        if self.viewer.is_none() {
            return Err(ApiError::SignedOut);
        }
        let begin = "begin isolation level repeatable read, read only";
        self.pool.begin_with(begin).await.map_err(|error| internal(&error.into()))
    }
}

/// What a browser may know of an error. A cause that is ours is logged, once, under the reference it gets.
pub fn told(error: store::Error) -> ApiError {
    match error {
        store::Error::NotFound(what) => ApiError::NotFound(what),
        store::Error::Conflict { what } => ApiError::Invalid(format!("{what}.")),
        error @ (store::Error::Inconsistent { .. } | store::Error::Sqlx(_)) => internal(&error),
    }
}

fn internal(error: &store::Error) -> ApiError {
    let reference = uuid::Uuid::new_v4().simple().to_string();
    tracing::error!(reference, error = %error, cause = ?error, "a question could not be answered");
    ApiError::Internal { reference }
}

/// The zone of that name, from the server's time zone database.
///
/// # Errors
/// `Invalid`, with a sentence, when there is none.
pub fn zone_of(tz: &str) -> Result<TimeZone, ApiError> {
    TimeZone::get(tz).map_err(|_| {
        ApiError::Invalid(format!("tz: “{tz}” is not a time zone; write it like Europe/Berlin or UTC."))
    })
}

impl Backend for StoreBackend {
    fn viewer(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn portfolio(&self) -> Answer<'_, Portfolio> {
        Box::pin(async { portfolio::get(&mut *self.look().await?, self.now).await.map_err(told) })
    }

    fn channels(&self) -> Answer<'_, Vec<ChannelSummary>> {
        Box::pin(async { portfolio::summaries(&mut *self.look().await?, self.now).await.map_err(told) })
    }

    fn channel(&self, id: ChannelId) -> Answer<'_, Channel> {
        Box::pin(async move { channels::get(&mut *self.look().await?, id).await.map_err(told) })
    }

    fn series<'a>(&'a self, id: ChannelId, metric: Metric, period: &'a Period) -> Answer<'a, SeriesSet> {
        Box::pin(async move {
            let mut db = self.look().await?;
            let tz = zone_of(&period.tz)?;
            period.check_buckets().map_err(|error| ApiError::Invalid(error.to_string()))?;
            channels::get(&mut *db, id).await.map_err(told)?;
            series::get(&mut db, id, metric, period, &tz).await.map_err(told)
        })
    }

    fn revenue<'a>(&'a self, id: ChannelId, unit_code: UnitCode, period: &'a Period) -> Answer<'a, Revenue> {
        Box::pin(async move {
            let mut db = self.look().await?;
            let tz = zone_of(&period.tz)?;
            revenue(&mut db, id, unit_code, period, &tz).await.map_err(told)
        })
    }

    fn posts<'a>(&'a self, id: ChannelId, period: &'a Period, limit: i64) -> Answer<'a, Vec<Post>> {
        Box::pin(async move {
            let mut db = self.look().await?;
            let (from, until) = zone::bounds(period, &zone_of(&period.tz)?);
            channels::get(&mut *db, id).await.map_err(told)?;
            let filter = posts::Filter { channel: id, from, until, limit };
            posts::list(&mut *db, filter).await.map_err(told)
        })
    }

    fn boosts(&self, id: ChannelId) -> Answer<'_, Boosts> {
        Box::pin(async move {
            let mut db = self.look().await?;
            channels::get(&mut *db, id).await.map_err(told)?;
            let status = boosts::latest_status(&mut *db, id).await.map_err(told)?;
            Ok(Boosts { status, boosts: boosts::list(&mut *db, id).await.map_err(told)? })
        })
    }

    fn giveaways(&self, id: ChannelId) -> Answer<'_, Vec<SeenGiveaway>> {
        Box::pin(async move {
            let mut db = self.look().await?;
            channels::get(&mut *db, id).await.map_err(told)?;
            giveaways::list(&mut *db, id).await.map_err(told)
        })
    }

    fn known(&self, id: ChannelId) -> Answer<'_, Known> {
        Box::pin(async move {
            let mut db = self.look().await?;
            channels::get(&mut *db, id).await.map_err(told)?;
            known::get(&mut db, id).await.map_err(told)
        })
    }

    fn schedules(&self) -> Answer<'_, Vec<Schedule>> {
        Box::pin(async { schedules::list(&mut *self.look().await?).await.map_err(told) })
    }

    fn accounts(&self) -> Answer<'_, Accounts> {
        Box::pin(async {
            let mut db = self.look().await?;
            let accounts = accounts::list(&mut *db).await.map_err(told)?;
            let channels = channels::known(&mut *db).await.map_err(told)?;
            Ok(Accounts { accounts: accounts.into_iter().map(linked).collect(), channels })
        })
    }

    fn errand(&self, id: ErrandId) -> Answer<'_, Option<Errand>> {
        Box::pin(async move { errands::find(&mut *self.look().await?, id).await.map_err(told) })
    }

    fn collecting(&self) -> Answer<'_, Schedules> {
        Box::pin(async {
            let mut db = self.look().await?;
            Ok(Schedules {
                schedules: schedules::list(&mut *db).await.map_err(told)?,
                quiet_hours: collecting::quiet_hours(&mut *db).await.map_err(told)?,
                gap_ms: self.gap_ms,
            })
        })
    }

    fn runs(&self, limit: i64) -> Answer<'_, Vec<Run>> {
        Box::pin(async move { runs::list(&mut *self.look().await?, limit).await.map_err(told) })
    }
}

fn linked(account: Account) -> LinkedAccount {
    LinkedAccount {
        id: account.id,
        display_name: account.display_name,
        simulated: account.simulated,
        needs_linking_since: (account.state == AccountState::NeedsLinking).then_some(account.state_since),
        flood_waits: account.flood_waits,
        linked_at: account.linked_at,
    }
}

async fn revenue(
    db: &mut PgConnection,
    id: ChannelId,
    unit_code: UnitCode,
    period: &Period,
    tz: &TimeZone,
) -> store::Result<Revenue> {
    let channel = channels::get(&mut *db, id).await?;
    let balances = balances::latest(&mut *db, id, unit_code).await?;
    let (from, until) = zone::bounds(period, tz);
    let filter =
        Filter { channel: Some(id), unit_code: Some(unit_code), from: Some(from), until: Some(until) };
    let entries = transactions::list(&mut *db, filter).await?;
    let sums = transactions::sums(&mut *db, id, unit_code).await?;
    let unexplained =
        balances.as_ref().and_then(|balances| balances.current.0.checked_sub(sums.total.0)).map(Nano);
    Ok(Revenue {
        channel,
        balances,
        period: period.clone(),
        transactions: entries.into_iter().map(|entry| entry.transaction).collect(),
        known_rows: sums.known_rows,
        unexplained,
    })
}

#[cfg(test)]
mod tests;
