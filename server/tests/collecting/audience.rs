use std::collections::{BTreeMap, BTreeSet};

use app::model::{BoostSource, ChannelId, Collector, GiveawayId, GiveawayState, RunState};
use jiff::{SignedDuration, Timestamp};
use server::collector::Context;
use server::store::{admin_log, boosts, channels, giveaways, invites};
use server::telegram::client::ChannelRef;
use sqlx::PgPool;
use telegram_dc::TruthBoost;

use crate::harness::{Harness, assert_done, manners};

/// Looks a day apart.
const DAYS: i64 = 40;

async fn collect(world: &Harness, context: &Context, channel: ChannelId, collector: Collector) -> Timestamp {
    let before = world.clock.now();
    assert_done(&world.collect(context, channel, collector).await);
    before
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn boosts_appear_and_end_within_a_day_of_the_truth(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let begun = collect(&world, &context, channel, Collector::Boosts).await;
    for _ in 0..DAYS {
        world.advance(SignedDuration::from_hours(24)).await;
        collect(&world, &context, channel, Collector::Boosts).await;
        let status = boosts::latest_status(&pool, channel).await.unwrap().unwrap();
        let truth = world.dc.truth().boosts(channel.0);
        let sum = |of: &dyn Fn(&TruthBoost) -> bool| {
            truth.iter().filter(|one| one.active && of(one)).map(|one| one.multiplier).sum::<u32>()
        };
        assert_eq!(u32::try_from(status.boosts), Ok(sum(&|_| true)));
        assert_eq!(u32::try_from(status.gift_boosts.unwrap()), Ok(sum(&|one| one.source != "premium")));
        assert!(status.premium_subscribers.unwrap() < status.subscribers.unwrap());
    }

    let day = SignedDuration::from_hours(25);
    let truth = world.dc.truth().boosts(channel.0);
    let seen = boosts::list(&pool, channel).await.unwrap();
    let seen: BTreeMap<&str, _> = seen.iter().map(|one| (one.boost.id.as_str(), one)).collect();
    let (mut appeared, mut ended) = (0, 0);
    for one in &truth {
        let Some(known) = seen.get(one.id.as_str()) else {
            // Over before anybody looked, or between two looks.
            assert!(moment(one.expires) <= begun + day, "{one:?} was missed");
            continue;
        };
        assert_eq!(known.boost.applied_at, moment(one.date));
        assert_eq!(known.boost.source.name(), one.source);
        assert_eq!(u32::try_from(known.boost.multiplier), Ok(one.multiplier));
        assert_eq!(known.boost.giveaway_msg_id, one.giveaway_msg_id);
        assert_eq!(known.boost.stars, one.stars.map(i64::from));
        if moment(one.date) > begun {
            appeared += 1;
            assert!(known.first_seen_at < moment(one.date) + day, "{one:?} {known:?}");
        }
        match known.ended_seen_at {
            None => {
                assert!(one.active, "{one:?} {known:?}");
                assert_eq!(known.boost.expires_at, moment(one.expires));
                assert_eq!(known.boost.user_id.map(|id| id.0), one.user);
                assert_eq!(known.boost.is_unclaimed, one.unclaimed);
            }
            Some(at) => {
                ended += 1;
                assert!(!one.active && at >= moment(one.expires), "{one:?} {known:?}");
                assert!(at < moment(one.expires) + day, "{one:?} {known:?}");
            }
        }
    }
    assert!(seen.keys().all(|id| truth.iter().any(|one| one.id == **id)), "no boost is made up");
    assert!(appeared > 10 && ended > 10, "{appeared} appeared, {ended} ended");
    let sources: Vec<_> = BoostSource::ALL
        .iter()
        .filter(|source| seen.values().any(|one| one.boost.source == **source))
        .collect();
    assert_eq!(sources.len(), BoostSource::ALL.len(), "every source was met");

    let again = world.collect(&context, channel, Collector::Boosts).await;
    assert_done(&again);
    assert_eq!(
        (again.values_new, again.values_changed),
        (0, 0),
        "the second look says nothing new: {again:?}"
    );
    assert!(again.values_unchanged > 0);
    assert_eq!(world.dc.requests().unknown(), []);
}

/// The first giveaway of the world: somebody wins Premium, and codes are used one after the other.
#[sqlx::test(migrations = "../migrations")]
async fn a_giveaway_is_paid_runs_and_its_codes_are_used(pool: PgPool) {
    giveaways_are_true(pool, 30, 1).await;
}

/// The third is called off and paid back; two are over before anybody looks.
#[sqlx::test(migrations = "../migrations")]
async fn a_giveaway_is_called_off_and_older_ones_are_found(pool: PgPool) {
    giveaways_are_true(pool, 180, 3).await;
}

/// Its message was deleted: there is nothing to come, and the next run reads on from where this one was.
#[sqlx::test(migrations = "../migrations")]
async fn a_giveaway_whose_message_is_gone_is_no_problem(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 400).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for collector in [Collector::Facts, Collector::Boosts] {
        assert_done(&world.collect(&context, channel, collector).await);
    }
    world.dc.faults().rpc_error("payments.getGiveawayInfo", 400, "MESSAGE_ID_INVALID", 1);
    assert_done(&world.collect(&context, channel, Collector::Giveaways).await);
    assert!(giveaways::read_to(&pool, channel).await.unwrap().is_some());
}

