use app::model::Collector;
use sqlx::{Connection, PgPool};

use super::*;
use crate::store::accounts::{self, AccountState};
use crate::store::testing::{access as full, account, at, channel, connection, facts};

#[sqlx::test(migrations = "../migrations")]
async fn facts_are_replaced_and_an_unknown_count_keeps_the_last(pool: PgPool) {
    record_facts(&pool, &facts(5), at("2026-03-01T00:00:00Z")).await.unwrap();
    let renamed =
        ChannelFacts { title: "New".into(), username: Some("new".into()), subscribers: None, ..facts(5) };
    record_facts(&pool, &renamed, at("2026-03-02T00:00:00Z")).await.unwrap();
    let channel = get(&pool, ChannelId(5)).await.unwrap();
    assert_eq!(
        (channel.title.as_str(), channel.username.as_deref(), channel.subscribers),
        ("New", Some("new"), Some(1_000))
    );
    assert_eq!(channel.as_of, Some(at("2026-03-02T00:00:00Z")));
    assert!(!channel.can_view_stats && !channel.can_view_revenue && !channel.can_view_stars_revenue);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_list_is_largest_first_and_unknown_last(pool: PgPool) {
    for (id, subscribers) in [(1, Some(5)), (2, None), (3, Some(9))] {
        record_facts(&pool, &ChannelFacts { subscribers, ..facts(id) }, at("2026-03-01T00:00:00Z"))
            .await
            .unwrap();
    }
    let ids: Vec<i64> = list(&pool).await.unwrap().into_iter().map(|channel| channel.id.0).collect();
    assert_eq!(ids, [3, 1, 2]);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_account_that_may_see_most_collects(pool: PgPool) {
    let now = at("2026-03-01T00:00:00Z");
    let five = channel(&pool, 5).await;
    let through = async |collector| access(&pool, five, collector, now).await.unwrap();
    assert_eq!(through(Collector::Facts).await, None);
    let (weak, strong) = (account(&pool, 1).await, account(&pool, 2).await);
    let little = Access { can_view_revenue: false, can_view_stars_revenue: false, ..full(weak) };
    record_access(&pool, five, &little, now).await.unwrap();
    record_access(&pool, five, &Access { stats_dc: Some(4), ..full(strong) }, now).await.unwrap();
    assert_eq!(through(Collector::Statistics).await, Some(Access { stats_dc: Some(4), ..full(strong) }));
    assert_eq!(find_access(&pool, five, weak).await.unwrap(), Some(little.clone()));
    assert!(get(&pool, five).await.unwrap().can_view_revenue);

    accounts::set_state(&mut *connection(&pool).await, strong, AccountState::NeedsLinking, now)
        .await
        .unwrap();
    assert_eq!(through(Collector::Statistics).await, Some(little));
    assert_eq!(through(Collector::Revenue).await, None, "who is left may not see it");
    accounts::forget(&pool, strong).await.unwrap();
    assert!(!get(&pool, five).await.unwrap().can_view_revenue);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_not_there_is_said(pool: PgPool) {
    assert_eq!(find(&pool, ChannelId(404)).await.unwrap(), None);
    assert_eq!(get(&pool, ChannelId(404)).await.unwrap_err().to_string(), "Channel 404 was not found");
    let account = account(&pool, 7).await;
    let error =
        record_access(&pool, ChannelId(404), &full(account), at("2026-03-01T00:00:00Z")).await.unwrap_err();
    assert_eq!(error.to_string(), "The channel was not found");
}

/// Gives channel 5 another title, without saying that this is all.
async fn rename<'c>(db: &'c mut PgConnection, title: &str) -> Writing<'c> {
    let mut writing = Writing::begin(db, ChannelId(5)).await.unwrap();
    let statement = "update channels set title = $1 where id = 5";
    sqlx::query(statement).bind(title).execute(&mut *writing).await.unwrap();
    writing
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_written_of_a_channel_is_part_of_a_transaction_or_one_of_its_own(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let title = async || get(&pool, five).await.unwrap().title;

    drop(rename(&mut db, "Dropped").await);
    assert_eq!(title().await, "Channel 5");
    rename(&mut db, "Alone").await.commit().await.unwrap();
    assert_eq!(title().await, "Alone");

    let mut whole = db.begin().await.unwrap();
    rename(&mut whole, "Part").await.commit().await.unwrap();
    assert_eq!(title().await, "Alone", "the whole is not written yet");
    // Who records for the channel meanwhile waits for its end.
    let mut other = pool.begin().await.unwrap();
    sqlx::query("set local lock_timeout = '100ms'").execute(&mut *other).await.unwrap();
    Writing::begin(&mut other, five).await.unwrap_err();
    drop(other);
    whole.rollback().await.unwrap();
    assert_eq!(title().await, "Alone", "nor ever");
    let error = Writing::begin(&mut db, ChannelId(404)).await.unwrap_err();
    assert_eq!(error.to_string(), "Channel 404 was not found");
}
