//! Channels, accounts and statistics that are not where they were.

use app::model::{ChannelId, Collector, Metric, RunState};
use server::store::channels;
use server::store::samples;
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn statistics_that_move_are_followed_and_remembered(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    // As if they had moved from 1 to 4 since the facts were read.
    sqlx::query("update channel_accounts set stats_dc = 1").execute(&pool).await.unwrap();
    let asked = || world.dc.requests().count("stats.getBroadcastStats");
    let before = asked();
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    assert!(asked() >= before + 2, "once at the old place, once at the new one");
    for collector in [Collector::Statistics, Collector::Hourly] {
        let before = asked();
        assert_done(&world.collect(&context, channel, collector).await);
        assert_eq!(asked(), before + 1, "it is known where they are");
    }
    // While its graphs are loaded.
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 303, "STATS_MIGRATE_4", 2);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_done(&run);
    assert!(run.values_new == 0 && run.values_unchanged > 0, "{run:?}");

    // One data centre points to another in a circle, or to one that there is not.
    world.dc.faults().rpc_error("stats.getBroadcastStats", 303, "STATS_MIGRATE_4", 10);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Failed, "{run:?}");
    assert!(run.error.unwrap().contains("keeps this in data centre 4"));
    world.dc.faults().clear();
    world.dc.faults().rpc_error("stats.getBroadcastStats", 303, "STATS_MIGRATE_9", 1);
    assert_eq!(world.collect(&context, channel, Collector::Statistics).await.state, RunState::Failed);
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_account_that_moves_is_followed(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for (collector, method) in [
        (Collector::Facts, "channels.getFullChannel"),
        (Collector::Boosts, "premium.getBoostsList"),
        (Collector::Ledger, "payments.getStarsTransactions"),
    ] {
        world.dc.faults().rpc_error(method, 303, "USER_MIGRATE_4", 1);
        assert_done(&world.collect(&context, channel, collector).await);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_channel_is_the_same_by_another_access_hash(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let known = channels::known(&pool).await.unwrap().len();
    let access = channels::find_access(&pool, channel, world.account).await.unwrap().unwrap();
    for collector in [Collector::Facts, Collector::Statistics, Collector::Posts] {
        sqlx::query("update channel_accounts set access_hash = access_hash + 1")
            .execute(&pool)
            .await
            .unwrap();
        assert_done(&world.collect(&context, channel, collector).await);
        let now = channels::find_access(&pool, channel, world.account).await.unwrap().unwrap();
        assert_eq!(now.access_hash, access.access_hash);
    }
    assert_eq!(channels::known(&pool).await.unwrap().len(), known, "no second channel");
    assert!(samples::state(&pool, channel, Metric::Joined).await.unwrap().as_of.is_some());

    // One that Telegram does not know is looked for once, and put aside with a sentence.
    world.dc.faults().rpc_error("channels.getFullChannel", 400, "CHANNEL_INVALID", 1);
    let run = world.collect(&context, channel, Collector::Facts).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().starts_with("The account may not read this channel (CHANNEL_INVALID)"));
    world.dc.faults().rpc_error("channels.getFullChannel", 400, "CHAT_ID_INVALID", 1);
    let run = world.collect(&context, channel, Collector::Facts).await;
    assert_eq!(run.error.as_deref(), Some("Telegram answered with the error 400 CHAT_ID_INVALID."));
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
}

#[sqlx::test(migrations = "../migrations")]
async fn another_name_is_no_other_channel(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
    let (as_it_is, _) = channels::facts(&pool, channel).await.unwrap();
    let known = channels::known(&pool).await.unwrap().len();
    sqlx::query("update channels set username = 'another', title = 'Another'").execute(&pool).await.unwrap();
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
    assert_eq!(channels::facts(&pool, channel).await.unwrap().0, as_it_is);
    assert_eq!(channels::known(&pool).await.unwrap().len(), known);
}
