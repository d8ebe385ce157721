use std::collections::BTreeMap;

use app::model::{ChannelId, Collector, Item, ItemGraph, Post, PostKind, RunState, ViewsOrigin};
use jiff::{SignedDuration, Timestamp};
use server::clock::Clock;
use server::collector::Context;
use server::store::{item_forwards, item_statistics, posts};
use sqlx::PgPool;
use telegram_dc::TruthPost;

use crate::ages::at_ages;
use crate::harness::{Harness, assert_done, manners};

/// The world's clock goes on while a run lasts.
const LONGEST_RUN: i64 = 60;
const HOUR: i32 = 3_600;

async fn known(world: &Harness, channel: ChannelId) -> BTreeMap<i32, Post> {
    let (from, until) = ("2000-01-01T00:00:00Z".parse().unwrap(), "2100-01-01T00:00:00Z".parse().unwrap());
    let filter = posts::Filter { channel, from, until, limit: 100_000 };
    posts::list(&world.pool, filter).await.unwrap().into_iter().map(|post| (post.id, post)).collect()
}

/// The post as it was at that moment.
fn truth_at(world: &Harness, channel: ChannelId, id: i32, moment: Timestamp) -> TruthPost {
    let now = world.dc.clock().now();
    world.dc.clock().set(moment);
    let post = world.dc.truth().posts(channel.0).into_iter().find(|post| post.message_ids.contains(&id));
    world.dc.clock().set(now);
    post.unwrap()
}

fn after_seconds(moment: Timestamp, seconds: i64) -> Timestamp {
    moment + SignedDuration::from_secs(seconds)
}

/// Votes in a poll by that moment; none before there was one.
fn votes_at(world: &Harness, channel: ChannelId, id: i32, moment: Timestamp) -> u64 {
    let now = world.dc.clock().now();
    world.dc.clock().set(moment);
    let votes = world.dc.truth().votes(channel.0, id);
    world.dc.clock().set(now);
    votes.unwrap_or(0)
}

/// The channel with statistics that has the most posts.
fn busiest(world: &Harness) -> ChannelId {
    let truth = world.dc.truth();
    let channels = truth.channels().into_iter().filter(|one| one.stats && !one.supergroup);
    ChannelId(channels.max_by_key(|one| truth.posts(one.id).len()).unwrap().id)
}

/// A world and one of its channels, whose posts are known.
async fn with_posts(pool: PgPool, which: impl Fn(&Harness) -> ChannelId) -> (Harness, ChannelId, Context) {
    let world = Harness::linked(pool, 40).await;
    let channel = which(&world);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    (world, channel, context)
}

