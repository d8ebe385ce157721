use app::model::{ChannelId, Collector, Metric};
use jiff::SignedDuration;
use server::collector::rederive::{Comparison, KindComparison, MetricComparison, rederive};
use server::collector::thinning::thin;
use server::store::snapshots::thinning::Gone;
use server::telegram::convert::reread::beside;
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

const GATHERED: [Collector; 4] =
    [Collector::Facts, Collector::Statistics, Collector::Hourly, Collector::Revenue];

fn of(comparison: &Comparison, metric: Metric, resolution: &str) -> MetricComparison {
    let found =
        comparison.metrics.iter().find(|one| one.metric == metric.name() && one.resolution == resolution);
    found.unwrap_or_else(|| panic!("{metric} by {resolution}")).clone()
}

pub(crate) async fn damage(pool: &PgPool, sql: &str, channel: ChannelId) {
    let done = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).bind(channel.0).execute(pool).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{sql}");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_damaged_is_found_and_put_right(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for _ in 0..3 {
        for collector in GATHERED {
            assert_done(&world.collect(&context, channel, collector).await);
        }
        world.dc.clock().advance(SignedDuration::from_hours(31));
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
    let whole = rederive(&pool, channel, false).await.unwrap();
    assert!(whole.is_equal() && whole.unreadable.is_empty(), "{whole:#?}");
    for (metric, resolution, least) in [
        (Metric::Subscribers, "day", 92),
        (Metric::ViewsBySource, "day", 300),
        (Metric::ViewsByHour, "hour_of_day", 24),
        (Metric::AdRevenue, "day", 90),
        (Metric::StarsRevenue, "day", 90),
        (Metric::Joined, "hour", 72),
    ] {
        let count = of(&whole, metric, resolution);
        assert!(count.equal >= least, "{count:?}");
    }

    // One day too much and another one wrong, a month gone, the hours' last wrong, another title.
    damage(
        &pool,
        "update sample_chunks set values[3] = values[3] + 1 where channel_id = $1 and month = '2026-10-01' \
         and series_id = (select id from series where metric = 'views' and resolution = 'day')",
        channel,
    )
    .await;
    damage(
        &pool,
        "delete from sample_chunks where channel_id = $1 and month = '2026-10-01' \
         and series_id = (select id from series where metric = 'joined' and resolution = 'day')",
        channel,
    )
    .await;
    damage(
        &pool,
        "update sample_chunks set values[1] = -1 where channel_id = $1 and month = '2026-11-01' \
         and series_id = (select id from series where metric = 'subscribers' and resolution = 'hour')",
        channel,
    )
    .await;
    damage(
        &pool,
        "insert into sample_chunks select $1, id, '2020-01-01', '{0}', '{5}' from series where metric = 'ad_revenue' and resolution = 'day'",
        channel,
    )
    .await;
    damage(&pool, "update channels set title = 'Other' where id = $1", channel).await;

    let damaged = rederive(&pool, channel, false).await.unwrap();
    let mut expected = whole.clone();
    for one in &mut expected.metrics {
        let (missing, different, extra) = match (one.metric, one.resolution) {
            ("views", "day") | ("subscribers", "hour") => (0, 1, 0),
            ("joined", "day") => (31, 0, 0),
            ("ad_revenue", "day") => (0, 0, 1),
            _ => (0, 0, 0),
        };
        one.equal -= missing + different;
        (one.missing, one.different, one.extra) = (missing, different, extra);
    }
    expected.facts = vec!["title"];
    assert_eq!(damaged, expected);

    let mended = rederive(&pool, channel, true).await.unwrap();
    assert_eq!(mended, Comparison { written: true, ..damaged });
    let after = rederive(&pool, channel, true).await.unwrap();
    let mut expected = whole.clone();
    for one in &mut expected.metrics {
        one.extra = u64::from(one.metric == "ad_revenue" && one.resolution == "day");
    }
    assert_eq!(after, expected, "nothing is deleted, and nothing written twice");
}

pub(crate) fn of_kind(comparison: &Comparison, kind: &str) -> KindComparison {
    let found = comparison.kinds.iter().find(|one| one.kind == kind);
    found.unwrap_or_else(|| panic!("{kind} in {:?}", comparison.kinds)).clone()
}

/// So many rows of each kind are missing, and so many different.
pub(crate) fn with(whole: &Comparison, damage: &[(&str, u64, u64)]) -> Vec<KindComparison> {
    let mut kinds = whole.kinds.clone();
    for one in &mut kinds {
        if let Some((_, missing, different)) = damage.iter().find(|(kind, ..)| *kind == one.kind) {
            one.equal -= missing + different;
            (one.missing, one.different) = (*missing, *different);
        }
    }
    kinds
}

