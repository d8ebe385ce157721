//! Telegram answers in a layer that nobody here knows: what can be read is kept, the rest is kept as it was sent, counted
//! and named.

use std::collections::BTreeSet;

use app::model::{ChannelId, Collector, Run, RunState};
use server::collector::Context;
use server::store::{admin_log, boosts, giveaways, invites, post_history, stories, transactions};
use sqlx::PgPool;
use telegram_dc::Role;

use crate::harness::{Harness, assert_done, manners};

const UNKNOWN: [u8; 4] = 0x0bad_c0de_u32.to_le_bytes();

async fn world(pool: &PgPool, days: u32) -> (Harness, ChannelId, Context) {
    let world = Harness::linked(pool.clone(), days).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    (world, channel, context)
}

/// What was kept of a method's answers because it could not be read.
async fn kept(pool: &PgPool, method: &str) -> Vec<Vec<u8>> {
    sqlx::query_scalar("select body from snapshots where kind like $1 order by taken_at")
        .bind(format!("unread/{method}/%"))
        .fetch_all(pool)
        .await
        .unwrap()
}

/// It kept all but what it names, and that as it was sent.
async fn assert_partial(pool: &PgPool, run: &Run, what: &str, method: &str) {
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    let error = run.error.as_deref().unwrap();
    let named = format!("{what} refused and kept as ");
    assert!(error.contains(&named) && error.contains("does not know 0x0badc0de"), "{error}");
    let kept = kept(pool, method).await;
    assert!(!kept.is_empty());
    assert!(kept.iter().all(|raw| raw.chunks(4).any(|word| word == UNKNOWN)));
}

#[sqlx::test(migrations = "../migrations")]
async fn boosts(pool: PgPool) {
    let (world, channel, context) = world(&pool, 200).await;
    assert_done(&world.collect(&context, channel, Collector::Boosts).await);
    let before = boosts::list(&pool, channel).await.unwrap();
    sqlx::query("delete from boosts").execute(&pool).await.unwrap();
    world.dc.faults().unknown_inside("premium.getBoostsList", 1_000);
    let run = world.collect(&context, channel, Collector::Boosts).await;
    assert_partial(&pool, &run, "1 of the boosts was", "premium.getBoostsList").await;
    let ids = |list: &[app::model::SeenBoost]| -> BTreeSet<String> {
        list.iter().map(|one| one.boost.id.clone()).collect()
    };
    let some = boosts::list(&pool, channel).await.unwrap();
    let (all, some) = (ids(&before), ids(&some));
    assert!(some.is_subset(&all), "{} of {}", some.len(), all.len());
    assert_eq!(all.len() - some.len(), 1);

    world.dc.faults().clear();
    assert_done(&world.collect(&context, channel, Collector::Boosts).await);
    assert!(ids(&boosts::list(&pool, channel).await.unwrap()).is_superset(&all));
    world.dc.faults().unknown_inside("premium.getBoostsList", 1_000);
    let run = world.collect(&context, channel, Collector::Boosts).await;
    assert_eq!(run.state, RunState::Partial);
    let ended = boosts::list(&pool, channel).await.unwrap();
    assert!(ended.iter().all(|one| one.ended_seen_at.is_none()), "one that cannot be read has not ended");
}

#[sqlx::test(migrations = "../migrations")]
async fn events_of_the_admin_log(pool: PgPool) {
    let (world, channel, context) = world(&pool, 200).await;
    world.dc.faults().unknown_inside("channels.getAdminLog", 1);
    let run = world.collect(&context, channel, Collector::AdminLog).await;
    assert_partial(&pool, &run, "1 of the admin log events was", "channels.getAdminLog").await;
    let known = admin_log::list(&pool, channel).await.unwrap();
    let unknown: Vec<_> = known.iter().filter(|event| event.kind == "unknown").collect();
    assert_eq!(unknown.len(), 1, "when it was and who did it can be read");
    assert!(unknown[0].raw.chunks(4).any(|word| word == UNKNOWN) && known.len() > 10);
    let again = world.collect(&context, channel, Collector::AdminLog).await;
    assert_done(&again);
    assert_eq!((again.values_new, again.values_changed), (0, 0), "it is known");
}

