//! What the store's tests share.

use app::model::account::FloodWait;
use app::model::{AccountId, ChannelId, Metric, TelegramUserId};
use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::channels::{Access, ChannelFacts};
use super::samples::{self, Line, Told};
use super::{Counts, Result};

/// The moment of that text.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A connection of the pool.
pub(crate) async fn connection(pool: &PgPool) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    pool.acquire().await.unwrap()
}

/// A linked account.
pub(crate) async fn account(pool: &PgPool, user: i64) -> AccountId {
    super::accounts::add(pool, TelegramUserId(user), "Anna", false, at("2026-01-01T00:00:00Z")).await.unwrap()
}

/// A flood wait, kept since the beginning of the year.
pub(crate) async fn flood_wait(
    pool: &PgPool,
    account: AccountId,
    method: &str,
    until: Timestamp,
) -> FloodWait {
    let wait = FloodWait { method: method.to_owned(), until };
    super::flood_waits::record(pool, account, &wait, at("2026-01-01T00:00:00Z")).await.unwrap();
    wait
}

/// What a channel of that id says of itself.
pub(crate) fn facts(id: i64) -> ChannelFacts {
    ChannelFacts {
        id: ChannelId(id),
        title: format!("Channel {id}"),
        username: None,
        is_group: false,
        simulated: false,
        subscribers: Some(1_000),
    }
}

/// A channel.
pub(crate) async fn channel(pool: &PgPool, id: i64) -> ChannelId {
    super::channels::record_facts(pool, &facts(id), at("2026-01-01T00:00:00Z")).await.unwrap();
    ChannelId(id)
}

/// Full access to a channel.
pub(crate) fn access(account: AccountId) -> Access {
    Access {
        account,
        access_hash: 77,
        is_creator: true,
        is_admin: true,
        can_edit_stories: true,
        can_view_stats: true,
        can_view_revenue: true,
        can_view_stars_revenue: true,
        stats_dc: None,
    }
}

/// How often rows of a table were written, as its transaction ids tell: a row that was rewritten has another.
pub(crate) async fn row_versions(db: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar!(r#"select (xmin, ctid)::text as "version!" from sample_chunks order by 1"#)
        .fetch_all(db)
        .await
        .unwrap()
}

/// Records the lines of one metric, of which nothing is revised.
pub(crate) async fn record_lines(
    db: &mut PgConnection,
    channel: ChannelId,
    metric: Metric,
    lines: &[Line],
) -> Result<Counts> {
    samples::record(db, channel, &[Told::whole(metric, lines)], None).await
}

/// Notes how asking for one metric ended.
pub(crate) async fn set_state(
    pool: &PgPool,
    channel: ChannelId,
    metric: Metric,
    outcome: std::result::Result<(), &str>,
    now: Timestamp,
) -> Result<()> {
    samples::set_states(
        &mut *connection(pool).await,
        channel,
        &[(metric, outcome.map(|()| None))].into(),
        now,
    )
    .await
}
