//! What a channel is, kept each time it differs.

use std::collections::BTreeMap;

use app::model::{ChannelId, Collector, Interval, Metric, Period};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use server::collector::rederive::rederive;
use server::store::channel_facts::{self, Facts};
use server::store::{channels, series};
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

/// What was met at least once.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, bool>);

impl Seen {
    fn note(&mut self, what: &'static str, is_so: bool) {
        *self.0.entry(what).or_default() |= is_so;
    }

    fn never(&self) -> Vec<&'static str> {
        self.0.iter().filter(|(_, is_so)| !**is_so).map(|(what, _)| *what).collect()
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_channels_are_is_true_and_kept_when_it_changes(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let context = world.connect(manners()).await;
    let mut seen = Seen::default();
    let known: Vec<i64> = channels::list(&pool).await.unwrap().iter().map(|one| one.id.0).collect();
    for truth in world.dc.truth().channels().into_iter().filter(|one| known.contains(&one.id)) {
        let id = ChannelId(truth.id);
        for again in [false, true] {
            let run = world.collect(&context, id, Collector::Facts).await;
            assert_done(&run);
            assert_eq!((run.values_new, run.values_unchanged), if again { (0, 1) } else { (1, 0) });
        }
        let kept = channel_facts::list(&pool, id).await.unwrap();
        let [(_, facts)] = &kept[..] else { panic!("{kept:?}") };
        let told = Facts {
            title: truth.title,
            usernames: truth.usernames,
            flags: truth.flags.into_iter().map(str::to_owned).collect(),
            subscribers: i64::try_from(truth.subscribers).ok(),
            online: truth.online.map(|online| i32::try_from(online).unwrap()),
            photo_id: truth.photo_id,
            linked_channel_id: truth.linked,
            level: truth.level,
        };
        assert_eq!(*facts, told);
        seen.note("groups", facts.online.is_some());
        seen.note("linked", facts.linked_channel_id.is_some());
        seen.note("boosted", facts.level.is_some_and(|level| level > 1));
        seen.note("several names", facts.usernames.len() > 1);
        seen.note("flags", facts.flags.len() > 2);
        seen.note("a photo", facts.photo_id.is_some());
        seen.note("no photo", facts.photo_id.is_none());
        // It is known by the name that is shown.
        let listed = channels::list(&pool).await.unwrap();
        let listed = listed.iter().find(|one| one.id == id).unwrap();
        assert_eq!(listed.username, truth.username);
    }
    assert_eq!(seen.never(), [""; 0], "the world has everything");

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