#[sqlx::test(migrations = "../migrations")]
async fn who_may_not_see_join_requests_still_sees_links(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 30).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("messages.getChatInviteImporters", 400, "CHAT_ADMIN_REQUIRED", 1);
    let run = world.collect(&context, channel, Collector::Invites).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().starts_with("Who waits to be let in could not be read"));
    assert!(run.values_new > 0);
}

/// What is paid for and not launched is known with all it says; what was launched is not called prepaid any more.
async fn prepaid_are_true(world: &Harness, channel: ChannelId) {
    let known = giveaways::list(&world.pool, channel).await.unwrap();
    let known: BTreeMap<i64, _> = known
        .into_iter()
        .map(|seen| seen.giveaway)
        .filter(|one| one.state == GiveawayState::Prepaid)
        .map(|one| (one.id.number(), (one.paid_at, one.months, one.stars, one.boosts, one.quantity)))
        .collect();
    let count = |value: u32| i32::try_from(value).unwrap();
    let truth = world.dc.truth().prepaid_giveaways(channel.0).into_iter();
    let truth = truth.map(|one| {
        let (months, boosts) = (one.months.map(count), one.boosts.map(count));
        (
            one.id,
            (Some(moment(one.paid)), months, one.stars.map(i64::from), boosts, Some(count(one.quantity))),
        )
    });
    assert_eq!(known, truth.collect());
    assert!(known.values().any(|one| one.1.is_some()) && known.values().any(|one| one.2.is_some()));
}

