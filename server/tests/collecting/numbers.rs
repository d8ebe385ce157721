//! What Telegram shows beside the counts that everybody looks at: every number of it against the world's.

use std::collections::{BTreeMap, BTreeSet};

use app::model::{CardName, ChannelId, Collector, Metric, Post};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use server::store::{cards, posts, samples};
use sqlx::PgPool;
use telegram_dc::{RowKind, TruthDay, Unit};

use crate::harness::{Harness, assert_done, manners};

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// What is true at that moment of the world.
fn at<T>(world: &Harness, moment: Timestamp, ask: impl FnOnce() -> T) -> T {
    let now = world.dc.clock().now();
    world.dc.clock().set(moment);
    let said = ask();
    world.dc.clock().set(now);
    said
}

#[sqlx::test(migrations = "../migrations")]
async fn the_graphs_that_few_look_at_are_true(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    let days = world.dc.truth().days(one.id);
    let whole = &days[..days.len() - 1];
    type Counts = fn(&TruthDay) -> BTreeMap<String, u64>;
    fn plain(count: u64) -> BTreeMap<String, u64> {
        [(String::new(), count)].into()
    }
    fn moods(counts: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
        counts.iter().map(|(mood, count)| (mood.to_lowercase(), *count)).collect()
    }
    let graphs: [(Metric, Counts); 8] = [
        (Metric::Muted, |day| plain(day.muted)),
        (Metric::Unmuted, |day| plain(day.unmuted)),
        (Metric::InstantViews, |day| plain(day.instant_views)),
        (Metric::InstantViewShares, |day| plain(day.instant_view_shares)),
        (Metric::Reactions, |day| moods(&day.reactions_by_emotion)),
        (Metric::StoryViews, |day| plain(day.story_views)),
        (Metric::StoryShares, |day| plain(day.story_shares)),
        (Metric::StoryReactions, |day| moods(&day.story_reactions_by_emotion)),
    ];
    for (metric, of) in graphs {
        let lines =
            samples::list(&pool, channel, metric, whole[0].date, whole[whole.len() - 1].date).await.unwrap();
        assert!(lines.values().all(|line| line.len() >= 89), "{metric}");
        for day in whole.iter().rev().take(89) {
            let value = |line: &BTreeMap<Date, i64>| u64::try_from(line[&day.date]).unwrap();
            let known = lines.iter().map(|(key, line)| (key.clone(), value(line))).collect();
            assert_eq!(of(day), known, "{metric} of {}", day.date);
        }
        let sum: u64 = whole.iter().map(|day| of(day).values().sum::<u64>()).sum();
        assert!(sum > 0, "{metric}: nothing to compare");
    }
}

/// The numbers above the graphs, made from posts, stories and days: by name, the period's and the one before's.
fn cards_at(world: &Harness, channel: i64, moment: Timestamp) -> BTreeMap<CardName, (f64, f64)> {
    let truth = world.dc.truth();
    let (days, posts, stories) =
        at(world, moment, || (truth.days(channel), truth.posts(channel), truth.stories(channel)));
    let end = midnight(days[days.len() - 1].date).as_second();
    let week = 7 * 86_400;
    let mean = |counts: Vec<u64>| {
        let sum: u64 = counts.iter().sum();
        if counts.is_empty() { 0.0 } else { sum as f64 / counts.len() as f64 }
    };
    let weeks = [(end - week, end), (end - 2 * week, end - week)];
    let of_posts = |count: fn(&telegram_dc::TruthPost) -> u64| {
        let [this, last] = weeks.map(|(from, to)| {
            let made = posts.iter().filter(|one| one.deleted.is_none() && (from..to).contains(&one.date));
            mean(made.map(count).collect())
        });
        (this, last)
    };
    let of_stories = |count: fn(&telegram_dc::TruthStory) -> u64| {
        let [this, last] = weeks.map(|(from, to)| {
            mean(stories.iter().filter(|one| (from..to).contains(&one.date)).map(count).collect())
        });
        (this, last)
    };
    let (today, before) = (&days[days.len() - 1], &days[days.len() - 9]);
    let subscribers = days[days.len() - 2].subscribers;
    [
        (CardName::Followers, (subscribers as f64, before.subscribers as f64)),
        (CardName::ViewsPerPost, of_posts(|one| one.views)),
        (CardName::SharesPerPost, of_posts(|one| one.forwards)),
        (CardName::ReactionsPerPost, of_posts(|one| one.reactions)),
        (CardName::ViewsPerStory, of_stories(|one| one.views)),
        (CardName::SharesPerStory, of_stories(|one| one.forwards)),
        (CardName::ReactionsPerStory, of_stories(|one| one.reactions)),
        // A part and its whole, and no comparison.
        (CardName::EnabledNotifications, ((subscribers - today.muted_before) as f64, subscribers as f64)),
    ]
    .into()
}

