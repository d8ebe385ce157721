use std::collections::BTreeMap;
use std::time::Duration;

use app::model::{ChannelId, Collector, Metric, RunState};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use server::collector::Context;
use server::store::samples;
use server::telegram::client::Manners;
use sqlx::PgPool;
use telegram_dc::{TruthDay, TruthGroupDay};

use crate::harness::{Harness, assert_done, manners};

type Hours = BTreeMap<String, BTreeMap<Timestamp, i64>>;

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// The hours of all days.
async fn hours(world: &Harness, channel: ChannelId, metric: Metric) -> Hours {
    let (from, until) = ("2026-11-01T00:00:00Z".parse().unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
    samples::list_single_hours(&world.pool, channel, metric, from, until).await.unwrap()
}

/// The 24 hours of a day.
fn of_day(line: &BTreeMap<Timestamp, i64>, day: Date) -> Vec<i64> {
    let hours = line.range(midnight(day)..midnight(day.tomorrow().unwrap()));
    let hours: Vec<i64> = hours.map(|(_, value)| *value).collect();
    assert_eq!(hours.len(), 24, "{day}");
    hours
}

/// What each line of a metric comes to on a day.
fn sums(lines: &Hours, day: Date) -> BTreeMap<String, u64> {
    let sum = |line| u64::try_from(of_day(line, day).iter().sum::<i64>()).unwrap();
    lines.iter().map(|(dimension, line)| (dimension.clone(), sum(line))).collect()
}

fn plain(count: u64) -> BTreeMap<String, u64> {
    [(String::new(), count)].into()
}

/// Collects until a run asks no more than what it always asks: the lesser graphs come in turn, one a run. No run asks more
/// than `most`.
async fn collect_all(world: &Harness, context: &Context, channel: ChannelId, always: i32, most: i32) {
    for _ in 0..8 {
        let run = world.collect(context, channel, Collector::Hourly).await;
        assert_done(&run);
        assert!((always..=most).contains(&run.requests), "{} requests", run.requests);
        if run.requests == always {
            assert_eq!((run.values_new, run.values_changed), (0, 0));
            return;
        }
    }
    panic!("days are left that nobody asks for");
}

/// Names as dimensions are keyed.
fn keyed(counts: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(name, count)| (name.to_lowercase().replace(' ', "_"), *count)).collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn hours_add_up_to_their_day(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    // The parent; three days and today of four graphs, two of which come later; seven days of one more, which may come
    // later; the first time the login. In the end only today is left of the four.
    collect_all(&world, &context, channel, 1 + 4 + 2, 1 + 16 + 2 + 7 + 1 + 3).await;

    let days = world.dc.truth().days(one.id);
    let whole = &days[..days.len() - 1];
    let last: Vec<&TruthDay> = whole.iter().rev().take(7).collect();
    type Counts = fn(&TruthDay) -> BTreeMap<String, u64>;
    let flows: [(Metric, bool, Counts); 14] = [
        (Metric::Joined, true, |day| plain(day.joined)),
        (Metric::Left, true, |day| plain(day.left)),
        (Metric::Views, true, |day| plain(day.views)),
        (Metric::Shares, true, |day| plain(day.shares)),
        (Metric::ViewsBySource, true, |day| keyed(&day.views_by_source)),
        (Metric::Muted, false, |day| plain(day.muted)),
        (Metric::Unmuted, false, |day| plain(day.unmuted)),
        (Metric::InstantViews, false, |day| plain(day.instant_views)),
        (Metric::InstantViewShares, false, |day| plain(day.instant_view_shares)),
        (Metric::JoinedBySource, false, |day| keyed(&day.joined_by_source)),
        (Metric::Reactions, false, |day| keyed(&day.reactions_by_emotion)),
        (Metric::StoryViews, false, |day| plain(day.story_views)),
        (Metric::StoryShares, false, |day| plain(day.story_shares)),
        (Metric::StoryReactions, false, |day| keyed(&day.story_reactions_by_emotion)),
    ];
    for (metric, each_run, of) in flows {
        let lines = hours(&world, channel, metric).await;
        let (known, compared) = if each_run { (3 * 24 + 12, 3) } else { (7 * 24, 7) };
        assert!(!lines.is_empty() && lines.values().all(|line| line.len() == known), "{metric}: {lines:?}");
        for day in &last[..compared] {
            assert_eq!(sums(&lines, day.date), of(day), "{metric} of {}", day.date);
        }
    }
    let growth = hours(&world, channel, Metric::Subscribers).await;
    for day in &last[..3] {
        let end = *of_day(&growth[""], day.date).last().unwrap();
        assert_eq!(u64::try_from(end), Ok(day.subscribers));
    }
    // Of these there is nothing closer.
    for metric in [Metric::Languages, Metric::ViewsByHour] {
        assert_eq!(hours(&world, channel, metric).await, BTreeMap::new());
    }
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn hours_of_a_group_add_up_to_their_day(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let groups = world.dc.truth().channels().into_iter().filter(|one| one.supergroup && one.stats);
    let one = groups.max_by_key(|one| one.subscribers).unwrap();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    // In the end today of three graphs, one of which comes later.
    collect_all(&world, &context, channel, 1 + 3 + 1, 1 + 12 + 1 + 7 + 1 + 3).await;

    let truth = world.dc.truth();
    let (days, groups) = (truth.days(one.id), truth.group_days(one.id));
    type Counts = fn(&TruthDay, &TruthGroupDay) -> BTreeMap<String, u64>;
    let flows: [(Metric, bool, Counts); 5] = [
        (Metric::Joined, true, |_, group| plain(group.joined)),
        (Metric::Left, true, |_, group| plain(group.left)),
        (Metric::MessagesByType, true, |_, group| keyed(&group.messages_by_type)),
        (Metric::JoinedBySource, false, |day, _| keyed(&day.joined_by_source)),
        (Metric::GroupActions, false, |_, group| {
            let done = [
                ("deleted_messages", group.deleted),
                ("edited_messages", group.edited),
                ("banned_and_restricted_members", group.banned + group.restricted),
            ];
            done.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
        }),
    ];
    for (metric, each_run, of) in flows {
        let lines = hours(&world, channel, metric).await;
        let (known, compared) = if each_run { (3 * 24 + 12, 3) } else { (7 * 24, 7) };
        assert!(!lines.is_empty() && lines.values().all(|line| line.len() == known), "{metric}: {lines:?}");
        for (day, group) in days.iter().zip(&groups).rev().skip(1).take(compared) {
            assert_eq!(day.date, group.date);
            assert_eq!(sums(&lines, day.date), of(day, group), "{metric} of {}", day.date);
        }
    }
    let growth = hours(&world, channel, Metric::Subscribers).await;
    let (last, end) = (&groups[groups.len() - 2], |date| *of_day(&growth[""], date).last().unwrap());
    assert_eq!(u64::try_from(end(last.date)), Ok(last.members));

    assert_eq!((world.dc.requests().unknown(), world.dc.requests().harm()), (Vec::new(), Vec::new()));
}

#[sqlx::test(migrations = "../migrations")]
async fn days_that_are_settled_are_not_asked_for_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let always = 1 + 4 + 2;
    collect_all(&world, &context, channel, always, 30).await;
    // Of four graphs yesterday is asked for until six hours after its end. Of the other six then, one graph a run: mutes,
    // Instant View, sources of new subscribers, reactions, stories, reactions to them. Those that come later are one
    // request more.
    for (hours, more) in [(13, 4), (6, 4 + 1), (1, 2), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0)] {
        world.advance(SignedDuration::from_hours(hours)).await;
        let run = world.collect(&context, channel, Collector::Hourly).await;
        assert_done(&run);
        assert_eq!(run.requests, always + more, "after {hours} hours: {run:?}");
    }
}