async fn giveaways_are_true(pool: PgPool, world_days: u32, least: usize) {
    let world = Harness::linked(pool.clone(), world_days).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let mut states = BTreeMap::new();
    for day in 0..=DAYS {
        if day > 0 {
            world.advance(SignedDuration::from_hours(24)).await;
        }
        collect(&world, &context, channel, Collector::Boosts).await;
        collect(&world, &context, channel, Collector::Giveaways).await;
        prepaid_are_true(&world, channel).await;
        for seen in giveaways::list(&pool, channel).await.unwrap() {
            *states.entry(seen.giveaway.state).or_insert(0) += 1;
        }
    }

    let truth = world.dc.truth().giveaways(channel.0);
    let known = giveaways::list(&pool, channel).await.unwrap();
    let known: BTreeMap<GiveawayId, _> = known.iter().map(|one| (one.giveaway.id, &one.giveaway)).collect();
    assert!(truth.len() >= least, "giveaways worth comparing");
    let mut compared = 0;
    for one in &truth {
        let Some(giveaway) = known.get(&GiveawayId::Message(one.post_msg_id)) else {
            panic!("{one:?} was missed");
        };
        compared += 1;
        assert_eq!(giveaway.started_at, Some(moment(one.started)));
        assert_eq!(giveaway.until, Some(moment(one.until)));
        assert_eq!(giveaway.finished_at, one.finished.map(moment));
        assert_eq!(giveaway.state == GiveawayState::Finished, one.finished.is_some(), "{giveaway:?}");
        assert_eq!(giveaway.months, one.months.and_then(|months| i32::try_from(months).ok()));
        assert_eq!(giveaway.stars, one.stars.map(i64::from));
        assert_eq!(giveaway.quantity, i32::try_from(one.quantity).ok());
        if one.finished.is_some() {
            assert_eq!(giveaway.winners, i32::try_from(one.winners).ok());
            assert_eq!(giveaway.is_refunded, Some(one.refunded));
            if one.months.is_some() && !one.refunded {
                assert_eq!(giveaway.activated, i32::try_from(one.activated).ok(), "{giveaway:?}");
            }
        }
    }
    let launched = known.keys().filter(|id| !id.is_prepaid()).count();
    assert_eq!(launched, compared, "no giveaway is made up or doubled");
    for state in [GiveawayState::Prepaid, GiveawayState::Running, GiveawayState::Finished] {
        assert!(states.contains_key(&state), "{state:?} was never met: {states:?}");
    }

    let again = world.collect(&context, channel, Collector::Giveaways).await;
    assert_done(&again);
    assert_eq!((again.values_new, again.values_changed), (0, 0), "{again:?}");
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn invite_links_are_used_as_they_truly_are(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let mut truths = Vec::new();
    for day in 0..=DAYS {
        if day > 0 {
            world.advance(SignedDuration::from_hours(24)).await;
        }
        let before = world.dc.truth().invites(channel.0);
        let at = collect(&world, &context, channel, Collector::Invites).await;
        let after = world.dc.truth().invites(channel.0);
        truths.push((at.to_zoned(jiff::tz::TimeZone::UTC).date(), before, after));
    }

    let links = invites::list(&pool, channel).await.unwrap();
    let (_, first, _) = &truths[0];
    let (_, last, _) = &truths[truths.len() - 1];
    assert_eq!(links.len(), last.len(), "every link once");
    let (mut came, mut truly_came) = (0_u64, 0_u64);
    for link in &links {
        let truth = last.iter().find(|one| one.link == link.link).unwrap();
        assert_eq!((&link.title, link.admin_id.0), (&truth.title, truth.admin_id));
        assert_eq!(
            (link.is_permanent, link.request_needed, link.is_revoked, link.price_stars.is_some()),
            (truth.permanent, truth.request_needed, truth.revoked, truth.paid)
        );
        assert_eq!(link.created_at, moment(truth.created));
        let usage = invites::usage(&pool, channel, &link.hash).await.unwrap();
        for one in &usage {
            let (_, before, after) = truths.iter().find(|(day, ..)| *day == one.day).unwrap();
            let of = |links: &[telegram_dc::TruthInvite]| {
                links.iter().find(|one| one.link == link.link).map_or(0, |one| one.usage)
            };
            let seen = u64::try_from(one.usage).unwrap();
            assert!((of(before)..=of(after)).contains(&seen), "{} of {}", one.usage, one.day);
        }
        // The daily differences add up to what came while somebody looked.
        let differences: i32 = usage.windows(2).map(|days| days[1].usage - days[0].usage).sum();
        let begun = first.iter().find(|one| one.link == link.link).map_or(0, |one| one.usage);
        let begun_before_the_first_sample = u64::try_from(usage[0].usage).unwrap().saturating_sub(begun);
        came += u64::try_from(differences).unwrap() + begun_before_the_first_sample;
        truly_came += truth.usage - begun;
    }
    assert!(links.iter().any(|link| link.is_revoked) && truly_came > 0);
    assert!(came.abs_diff(truly_came) <= 1 + truly_came / 10_000, "{came} came, truly {truly_came}");
    let waiting: usize = last.iter().map(|one| one.requested).sum();
    assert_eq!(invites::requests(&pool, channel).await.unwrap(), i32::try_from(waiting).ok());

    // Nobody asked who came, until a person marks a link.
    let marked = links.iter().filter(|link| (1..2_000).contains(&link.usage)).max_by_key(|link| link.usage);
    let marked = marked.unwrap();
    assert!(invites::importers(&pool, channel, &marked.hash).await.unwrap().is_empty());
    invites::track(&pool, channel, &marked.hash, true).await.unwrap();
    collect(&world, &context, channel, Collector::Invites).await;
    let importers = invites::importers(&pool, channel, &marked.hash).await.unwrap();
    let truth = world.dc.truth().invites(channel.0);
    let usage = truth.iter().find(|one| one.link == marked.link).unwrap().usage;
    assert_eq!(importers.len(), usize::try_from(usage).unwrap());

    let again = world.collect(&context, channel, Collector::Invites).await;
    assert_done(&again);
    assert_eq!(again.values_new, 0, "{again:?}");
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_admin_log_is_the_union_of_its_windows(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let access = channels::find_access(&pool, channel, world.account).await.unwrap().unwrap();
    let named = ChannelRef { id: channel, access_hash: access.access_hash };
    let mut union = BTreeMap::new();
    let mut looked = Vec::new();
    for day in 0..=DAYS {
        if day > 0 {
            world.advance(SignedDuration::from_hours(24)).await;
        }
        looked.push(world.dc.clock().now());
        let mut before = 0;
        loop {
            let page = context.client.admin_log(named, before, 0, 100).await.unwrap().value;
            let Some(last) = page.events.last() else { break };
            before = last.id;
            union.extend(page.events.into_iter().map(|event| (event.id, event.kind)));
        }
        collect(&world, &context, channel, Collector::AdminLog).await;
    }
    let known = admin_log::list(&pool, channel).await.unwrap();
    let ids: BTreeSet<i64> = known.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), known.len(), "no event is doubled");
    assert!(union.len() > 50, "{} events worth comparing", union.len());
    assert!(union.keys().all(|id| ids.contains(id)), "no event is lost");
    for event in &known {
        match union.get(&event.id) {
            Some(kind) => assert_eq!(event.kind, *kind),
            // It happened between the test's look and the collector's.
            None => assert!(
                looked.iter().any(|at| event.at.duration_since(*at).abs() < SignedDuration::from_mins(1)),
                "{event:?} was made up"
            ),
        }
    }
    assert_eq!(admin_log::gaps(&pool, channel).await.unwrap(), []);
    let again = world.collect(&context, channel, Collector::AdminLog).await;
    assert_done(&again);
    assert_eq!((again.values_new, again.values_changed), (0, 0), "{again:?}");

    // Three days without a look: a day of them is not known, and that is said.
    world.advance(SignedDuration::from_hours(72)).await;
    let late = world.collect(&context, channel, Collector::AdminLog).await;
    assert_eq!(late.state, RunState::Partial, "{late:?}");
    assert!(late.error.unwrap().contains("more than 48 hours"));
    let gaps = admin_log::gaps(&pool, channel).await.unwrap();
    let hours = gaps[0].to.duration_since(gaps[0].from).as_hours();
    assert_eq!((gaps.len(), hours), (1, 24));
    collect(&world, &context, channel, Collector::AdminLog).await;
    assert_eq!(world.dc.requests().unknown(), []);
}