#[sqlx::test(migrations = "../migrations")]
async fn balances_cards_and_graphs_of_posts_are_put_right(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for _ in 0..4 {
        for collector in [
            Collector::Facts,
            Collector::Statistics,
            Collector::Revenue,
            Collector::Posts,
            Collector::PostStatistics,
            Collector::Stories,
            Collector::StoryStatistics,
        ] {
            assert_done(&world.collect(&context, channel, collector).await);
        }
        world.dc.clock().advance(SignedDuration::from_hours(31));
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
    let whole = rederive(&pool, channel, false).await.unwrap();
    assert!(whole.is_equal() && whole.unreadable.is_empty(), "{whole:#?}");
    for (kind, least) in [("balances", 4), ("cards", 16), ("item_graphs", 1_000)] {
        assert!(of_kind(&whole, kind).equal >= least, "{:?}", whole.kinds);
    }
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), whole, "nothing to write");
    // What thinning compares it can read.
    let kept: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "select kind, body from snapshots where kind not like '%PublicForwards/%' and kind not like 'story%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    for (kind, body) in &kept {
        let said = beside(kind, body).unwrap_or_else(|| panic!("{kind} cannot be compared"));
        let is_of_an_item =
            ["stats.getMessageStats/", "stats.getStoryStats/"].iter().any(|of| kind.starts_with(of));
        assert!(!said.is_empty() || is_of_an_item, "{kind}");
    }

    // Of each kind one row wrong and one gone: the first of one series, one in the middle of another.
    for sql in [
        "update balances set available_nano = available_nano + 1 where channel_id = $1 and unit_code = 'TON'
         and observed_at = (select min(observed_at) from balances where channel_id = $1 and unit_code = 'TON')",
        "delete from balances where channel_id = $1 and unit_code = 'XTR' and observed_at = (
             select observed_at from balances where channel_id = $1 and unit_code = 'XTR' order by 1 offset 1 limit 1)",
        "update cards set current = current + 0.5 where channel_id = $1 and card = 'followers'
         and observed_at = (select max(observed_at) from cards where channel_id = $1 and card = 'followers')",
        "delete from cards where channel_id = $1 and card = 'views_per_post'
         and observed_at = (select min(observed_at) from cards where channel_id = $1 and card = 'views_per_post')",
        "update item_graphs set values[2] = values[2] + 1
         where (channel_id, item, item_id, graph, dimension, step_seconds) = (
             select channel_id, item, item_id, graph, dimension, step_seconds from item_graphs
             where channel_id = $1 and graph = 'views' and cardinality(values) > 2 order by item, item_id limit 1)",
    ] {
        damage(&pool, sql, channel).await;
    }
    let lost: i32 = sqlx::query_scalar(
        "delete from item_graphs where (channel_id, item, item_id, graph, dimension, step_seconds) = (
             select channel_id, item, item_id, graph, dimension, step_seconds from item_graphs
             where channel_id = $1 and graph = 'reactions' order by item, item_id limit 1)
         returning cardinality(values)",
    )
    .bind(channel.0)
    .fetch_one(&pool)
    .await
    .unwrap();
    let expected = with(
        &whole,
        &[("balances", 1, 1), ("cards", 1, 1), ("item_graphs", u64::try_from(lost).unwrap(), 1)],
    );
    let damaged = rederive(&pool, channel, false).await.unwrap();
    assert_eq!(damaged.kinds, expected);
    assert!(damaged.differs());
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), Comparison { written: true, ..damaged });
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), whole, "as it was");
}