#[sqlx::test(migrations = "../migrations")]
async fn invite_links_and_who_came_through_them(pool: PgPool) {
    let (world, channel, context) = world(&pool, 200).await;
    let method = "messages.getExportedChatInvites";
    world.dc.faults().unknown_inside(method, 1_000);
    let run = world.collect(&context, channel, Collector::Invites).await;
    assert_partial(&pool, &run, "of the invite links were", method).await;
    let some = invites::list(&pool, channel).await.unwrap();
    world.dc.faults().clear();
    assert_done(&world.collect(&context, channel, Collector::Invites).await);
    let all = invites::list(&pool, channel).await.unwrap();
    assert!(all.len() > some.len() && !some.is_empty(), "{} of {}", some.len(), all.len());
    world.dc.faults().unknown_inside(method, 1_000);
    assert_eq!(world.collect(&context, channel, Collector::Invites).await.state, RunState::Partial);
    world.dc.faults().clear();
    let gone = "select count(*) from invite_links where gone_seen_at is not null";
    let gone: i64 = sqlx::query_scalar(gone).fetch_one(&pool).await.unwrap();
    assert_eq!(gone, 0, "a link that cannot be read is still there");

    // What is told of links is kept as it was told; who came through them is not.
    let kinds: Vec<String> =
        sqlx::query_scalar("select distinct kind from snapshots").fetch_all(&pool).await.unwrap();
    for begin in ["messages.getAdminsWithInvites", "messages.getExportedChatInvites/"] {
        assert!(kinds.iter().any(|kind| kind.starts_with(begin)), "{begin}: {kinds:?}");
    }
    let marked =
        all.iter().filter(|link| (2..90).contains(&link.usage)).max_by_key(|link| link.usage).unwrap();
    invites::track(&pool, channel, &marked.hash, true).await.unwrap();
    world.dc.faults().unknown_inside("messages.getChatInviteImporters", 1_000);
    let run = world.collect(&context, channel, Collector::Invites).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    assert!(run.error.unwrap().contains("1 of those who came through a link were refused"));
    let importers = invites::importers(&pool, channel, &marked.hash).await.unwrap();
    assert_eq!(importers.len(), usize::try_from(marked.usage).unwrap() - 1);
    let kinds: Vec<String> =
        sqlx::query_scalar("select distinct kind from snapshots").fetch_all(&pool).await.unwrap();
    assert!(kinds.iter().all(|kind| !kind.contains("getChatInviteImporters")), "{kinds:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn giveaways_and_their_messages(pool: PgPool) {
    let (world, channel, context) = world(&pool, 180).await;
    world.dc.faults().unknown_inside("messages.getHistory", 1);
    let run = world.collect(&context, channel, Collector::Giveaways).await;
    assert_partial(&pool, &run, "1 of the messages was", "messages.getHistory").await;
    let first = giveaways::list(&pool, channel).await.unwrap();
    assert!(!first.is_empty());
    assert_done(&world.collect(&context, channel, Collector::Giveaways).await);

    sqlx::query("delete from giveaways").execute(&pool).await.unwrap();
    sqlx::query("delete from giveaway_reads").execute(&pool).await.unwrap();
    world.dc.faults().unknown_constructor("payments.getGiveawayInfo", 1);
    let run = world.collect(&context, channel, Collector::Giveaways).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    assert!(run.error.unwrap().contains("Telegram's answer cannot be read: payments.getGiveawayInfo"));
    assert_eq!(giveaways::list(&pool, channel).await.unwrap().len() + 1, first.len());
    let kept = kept(&pool, "payments.getGiveawayInfo").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0][..4], UNKNOWN);
    assert_done(&world.collect(&context, channel, Collector::Giveaways).await);
    assert_eq!(giveaways::list(&pool, channel).await.unwrap().len(), first.len());
}

#[sqlx::test(migrations = "../migrations")]
async fn stories_and_their_counters(pool: PgPool) {
    let (world, _, context) = world(&pool, 400).await;
    let truth = world.dc.truth();
    let own = truth.channels().into_iter().filter(|one| one.role == Role::Owner && !one.supergroup);
    let channel = ChannelId(own.max_by_key(|one| truth.stories(one.id).len()).unwrap().id);
    let all = truth.stories(channel.0).len();
    world.dc.faults().unknown_inside("stories.getStoriesArchive", 1);
    let run = world.collect(&context, channel, Collector::Stories).await;
    assert_partial(&pool, &run, "1 of the stories was", "stories.getStoriesArchive").await;
    let known = stories::list(&pool, channel).await.unwrap();
    assert_eq!((known.len(), all > 100), (all - 1, true), "the pages behind it are read");
    assert_done(&world.collect(&context, channel, Collector::Stories).await);

    world.dc.faults().unknown_inside("stories.getStoriesViews", 1);
    let run = world.collect(&context, channel, Collector::Stories).await;
    assert_partial(&pool, &run, "1 of the views of pinned stories was", "stories.getStoriesViews").await;
}

