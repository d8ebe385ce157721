use app::model::{ChannelId, Collector};
use jiff::SignedDuration;
use server::store::{schedules, similar, sponsored};
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn similar_channels_are_shown_as_far_as_telegram_tells(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let channels = world.dc.truth().channels();
    let channel = channels.iter().find(|one| one.stats && !one.supergroup && one.username.is_some()).unwrap();
    let channel = ChannelId(channel.id);
    let context = world.connect(manners()).await;
    let first = world.collect(&context, channel, Collector::Similar).await;
    assert_done(&first);
    let shown = similar::list(&pool, channel).await.unwrap();
    let total = similar::total(&pool, channel).await.unwrap().unwrap();
    assert_eq!(
        (shown.len(), first.values_new, first.requests),
        (5, 5, 1),
        "all that Premium is not needed for"
    );
    assert!(total > 5, "{total}");
    assert_eq!(shown.iter().map(|one| one.place).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(shown.iter().all(|one| one.gone_at.is_none() && !one.listed.title.is_empty()));

    let again = world.collect(&context, channel, Collector::Similar).await;
    assert_done(&again);
    assert_eq!(again.values_new, 0);
    let next = world.schedule(channel, Collector::Similar).await.next_due_at;
    assert!(next > world.clock.now() + SignedDuration::from_hours(24 * 28));

    let nameless = channels.iter().find(|one| !one.supergroup && one.username.is_none());
    if let Some(nameless) = nameless {
        let channel = ChannelId(nameless.id);
        assert_done(&world.collect(&context, channel, Collector::Similar).await);
        assert_eq!(similar::list(&pool, channel).await.unwrap(), []);
    }
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn ads_are_looked_at_only_when_wanted_and_never_seen(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let channel = ChannelId(world.richest().id);
    let schedule = world.schedule(channel, Collector::Sponsored).await;
    assert!(!schedule.enabled, "off by default");
    let due = schedules::due(&pool, world.clock.now(), 1_000).await.unwrap();
    assert!(!due.is_empty() && due.iter().all(|one| one.collector != Collector::Sponsored));
    schedules::resume(&pool, channel, Collector::Sponsored).await.unwrap();
    let due = schedules::due(&pool, world.clock.now(), 1_000).await.unwrap();
    assert!(due.iter().any(|one| one.collector == Collector::Sponsored && one.channel == channel));

    let context = world.connect(manners()).await;
    let first = world.collect(&context, channel, Collector::Sponsored).await;
    assert_done(&first);
    assert_eq!(first.requests, 1);
    let offered = sponsored::list(&pool, channel).await.unwrap();
    assert!((1..=3).contains(&offered.len()), "{offered:?}");
    assert!(offered.iter().all(|one| one.ad.url.starts_with("https://") && one.looks == 1));
    // The same ads are offered for five minutes.
    let again = world.collect(&context, channel, Collector::Sponsored).await;
    assert_eq!((again.values_new, again.values_changed), (0, 0), "{again:?}");
    for method in ["messages.viewSponsoredMessage", "messages.clickSponsoredMessage"] {
        assert_eq!(world.dc.requests().count(method), 0, "{method}");
    }
    assert_eq!((world.dc.requests().harm(), world.dc.requests().unknown()), (Vec::new(), Vec::new()));
}