/// The ids of the posts that were asked for.
async fn asked(world: &Harness) -> Vec<i32> {
    sqlx::query_scalar("select item_id from item_statistics where item = 'post' order by item_id desc")
        .fetch_all(&world.pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn graphs_forwards_and_votes_of_posts_are_true(pool: PgPool) {
    let (world, channel, context) = with_posts(pool.clone(), |world| ChannelId(world.richest().id)).await;
    let mut requests = Vec::new();
    loop {
        let run = world.collect(&context, channel, Collector::PostStatistics).await;
        assert_done(&run);
        requests.push(run.requests);
        if run.requests == 0 {
            assert_eq!((run.values_new, run.values_changed), (0, 0));
            break;
        }
        assert!(run.requests <= 90, "{requests:?}");
    }
    let posts = known(&world, channel).await;
    let truth = world.dc.truth();
    let now = world.dc.clock().now();
    let (mut graphs, mut forwards, mut votes) = (0, 0, 0);
    for id in asked(&world).await {
        let post = &posts[&id];
        assert_ne!(post.kind, PostKind::Forward);
        let age = now.duration_since(post.posted_at);
        assert!((24..31 * 24 + 1).contains(&age.as_hours()), "{age} old");
        let state = item_statistics::find(&pool, channel, Item::post(id)).await.unwrap().unwrap();
        let lines = item_statistics::lines(&pool, channel, Item::post(id)).await.unwrap();
        let sum = |of: ItemGraph| {
            let of_kind = lines.iter().filter(move |line| line.graph == of);
            of_kind.flat_map(|line| line.points.iter().map(|(_, value)| *value)).sum::<i64>()
        };
        let then = state.asked_at;
        let before = truth_at(&world, channel, id, then - SignedDuration::from_secs(LONGEST_RUN));
        let after = truth_at(&world, channel, id, then + SignedDuration::from_secs(LONGEST_RUN));
        let is_between = |value: i64, before: u64, after: u64| {
            assert!(
                (before..=after).contains(&u64::try_from(value).unwrap()),
                "post {id}: {value} of {before} to {after}"
            );
        };
        if state.views_error.is_none() {
            is_between(sum(ItemGraph::Views), before.views, after.views);
            is_between(sum(ItemGraph::Shares), before.forwards, after.forwards);
            let step = if age.as_hours() < 4 * 24 { HOUR } else { 24 * HOUR };
            assert!(lines.iter().all(|line| line.step_seconds == step), "post {id}, {age} old");
            graphs += 1;
        }
        if state.reactions_error.is_none() {
            is_between(sum(ItemGraph::Reactions), before.reactions, after.reactions);
        }
        let mut told = truth.public_forwards(channel.0, before.id);
        told.retain(|one| one.date <= then.as_second());
        assert_eq!(state.public_forwards, i32::try_from(told.len()).ok(), "post {id}");
        let kept = item_forwards::list(&pool, channel, Item::post(id)).await.unwrap();
        let kept: Vec<_> =
            kept.iter().map(|one| (one.peer.0, one.peer_item.id, one.forwarded_at.as_second())).collect();
        let mut told: Vec<_> = told.iter().map(|one| (one.channel_id, one.id, one.date)).collect();
        told.sort_by_key(|(peer, item, date)| (*date, *peer, *item));
        assert_eq!(kept, told, "post {id}");
        forwards += told.len();
        if truth.votes(channel.0, before.id).is_some() {
            assert_eq!(post.kind, PostKind::Poll);
            let at = |moment| i64::try_from(votes_at(&world, channel, before.id, moment)).unwrap();
            let told = sum(ItemGraph::Votes);
            assert!(
                told > 0 && (0..LONGEST_RUN).any(|seconds| at(after_seconds(then, seconds)) == told),
                "post {id}"
            );
            // And each point that was over, exactly.
            for line in lines.iter().filter(|line| line.graph == ItemGraph::Votes) {
                for (start, value) in &line.points {
                    let from = after_seconds(post.posted_at, (*start).into());
                    let to = after_seconds(from, line.step_seconds.into());
                    if to <= then {
                        assert_eq!(*value, at(to) - at(from), "post {id} from {from}");
                    }
                }
            }
            votes += 1;
        }
    }
    assert!(graphs > 30 && forwards > 10 && votes > 0, "{graphs} graphs, {forwards} forwards, {votes} polls");
    let raw = "select count(*) from snapshots where kind like any('{stats.getMessageStats/%,stats.getPollStats/%,stats.getMessagePublicForwards/%}')";
    let raw: i64 = sqlx::query_scalar(raw).fetch_one(&pool).await.unwrap();
    assert!(raw > 60, "{raw} snapshots");
    assert_eq!((world.dc.requests().harm(), world.dc.requests().unknown()), (Vec::new(), Vec::new()));
}

#[sqlx::test(migrations = "../migrations")]
async fn ages_that_nobody_saw_are_filled_truly_and_marked(pool: PgPool) {
    let (world, channel, mut context) = with_posts(pool.clone(), busiest).await;
    // Nobody looks for three days; then what was posted in the meantime is found, its ages passed.
    let start = world.dc.clock().now();
    let later = Timestamp::from_second((start + SignedDuration::from_hours(3 * 24)).as_second()).unwrap();
    world.dc.clock().set(later);
    context.clock = Clock::manual(later);
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    let before = known(&world, channel).await;
    let unseen = |post: &&Post| {
        let hours = later.duration_since(post.posted_at).as_hours();
        post.posted_at > start && hours > 50 && post.kind != PostKind::Forward
    };
    let unseen: Vec<i32> = before.values().filter(unseen).map(|post| post.id).collect();
    assert!(unseen.len() > 2, "{} posts, {unseen:?}", before.len());
    assert!(unseen.iter().all(|id| at_ages(&before[id]).iter().all(|at| at.views.is_none())));
    for _ in 0..3 {
        assert_done(&world.collect(&context, channel, Collector::PostStatistics).await);
    }
    let after = known(&world, channel).await;
    let (mut compared, mut unknown) = ([0; 6], 0);
    for id in &unseen {
        let post = &after[id];
        let state = item_statistics::find(&pool, channel, Item::post(*id)).await.unwrap().unwrap();
        if state.views_error.is_some() {
            continue;
        }
        // The graph's hours end on the hour: near enough to an age or not, by when it was posted.
        let past = i32::try_from(post.posted_at.as_second().rem_euclid(HOUR.into())).unwrap();
        for (place, at) in at_ages(post).into_iter().enumerate() {
            if past.min(HOUR - past) > at.tolerance {
                assert_eq!((at.views, at.origin), (None, None), "post {id}: {at:?}");
                unknown += 1;
                continue;
            }
            assert_eq!(at.origin, Some(ViewsOrigin::ViewsGraph), "post {id}: {at:?}");
            let end = at.seconds + if past * 2 > HOUR { HOUR - past } else { -past };
            let then = post.posted_at + SignedDuration::from_secs(end.into());
            let told = truth_at(&world, channel, *id, then).views;
            assert_eq!(at.views, i32::try_from(told).ok(), "post {id}: {at:?} at {end} seconds");
            compared[place] += 1;
        }
    }
    assert!(compared.iter().all(|count| *count > 0) && unknown > 0, "{compared:?}, {unknown} unknown");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_cannot_be_had_of_a_post_takes_no_other_with_it(pool: PgPool) {
    let (world, channel, context) = with_posts(pool.clone(), busiest).await;
    let faults = world.dc.faults();
    faults.rpc_error("stats.getMessageStats", 500, "RPC_CALL_FAIL", 1);
    faults.rpc_error("stats.getMessagePublicForwards", 400, "MESSAGE_ID_INVALID", 1);
    let run = world.collect(&context, channel, Collector::PostStatistics).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("The statistics of post ") && error.contains("RPC_CALL_FAIL"), "{error}");
    assert!(
        error.contains("The public forwards of post ") && error.contains("MESSAGE_ID_INVALID"),
        "{error}"
    );
    let first = asked(&world).await;
    assert_eq!(first.len(), 14, "what may pass by itself is asked again in the next run");
    faults.unknown_inside("stats.getMessageStats", 1);
    let run = world.collect(&context, channel, Collector::PostStatistics).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("The graph message_reactions_by_emotion of post "), "{error}");
    let second = asked(&world).await;
    assert!(second.len() >= 28 && second[0] > first[0], "the post that failed is asked first");

    // Tokens that have expired are renewed by asking for the post again.
    faults.rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 1);
    assert_done(&world.collect(&context, channel, Collector::PostStatistics).await);
}