#[sqlx::test(migrations = "../migrations")]
async fn rows_of_the_ledger(pool: PgPool) {
    let (world, channel, context) = world(&pool, 400).await;
    world.dc.faults().unknown_inside("payments.getStarsTransactions", 1);
    let run = world.collect(&context, channel, Collector::Ledger).await;
    let method = "payments.getStarsTransactions";
    assert_partial(&pool, &run, "1 of the TON rows was", method).await;
    let filter = transactions::Filter { channel: Some(channel), ..transactions::Filter::default() };
    let some = transactions::list(&pool, filter).await.unwrap().len();
    // A run that does not look at TON has nothing to say of it.
    let may_see = async |may: bool| {
        sqlx::query("update channel_accounts set can_view_revenue = $1")
            .bind(may)
            .execute(&pool)
            .await
            .unwrap();
    };
    may_see(false).await;
    assert_done(&world.collect(&context, channel, Collector::Ledger).await);
    may_see(true).await;
    let second = world.collect(&context, channel, Collector::Ledger).await;
    assert_done(&second);
    assert_eq!(second.values_new, 1, "after a partial run the whole ledger is read");
    let filter = transactions::Filter { channel: Some(channel), ..transactions::Filter::default() };
    assert_eq!(transactions::list(&pool, filter).await.unwrap().len(), some + 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn posts_that_cannot_be_read_are_not_gone(pool: PgPool) {
    let (world, channel, context) = world(&pool, 60).await;
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    let deleted = async || -> Vec<i32> {
        sqlx::query_scalar(
            "select id from posts where channel_id = $1 and deleted_seen_at is not null order by id",
        )
        .bind(channel.0)
        .fetch_all(&pool)
        .await
        .unwrap()
    };
    let before = deleted().await;
    world.dc.faults().unknown_inside("messages.getHistory", 1);
    let run = world.collect(&context, channel, Collector::Posts).await;
    assert_partial(&pool, &run, "1 of the messages was", "messages.getHistory").await;
    assert!(run.values_unchanged + run.values_changed > 50, "{run:?}");
    assert_eq!(deleted().await, before);
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    assert_eq!(deleted().await, before);
}

#[sqlx::test(migrations = "../migrations")]
async fn older_posts_that_could_not_be_read_are_read_again_by_a_later_layer(pool: PgPool) {
    let (world, channel, context) = world(&pool, 200).await;
    let count = async || -> i64 {
        sqlx::query_scalar("select count(*) from posts where channel_id = $1")
            .bind(channel.0)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let read_all = async || {
        for _ in 0..20 {
            world.collect(&context, channel, Collector::History).await;
            if post_history::find(&pool, channel).await.unwrap().unwrap().complete {
                return;
            }
        }
        panic!("the history does not end");
    };
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    assert!(!post_history::find(&pool, channel).await.unwrap().unwrap().complete);
    world.dc.faults().unknown_inside("messages.getHistory", 1);
    let run = world.collect(&context, channel, Collector::History).await;
    assert_partial(&pool, &run, "1 of the messages was", "messages.getHistory").await;
    read_all().await;
    let without = count().await;
    let run = world.collect(&context, channel, Collector::History).await;
    assert_eq!((run.requests, run.values_new), (0, 0), "this layer cannot read it");
    // As if it had been another layer that could not.
    sqlx::query("update snapshots set layer = layer - 1 where kind like 'unread/%'")
        .execute(&pool)
        .await
        .unwrap();
    post_history::wake_for(&pool, server::telegram::convert::LAYER, world.clock.now()).await.unwrap();
    assert!(world.schedule(channel, Collector::History).await.next_due_at <= world.clock.now());
    read_all().await;
    assert_eq!(count().await, without + 1);
    let run = world.collect(&context, channel, Collector::History).await;
    assert_eq!((run.requests, run.values_new), (0, 0), "once a layer");
}

#[sqlx::test(migrations = "../migrations")]
async fn votes_of_a_poll(pool: PgPool) {
    let (world, channel, context) = world(&pool, 60).await;
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    for _ in 0..20 {
        if world.dc.requests().count("stats.getPollStats") > 0 {
            break;
        }
        world.collect(&context, channel, Collector::PostStatistics).await;
    }
    sqlx::query("delete from item_statistics").execute(&pool).await.unwrap();
    world.dc.faults().unknown_inside("stats.getPollStats", 1);
    let mut named = String::new();
    for _ in 0..20 {
        let run = world.collect(&context, channel, Collector::PostStatistics).await;
        if let Some(error) = run.error {
            assert_eq!(run.state, RunState::Partial);
            named = error;
            break;
        }
    }
    assert!(named.contains("The graph poll_votes of post "), "{named}");
    assert!(named.contains("does not know 0x0badc0de"), "{named}");
    let kept = "select count(*) from snapshots where kind like 'stats.getPollStats/%'
                and position('\\xdec0ad0b'::bytea in body) > 0";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1, "as it was sent");
}

/// Even where a run comes to nothing, what was said is kept.
#[sqlx::test(migrations = "../migrations")]
async fn answers_that_cannot_be_read_at_all(pool: PgPool) {
    let (world, channel, context) = world(&pool, 60).await;
    for (collector, method) in [
        (Collector::Boosts, "premium.getBoostsStatus"),
        (Collector::Facts, "channels.getFullChannel"),
        (Collector::Posts, "messages.getHistory"),
    ] {
        world.dc.faults().unknown_constructor(method, 1);
        let run = world.collect(&context, channel, collector).await;
        assert_eq!(run.state, RunState::Failed, "{run:?}");
        let error = run.error.unwrap();
        assert!(error.contains(method) && error.contains("does not know 0x0badc0de"), "{error}");
        assert_eq!(kept(&pool, method).await.len(), 1, "{method}");
        assert_done(&world.collect(&context, channel, collector).await);
    }
}
