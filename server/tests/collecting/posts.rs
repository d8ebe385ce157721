use std::collections::BTreeMap;

use app::model::{ChannelId, Collector, Post, PostKind, Run, ViewsOrigin};
use jiff::{SignedDuration, Timestamp};
use server::clock::Clock;
use server::collector::Context;
use server::store::post_history::{self, Reached};
use server::store::{posts, schedules};
use sqlx::PgPool;
use telegram_dc::{TruthChannel, TruthPost, TruthPostKind};

use crate::ages::at_ages;
use crate::harness::{Harness, assert_done, manners};

/// The most seconds that a run lasts.
const LONGEST_RUN: i64 = 5;

async fn known(world: &Harness, channel: ChannelId) -> BTreeMap<i32, Post> {
    let (from, until) = ("2000-01-01T00:00:00Z".parse().unwrap(), "2100-01-01T00:00:00Z".parse().unwrap());
    let filter = posts::Filter { channel, from, until, limit: 100_000 };
    posts::list(&world.pool, filter).await.unwrap().into_iter().map(|post| (post.id, post)).collect()
}

/// The truth by the message that is counted, as it was at that moment.
fn truth_at(world: &Harness, channel: ChannelId, moment: Timestamp) -> BTreeMap<i32, TruthPost> {
    let now = world.dc.clock().now();
    world.dc.clock().set(moment);
    let posts = world.dc.truth().posts(channel.0);
    world.dc.clock().set(now);
    posts.into_iter().map(|post| (post.id, post)).collect()
}

fn kind(kind: TruthPostKind) -> PostKind {
    match kind {
        TruthPostKind::Text => PostKind::Text,
        TruthPostKind::Photo => PostKind::Photo,
        TruthPostKind::Album => PostKind::Album,
        TruthPostKind::Poll => PostKind::Poll,
        TruthPostKind::PaidMedia => PostKind::PaidMedia,
        TruthPostKind::Forward => PostKind::Forward,
        TruthPostKind::Giveaway => PostKind::Giveaway,
        TruthPostKind::GiveawayResults => PostKind::GiveawayResults,
    }
}

fn count(value: u64) -> Option<i32> {
    Some(i32::try_from(value).unwrap())
}

/// Makes it that moment in the world and for who collects. The latter's clock then stands, the world's goes on.
fn stand(world: &Harness, context: &mut Context, moment: Timestamp) {
    let moment = Timestamp::from_second(moment.as_second()).unwrap();
    context.clock = Clock::manual(moment);
    world.dc.clock().set(moment);
}

/// Every known post is as it was when it was last seen: a run may last some seconds of the world's.
fn assert_true(world: &Harness, channel: ChannelId, known: &BTreeMap<i32, Post>) {
    let mut truths: BTreeMap<Timestamp, BTreeMap<i32, TruthPost>> = BTreeMap::new();
    for (id, post) in known {
        let mut at = |seconds: i64| {
            let moment = post.counted_at + SignedDuration::from_secs(seconds);
            let truth = truths.entry(moment).or_insert_with(|| truth_at(world, channel, moment));
            truth[id].clone()
        };
        let truth = (0..LONGEST_RUN).map(&mut at).find(|truth| count(truth.views) == post.counters.views);
        let truth = truth.unwrap_or_else(|| at(0));
        let messages: Vec<i32> = truth.message_ids.iter().copied().filter(|message| message >= id).collect();
        assert_eq!((post.kind, &post.message_ids), (kind(truth.kind), &messages), "{post:?}");
        assert_eq!((post.posted_at.as_second(), &post.author), (truth.date, &truth.author), "{post:?}");
        assert!(post.text == truth.text || post.kind == PostKind::GiveawayResults, "{post:?} {truth:?}");
        assert_eq!(post.edited_at.map(Timestamp::as_second), truth.edited, "{post:?}");
        let counters = &post.counters;
        assert_eq!(
            (counters.views, counters.forwards, counters.reactions),
            (count(truth.views), count(truth.forwards), count(truth.reactions)),
            "{post:?}"
        );
        assert!(counters.replies.is_none_or(|replies| Some(replies) == count(truth.replies)), "{post:?}");
        // Each emoji by itself; what was paid is compared with the ledger elsewhere.
        let by = counters.reactions_by.iter().filter(|(name, _)| *name != "paid");
        let by: BTreeMap<String, u64> =
            by.map(|(name, number)| (name.clone(), u64::from(number.unsigned_abs()))).collect();
        assert_eq!(by, truth.reactions_by, "{post:?}");
    }
}

