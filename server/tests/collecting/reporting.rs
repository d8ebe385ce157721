//! What other programs read: the views of the schema `reporting`, as the role that may read nothing else, compared with the
//! world's truth.

use std::collections::{BTreeMap, BTreeSet};

use app::model::known::Record;
use app::model::{ChannelId, Collector, RunState};
use server::store::known;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool};
use telegram_dc::{Truth, TruthChannel, TruthPost, TruthPostKind, Unit};

use crate::harness::{Harness, assert_done, manners};

/// Reads views as the reader.
struct Reader(PgPool);

impl Reader {
    async fn rows<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(
        &self,
        query: &'static str,
        channel: i64,
    ) -> Vec<T> {
        let mut reading = self.0.begin().await.unwrap();
        sqlx::query("set local role channelscope_reader").execute(&mut *reading).await.unwrap();
        sqlx::query_as(query).bind(channel).fetch_all(&mut *reading).await.unwrap()
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn every_view_tells_the_truth(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let one = world.richest();
    let context = world.connect(manners()).await;
    world.dc.clock().stop();
    let channel = ChannelId(one.id);
    for collector in Collector::ALL.iter().copied().filter(|one| one.exists_in(false)) {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    let (reader, truth) = (Reader(pool), world.dc.truth());
    channels(&reader, &one).await;
    numbers(&reader, &truth, one.id).await;
    freshness(&reader, one.id).await;
    known_since(&reader.0, &truth, one.id).await;
    money(&reader, &truth, one.id).await;
    posts(&reader, &truth, one.id, world.dc.clock().now().as_second()).await;
    stories(&reader, &truth, one.id).await;
    boosts(&reader, &truth, one.id).await;
    giveaways(&reader, &truth, one.id).await;
    runs(&reader, &world).await;
}

async fn channels(reader: &Reader, one: &TruthChannel) {
    type Row = (String, Option<String>, bool, bool, Option<i64>);
    let known: Vec<Row> = reader
        .rows(
            "select title, username, is_group, simulated, subscribers from reporting.channels where channel_id = $1",
            one.id,
        )
        .await;
    let subscribers = i64::try_from(one.subscribers).ok();
    assert_eq!(known, [(one.title.clone(), one.username.clone(), false, true, subscribers)]);
}

/// `daily`, `series`, `hours_of_day`.
async fn numbers(reader: &Reader, truth: &Truth, channel: i64) {
    let days = truth.days(channel);
    let whole = &days[days.len() - 30..days.len() - 1];
    let daily: Vec<(String, String, String, i64)> = reader
        .rows(
            "select metric, dimension, day::text, value from reporting.daily where channel_id = $1",
            channel,
        )
        .await;
    let known: BTreeMap<(&str, &str, &str), i64> = daily
        .iter()
        .map(|(metric, key, day, value)| ((metric.as_str(), key.as_str(), day.as_str()), *value))
        .collect();
    for day in whole {
        let date = day.date.to_string();
        let of = |metric, key| known.get(&(metric, key, date.as_str())).copied().map(i64::cast_unsigned);
        assert_eq!(of("subscribers", ""), Some(day.subscribers));
        assert_eq!(of("joined", ""), Some(day.joined));
        assert_eq!(of("left", ""), Some(day.left));
        assert_eq!(of("views", ""), Some(day.views));
        assert_eq!(of("shares", ""), Some(day.shares));
        assert_eq!(of("story_views", ""), Some(day.story_views));
        assert_eq!(of("ad_revenue", ""), Some(day.revenue_nano));
        for (name, count) in &day.reactions_by_emotion {
            let key = name.to_lowercase();
            assert_eq!(
                known.get(&("reactions", key.as_str(), date.as_str())).copied().map(i64::cast_unsigned),
                Some(*count)
            );
        }
    }
    // The same days, and the hours that add up to them.
    let series: Vec<(String, String, String, i64, i64)> = reader
        .rows(
            "select metric, dimension, (at at time zone 'UTC')::date::text, count(*), sum(value)::bigint
             from reporting.series where channel_id = $1 and resolution = 'hour' and metric <> 'subscribers'
             group by 1, 2, 3 having count(*) = 24",
            channel,
        )
        .await;
    assert!(series.len() > 6, "{series:?}");
    for (metric, key, day, _, sum) in &series {
        assert_eq!(known.get(&(metric, key, day)), Some(sum), "{metric} {key} of {day}");
    }
    let days: Vec<(i64,)> = reader
        .rows("select count(*) from reporting.series where channel_id = $1 and resolution = 'day'", channel)
        .await;
    assert_eq!(usize::try_from(days[0].0).unwrap(), daily.len());
    let hours: Vec<(i32, i64)> = reader
        .rows(
            "select hour, value from reporting.hours_of_day
             where channel_id = $1 and metric = 'views_by_hour' and dimension = 'y0' order by hour",
            channel,
        )
        .await;
    assert_eq!(hours.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), (0..24).collect::<Vec<_>>());
    // Of the last seven whole days.
    let week: u64 = whole[whole.len() - 7..].iter().map(|day| day.views).sum();
    let told: i64 = hours.iter().map(|(_, views)| views).sum();
    assert!(week.abs_diff(told.cast_unsigned()) <= 24 * 7, "each hour of a day is rounded: {week} {told}");
}

async fn freshness(reader: &Reader, channel: i64) {
    let states: Vec<(String, Option<String>, bool, Option<String>)> = reader
        .rows(
            "select metric, known_since::text, as_of is not null, error from reporting.freshness where channel_id = $1",
            channel,
        )
        .await;
    let since: Vec<(String, String)> = reader
        .rows("select metric, min(day)::text from reporting.daily where channel_id = $1 group by 1", channel)
        .await;
    assert!(since.len() > 12);
    for (metric, first) in since {
        let state = states.iter().find(|state| state.0 == metric);
        assert_eq!(state, Some(&(metric, Some(first), true, None)));
    }
}

/// What the overview says of it: no view, but of the same collection.
async fn known_since(pool: &PgPool, truth: &Truth, channel: i64) {
    let mut db = pool.acquire().await.unwrap();
    let known = known::get(&mut db, ChannelId(channel)).await.unwrap();
    let since: BTreeMap<Record, i64> =
        known.since.iter().map(|(record, at)| (*record, at.as_second())).collect();
    assert_eq!(since.keys().copied().collect::<Vec<_>>(), Record::ALL, "everything was met");
    assert_eq!(since[&Record::Ledger], truth.whole_ledger(channel)[0].date);
    let stories = truth.stories(channel).into_iter().map(|story| story.date);
    assert_eq!(Some(since[&Record::Stories]), stories.min());
    // What is only known from a look on is not older than it.
    let facts = since[&Record::Facts];
    for record in [Record::Balances, Record::Boosts, Record::InviteLinks] {
        assert!((facts..facts + 60).contains(&since[&record]), "{record:?}");
    }
    assert!(
        since[&Record::Statistics] < facts
            && since[&Record::Posts] < facts
            && since[&Record::AdminLog] < facts
    );
    assert_eq!(known.admin_log_gaps, []);
    let nobody = known::get(&mut db, ChannelId(404)).await.unwrap();
    assert_eq!(nobody.since, []);
}

/// `balances`, `ledger`, `rates`.
async fn money(reader: &Reader, truth: &Truth, channel: i64) {
    for (unit, code) in [(Unit::Ton, "TON"), (Unit::Stars, "XTR")] {
        let balances: Vec<(String, String, String, String)> = reader
            .rows(
                "select unit_code, available_nano::text, current_nano::text, overall_nano::text
                 from reporting.balances where channel_id = $1",
                channel,
            )
            .await;
        let said = truth.balances(channel, unit);
        let [available, current, overall] =
            [said.available_nano, said.current_nano, said.overall_nano].map(|nano| nano.to_string());
        assert!(balances.contains(&(code.to_owned(), available, current, overall)), "{balances:?} {said:?}");
        let rows: Vec<(String, String, String, String, bool, i64)> = reader
            .rows(
                "select unit_code, transaction_id, amount_nano::text, trunc(amount * 1000000000)::text, is_outgoing,
                        extract(epoch from booked_at)::bigint
                 from reporting.ledger where channel_id = $1",
                channel,
            )
            .await;
        let mut known: Vec<(String, String, i64)> = rows
            .into_iter()
            .filter(|row| row.0 == code)
            .map(|(_, id, nano, amount, is_outgoing, at)| {
                assert_eq!(nano, amount, "an amount is a billion times less");
                assert_eq!(nano.starts_with('-'), is_outgoing);
                (id, nano, at)
            })
            .collect();
        let mut told: Vec<_> = truth
            .ledger(channel, unit)
            .into_iter()
            .map(|row| (row.id, row.nano.to_string(), row.date))
            .collect();
        known.sort();
        told.sort();
        assert!(known == told && !told.is_empty(), "{code}: {} rows, not {}", known.len(), told.len());
        let rates: Vec<(String, f64)> = reader
            .rows(
                "select unit_code, usd_rate::float8 from reporting.rates where source = 'simulated' and $1 > 0",
                channel,
            )
            .await;
        let rate = truth.usd_rate(unit);
        assert!(
            rates.iter().any(|(unit, usd)| unit == code && (usd - rate).abs() < 1e-9),
            "{rates:?} {rate}"
        );
    }
}

/// `posts`, `post_samples`.
async fn posts(reader: &Reader, truth: &Truth, channel: i64, now: i64) {
    type Row = (i32, i64, Option<String>, String, Option<i32>, Option<i32>, Option<i32>, Option<i32>);
    let known: Vec<Row> = reader
        .rows(
            "select post_id, extract(epoch from posted_at)::bigint, author, text, views, forwards, replies, reactions
             from reporting.posts where channel_id = $1 and deleted_seen_at is null",
            channel,
        )
        .await;
    let told: BTreeMap<i32, TruthPost> = truth
        .posts(channel)
        .into_iter()
        .filter(|post| post.deleted.is_none())
        .map(|post| (post.message_ids[0], post))
        .collect();
    assert!(known.len() > 60, "{}", known.len());
    for (id, at, author, text, views, forwards, replies, reactions) in &known {
        // Of a giveaway only the second message is a post.
        let post = told.get(id).or_else(|| told.values().find(|post| post.id == *id)).unwrap();
        assert_eq!((*at, author), (post.date, &post.author));
        // The truth leaves out what the end of a giveaway says of its winners.
        assert!(*text == post.text || post.kind == TruthPostKind::GiveawayResults, "{post:?}");
        let counted =
            [views, forwards, reactions].map(|count| count.map(|count| u64::try_from(count).unwrap()));
        assert_eq!(counted, [post.views, post.forwards, post.reactions].map(Some), "{post:?}");
        assert!(replies.is_none_or(|replies| u64::try_from(replies) == Ok(post.replies)));
    }
    let samples: Vec<(i32, i32, i32)> = reader
        .rows(
            "select post_id, age_seconds, views from reporting.post_samples
             where channel_id = $1 and origin = 'counter' and views is not null",
            channel,
        )
        .await;
    let newest: BTreeMap<i32, i32> = samples.iter().map(|(id, age, _)| (*id, *age)).collect();
    for (id, at, .., views, _, _, _) in &known {
        let (at, age) = (*at, i64::from(newest[id]));
        assert!((at + age - now).abs() < 60, "its age is that of the look");
        let (_, _, counted) = samples.iter().find(|(post, ..)| post == id).unwrap();
        assert_eq!(Some(*counted), *views);
    }
}

async fn stories(reader: &Reader, truth: &Truth, channel: i64) {
    let known: Vec<(i32, i64, bool, i64, i64, i64)> = reader
        .rows(
            "select story_id, extract(epoch from expires_at)::bigint, pinned, views::bigint, forwards::bigint, reactions::bigint
             from reporting.stories where channel_id = $1 and deleted_seen_at is null order by 1",
            channel,
        )
        .await;
    let told = truth.stories(channel).into_iter().map(|story| {
        let [views, forwards, reactions] =
            [story.views, story.forwards, story.reactions].map(|count| i64::try_from(count).unwrap());
        (story.id, story.expires, story.pinned, views, forwards, reactions)
    });
    let told: BTreeSet<_> = told.collect();
    assert!(known.len() > 3 && known.iter().all(|story| told.contains(story)), "{known:?} {told:?}");
}

async fn boosts(reader: &Reader, truth: &Truth, channel: i64) {
    let known: BTreeSet<(String, String, i32, i64, i64)> = reader
        .rows(
            "select boost_id, source, multiplier::integer, extract(epoch from applied_at)::bigint,
                    extract(epoch from expires_at)::bigint
             from reporting.boosts where channel_id = $1 and ended_seen_at is null",
            channel,
        )
        .await
        .into_iter()
        .collect();
    let active = truth.boosts(channel).into_iter().filter(|boost| boost.active);
    let told: BTreeSet<_> = active
        .map(|boost| {
            let multiplier = i32::try_from(boost.multiplier).unwrap();
            (boost.id, boost.source.to_owned(), multiplier, boost.date, boost.expires)
        })
        .collect();
    assert!(known == told && told.len() > 20, "{} boosts, not {}", known.len(), told.len());
}

async fn giveaways(reader: &Reader, truth: &Truth, channel: i64) {
    let known: BTreeSet<(i64, i32, Option<i32>)> = reader
        .rows(
            "select giveaway_id, quantity, winners from reporting.giveaways where channel_id = $1 and not is_prepaid",
            channel,
        )
        .await
        .into_iter()
        .collect();
    let told: BTreeSet<_> = truth
        .giveaways(channel)
        .into_iter()
        .map(|one| {
            let winners = one.finished.filter(|_| !one.refunded).map(|_| i32::try_from(one.winners).unwrap());
            (i64::from(one.post_msg_id), i32::try_from(one.quantity).unwrap(), winners)
        })
        .collect();
    assert!(known == told && !told.is_empty(), "{known:?} {told:?}");
    let prepaid: BTreeSet<(i64, i32)> = reader
        .rows(
            "select giveaway_id, quantity from reporting.giveaways where channel_id = $1 and is_prepaid",
            channel,
        )
        .await
        .into_iter()
        .collect();
    let told = truth
        .prepaid_giveaways(channel)
        .into_iter()
        .map(|one| (one.id, i32::try_from(one.quantity).unwrap()));
    assert_eq!(prepaid, told.collect::<BTreeSet<_>>());
}

async fn runs(reader: &Reader, world: &Harness) {
    type Row = (i64, i64, String, String, i32, i32, i32, i32, Option<String>);
    let mut known: Vec<Row> = reader
        .rows(
            "select run_id, channel_id, collector, state, requests, values_new, values_changed, values_unchanged, error
             from reporting.runs where $1 > 0 and started_at is not null and finished_at is not null",
            1,
        )
        .await;
    known.sort();
    let mut told: Vec<Row> = world
        .runs()
        .await
        .into_iter()
        .map(|run| {
            assert_eq!(run.state, RunState::Done);
            (
                run.id.0,
                run.channel_id.0,
                run.collector.name().to_owned(),
                "done".to_owned(),
                run.requests,
                run.values_new,
                run.values_changed,
                run.values_unchanged,
                run.error,
            )
        })
        .collect();
    told.sort();
    assert_eq!(known, told);
    let made: i64 = known.iter().map(|run| i64::from(run.4)).sum();
    assert!(made > 40, "{made} requests");
}