#[sqlx::test(migrations = "../migrations")]
async fn without_the_right_nothing_is_asked(pool: PgPool) {
    let (world, channel, context) = with_posts(pool.clone(), busiest).await;
    sqlx::query("update channel_accounts set can_view_stats = false").execute(&pool).await.unwrap();
    let run = world.collect(&context, channel, Collector::PostStatistics).await;
    assert_eq!((run.state, run.requests), (RunState::Failed, 0));
}

#[sqlx::test(migrations = "../migrations")]
async fn posts_that_are_not_shown_take_no_other_posts_place(pool: PgPool) {
    let (world, channel, context) = with_posts(pool.clone(), busiest).await;
    // Fifteen posts, newer than all others, that there never were.
    sqlx::query(
        "insert into posts
             (channel_id, id, message_ids, counted_id, posted_at, kind, text, first_seen_at, layer, raw)
         select $1, id, array[id], id, to_timestamp($2::bigint), 'text', '', to_timestamp($2::bigint), 1, array[''::bytea]
         from generate_series(1000001, 1000015) as id",
    )
    .bind(channel.0)
    .bind((world.clock.now() - SignedDuration::from_hours(25)).as_second())
    .execute(&pool)
    .await
    .unwrap();
    assert_done(&world.collect(&context, channel, Collector::PostStatistics).await);
    let run = world.collect(&context, channel, Collector::PostStatistics).await;
    assert_done(&run);
    assert!(run.requests > 15, "{run:?}");
    let state = item_statistics::find(&pool, channel, Item::post(1_000_001)).await.unwrap().unwrap();
    assert_eq!(state.views_error.as_deref(), Some("Telegram did not show it"));
}
