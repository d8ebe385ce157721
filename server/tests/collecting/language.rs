use std::collections::BTreeMap;

use app::model::{ChannelId, Collector, Metric, RunState};
use server::store::samples;
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

/// How many values each series has, by metric, dimension and resolution.
async fn series(pool: &PgPool) -> BTreeMap<(String, String, String), i64> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "select metric, dimension, resolution, sum(cardinality(offsets))::bigint
         from series join sample_chunks on series_id = series.id group by 1, 2, 3",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter()
        .map(|(metric, dimension, resolution, count)| ((metric, dimension, resolution), count))
        .collect()
}

/// telegram-dc names columns in Russian unless the connection asks for English (`lang_code`).
#[sqlx::test(migrations = "../migrations")]
async fn the_connection_asks_for_english_and_dimensions_have_english_keys(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let groups = world.dc.truth().channels().into_iter();
    let group = ChannelId(groups.filter(|one| one.supergroup && one.stats).map(|one| one.id).next().unwrap());
    let context = world.connect(manners()).await;
    for collector in [Collector::Statistics, Collector::Hourly, Collector::Revenue] {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    for collector in [Collector::GroupStatistics, Collector::Hourly] {
        assert_done(&world.collect(&context, group, collector).await);
    }
    let known = series(&pool).await;
    let keys = |metric: Metric| -> Vec<&str> {
        let own =
            |key: &&(String, String, String)| key.0 == metric.name() && key.2 == metric.resolution().name();
        known.keys().filter(own).map(|key| key.1.as_str()).collect()
    };
    assert_eq!(
        keys(Metric::ViewsBySource),
        ["channels", "followers", "groups", "other", "pm", "search", "url"]
    );
    assert_eq!(
        keys(Metric::JoinedBySource),
        ["channels", "groups", "other", "search", "similar_channels", "url"]
    );
    assert_eq!(keys(Metric::Reactions), ["negative", "other", "positive"]);
    assert_eq!(keys(Metric::Languages), ["arabic", "english", "german", "japanese", "other", "russian"]);
    assert_eq!(
        keys(Metric::MessagesByWeekday),
        ["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]
    );
    assert!(known.keys().all(|(_, dimension, _)| dimension.is_ascii()), "{known:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn graphs_that_come_in_another_language_all_the_same_double_nothing(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let before = series(&pool).await;
    let state = async |metric| samples::state(&pool, channel, metric).await.unwrap();
    let as_of = (state(Metric::Views).await.as_of, state(Metric::ViewsBySource).await.as_of);

    world.dc.faults().foreign_graphs(true);
    world.advance(jiff::SignedDuration::from_hours(1)).await;
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    let error = run.error.unwrap();
    let reason = "The graph views_by_source was refused: “Подписчики” is not the English name of a column of views_by_source.";
    assert!(error.contains(reason), "{error}");
    assert_eq!(series(&pool).await, before, "no series came, none grew");
    // What is known by its place is as true in Russian.
    assert!(state(Metric::Views).await.as_of > as_of.0 && state(Metric::Views).await.error.is_none());
    let refused = state(Metric::ViewsBySource).await;
    assert!(refused.as_of == as_of.1 && refused.error.is_some(), "{refused:?}");
    let run = world.collect(&context, channel, Collector::Hourly).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    assert!(run.error.unwrap().contains("The hours of the graph views_by_source were refused"));
    // What cannot be read keeps no other graph from its turn.
    for _ in 0..5 {
        world.collect(&context, channel, Collector::Hourly).await;
    }
    let hours = series(&pool).await;
    let known = |metric: Metric| {
        hours.keys().any(|(name, _, resolution)| name == metric.name() && resolution == "hour")
    };
    assert!(known(Metric::StoryViews) && !known(Metric::JoinedBySource), "{hours:?}");
    assert!(hours.keys().all(|(_, dimension, _)| dimension.is_ascii()) && hours.len() > before.len());

    world.dc.faults().foreign_graphs(false);
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    assert_done(&world.collect(&context, channel, Collector::Hourly).await);
    assert!(state(Metric::ViewsBySource).await.error.is_none());
}