#[sqlx::test(migrations = "../migrations")]
async fn the_eight_cards_are_true_to_telegrams_own_period(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for days in 0..3 {
        // The week moves on by a day.
        world.advance(SignedDuration::from_hours(24 * days)).await;
        let begun = world.dc.clock().now();
        assert_done(&world.collect(&context, channel, Collector::Statistics).await);
        let ended = world.dc.clock().now();
        let end = midnight(ended.to_zoned(TimeZone::UTC).date());
        let mut known = BTreeMap::new();
        for card in cards::latest(&pool, channel).await.unwrap() {
            let period = (end - SignedDuration::from_hours(7 * 24), end);
            assert_eq!((card.period_start, card.period_end), period, "{card:?}");
            let number = |shown: Option<String>| shown.map_or(f64::NAN, |shown| shown.parse().unwrap());
            let of = if card.name == CardName::EnabledNotifications {
                assert_eq!(card.previous, None);
                card.total
            } else {
                assert_eq!(card.total, None);
                card.previous
            };
            known.insert(
                card.name,
                (number(Some(card.current.to_string())), number(of.map(|of| of.to_string()))),
            );
        }
        assert_eq!(known.len(), 8);
        assert!(known.values().all(|(current, other)| *current > 0.0 && *other > 0.0), "{known:?}");
        let seconds = begun.as_second()..=ended.as_second();
        let mut truths =
            seconds.map(|second| cards_at(&world, channel.0, Timestamp::from_second(second).unwrap()));
        assert!(
            truths.any(|truth| truth == known),
            "{known:?} is not {:?}",
            cards_at(&world, channel.0, begun)
        );
    }
}

/// What was counted in each hour (UTC) of these days together: from one moment of the world to the next.
fn by_hour(
    world: &Harness,
    channel: i64,
    days: &[TruthDay],
    count: fn(&TruthDay) -> u64,
) -> BTreeMap<i8, i64> {
    let truth = world.dc.truth();
    let mut hours: BTreeMap<i8, i64> = BTreeMap::new();
    for day in days {
        let mut so_far = 0;
        for hour in 0..24 {
            let end = midnight(day.date) + SignedDuration::from_hours(i64::from(hour) + 1);
            let then = at(world, end, || truth.days(channel));
            let then = count(then.iter().find(|one| one.date == day.date).unwrap());
            *hours.entry(hour).or_default() += i64::try_from(then - so_far).unwrap();
            so_far = then;
        }
        assert_eq!(so_far, count(day));
    }
    hours
}

