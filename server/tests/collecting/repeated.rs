//! Charts that say what they said before are not read again, unless something else wrote their samples since.

use app::model::{ChannelId, Collector, Metric, Run};
use jiff::Timestamp;
use jiff::civil::Date;
use server::store::samples::{self, At, Line, Told};
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

const fn counts(run: &Run) -> [i32; 3] {
    [run.values_new, run.values_changed, run.values_unchanged]
}

/// Each metric that was asked for: when it was known last, and what was said instead since.
async fn states(pool: &PgPool) -> Vec<(String, Option<Timestamp>, Option<String>)> {
    let rows: Vec<(String, Option<jiff_sqlx::Timestamp>, Option<String>)> =
        sqlx::query_as("select metric, as_of, error from metric_states order by metric")
            .fetch_all(pool)
            .await
            .unwrap();
    rows.into_iter()
        .map(|(metric, as_of, error)| (metric, as_of.map(jiff_sqlx::Timestamp::to_jiff), error))
        .collect()
}

async fn told_again_by(pool: PgPool, collector: Collector) {
    let world = Harness::linked(pool.clone(), 60).await;
    world.dc.clock().stop();
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let first = world.collect(&context, channel, collector).await;
    assert_done(&first);
    let known = states(&pool).await;
    assert_eq!(samples::charts(&pool, channel).await.unwrap().len(), known.len(), "{known:?}");

    // As if that had been an hour ago, and Telegram had not had them since.
    let older =
        "update metric_states set as_of = as_of - interval '1 hour', error = 'Not now', error_at = as_of";
    sqlx::query(older).execute(&pool).await.unwrap();
    let again = world.collect(&context, channel, collector).await;
    assert_done(&again);
    assert_eq!(counts(&again), [0, 0, first.values_new]);
    let since = states(&pool).await;
    assert_eq!(since.len(), known.len());
    for (before, after) in known.iter().zip(&since) {
        assert!(after.0 == before.0 && after.1 >= before.1 && after.2.is_none(), "{before:?} {after:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn statistics_that_are_told_again_are_counted_and_known_to_be_as_new(pool: PgPool) {
    told_again_by(pool, Collector::Statistics).await;
}

#[sqlx::test(migrations = "../migrations")]
async fn revenue_that_is_told_again_is_counted_and_known_to_be_as_new(pool: PgPool) {
    told_again_by(pool, Collector::Revenue).await;
}

#[sqlx::test(migrations = "../migrations")]
async fn what_something_else_wrote_gives_way_to_what_telegram_says_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    world.dc.clock().stop();
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let views = async || {
        let (from, to) = (Date::constant(2026, 1, 1), Date::constant(2027, 1, 1));
        samples::list(&pool, channel, Metric::Views, from, to).await.unwrap().remove("").unwrap()
    };
    let told = views().await;
    let day = *told.keys().nth(5).unwrap();

    let lines = [Line { dimension: String::new(), points: vec![(At::Day(day), 123_456_789)] }];
    let mut db = pool.begin().await.unwrap();
    samples::record(&mut db, channel, &[Told::whole(Metric::Views, &lines)], None).await.unwrap();
    db.commit().await.unwrap();
    assert!(!samples::charts(&pool, channel).await.unwrap().contains_key(&Metric::Views));
    assert_eq!(views().await[&day], 123_456_789);

    let again = world.collect(&context, channel, Collector::Statistics).await;
    assert_done(&again);
    assert_eq!((again.values_new, again.values_changed), (0, 1));
    assert_eq!(views().await, told);
    assert!(samples::charts(&pool, channel).await.unwrap().contains_key(&Metric::Views));
}
