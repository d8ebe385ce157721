//! What a channel is, kept each time it differs.

use app::model::{ChannelId, Collector, Interval, Metric, Period};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use server::collector::rederive::rederive;
use server::store::channel_facts::{self, Facts};
use server::store::{channels, series};
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn what_channels_are_is_true_and_kept_when_it_changes(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let context = world.connect(manners()).await;
    let (mut groups, mut linked, mut levels) = (0, 0, 0);
    let known: Vec<i64> = channels::list(&pool).await.unwrap().iter().map(|one| one.id.0).collect();
    for truth in world.dc.truth().channels().into_iter().filter(|one| known.contains(&one.id)) {
        let id = ChannelId(truth.id);
        for again in [false, true] {
            let run = world.collect(&context, id, Collector::Facts).await;
            assert_done(&run);
            assert_eq!((run.values_new, run.values_unchanged), if again { (0, 1) } else { (1, 0) });
        }
        let kept = channel_facts::list(&pool, id).await.unwrap();
        let [(_, Facts { title, usernames, subscribers, online, linked_channel_id, photo_id, level, .. })] =
            &kept[..]
        else {
            panic!("{kept:?}")
        };
        assert_eq!(*title, truth.title);
        assert_eq!(usernames.first(), truth.username.as_ref());
        assert_eq!(*subscribers, i64::try_from(truth.subscribers).ok());
        assert_eq!(online.map(i64::from), truth.online.map(|online| i64::try_from(online).unwrap()));
        assert_eq!(*linked_channel_id, truth.linked);
        assert!(photo_id.is_none_or(|id| id != 0));
        groups += usize::from(online.is_some());
        linked += usize::from(linked_channel_id.is_some());
        levels += usize::from(level.is_some_and(|level| level > 0));
    }
    assert!(groups > 0 && linked > 1 && levels > 0, "{groups} groups, {linked} linked, {levels} boosted");

    // A day later another row says what it is now, and what was said before stays.
    world.advance(SignedDuration::from_hours(24)).await;
    let truth = world.richest();
    let id = ChannelId(truth.id);
    assert_done(&world.collect(&context, id, Collector::Facts).await);
    let kept = channel_facts::list(&pool, id).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_ne!(kept[0].1.subscribers, kept[1].1.subscribers);
    assert_eq!(kept[1].1.subscribers, i64::try_from(truth.subscribers).ok());

    // And what was lost is derived again.
    sqlx::query("delete from channel_facts where channel_id = $1").bind(id.0).execute(&pool).await.unwrap();
    let comparison = rederive(&pool, id, true).await.unwrap();
    let counts = comparison.kinds.iter().find(|one| one.kind == "channel_facts").unwrap();
    assert_eq!((counts.equal, counts.missing, counts.different), (0, 2, 0));
    assert_eq!(channel_facts::list(&pool, id).await.unwrap(), kept);
    assert!(rederive(&pool, id, false).await.unwrap().kinds.iter().all(|one| one.missing == 0));
}

/// Telegram shows no statistics of small channels.
#[sqlx::test(migrations = "../migrations")]
async fn subscribers_of_channels_without_statistics_are_known_by_day(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let context = world.connect(manners()).await;
    let small = world.dc.truth().channels().into_iter().find(|one| !one.stats && !one.supergroup).unwrap();
    let id = ChannelId(small.id);
    let mut counted = Vec::new();
    for _ in 0..3 {
        assert_done(&world.collect(&context, id, Collector::Facts).await);
        let now = world.dc.clock().now();
        let truth = world.dc.truth().channels().into_iter().find(|one| one.id == small.id).unwrap();
        counted.push((now.to_zoned(TimeZone::UTC).date(), i64::try_from(truth.subscribers).unwrap()));
        world.advance(SignedDuration::from_hours(24)).await;
    }
    let (first, last) = (counted[0].0, counted[2].0);
    let period = Period { from: first, to: last, interval: Interval::Day, tz: "UTC".into() };
    let mut db = pool.acquire().await.unwrap();
    let set = series::get(&mut db, id, Metric::Subscribers, &period, &TimeZone::UTC).await.unwrap();
    let told: Vec<Option<i64>> = set.series[0].points.iter().map(|point| point.value).collect();
    assert_eq!(told, counted.iter().map(|(_, count)| Some(*count)).collect::<Vec<_>>());
    assert_eq!(set.known_since, Some(first));
}