/// A graph that fails each time does not keep the others from their turn.
#[sqlx::test(migrations = "../migrations")]
async fn a_lesser_graph_that_fails_leaves_its_turn_to_the_next(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Hourly).await);
    assert_eq!(hours(&world, channel, Metric::Muted).await[""].len(), 7 * 24);
    assert!(hours(&world, channel, Metric::InstantViews).await.is_empty());
    // The four that come first fail at their first request, and then Instant View.
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 500, "RPC_CALL_FAIL", 5);
    let run = world.collect(&context, channel, Collector::Hourly).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("The hours of the graph iv_interactions were refused"), "{error}");
    assert!(hours(&world, channel, Metric::InstantViews).await.is_empty());
    assert!(hours(&world, channel, Metric::JoinedBySource).await.values().all(|line| line.len() == 7 * 24));
    assert!(!hours(&world, channel, Metric::JoinedBySource).await.is_empty());
}

/// A channel in which little happens: of most days there is nothing to be seen.
#[sqlx::test(migrations = "../migrations")]
async fn what_telegram_will_not_show_of_a_day_is_asked_for_once(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let truth = world.dc.truth();
    let channels = truth.channels().into_iter().filter(|one| one.stats && !one.supergroup);
    let channel = ChannelId(channels.min_by_key(|one| one.subscribers).unwrap().id);
    let context = world.connect(manners()).await;
    for _ in 0..6 {
        assert_done(&world.collect(&context, channel, Collector::Hourly).await);
    }
    let again = world.collect(&context, channel, Collector::Hourly).await;
    assert_done(&again);
    assert!(again.requests <= 1 + 4 + 2, "{} requests", again.requests);
    let refused = "select count(*) from snapshots where kind like 'stats.loadAsyncGraph/%-%' and position('Not enough data' in encode(body, 'escape')) > 0";
    let refused: i64 = sqlx::query_scalar(refused).fetch_one(&pool).await.unwrap();
    assert!(refused > 0, "nothing was refused");
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
    for (metric, count) in [(Metric::Subscribers, 0), (Metric::Joined, 84), (Metric::Views, 84)] {
        let lines = hours(&world, channel, metric).await;
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
    for metric in [Metric::Subscribers, Metric::Joined, Metric::Views] {
        let lines = hours(&world, channel, metric).await;
        assert_eq!(lines[""].len(), 3 * 24 + 12, "{metric}");
    }

    // Twice in one run is another trouble: it is said, and what came before is kept.
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 2);
    let run = world.collect(&context, channel, Collector::Hourly).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().contains("the token of the graph has expired"));
    assert!(run.values_unchanged > 0);
}