/// Those that are there are known and not called deleted; those deleted since the last look are.
fn assert_complete(world: &Harness, channel: ChannelId, known: &BTreeMap<i32, Post>, since: i32) {
    let now = world.dc.clock().now();
    for truth in truth_at(world, channel, now).values().filter(|post| post.id >= since) {
        match (known.get(&truth.id), truth.deleted) {
            (Some(post), gone) => {
                assert_eq!(post.deleted_seen_at.is_some(), gone.is_some(), "{post:?} {truth:?}")
            }
            // Deleted before anybody looked.
            (None, Some(_)) => {}
            (None, None) => panic!("{truth:?} is missing"),
        }
    }
}

/// A channel with many posts of all kinds.
fn busiest(world: &Harness) -> TruthChannel {
    let truth = world.dc.truth();
    let channels = truth.channels().into_iter().filter(|one| one.stats && !one.supergroup);
    channels.max_by_key(|one| truth.posts(one.id).len()).unwrap()
}

async fn samples(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select (xmin, ctid)::text from post_samples order by 1")
        .fetch_all(pool)
        .await
        .unwrap()
}

fn assert_polite(world: &Harness) {
    assert_eq!(world.dc.requests().harm(), Vec::<String>::new());
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_first_look_and_its_history_hold_every_post_once(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(busiest(&world).id);
    let mut context = world.connect(manners()).await;
    stand(&world, &mut context, world.dc.clock().now());
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    let first = known(&world, channel).await;
    assert!((200..300).contains(&first.len()), "{}", first.len());
    assert!(first.values().any(|post| post.kind == PostKind::Album));
    assert_true(&world, channel, &first);

    let kept = samples(&pool).await;
    let again = world.collect(&context, channel, Collector::Posts).await;
    assert_done(&again);
    assert_eq!((again.values_new, again.requests), (0, 1), "{again:?}");
    assert_eq!(samples(&pool).await, kept, "a second look at once samples nothing");

    let mut runs = 0;
    while !post_history::find(&pool, channel).await.unwrap().unwrap().complete {
        assert_done(&world.collect(&context, channel, Collector::History).await);
        runs += 1;
        assert!(runs < 20, "the history does not end");
    }
    let all = known(&world, channel).await;
    let there = truth_at(&world, channel, world.dc.clock().now());
    assert_eq!(all.len(), there.values().filter(|post| post.deleted.is_none()).count());
    assert_true(&world, channel, &all);
    let after: Run = world.collect(&context, channel, Collector::History).await;
    assert_done(&after);
    assert_eq!((after.requests, after.values_new), (0, 0));
    let next = world.schedule(channel, Collector::History).await.next_due_at;
    assert!(next > context.clock.now() + SignedDuration::from_hours(24 * 300));
    for marker in world.dc.truth().private_markers() {
        let kept = "select count(*) from posts where position($1 in text) > 0";
        let kept: i64 = sqlx::query_scalar(kept).bind(marker).fetch_one(&pool).await.unwrap();
        assert_eq!(kept, 0, "a private chat was stored");
    }
    assert_polite(&world);
}

#[sqlx::test(migrations = "../migrations")]
async fn comments_are_counted_where_a_channel_has_them(pool: PgPool) {
    let world = Harness::linked(pool, 60).await;
    let mut context = world.connect(manners()).await;
    stand(&world, &mut context, world.dc.clock().now());
    let mut commented = 0;
    for one in world.dc.truth().channels().into_iter().filter(|one| one.stats && !one.supergroup) {
        let channel = ChannelId(one.id);
        assert_done(&world.collect(&context, channel, Collector::Posts).await);
        let known = known(&world, channel).await;
        // With this, what follows compares each of them.
        let has_replies = known.values().map(|post| post.counters.replies.is_some());
        assert!(has_replies.eq(known.iter().map(|_| one.linked.is_some())), "{}", one.title);
        assert_true(&world, channel, &known);
        commented += known.values().filter(|post| post.counters.replies > Some(0)).count();
    }
    assert!(commented > 20, "{commented}");
}

#[sqlx::test(migrations = "../migrations")]
async fn older_posts_are_read_as_far_back_as_they_are_wanted(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(busiest(&world).id);
    let context = world.connect(manners()).await;
    let mut db = pool.acquire().await.unwrap();
    // Said before anything was read.
    let since: Timestamp = "2026-10-21T00:00:00Z".parse().unwrap();
    post_history::want_since(&mut db, channel, Some(since), context.clock.now()).await.unwrap();
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    let read = async || {
        for _ in 0..20 {
            assert_done(&world.collect(&context, channel, Collector::History).await);
            let depth = post_history::depth(&pool, channel).await.unwrap();
            if depth.complete {
                return depth;
            }
        }
        panic!("the history does not end");
    };
    let enough = read().await;
    assert_eq!(enough.wanted_since, Some(since));
    let oldest = enough.oldest_at.unwrap();
    assert!(oldest < since && oldest > since - SignedDuration::from_hours(24 * 10), "{oldest}");
    // Further back: it goes on where it was, at once.
    let put_off = world.schedule(channel, Collector::History).await.next_due_at;
    post_history::want_since(&mut db, channel, None, context.clock.now()).await.unwrap();
    assert!(world.schedule(channel, Collector::History).await.next_due_at < put_off);
    let all = read().await;
    let there = truth_at(&world, channel, world.dc.clock().now());
    let there = there.values().filter(|post| post.deleted.is_none()).count();
    assert_eq!(usize::try_from(all.posts).unwrap(), there);
    assert!(all.oldest_at < enough.oldest_at && all.posts > enough.posts);
}

#[sqlx::test(migrations = "../migrations")]
async fn who_wants_older_posts_while_they_are_read_gets_them(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(busiest(&world).id);
    let context = world.connect(manners()).await;
    let mut db = pool.acquire().await.unwrap();
    let since: Timestamp = "2026-10-21T00:00:00Z".parse().unwrap();
    post_history::want_since(&mut db, channel, Some(since), context.clock.now()).await.unwrap();
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    let reach = async |reached| {
        post_history::reach(&pool, channel, 1_000_000, reached).await.unwrap();
        post_history::find(&pool, channel).await.unwrap().unwrap().complete
    };
    // The run began when less was wanted.
    post_history::want_since(&mut db, channel, None, context.clock.now()).await.unwrap();
    assert!(!reach(Reached::Wanted(since)).await);
    post_history::want_since(&mut db, channel, Some(since), context.clock.now()).await.unwrap();
    assert!(reach(Reached::Wanted(since)).await);
    post_history::want_since(&mut db, channel, None, context.clock.now()).await.unwrap();
    assert!(!reach(Reached::NotTheEnd).await && reach(Reached::TheFirst).await);
}

/// Of what was posted since: the views at each age are those of the nearest sample within its window, and true at that
/// moment; without such a sample they are unknown. At least so many are unknown at each age.
async fn assert_ages_are_true(world: &Harness, channel: ChannelId, since: Timestamp, unknown: [usize; 6]) {
    let end = world.dc.clock().now();
    let (mut compared, mut missed) = ([0; 6], [0; 6]);
    for (id, post) in known(world, channel).await {
        if post.posted_at <= since || post.deleted_seen_at.is_some() {
            continue;
        }
        let taken: Vec<(i32, Option<i32>)> = sqlx::query_as(
            "select age_seconds, views from post_samples where channel_id = $1 and post_id = $2",
        )
        .bind(channel.0)
        .bind(id)
        .fetch_all(&world.pool)
        .await
        .unwrap();
        for (place, at) in at_ages(&post).into_iter().enumerate() {
            if post.posted_at + SignedDuration::from_secs((at.seconds + at.tolerance).into()) > end {
                continue;
            }
            let nearest = taken.iter().min_by_key(|(age, _)| (age - at.seconds).abs()).unwrap();
            if (nearest.0 - at.seconds).abs() > at.tolerance {
                assert_eq!((at.views, at.origin), (None, None), "{post:?}: at {}", nearest.0);
                missed[place] += 1;
                continue;
            }
            assert_eq!((at.views, at.origin), (nearest.1, Some(ViewsOrigin::Counter)), "{at:?}");
            let moment = |seconds| post.posted_at + SignedDuration::from_secs(i64::from(nearest.0) + seconds);
            let truth = |seconds| count(truth_at(world, channel, moment(seconds))[&id].views);
            assert!((0..LONGEST_RUN).any(|seconds| truth(seconds) == at.views), "{post:?} {at:?}");
            compared[place] += 1;
        }
    }
    assert!(compared.iter().all(|count| *count > 5), "{compared:?}");
    assert!(missed.iter().zip(unknown).all(|(missed, least)| *missed >= least), "{missed:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn posts_are_followed_through_their_ages(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let channel = ChannelId(busiest(&world).id);
    let mut context = world.connect(manners()).await;
    stand(&world, &mut context, world.dc.clock().now());
    let (start, mut looks, mut requests) = (world.dc.clock().now(), 0, 0);
    world.collect(&context, channel, Collector::Posts).await;
    let since = *known(&world, channel).await.keys().next().unwrap();
    // As the planner would: whenever it is due, for three days; but not every ten minutes.
    schedules::set_interval(&pool, channel, Collector::Posts, 7_200, context.clock.now()).await.unwrap();
    while world.dc.clock().now() < start + SignedDuration::from_hours(3 * 24) {
        let due = world.schedule(channel, Collector::Posts).await.next_due_at;
        stand(&world, &mut context, due + SignedDuration::from_secs(2));
        let run = world.collect(&context, channel, Collector::Posts).await;
        assert_done(&run);
        looks += 1;
        requests += run.requests;
    }
    let known = known(&world, channel).await;
    assert_true(&world, channel, &known);
    assert_complete(&world, channel, &known, since);
    assert!(known.values().any(|post| post.deleted_seen_at.is_some()), "nothing was deleted");
    assert!(known.values().any(|post| post.edited_at.is_some()), "nothing was edited");
    assert!(requests <= looks * 2, "{requests} requests in {looks} looks");

    assert_ages_are_true(&world, channel, start, [0; 6]).await;

    // Nobody looks for a night: the ages that pass meanwhile stay unknown.
    stand(&world, &mut context, world.dc.clock().now() + SignedDuration::from_hours(14));
    assert_done(&world.collect(&context, channel, Collector::Posts).await);
    assert_ages_are_true(&world, channel, start, [1; 6]).await;
    assert_polite(&world);
}

/// What a post was before: whose, when another was seen in its place and its own edit (Unix seconds), its words and
/// messages, and whether its bytes have those words.
type Version = (i32, i64, Option<i64>, String, Vec<i32>, bool);

async fn versions(pool: &PgPool, channel: ChannelId) -> Vec<Version> {
    sqlx::query_as(
        "select post_id, extract(epoch from replaced_at)::bigint, extract(epoch from edited_at)::bigint, text,
                message_ids, position(convert_to(text, 'UTF8') in raw[1]) > 0
         from post_versions where channel_id = $1 order by replaced_at, post_id",
    )
    .bind(channel.0)
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_post_said_before_it_was_edited_stays(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let channel = ChannelId(busiest(&world).id);
    let mut context = world.connect(manners()).await;
    let start = world.dc.clock().now();
    // What the world is going to do in the next days.
    let end = start + SignedDuration::from_hours(10 * 24);
    let mut edits: Vec<(Timestamp, i32)> = truth_at(&world, channel, end)
        .values()
        .filter_map(|post| Some((Timestamp::from_second(post.edited?).unwrap(), post)))
        .filter(|(at, post)| *at > start && post.deleted.is_none_or(|gone| gone > at.as_second() + 60))
        .map(|(at, post)| (at, post.id))
        .collect();
    edits.sort_unstable();
    assert!(edits.len() > 2, "{edits:?}");
    let mut expected = Vec::new();
    for (at, id) in edits {
        let before = at - SignedDuration::from_secs(30);
        let after = at + SignedDuration::from_secs(30);
        for moment in [before, after] {
            stand(&world, &mut context, moment);
            assert_done(&world.collect(&context, channel, Collector::Posts).await);
        }
        let (was, is) =
            (truth_at(&world, channel, before)[&id].clone(), truth_at(&world, channel, after)[&id].clone());
        assert_ne!(was.text, is.text);
        assert_eq!(known(&world, channel).await[&id].text, is.text);
        expected.push((id, after.as_second(), None, was.text, was.message_ids, true));
        assert_eq!(versions(&pool, channel).await, expected);
    }
    // Counters go on; of what is not edited nothing was another.
    for hours in [0, 1, 24] {
        stand(&world, &mut context, world.dc.clock().now() + SignedDuration::from_hours(hours));
        assert_done(&world.collect(&context, channel, Collector::Posts).await);
    }
    let later = versions(&pool, channel).await;
    assert_eq!(later[..expected.len()], expected);
    let edited = known(&world, channel).await;
    assert!(later.iter().all(|(id, ..)| edited[id].edited_at.is_some()), "{later:?}");
    assert_polite(&world);
}

#[sqlx::test(migrations = "../migrations")]
async fn supergroups_and_channels_without_rights_have_no_posts_to_collect(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    for one in world.dc.truth().channels() {
        let is_ours = !one.supergroup && one.role != telegram_dc::Role::Member;
        for collector in [Collector::Posts, Collector::History] {
            let schedule = schedules::find(&pool, ChannelId(one.id), collector).await.unwrap();
            assert_eq!(schedule.is_some(), is_ours, "{collector} of {}", one.title);
        }
    }
}
