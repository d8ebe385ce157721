//! What no client could have expected: it is refused by name, and all else of the run is kept.

use std::collections::BTreeMap;

use app::model::{ChannelId, Collector, Metric, RunState, UnitCode};
use jiff::SignedDuration;
use jiff::civil::Date;
use server::store::samples::{self, revisions};
use server::store::{balances, channel_facts, channels};
use sqlx::PgPool;
use telegram_dc::{GraphFault, Options, TruthChannel, TruthDay};

use crate::harness::{Harness, assert_done, manners};

/// A chart by its columns.
fn chart(columns: &str) -> String {
    format!(
        r#"{{"columns":[{columns}],"types":{{"x":"x","y0":"line"}},"names":{{"y0":"Total subscribers"}}}}"#
    )
}

/// Graphs by telegram-dc's names and ours, what comes in their place, and why that is no chart.
fn absurdities() -> [(&'static str, &'static str, String, &'static str); 9] {
    let day = 1_790_000_000_000_i64;
    let names = format!(
        r#"{{"columns":[["x",{day}],["y0",1]],"types":{{"x":"x","y0":"line"}},"names":{{"y0":"{}"}}}}"#,
        "n".repeat(1 << 20)
    );
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    [
        ("growth", "growth", chart(&format!(r#"["x",{day}],["y0",1,2]"#)), "the columns differ in length"),
        (
            "followers",
            "followers",
            chart(&format!(r#"["x",{day}],["y0",NaN]"#)),
            "NaN, which is not a number",
        ),
        ("mute", "mute", chart(&format!(r#"["x",{day}],["y0",18446744073709551616]"#)), "beyond 64 bits"),
        ("interactions", "interactions", chart(r#"["x",-1],["y0",1]"#), "is negative"),
        ("iv", "iv_interactions", chart(&format!(r#"["x",{day},{day}],["y0",1,2]"#)), "twice"),
        ("views_by_source", "views_by_source", names, "1048576 bytes long; at most 4096 are read"),
        ("followers_by_source", "new_followers_by_source", nested, "the text is not a chart"),
        ("languages", "languages", String::from("\u{0}"), "the text is not a chart"),
        (
            "reactions",
            "reactions_by_emotion",
            chart(&format!(r#"["x",{day}],["y0","many"]"#)),
            "not a number",
        ),
    ]
}

type Days = BTreeMap<String, BTreeMap<Date, i64>>;

async fn days(pool: &PgPool, channel: ChannelId, metric: Metric) -> Days {
    samples::list(pool, channel, metric, Date::constant(2026, 1, 1), Date::constant(2027, 1, 1))
        .await
        .unwrap()
}

/// The metrics of the graphs that are absurd, and those of the others.
const BAD: [Metric; 11] = [
    Metric::Subscribers,
    Metric::Joined,
    Metric::Left,
    Metric::Muted,
    Metric::Unmuted,
    Metric::Views,
    Metric::Shares,
    Metric::ViewsBySource,
    Metric::JoinedBySource,
    Metric::Languages,
    Metric::Reactions,
];
const GOOD: [Metric; 3] = [Metric::StoryViews, Metric::StoryShares, Metric::StoryReactions];

#[sqlx::test(migrations = "../migrations")]
async fn charts_that_are_none_are_refused_by_name_and_the_rest_is_kept(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let mut before = BTreeMap::new();
    for metric in BAD {
        before.insert(metric, days(&pool, channel, metric).await);
    }
    let state = async |metric| samples::state(&pool, channel, metric).await.unwrap();
    let known_until = state(Metric::Joined).await.as_of;

    for (graph, _, json, _) in absurdities() {
        world.dc.faults().graph_is(graph, GraphFault::Json(json));
    }
    world.advance(SignedDuration::from_hours(24)).await;
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    let error = run.error.unwrap();
    for (_, graph, _, reason) in absurdities() {
        let sentence =
            error.split("The graph ").find(|part| part.starts_with(&format!("{graph} was refused: ")));
        assert!(sentence.is_some_and(|sentence| sentence.contains(reason)), "{graph}: {error}");
    }
    for metric in BAD {
        assert_eq!(days(&pool, channel, metric).await, before[&metric], "{metric} is as it was");
        let state = state(metric).await;
        assert!(state.error.is_some() && state.as_of == known_until, "{metric}: {state:?}");
    }
    let today = world.dc.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for metric in GOOD {
        let state = state(metric).await;
        assert!(state.error.is_none() && state.as_of > known_until, "{metric}: {state:?}");
        assert!(days(&pool, channel, metric).await.values().all(|days| days.contains_key(&today)));
    }
    // The cards above the graphs come with them.
    let cards = "select count(distinct observed_at) from cards where channel_id = $1";
    let seen: i64 = sqlx::query_scalar(cards).bind(channel.0).fetch_one(&pool).await.unwrap();
    assert_eq!(seen, 2);

    world.dc.faults().clear();
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let truth = world.dc.truth().days(channel.0);
    let yesterday = &truth[truth.len() - 2];
    for (metric, value) in [(Metric::Subscribers, yesterday.subscribers), (Metric::Views, yesterday.views)] {
        assert_eq!(days(&pool, channel, metric).await[""][&yesterday.date].cast_unsigned(), value);
        assert!(state(metric).await.error.is_none());
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn balances_are_kept_where_the_graph_of_revenue_is_absurd(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().graph_is("revenue", GraphFault::Json(chart(r#"["x",1],["y0",-9223372036854775809]"#)));
    let run = world.collect(&context, channel, Collector::Revenue).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    assert!(run.error.unwrap().contains("revenue was refused: value 1 of column “y0” is beyond 64 bits"));
    for (unit, unit_code) in
        [(telegram_dc::Unit::Ton, UnitCode::Ton), (telegram_dc::Unit::Stars, UnitCode::Stars)]
    {
        let mut db = pool.acquire().await.unwrap();
        let known = balances::latest(&mut db, channel, unit_code).await.unwrap().unwrap();
        assert_eq!(known.current.0, world.dc.truth().balances(channel.0, unit).current_nano);
    }
    let hours = samples::list_hours(&pool, channel, Metric::AdImpressionsByHour).await.unwrap();
    assert!(!hours.is_empty());
    for metric in [Metric::AdRevenue, Metric::StarsRevenue] {
        assert!(days(&pool, channel, metric).await.is_empty());
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_title_of_four_kilobytes_is_cut_and_said(pool: PgPool) {
    let news = 1_420_000_001;
    let title = "я".repeat(2_048);
    let faults = vec![format!("rename:{news}:{title}").parse().unwrap()];
    let world = Harness::linked_in(pool.clone(), Options { days: 30, faults, ..Options::default() }).await;
    let truth: TruthChannel = world.dc.truth().channels().into_iter().find(|one| one.id == news).unwrap();
    assert_eq!(truth.title, title);
    let channel = ChannelId(news);
    let listed = channels::list(&pool).await.unwrap();
    assert_eq!(listed.iter().find(|one| one.id == channel).unwrap().title.chars().count(), 255);
    let context = world.connect(manners()).await;
    let run = world.collect(&context, channel, Collector::Facts).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    let said = "The title has 2048 characters: the first 255 of them were kept.";
    assert!(run.error.as_ref().unwrap().contains(said), "{run:?}");
    let kept = channel_facts::list(&pool, channel).await.unwrap();
    let [(_, facts)] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!(facts.title, "я".repeat(255));
    assert_eq!(
        (&facts.usernames, facts.photo_id, facts.level),
        (&truth.usernames, truth.photo_id, truth.level)
    );
    assert_eq!(facts.subscribers, i64::try_from(truth.subscribers).ok());
    // What else is asked of it is none the worse.
    for collector in [Collector::Statistics, Collector::Posts, Collector::Ledger] {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    world.dc.faults().rename(news, "Короче");
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
    let kept = channel_facts::list(&pool, channel).await.unwrap();
    assert_eq!(kept.last().unwrap().1.title, "Короче");
}

/// What Telegram says in place of any graph is kept as the metric's state; what comes later is asked for in the same run,
/// whichever it is.
#[sqlx::test(migrations = "../migrations")]
async fn any_graph_may_come_later_or_not_at_all(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let asked = || world.dc.requests().count("stats.loadAsyncGraph");
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let usual = asked();

    let late = ["growth", "followers", "mute", "top_hours", "stories"];
    for graph in late {
        world.dc.faults().graph_is(graph, GraphFault::Later);
    }
    let words = "Telegram counts again: come back at 18:00";
    world.dc.faults().graph_is("languages", GraphFault::Error(words.to_owned()));
    world.advance(SignedDuration::from_hours(24)).await;
    let before = asked();
    let run = world.collect(&context, channel, Collector::Statistics).await;
    // Telegram's word for it is an answer like another.
    assert_done(&run);
    assert_eq!(asked() - before, usual + late.len());
    let truth = world.dc.truth().days(channel.0);
    let yesterday = truth[truth.len() - 2].clone();
    let of = async |metric| days(&pool, channel, metric).await[""][&yesterday.date].cast_unsigned();
    type Of = fn(&TruthDay) -> u64;
    let counts: [(Metric, Of); 6] = [
        (Metric::Subscribers, |day| day.subscribers),
        (Metric::Joined, |day| day.joined),
        (Metric::Left, |day| day.left),
        (Metric::Muted, |day| day.muted),
        (Metric::Unmuted, |day| day.unmuted),
        (Metric::StoryViews, |day| day.story_views),
    ];
    for (metric, value) in counts {
        assert_eq!(of(metric).await, value(&yesterday), "{metric}");
    }
    let state = samples::state(&pool, channel, Metric::Languages).await.unwrap();
    let (said, at) = state.error.unwrap();
    assert_eq!(said, words);
    assert!(state.as_of.unwrap() < at, "the last good data keeps its age");
    assert!(!days(&pool, channel, Metric::Languages).await.is_empty());
}

#[sqlx::test(migrations = "../migrations")]
async fn a_day_that_telegram_counts_again_is_marked_and_both_answers_are_kept(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let snapshots = async || -> Vec<Vec<u8>> {
        let kept = "select body from snapshots where channel_id = $1 and kind = 'stats.getBroadcastStats' order by taken_at";
        sqlx::query_scalar(kept).bind(channel.0).fetch_all(&pool).await.unwrap()
    };
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let first = snapshots().await;
    let before = days(&pool, channel, Metric::Joined).await;

    world.advance(SignedDuration::from_hours(24)).await;
    world.dc.faults().graph_is("followers", GraphFault::Revised { days_ago: 5, by: 3 });
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_done(&run);
    let now = world.clock.now();
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(jiff::Span::new().days(5));
    let old = before[""][&day];
    let revised = revisions::list(&pool, channel, Metric::Joined).await.unwrap();
    let [revision] = &revised[..] else { panic!("{revised:?}") };
    assert_eq!((revision.old, revision.new), (old, old + 3));
    assert_eq!(revision.at.to_zoned(jiff::tz::TimeZone::UTC).date(), day);
    assert!(now.duration_since(revision.observed_at) < SignedDuration::from_mins(1));
    let after = days(&pool, channel, Metric::Joined).await;
    assert_eq!(after[""][&day], old + 3);
    assert_eq!(days(&pool, channel, Metric::Left).await[""].len(), after[""].len());
    assert!(
        revisions::list(&pool, channel, Metric::Left).await.unwrap().is_empty(),
        "nothing else was counted again"
    );
    let kept = snapshots().await;
    assert!(kept.len() == 2 && kept[0] == first[0], "the older answer is kept");
    // What was derived can be derived again, the revision with it.
    let comparison = server::collector::rederive::rederive(&pool, channel, false).await.unwrap();
    assert!(comparison.kinds.iter().all(|one| one.missing == 0 && one.different == 0), "{comparison:?}");

    // Counted back, it is marked a second time; said again, it is not.
    world.dc.faults().clear();
    for _ in 0..2 {
        assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    }
    let revised = revisions::list(&pool, channel, Metric::Joined).await.unwrap();
    assert_eq!(revised.len(), 2, "{revised:?}");
    assert_eq!(days(&pool, channel, Metric::Joined).await[""][&day], old);
}

/// A group of the old kind that became a supergroup is only a shell in the list of chats.
#[sqlx::test(migrations = "../migrations")]
async fn of_a_group_that_moved_only_the_supergroup_is_collected(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let (shell, supergroup) = (900_302, 1_420_000_005);
    let listed: Vec<i64> = channels::list(&pool).await.unwrap().iter().map(|one| one.id.0).collect();
    assert!(
        !listed.contains(&shell) && listed.iter().filter(|id| **id == supergroup).count() == 1,
        "{listed:?}"
    );
    let stored: i64 = sqlx::query_scalar("select count(*) from channels where id = $1")
        .bind(shell)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(stored, 0);
    let context = world.connect(manners()).await;
    let channel = ChannelId(supergroup);
    for collector in [Collector::Facts, Collector::GroupStatistics, Collector::Posts, Collector::AdminLog] {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    let truth = world.dc.truth().group_days(supergroup);
    let yesterday = &truth[truth.len() - 2];
    let members = days(&pool, channel, Metric::Subscribers).await;
    assert_eq!(members[""][&yesterday.date].cast_unsigned(), yesterday.members);
}