#[sqlx::test(migrations = "../migrations")]
async fn groups_are_derived_again_too(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let group = world.dc.truth().channels().into_iter().find(|one| one.supergroup && one.stats).unwrap();
    let context = world.connect(manners()).await;
    let channel = ChannelId(group.id);
    for collector in [Collector::Facts, Collector::GroupStatistics] {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    let whole = rederive(&pool, channel, false).await.unwrap();
    assert!(whole.is_equal() && whole.unreadable.is_empty(), "{whole:#?}");
    assert!(of(&whole, Metric::MessagesByWeekday, "week").equal > 10);
    assert_eq!(of(&whole, Metric::MessagesByHour, "hour_of_day").equal % 24, 0);
    assert!(of_kind(&whole, "group_tops").equal > 5 && of_kind(&whole, "cards").equal >= 4);

    damage(
        &pool,
        "delete from group_tops where channel_id = $1 and list = 'posters'
         and messages = (select max(messages) from group_tops where channel_id = $1)",
        channel,
    )
    .await;
    damage(
        &pool,
        "update group_tops set name = 'Somebody else' where channel_id = $1 and list = 'inviters'
         and user_id = (select min(user_id) from group_tops where channel_id = $1 and list = 'inviters')",
        channel,
    )
    .await;
    let damaged = rederive(&pool, channel, true).await.unwrap();
    assert_eq!(damaged.kinds, with(&whole, &[("group_tops", 1, 1)]));
    assert_eq!(rederive(&pool, channel, false).await.unwrap(), whole);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_graph_whose_token_had_expired_is_derived_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 1);
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    // What the parent said beside its graphs when it was asked again counts: between two askings it may have changed.
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 1);
    world.dc.clock().advance(SignedDuration::from_hours(31));
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let whole = rederive(&pool, channel, false).await.unwrap();
    assert!(whole.is_equal(), "{whole:#?}");
    assert_eq!(of_kind(&whole, "cards").equal, 16);
}

#[sqlx::test(migrations = "../migrations")]
async fn thinning_loses_nothing_that_was_said(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for _ in 0..10 {
        for collector in GATHERED {
            assert_done(&world.collect(&context, channel, collector).await);
        }
        // Hours that were over are said again with those that follow.
        world.dc.clock().advance(SignedDuration::from_hours(6));
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
    let before = rederive(&pool, channel, false).await.unwrap();
    assert!(before.is_equal(), "{before:#?}");

    let young = thin(&pool, channel, SignedDuration::from_hours(24 * 90), world.clock.now()).await.unwrap();
    assert_eq!(young, Gone::default(), "nothing is old yet");
    let gone = thin(&pool, channel, SignedDuration::ZERO, world.clock.now()).await.unwrap();
    assert!(gone.snapshots >= 10, "{gone:?} of {}", before.snapshots);
    assert!(gone.bytes > gone.snapshots * 100, "{gone:?}");
    let after = rederive(&pool, channel, false).await.unwrap();
    let gone_of_these = u32::try_from(gone.snapshots).unwrap();
    assert_eq!(after, Comparison { snapshots: before.snapshots - gone_of_these, ..before });
    let counted: (i64, i64) =
        sqlx::query_as("select thinned, thinned_bytes from snapshot_thinnings where channel_id = $1")
            .bind(channel.0)
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(counted, (i64::try_from(gone.snapshots).unwrap(), i64::try_from(gone.bytes).unwrap()));

    // What PostgreSQL makes of the bodies by itself.
    let (bytes, stored): (i64, i64) =
        sqlx::query_as("select sum(octet_length(body)), sum(pg_column_size(body)) from snapshots")
            .fetch_one(&pool)
            .await
            .unwrap();
    println!("thinned {gone:?} of {}; {bytes} bytes of bodies take {stored}", before.snapshots);
    assert!(stored * 10 < bytes * 8, "{bytes} bytes of bodies take {stored}");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_went_before_a_crash_is_counted(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for _ in 0..8 {
        for collector in [Collector::Facts, Collector::Statistics, Collector::Hourly] {
            assert_done(&world.collect(&context, channel, collector).await);
        }
        world.dc.clock().advance(SignedDuration::from_hours(6));
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
    let count = async || -> i64 {
        sqlx::query_scalar("select count(*) from snapshots where channel_id = $1")
            .bind(channel.0)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let all = count().await;
    // The database goes away in the middle.
    for sql in [
        "create function refuse() returns trigger language plpgsql as $$ begin raise 'gone'; end $$",
        "create trigger refuse before delete on snapshots for each row
         when (old.kind like 'stats.loadAsyncGraph/views_by_source/%') execute function refuse()",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    thin(&pool, channel, SignedDuration::ZERO, world.clock.now()).await.unwrap_err();
    let thinned = async || -> i64 {
        sqlx::query_scalar("select thinned from snapshot_thinnings where channel_id = $1")
            .bind(channel.0)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let before = all - count().await;
    assert!(before > 0, "some went before");
    assert_eq!(thinned().await, before);

    sqlx::query("drop trigger refuse on snapshots").execute(&pool).await.unwrap();
    let gone = thin(&pool, channel, SignedDuration::ZERO, world.clock.now()).await.unwrap();
    assert!(gone.snapshots > 0);
    assert_eq!(thinned().await, all - count().await);
    assert!(rederive(&pool, channel, false).await.unwrap().is_equal());
}
