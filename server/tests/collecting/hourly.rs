use std::collections::BTreeMap;
use std::time::Duration;

use app::model::{ChannelId, Collector, Metric, RunState};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use server::store::samples;
use server::telegram::client::Manners;
use sqlx::PgPool;
use telegram_dc::TruthDay;

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn hours_add_up_to_their_day(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    let run = world.collect(&context, channel, Collector::Hourly).await;
    assert_done(&run);
    assert!(run.requests <= 25, "{} requests", run.requests);

    let days = world.dc.truth().days(one.id);
    let (today, whole) = days.split_last().unwrap();
    let last: Vec<&TruthDay> = whole.iter().rev().take(3).collect();
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).unwrap().timestamp();
    let until = midnight(today.date.tomorrow().unwrap());
    let hours = async |metric| {
        let from = midnight(whole[0].date);
        samples::list_single_hours(&pool, channel, metric, from, until).await.unwrap()
    };
    let of_day = |line: &BTreeMap<jiff::Timestamp, i64>, day: Date| -> Vec<i64> {
        line.range(midnight(day)..midnight(day.tomorrow().unwrap())).map(|(_, value)| *value).collect()
    };
    type Count = fn(&TruthDay) -> u64;
    let flows: [(Metric, Count); 4] = [
        (Metric::Joined, |day| day.joined),
        (Metric::Left, |day| day.left),
        (Metric::Views, |day| day.views),
        (Metric::Shares, |day| day.shares),
    ];
    for (metric, of) in flows {
        let lines = hours(metric).await;
        assert_eq!(lines[""].len(), 3 * 24 + 12, "{metric}: three days, and today until noon");
        for day in &last {
            let known = of_day(&lines[""], day.date);
            assert_eq!(known.len(), 24);
            assert_eq!(
                u64::try_from(known.iter().sum::<i64>()).unwrap(),
                of(day),
                "{metric} of {}",
                day.date
            );
        }
    }
    let growth = hours(Metric::Subscribers).await;
    let sources = hours(Metric::ViewsBySource).await;
    for day in &last {
        let known = of_day(&growth[""], day.date);
        assert_eq!(known.last().map(|value| u64::try_from(*value).unwrap()), Some(day.subscribers));
        for (name, views) in &day.views_by_source {
            let line = &sources[&name.to_lowercase().replace(' ', "_")];
            let sum: i64 = of_day(line, day.date).iter().sum();
            assert_eq!(u64::try_from(sum).unwrap(), *views, "{name} of {}", day.date);
        }
    }

    let again = world.collect(&context, channel, Collector::Hourly).await;
    assert_done(&again);
    assert_eq!((again.values_new, again.values_changed), (0, 0));
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn days_that_are_settled_are_not_asked_for_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let first = world.collect(&context, channel, Collector::Hourly).await;
    let again = world.collect(&context, channel, Collector::Hourly).await;
    assert_done(&again);
    // The first signed in to the data centre, too.
    assert!(again.requests <= first.requests - 3 * 4, "three days of four graphs");
    // Yesterday is asked for until six hours after its end.
    for (hours, days) in [(13, 2), (6, 2), (1, 1)] {
        world.dc.clock().advance(jiff::SignedDuration::from_hours(hours));
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        let run = world.collect(&context, channel, Collector::Hourly).await;
        assert_done(&run);
        assert_eq!(run.requests, again.requests + 4 * (days - 1), "after {hours} hours");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_graph_without_hours_takes_no_other_with_it(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 500, "RPC_CALL_FAIL", 1);
    let run = world.collect(&context, channel, Collector::Hourly).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.starts_with("The hours of the graph growth were refused"), "{error}");
    let (from, until) = ("2026-11-01T00:00:00Z".parse().unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
    for (metric, count) in [(Metric::Subscribers, 0), (Metric::Joined, 84), (Metric::Views, 84)] {
        let lines = samples::list_single_hours(&pool, channel, metric, from, until).await.unwrap();
        assert_eq!(lines.get("").map_or(0, BTreeMap::len), count, "{metric}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn tokens_that_expire_in_the_middle_are_asked_for_again_once(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(Manners { gap: Duration::from_millis(50), ..manners() }).await;
    let asked = |method: &str| world.dc.requests().count(method);
    let parents = asked("stats.getBroadcastStats");
    let expire_after = async |count: usize| {
        let before = asked("stats.loadAsyncGraph");
        while asked("stats.loadAsyncGraph") < before + count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.dc.faults().expire_graph_tokens();
    };
    let (run, ()) = futures::join!(world.collect(&context, channel, Collector::Hourly), expire_after(7));
    assert_done(&run);
    assert_eq!(asked("stats.getBroadcastStats") - parents, 1 + 1 + 1, "one before the login came over");
    let (from, until) = ("2026-11-01T00:00:00Z".parse().unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
    for metric in [Metric::Subscribers, Metric::Joined, Metric::Views] {
        let lines = samples::list_single_hours(&pool, channel, metric, from, until).await.unwrap();
        assert_eq!(lines[""].len(), 3 * 24 + 12, "{metric}");
    }

    // Twice in one run is another trouble: it is said, and what came before is kept.
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 2);
    let run = world.collect(&context, channel, Collector::Hourly).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().contains("the token of the graph has expired"));
    assert!(run.values_unchanged > 0);
}