#[sqlx::test(migrations = "../migrations")]
async fn hours_of_the_day_are_true(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    for collector in [Collector::Statistics, Collector::Revenue] {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    let days = world.dc.truth().days(one.id);
    let whole = &days[..days.len() - 1];
    let (before, last) = (&whole[whole.len() - 14..whole.len() - 7], &whole[whole.len() - 7..]);
    let views = samples::list_hours(&pool, channel, Metric::ViewsByHour).await.unwrap();
    let truth = [("y0", last), ("y1", before)];
    let truth = truth.map(|(key, week)| (key.to_owned(), by_hour(&world, one.id, week, |day| day.views)));
    assert_eq!(views, truth.into());
    let impressions = samples::list_hours(&pool, channel, Metric::AdImpressionsByHour).await.unwrap();
    let truth = by_hour(&world, one.id, last, |day| day.impressions);
    assert!(truth.values().sum::<i64>() > 1_000, "{truth:?}");
    assert_eq!(impressions, [(String::new(), truth)].into());
}

#[sqlx::test(migrations = "../migrations")]
async fn the_graph_of_stars_is_the_ledgers_days(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::Revenue).await);
    let truth = world.dc.truth();
    let mut earned: BTreeMap<Date, i128> = BTreeMap::new();
    for row in truth.ledger(one.id, Unit::Stars) {
        let counts = match row.kind {
            RowKind::Withdrawal { .. } | RowKind::WithdrawalRefund | RowKind::AdsSpending => false,
            RowKind::Unsupported => row.nano > 0,
            _ => true,
        };
        if counts {
            let at = Timestamp::from_second(row.date).unwrap();
            *earned.entry(at.to_zoned(TimeZone::UTC).date()).or_default() += row.nano;
        }
    }
    let days = truth.days(one.id);
    let whole = &days[..days.len() - 1];
    let first = whole[whole.len() - 89].date;
    let lines = samples::list(&pool, channel, Metric::StarsRevenue, first, whole[whole.len() - 1].date)
        .await
        .unwrap();
    // Whole Stars: a day's fraction is not in the graph. A day on which more was given back than earned has none.
    let stars =
        |day: Date| i64::try_from(earned.get(&day).map_or(0, |nano| nano.max(&0) / 1_000_000_000)).unwrap();
    let expected: BTreeMap<Date, i64> =
        whole[whole.len() - 89..].iter().map(|day| (day.date, stars(day.date))).collect();
    assert!(expected.values().filter(|stars| **stars > 0).count() > 20, "{expected:?}");
    assert_eq!(lines, [(String::new(), expected)].into());
}

#[sqlx::test(migrations = "../migrations")]
async fn stars_under_posts_and_who_signed_them_are_true(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let context = world.connect(manners()).await;
    let (mut posts, mut with_stars, mut authors) = (0, 0, BTreeSet::new());
    let truth = world.dc.truth();
    for one in truth.channels().iter().filter(|one| one.stats && !one.supergroup) {
        let channel = ChannelId(one.id);
        let begun = world.dc.clock().now();
        assert_done(&world.collect(&context, channel, Collector::Posts).await);
        let ended = world.dc.clock().now();
        let signed: BTreeMap<i32, Option<String>> =
            truth.posts(one.id).into_iter().map(|post| (post.id, post.author)).collect();
        let paid = [begun, ended].map(|moment| stars_by_post(&world, one.id, moment));
        for post in known(&pool, channel).await {
            let stars = post.counters.reactions_by.get("paid").copied();
            assert!(paid.iter().any(|paid| paid.get(&post.id).copied() == stars), "{post:?}");
            assert_eq!(post.author, signed[&post.id], "{post:?}");
            posts += 1;
            with_stars += usize::from(stars.is_some());
            authors.extend(post.author);
        }
    }
    assert!(with_stars > 10 && with_stars < posts, "{with_stars} of {posts}");
    assert!(authors.len() > 1, "{authors:?}");
}

/// Stars that the ledger has for reactions, by post.
fn stars_by_post(world: &Harness, channel: i64, moment: Timestamp) -> BTreeMap<i32, i32> {
    let mut stars: BTreeMap<i32, i32> = BTreeMap::new();
    for row in at(world, moment, || world.dc.truth().ledger(channel, Unit::Stars)) {
        if let RowKind::Reaction { post, .. } = row.kind {
            *stars.entry(post).or_default() += i32::try_from(row.nano / 1_000_000_000).unwrap();
        }
    }
    stars
}

async fn known(pool: &PgPool, channel: ChannelId) -> Vec<Post> {
    let (from, until) = ("2000-01-01T00:00:00Z".parse().unwrap(), "2100-01-01T00:00:00Z".parse().unwrap());
    posts::list(pool, posts::Filter { channel, from, until, limit: 1_000 }).await.unwrap()
}
