//! The port between pages and the server: what a page may ask.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use crate::error::ApiError;
use crate::model::account::Accounts;
use crate::model::known::Known;
use crate::model::schedule::Schedules;
use crate::model::{
    Boosts, Channel, ChannelId, ChannelSummary, Errand, ErrandId, Metric, Period, Portfolio, Post, Revenue,
    Run, Schedule, SeenGiveaway, SeriesSet, UnitCode,
};

/// A pending answer.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The name they sign in with.
    pub login: String,
    /// The token that every state-changing form must carry.
    pub csrf_token: String,
}

/// What pages may ask. One value per request that already knows who asks; every method but `viewer` and `now`
/// answers [`ApiError::SignedOut`] to the signed-out.
pub trait Backend: Send + Sync {
    /// Who is signed in, if anybody.
    fn viewer(&self) -> Option<&Viewer>;

    /// The time, from the product's clock.
    fn now(&self) -> Timestamp;

    /// The first page.
    fn portfolio(&self) -> Answer<'_, Portfolio>;

    /// Collected channels for the navigation, largest first.
    fn channels(&self) -> Answer<'_, Vec<ChannelSummary>>;

    /// One channel.
    fn channel(&self, id: ChannelId) -> Answer<'_, Channel>;

    /// A metric of a channel over a period.
    fn series<'a>(&'a self, id: ChannelId, metric: Metric, period: &'a Period) -> Answer<'a, SeriesSet>;

    /// Balances and ledger.
    fn revenue<'a>(&'a self, id: ChannelId, unit_code: UnitCode, period: &'a Period) -> Answer<'a, Revenue>;

    /// Posts of a period with their newest counters, newest first, at most `limit`.
    fn posts<'a>(&'a self, id: ChannelId, period: &'a Period, limit: i64) -> Answer<'a, Vec<Post>>;

    /// How a channel stands, and its boosts.
    fn boosts(&self, id: ChannelId) -> Answer<'_, Boosts>;

    /// A channel's giveaways, those not launched first, then the newest first.
    fn giveaways(&self, id: ChannelId) -> Answer<'_, Vec<SeenGiveaway>>;

    /// Since when what is kept of a channel is known, and where it has gaps.
    fn known(&self, id: ChannelId) -> Answer<'_, Known>;

    /// Every schedule, by channel and collector.
    fn schedules(&self) -> Answer<'_, Vec<Schedule>>;

    /// Linked accounts and the channels that they administer.
    fn accounts(&self) -> Answer<'_, Accounts>;

    /// Something that was asked of Telegram, and what came of it; `None` when it is long ago.
    fn errand(&self, id: ErrandId) -> Answer<'_, Option<Errand>>;

    /// The schedules, and what holds for all of them.
    fn collecting(&self) -> Answer<'_, Schedules>;

    /// The newest runs, newest first, at most `limit`.
    fn runs(&self, limit: i64) -> Answer<'_, Vec<Run>>;
}

/// The backend of the request being rendered, from Leptos's context. Without one the request is treated as
/// signed out: a page can't be rendered around the sign-in.
pub fn backend() -> Result<Arc<dyn Backend>, ApiError> {
    leptos::prelude::use_context::<Arc<dyn Backend>>().ok_or(ApiError::SignedOut)
}
