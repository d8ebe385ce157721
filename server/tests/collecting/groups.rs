use std::collections::BTreeMap;

use app::model::{CardName, ChannelId, Collector, Metric, RunState};
use jiff::civil::Date;
use server::store::group_tops::{self, Deeds};
use server::store::{cards, samples};
use sqlx::PgPool;
use telegram_dc::{TruthChannel, TruthGroupDay};

use crate::harness::{Harness, assert_done, manners};

fn group(world: &Harness) -> TruthChannel {
    let channels = world.dc.truth().channels();
    channels.into_iter().find(|one| one.supergroup && one.stats).unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_groups_days_are_true(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 400).await;
    let one = group(&world);
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::GroupStatistics).await);
    let truth = world.dc.truth();
    let days: Vec<TruthGroupDay> = truth.group_days(one.id).into_iter().filter(|day| !day.partial).collect();
    let (first, last) = (days[0].date, days[days.len() - 1].date);
    let known = async |metric| samples::list(&pool, channel, metric, first, last).await.unwrap();

    type Count = fn(&TruthGroupDay) -> u64;
    let plain: [(Metric, &str, Count); 9] = [
        (Metric::Subscribers, "", |day| day.members),
        (Metric::Joined, "", |day| day.joined),
        (Metric::Left, "", |day| day.left),
        (Metric::GroupActions, "deleted_messages", |day| day.deleted),
        (Metric::GroupActions, "edited_messages", |day| day.edited),
        (Metric::GroupActions, "banned_and_restricted_members", |day| day.banned + day.restricted),
        (Metric::MessagesByType, "photos", |day| day.messages_by_type["Photos"]),
        (Metric::MessagesByType, "text", |day| day.messages_by_type["Text"]),
        (Metric::MessagesByType, "voice_messages", |day| day.messages_by_type["Voice Messages"]),
    ];
    for (metric, dimension, of) in plain {
        let lines = known(metric).await;
        let Some(line) = lines.get(dimension) else { panic!("{metric}: {:?}", lines.keys()) };
        assert!(line.len() >= 89, "{metric} has {} days", line.len());
        same(metric, line, &days, of);
    }
    // All dimensions together are the day: none is left out.
    let sums: [(Metric, Count); 3] = [
        (Metric::MessagesByType, |day| day.messages),
        (Metric::JoinedBySource, |day| day.joined),
        (Metric::Languages, |day| day.viewers),
    ];
    for (metric, of) in sums {
        let mut sum: BTreeMap<Date, i64> = BTreeMap::new();
        for (day, value) in known(metric).await.into_values().flatten() {
            *sum.entry(day).or_default() += value;
        }
        assert!(sum.len() >= 89, "{metric} has {} days", sum.len());
        same(metric, &sum, &days, of);
    }

    let messages: BTreeMap<Date, u64> = days.iter().map(|day| (day.date, day.messages)).collect();
    let hours = samples::list_hours(&pool, channel, Metric::MessagesByHour).await.unwrap();
    let week: u64 = messages.values().rev().take(7).sum();
    assert_eq!((hours["y0"].len(), u64::try_from(hours["y0"].values().sum::<i64>()).unwrap()), (24, week));
    let weekdays = known(Metric::MessagesByWeekday).await;
    assert_eq!(weekdays.len(), 7);
    for (index, weekday) in
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].iter().enumerate()
    {
        let line = &weekdays[*weekday];
        assert!(line.len() >= 12, "{weekday} has {} weeks", line.len());
        for (monday, value) in line {
            let day = monday.checked_add(jiff::Span::new().days(i64::try_from(index).unwrap())).unwrap();
            if let Some(messages) = messages.get(&day) {
                assert_eq!(u64::try_from(*value).unwrap(), *messages, "{weekday} of the week from {monday}");
            }
        }
    }
    assert_eq!(world.dc.requests().unknown(), []);
}

