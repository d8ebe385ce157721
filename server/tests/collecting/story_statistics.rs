use app::model::{ChannelId, Collector, Item, ItemGraph, ItemKind, RunState};
use jiff::SignedDuration;
use server::collector::Context;
use server::store::{item_forwards, item_statistics};
use sqlx::PgPool;
use telegram_dc::{TruthStory, TruthStoryForward};

use crate::harness::{Harness, assert_done, manners};

/// The world's clock goes on while a run lasts.
const LONGEST_RUN: SignedDuration = SignedDuration::from_secs(60);
const DAY: i64 = 86_400;

/// A world and the channel with most stories and statistics, whose stories are known.
async fn with_stories(pool: PgPool) -> (Harness, ChannelId, Context) {
    let world = Harness::linked(pool, 60).await;
    let truth = world.dc.truth();
    let channels = truth.channels().into_iter().filter(|one| one.stats && !one.supergroup);
    let channel = ChannelId(channels.max_by_key(|one| truth.stories(one.id).len()).unwrap().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Stories).await);
    (world, channel, context)
}

/// Runs until nothing is left to ask for.
async fn collect_all(world: &Harness, context: &Context, channel: ChannelId) {
    for _ in 0..9 {
        let run = world.collect(context, channel, Collector::StoryStatistics).await;
        assert_done(&run);
        if run.requests == 0 {
            assert_eq!((run.values_new, run.values_changed), (0, 0));
            return;
        }
    }
    panic!("there is always more to ask for");
}

fn truth_of(world: &Harness, channel: ChannelId, id: i32) -> (TruthStory, Vec<TruthStoryForward>) {
    let truth = world.dc.truth();
    let story = truth.stories(channel.0).into_iter().find(|story| story.id == id).unwrap();
    (story, truth.story_forwards(channel.0, id))
}

#[sqlx::test(migrations = "../migrations")]
async fn graphs_and_forwards_of_stories_are_true(pool: PgPool) {
    let (world, channel, context) = with_stories(pool.clone()).await;
    collect_all(&world, &context, channel).await;
    let now = world.dc.clock().now();
    let (mut asked, mut forwards, mut as_stories) = (0, 0, 0);
    for story in world.dc.truth().stories(channel.0) {
        let item = Item::story(story.id);
        let Some(state) = item_statistics::find(&pool, channel, item).await.unwrap() else {
            let age = now.as_second() - story.date;
            assert!(!(DAY + 60..31 * DAY - 60).contains(&age), "story {}, {age} s old", story.id);
            continue;
        };
        assert_eq!((&state.views_error, &state.reactions_error), (&None, &None));
        let lines = item_statistics::lines(&pool, channel, item).await.unwrap();
        let sum = |of: ItemGraph| {
            let of_kind = lines.iter().filter(move |line| line.graph == of);
            of_kind.flat_map(|line| line.points.iter().map(|(_, value)| *value)).sum::<i64>()
        };
        world.dc.clock().set(state.asked_at - LONGEST_RUN);
        let (before, _) = truth_of(&world, channel, story.id);
        world.dc.clock().set(state.asked_at + LONGEST_RUN);
        let (after, told) = truth_of(&world, channel, story.id);
        world.dc.clock().set(now);
        for (of, least, most) in [
            (ItemGraph::Views, before.views, after.views),
            (ItemGraph::Shares, before.forwards, after.forwards),
            (ItemGraph::Reactions, before.reactions, after.reactions),
        ] {
            let value = u64::try_from(sum(of)).unwrap();
            assert!((least..=most).contains(&value), "{item}: {value} of {least} to {most}");
        }
        let mut told: Vec<_> = told.iter().filter(|one| one.date <= state.asked_at.as_second()).collect();
        told.sort_by_key(|one| (one.date, one.channel_id, one.id));
        assert_eq!(state.public_forwards, i32::try_from(told.len()).ok(), "{item}");
        let told: Vec<_> = told
            .into_iter()
            .map(|one| {
                let kind = if one.as_story { ItemKind::Story } else { ItemKind::Post };
                (ChannelId(one.channel_id), Item { kind, id: one.id }, one.date)
            })
            .collect();
        let kept = item_forwards::list(&pool, channel, item).await.unwrap();
        let kept: Vec<_> =
            kept.iter().map(|one| (one.peer, one.peer_item, one.forwarded_at.as_second())).collect();
        assert_eq!(kept, told, "{item}");
        asked += 1;
        forwards += told.len();
        as_stories += told.iter().filter(|(_, there, _)| there.kind == ItemKind::Story).count();
    }
    assert!(asked > 20 && as_stories > 5 && forwards > as_stories, "{asked}, {forwards}, {as_stories}");
    let raw = "select count(*) from snapshots where kind like 'stats.getStoryStats/%'";
    let raw: i64 = sqlx::query_scalar(raw).fetch_one(&pool).await.unwrap();
    assert!(raw > 20, "{raw} snapshots");
    assert_eq!((world.dc.requests().harm(), world.dc.requests().unknown()), (Vec::new(), Vec::new()));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_post_of_the_same_number_is_another(pool: PgPool) {
    let (world, channel, context) = with_stories(pool.clone()).await;
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    for _ in 0..9 {
        let run = world.collect(&context, channel, Collector::PostStatistics).await;
        if run.requests == 0 {
            break;
        }
    }
    let of_posts =
        "select count(*), coalesce(sum(public_forwards), 0) from item_statistics where item = 'post'";
    let before: (i64, i64) = sqlx::query_as(of_posts).fetch_one(&pool).await.unwrap();
    assert!(before.0 > 20);
    collect_all(&world, &context, channel).await;
    let after: (i64, i64) = sqlx::query_as(of_posts).fetch_one(&pool).await.unwrap();
    assert_eq!(before, after);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_cannot_be_had_of_a_story_takes_no_other_with_it(pool: PgPool) {
    let (world, channel, context) = with_stories(pool.clone()).await;
    let faults = world.dc.faults();
    faults.rpc_error("stats.getStoryStats", 500, "RPC_CALL_FAIL", 1);
    faults.rpc_error("stats.getStoryPublicForwards", 400, "STORY_ID_INVALID", 1);
    let run = world.collect(&context, channel, Collector::StoryStatistics).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("The statistics of story ") && error.contains("RPC_CALL_FAIL"), "{error}");
    assert!(error.contains("The public forwards of story ") && error.contains("STORY_ID_INVALID"), "{error}");
    let asked: i64 =
        sqlx::query_scalar("select count(*) from item_statistics").fetch_one(&pool).await.unwrap();
    assert_eq!(asked, 14, "what may pass by itself is asked again in the next run");

    faults.unknown_inside("stats.getStoryStats", 1);
    faults.rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 1);
    let run = world.collect(&context, channel, Collector::StoryStatistics).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("does not know 0x0badc0de"), "{error}");
    assert_eq!(error.matches("refused").count(), 1, "an expired token is renewed: {error}");
}
