//! What rounds ask for: the numbers that the schedules page and the README reckon with.

use std::collections::BTreeMap;
use std::time::Duration;

use app::model::{ChannelId, Collector, Run, RunState, schedule};
use jiff::SignedDuration;
use server::store::{channels, schedules};
use server::telegram::client::Manners;
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

/// Facts, twelve graphs, posts, boosts, giveaways, both revenues and both ledgers.
const ROUND: [Collector; 7] = [
    Collector::Facts,
    Collector::Revenue,
    Collector::Ledger,
    Collector::Statistics,
    Collector::Posts,
    Collector::Boosts,
    Collector::Giveaways,
];

#[sqlx::test(migrations = "../migrations")]
async fn a_round_asks_forty_times_at_most_and_an_unchanged_one_writes_nothing(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let context = world.connect(manners()).await;
    let channel = ChannelId(world.richest().id);
    let round = async || {
        let mut runs = Vec::new();
        for collector in ROUND {
            runs.push(world.collect(&context, channel, collector).await);
        }
        runs.iter().for_each(assert_done);
        runs
    };
    // The first reads the ledgers and the boosts to their beginnings.
    round().await;
    // Then nothing happens in between: counters of young posts move with every second.
    world.dc.clock().advance(SignedDuration::from_hours(24));
    world.dc.clock().stop();
    tokio::time::sleep(Duration::from_millis(600)).await;
    let sum = |runs: &[Run], of: fn(&Run) -> i32| runs.iter().map(of).sum::<i32>();
    let asked = |method: &str| world.dc.requests().count(method);
    let parts = [
        "stats.loadAsyncGraph",
        "premium.getBoostsList",
        "payments.getStarsTransactions",
        "messages.getHistory",
    ];
    let before = parts.map(asked);
    let news = round().await;
    // Five graphs or more that come later, a page of boosts, both ledgers, a hundred posts.
    let [graphs, boosts, ledgers, posts] = std::array::from_fn(|part| asked(parts[part]) - before[part]);
    assert!(graphs >= 5 && boosts >= 1 && ledgers >= 2 && posts >= 1, "{graphs} {boosts} {ledgers} {posts}");
    let looked = news.iter().find(|run| run.collector == Collector::Posts).unwrap();
    let counted = looked.values_new + looked.values_changed + looked.values_unchanged;
    assert!(counted >= 90, "{counted} posts, an album of them being one");
    assert!(sum(&news, |run| run.values_new) > 50, "{news:?}");
    let requests = sum(&news, |run| run.requests);
    // With a second page of boosts it would be one more.
    assert!(requests < 40, "{requests} requests");
    let same = round().await;
    assert!(sum(&same, |run| run.requests) <= requests);
    for run in &same {
        assert_eq!((run.collector, run.values_new, run.values_changed), (run.collector, 0, 0));
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn eighty_channels_have_a_normal_round_within_ninety_minutes(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let context = world.connect(manners()).await;
    let channel = ChannelId(world.richest().id);
    let of = channels::get(&pool, channel).await.unwrap().collectors();
    for collector in &of {
        // What goes on in several runs is over when one finds nothing.
        let several =
            [Collector::History, Collector::PostStatistics, Collector::StoryStatistics, Collector::Hourly];
        let goes_on = several.contains(collector);
        while world.collect(&context, channel, *collector).await.values_new > 0 && goes_on {}
    }
    // Two days at the normal preset, as the schedules say.
    let mut runs: BTreeMap<Collector, Vec<Run>> = BTreeMap::new();
    for _ in 0..2 * 24 {
        world.dc.clock().advance(SignedDuration::from_mins(60));
        tokio::time::sleep(Duration::from_millis(550)).await;
        for collector in &of {
            let schedule = schedules::find(&pool, channel, *collector).await.unwrap().unwrap();
            if schedule.enabled && schedule.next_due_at <= world.clock.now() {
                let run = world.collect(&context, channel, *collector).await;
                assert_eq!((run.state, &run.error), (RunState::Done, &None), "{collector}");
                runs.entry(*collector).or_default().push(run);
            }
        }
    }
    let asked: BTreeMap<Collector, f64> = runs
        .iter()
        .map(|(collector, runs)| {
            let requests: i32 = runs.iter().map(|run| run.requests).sum();
            (*collector, f64::from(requests) / runs.len() as f64)
        })
        .collect();
    let mut more = asked.clone();
    more.retain(|collector, asked| asked.round() > f64::from(collector.typical_requests()));
    assert!(more.is_empty(), "{more:?} are more than their table says; all: {asked:?}");
    // A round runs each collector once; posts are looked for all the while, and earlier than every ten minutes.
    let gap = Manners::polite(1).gap.as_secs_f64();
    let posts = asked[&Collector::Posts];
    let once = asked.values().sum::<f64>() - posts;
    let minutes = |rounds_of_posts: f64| 80.0 * (once + posts * rounds_of_posts) * gap / 60.0;
    let every = Collector::Posts.default_every_seconds();
    let mean = every - schedule::room(every) - schedule::jitter(every) / 2;
    let took = minutes(90.0 * 60.0 / f64::from(mean));
    assert!(took <= 90.0, "{took:.0} minutes: {asked:?}");
}