fn same(metric: Metric, line: &BTreeMap<Date, i64>, days: &[TruthGroupDay], of: fn(&TruthGroupDay) -> u64) {
    for day in days {
        if let Some(value) = line.get(&day.date) {
            assert_eq!(u64::try_from(*value).unwrap(), of(day), "{metric} of {}", day.date);
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_groups_cards_and_busiest_are_those_of_the_last_week(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let one = group(&world);
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    assert_done(&world.collect(&context, channel, Collector::GroupStatistics).await);
    let days = world.dc.truth().group_days(one.id);
    let whole = &days[..days.len() - 1];
    let (last, before) = (&whole[whole.len() - 7..], &whole[whole.len() - 14..whole.len() - 7]);
    let sum = |days: &[TruthGroupDay], of: fn(&TruthGroupDay) -> u64| days.iter().map(of).sum::<u64>();

    let known = cards::latest(&pool, channel).await.unwrap();
    let mut names: Vec<CardName> = known.iter().map(|card| card.name).collect();
    names.sort();
    assert_eq!(names, [CardName::Members, CardName::Messages, CardName::Viewers, CardName::Posters]);
    let card = |name| known.iter().find(|card| card.name == name).unwrap();
    let messages = card(CardName::Messages);
    let texts = (messages.current.to_string(), messages.previous.unwrap().to_string());
    let of = |day: &TruthGroupDay| day.messages;
    assert_eq!(texts, (sum(last, of).to_string(), sum(before, of).to_string()));
    assert_eq!(card(CardName::Members).current.to_string(), whole[whole.len() - 1].members.to_string());
    let midnight = |day: Date| day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let period = (midnight(last[0].date), midnight(days[days.len() - 1].date));
    assert_eq!((messages.period_start, messages.period_end), period);

    let tops = group_tops::list(&pool, channel, period.0, period.1).await.unwrap();
    assert!(tops.iter().all(|top| top.name.is_some()));
    let (mut posters, mut invited, mut done) = (0, 0, (0, 0, 0));
    for top in &tops {
        match top.deeds {
            Deeds::Posted { .. } => posters += 1,
            Deeds::Moderated { deleted, kicked, banned } => {
                done = (done.0 + deleted, done.1 + kicked, done.2 + banned);
            }
            Deeds::Invited { invitations } => invited += u64::try_from(invitations).unwrap(),
        }
    }
    let number = |of: fn(&TruthGroupDay) -> u64| i32::try_from(sum(last, of)).unwrap();
    assert_eq!(posters, 10);
    assert_eq!(done, (number(|day| day.deleted), number(|day| day.banned), number(|day| day.restricted)));
    let truth = world.dc.truth().days(one.id);
    let week = &truth[truth.len() - 8..truth.len() - 1];
    assert_eq!(invited, week.iter().map(|day| day.joined_by_source["Other"]).sum::<u64>());

    let again = world.collect(&context, channel, Collector::GroupStatistics).await;
    assert_done(&again);
    assert_eq!(again.values_new, 0, "{again:?}");
    let rows: i64 = sqlx::query_scalar("select count(*) from cards").fetch_one(&pool).await.unwrap();
    assert_eq!(rows, 4, "what is said again is not kept again");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_graph_of_a_group_that_fails_takes_no_other_with_it(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let channel = ChannelId(group(&world).id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 500, "RPC_CALL_FAIL", 1);
    let run = world.collect(&context, channel, Collector::GroupStatistics).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().starts_with("The graph languages was refused"));
    let state = async |metric| samples::state(&pool, channel, metric).await.unwrap();
    assert_eq!(state(Metric::Languages).await.as_of, None);
    for metric in [Metric::Subscribers, Metric::MessagesByType, Metric::MessagesByWeekday] {
        assert!(state(metric).await.as_of.is_some(), "{metric}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_graph_of_a_later_layer_is_named_and_what_stands_before_it_kept(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 120).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    // So that no first question is answered by a request for the login.
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    for statement in ["delete from cards", "delete from metric_states", "delete from sample_chunks"] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    world.dc.faults().unknown_inside("stats.getBroadcastStats", 1);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Partial, "{run:?}");
    let error = run.error.unwrap();
    assert!(error.contains("The graph story_reactions_by_emotion was refused"), "{error}");
    assert!(error.contains("0x0badc0de"), "{error}");
    assert_eq!(error.matches("was refused").count(), 1, "the other eleven are kept: {error}");
    assert_eq!(cards::latest(&pool, channel).await.unwrap().len(), 8);
    let state = async |metric| samples::state(&pool, channel, metric).await.unwrap();
    assert!(state(Metric::StoryReactions).await.error.is_some());
    for metric in [Metric::Subscribers, Metric::Views, Metric::StoryViews] {
        assert!(state(metric).await.as_of.is_some(), "{metric}");
    }

    world.dc.faults().unknown_constructor("stats.getBroadcastStats", 1);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Failed);
    let error = run.error.unwrap();
    assert!(error.starts_with("Telegram's answer cannot be read: stats.getBroadcastStats"), "{error}");
    assert!(state(Metric::Subscribers).await.as_of.is_some(), "what is known stays");
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);

    world.dc.faults().unknown_constructor("stats.loadAsyncGraph", 1);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().starts_with("The graph interactions was refused: Telegram's answer"));
}
