use app::model::{ChannelId, Collector, RunState};
use server::store::stories;
use sqlx::PgPool;
use telegram_dc::{Role, TruthStory};

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn every_story_and_its_counters_are_true(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let truth = world.dc.truth();
    let channels = truth.channels().into_iter();
    let one = channels
        .filter(|one| one.role == Role::Owner && !one.supergroup)
        .max_by_key(|one| truth.stories(one.id).len())
        .unwrap();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    let before = truth.stories(one.id);
    let first = world.collect(&context, channel, Collector::Stories).await;
    assert_done(&first);
    let after = truth.stories(one.id);
    assert!(before.len() > 100, "more than a page: {}", before.len());
    assert_true(&stories::list(&pool, channel).await.unwrap(), &before, &after);

    let again = world.collect(&context, channel, Collector::Stories).await;
    assert_done(&again);
    assert!(again.requests < first.requests, "{} then {}", first.requests, again.requests);
    assert!(again.values_new <= 3, "only stories on show are still counted: {again:?}");

    world.dc.clock().advance(jiff::SignedDuration::from_hours(24 * 2));
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let before = truth.stories(one.id);
    assert_done(&world.collect(&context, channel, Collector::Stories).await);
    assert_true(&stories::list(&pool, channel).await.unwrap(), &before, &truth.stories(one.id));
    let age =
        "select count(*) from story_samples join stories on stories.channel_id = story_samples.channel_id
               and id = story_id where age_seconds <> extract(epoch from observed_at - posted_at)::integer";
    let wrong: i64 = sqlx::query_scalar(age).fetch_one(&pool).await.unwrap();
    assert_eq!((wrong, world.dc.requests().unknown()), (0, Vec::new()));
}

/// Counters of stories on show grow while they are asked for.
fn assert_true(
    known: &[(stories::Story, Option<stories::Counters>)],
    before: &[TruthStory],
    after: &[TruthStory],
) {
    assert_eq!(known.len(), before.len());
    for (((story, counters), before), after) in known.iter().zip(before).zip(after) {
        let told = (story.id, story.posted_at.as_second(), story.expires_at.as_second(), story.pinned);
        assert_eq!(told, (before.id, before.date, before.expires, before.pinned));
        assert_eq!(story.caption.as_deref().unwrap_or_default(), before.caption);
        let counters = counters.unwrap();
        for (value, least, most) in [
            (Some(counters.views), before.views, after.views),
            (counters.forwards, before.forwards, after.forwards),
            (counters.reactions, before.reactions, after.reactions),
        ] {
            let value = u64::try_from(value.unwrap()).unwrap();
            assert!((least..=most).contains(&value), "story {}: {value} of {least} to {most}", story.id);
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn who_may_not_see_the_archive_sees_what_is_on_show(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let truth = world.dc.truth();
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stories.getStoriesArchive", 400, "CHAT_ADMIN_REQUIRED", 1);
    let run = world.collect(&context, channel, Collector::Stories).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("archive") && error.contains("CHAT_ADMIN_REQUIRED"), "{error}");
    let now = world.clock.now().as_second();
    let shown = truth.stories(channel.0).into_iter().filter(|story| story.expires > now).count();
    assert_eq!(stories::list(&pool, channel).await.unwrap().len(), shown);
    assert!(shown > 0);

    // Of those who were never let in nothing is lost, and the archive is not asked for.
    let helped = truth.channels().into_iter().find(|one| one.role == Role::Admin && !one.supergroup).unwrap();
    let asked = world.dc.requests().count("stories.getStoriesArchive");
    assert_done(&world.collect(&context, ChannelId(helped.id), Collector::Stories).await);
    assert_eq!(world.dc.requests().count("stories.getStoriesArchive"), asked);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_said_of_each_story_is_kept_once(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let count = async |kind: &str| -> i64 {
        sqlx::query_scalar("select count(*) from snapshots where channel_id = $1 and kind like $2")
            .bind(channel.0)
            .bind(kind)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    assert_done(&world.collect(&context, channel, Collector::Stories).await);
    let known = stories::list(&pool, channel).await.unwrap();
    let stories = i64::try_from(known.len()).unwrap();
    assert!(stories > 0);
    assert_eq!(count("storyItem/%").await, stories);
    for _ in 0..3 {
        world.advance(jiff::SignedDuration::from_hours(30)).await;
        assert_done(&world.collect(&context, channel, Collector::Stories).await);
    }
    let samples: i64 = sqlx::query_scalar("select count(*) from story_samples where channel_id = $1")
        .bind(channel.0)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(samples > stories, "some are counted again");
    // Telegram tells reactions by emotion, so the bytes may say more than is counted.
    assert!(count("storyViews/%").await >= samples);
    let told: i64 =
        sqlx::query_scalar("select count(distinct kind) from snapshots where kind like 'storyItem/%'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(count("storyItem/%").await, told, "a story that is not edited is kept once");
}
