//! Two months in which everything goes wrong that can: one request in fifty is hit by a fault, and the worker that
//! collects is killed again and again. What was collected is the truth all the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use channelscope_tests::World;
use channelscope_tests::product::Worker;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::Value;
use telegram_dc::{Options, Outcome, RequestRecord, TruthChannel, TruthDay};

use crate::collecting::{administered, known, ledger_equals, nothing_private_is_stored};

/// How long the world is watched.
const DAYS: i64 = 60;
/// How old it is before, days.
const BEFORE: u32 = 60;
/// How far Telegram's graphs reach back: what was not collected by then is gone.
const WINDOW: u32 = 20;
/// So many days pass at a time.
const STEP: i64 = 2;
/// After so many days a worker is killed: ten times, the one that collects and the one that waits in turn.
const KILLED_EVERY: i64 = 6;
/// How long a day's round may take on a busy machine.
const ROUND: std::time::Duration = std::time::Duration::from_secs(240);

#[tokio::test(flavor = "multi_thread")]
async fn sixty_days_of_faults_and_killed_workers_lose_nothing_and_double_nothing() -> Result<()> {
    let world = World::start_as(
        Options {
            days: BEFORE,
            start_clock: Some("2026-06-01T06:20:00Z".parse()?),
            graph_days: WINDOW,
            growth_days: Some(WINDOW),
            chaos: 0.02,
            ..Options::default()
        },
        &["serve", "--no-worker"],
    )
    .await?;
    let began = world.telegram.clock().now();
    // Who was there first has the connection; the other one waits for its turn.
    let mut first = world.start_worker()?;
    let mut holder = other_holder(&world, "").await?;
    let mut second = world.start_worker()?;
    settle(&world, [&first, &second]).await?;
    let (mut kills, mut jumps) = (0, Vec::new());
    for day in (STEP..=DAYS).step_by(usize::try_from(STEP)?) {
        world.telegram.clock().advance(SignedDuration::from_hours(24 * STEP));
        jumps.push(Timestamp::now());
        if day % KILLED_EVERY == 0 {
            // In the middle of the round.
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            first.kill().await?;
            // The other one takes the connection over, and a new one waits for its turn.
            holder = other_holder(&world, &holder).await?;
            (first, second) = (second, world.start_worker()?);
            kills += 1;
        }
        settle(&world, [&first, &second]).await?;
    }
    assert_eq!(kills, 10);
    let cut_off = "select count(*) from runs where error like 'The process that ran it ended%'";
    let cut_off = world.number(cut_off).await?;
    assert!(cut_off >= 5.0, "only {cut_off} runs were cut off");
    // What failed last is tried again, until everything is as fresh as the end.
    all_fresh(&world, [&first, &second]).await?;

    let channels = administered(&world);
    let mut compared = 0;
    for channel in &channels {
        compared += days_equal(&world, channel, began).await?;
        for unit in [telegram_dc::Unit::Ton, telegram_dc::Unit::Stars] {
            let allowed = if unit == telegram_dc::Unit::Ton { channel.ton } else { channel.stars };
            compared += ledger_equals(&world, channel, unit, allowed).await?;
        }
    }
    assert!(compared > 2_000, "only {compared} values were compared");

    let log = world.telegram.requests();
    let refused = |name: &str| {
        let refusal = Outcome::Refused(name.to_owned());
        log.all().iter().filter(|request| request.outcome == refusal).count()
    };
    assert_eq!(refused("AUTH_KEY_DUPLICATED"), 0, "no key is used twice at once");
    let requests = log.all();
    let inside = requests.iter().filter(|one| one.inside_flood_wait).count();
    assert_eq!(u64::try_from(inside)?, log.inside_flood_wait(), "none of them is forgotten");
    assert_eq!(inside_waits(&requests, &jumps), [], "nothing is sent inside a wait");
    assert!(refused("FLOOD_WAIT_3") + refused("RPC_CALL_FAIL") + refused("CONNECTION_LAYER_INVALID") > 10);
    assert!(log.unknown().is_empty() && log.harm().is_empty(), "{:?} {:?}", log.unknown(), log.harm());
    nothing_private_is_stored(&world).await?;
    first.stop().await?;
    second.stop().await?;
    world.stop().await
}

/// The requests inside flood waits, but for waits that began while a worker could not know yet that two days had just passed:
/// by its clock they ended with the jump. No clock but a world's jumps.
fn inside_waits(requests: &[RequestRecord], jumps: &[Timestamp]) -> Vec<RequestRecord> {
    let began_unawares = |(at, inside): &(usize, &RequestRecord)| {
        let is_wait = |one: &&RequestRecord| {
            let Outcome::Refused(name) = &one.outcome else { return false };
            name.starts_with("FLOOD_WAIT")
                && !one.inside_flood_wait
                && (one.account, &one.method) == (inside.account, &inside.method)
        };
        let wait = requests[..*at].iter().rev().find(is_wait);
        let since = |wait: &RequestRecord, jump: &Timestamp| jump.duration_until(wait.at);
        let unaware = SignedDuration::ZERO..SignedDuration::from_millis(500);
        wait.is_some_and(|wait| jumps.iter().any(|jump| unaware.contains(&since(wait, jump))))
    };
    let inside = requests.iter().enumerate().filter(|(_, one)| one.inside_flood_wait);
    inside.filter(|one| !began_unawares(one)).map(|(_, one)| one.clone()).collect()
}

#[test]
fn only_waits_that_began_with_a_jump_are_excused() {
    let jump: Timestamp = "2026-06-03T06:20:00Z".parse().unwrap();
    let request = |after: i64, method: &str, outcome: Outcome, inside_flood_wait: bool| {
        let at = jump + SignedDuration::from_millis(after);
        let method = method.to_owned();
        RequestRecord { account: Some(1), dc: 2, method, at, world_at: at, outcome, inside_flood_wait }
    };
    let wait = || Outcome::Refused("FLOOD_WAIT_3".to_owned());
    for (began, excused) in [(-1, false), (0, true), (499, true), (500, false)] {
        let requests = [
            request(began, "stats.getBroadcastStats", wait(), false),
            request(began + 600, "stats.getBroadcastStats", Outcome::Answered, true),
        ];
        assert_eq!(inside_waits(&requests, &[jump]).is_empty(), excused, "{began} ms after it");
        // Without a jump, and where another method had to wait, nothing is.
        assert_eq!(inside_waits(&requests, &[]).len(), 1);
        let of_other = [request(began, "stats.loadAsyncGraph", wait(), false), requests[1].clone()];
        assert_eq!(inside_waits(&of_other, &[jump]).len(), 1);
    }
}

/// Who holds the connection when it is no longer that one.
async fn other_holder(world: &World, than: &str) -> Result<String> {
    let deadline = tokio::time::Instant::now() + ROUND;
    while tokio::time::Instant::now() < deadline {
        let holder = world.sql("select holder from account_leases").await?;
        if !holder.is_empty() && holder != than {
            return Ok(holder);
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    anyhow::bail!("nobody else took the connection over")
}

/// Every whole day since the first that Telegram's window reached is known and true. What the account lost the right to
/// see is true as far as it is known. Subscribers of which there is no graph are as many as there were at some time of each
/// day on which was looked.
async fn days_equal(world: &World, channel: &TruthChannel, began: Timestamp) -> Result<usize> {
    type Of = fn(&TruthDay) -> u64;
    let metrics: [(&str, bool, Of); 4] = [
        ("subscribers", channel.stats, |day| day.subscribers),
        ("joined", channel.stats, |day| day.joined),
        ("left", channel.stats, |day| day.left),
        ("views_by_source", channel.stats && !channel.supergroup, |day| day.views),
    ];
    let days = world.telegram.truth().days(channel.id);
    let earliest = date(began).checked_sub((i64::from(WINDOW) - 1).days())?;
    let whole: BTreeMap<Date, &TruthDay> =
        days.iter().filter(|day| !day.partial && day.date >= earliest).map(|day| (day.date, day)).collect();
    let (Some(from), Some(to)) = (whole.keys().next(), whole.keys().next_back()) else { return Ok(0) };
    let found = async |metric: &str| -> Result<BTreeMap<Date, u64>> {
        let found = known(world, channel.id, metric, &from.to_string(), &to.to_string()).await?;
        found.into_iter().map(|(date, value)| Ok((date.parse()?, u64::try_from(value)?))).collect()
    };
    // The graph that subscribers are told by begins with that of who joined; before, or without it, they are counted.
    let graph = found("joined").await?.keys().next().copied();
    let mut compared = 0;
    for (metric, allowed, value) in metrics {
        let mut found = found(metric).await?;
        compared += found.len();
        if metric == "subscribers" {
            let told = graph.map_or_else(BTreeMap::new, |first| found.split_off(&first));
            let counted = std::mem::replace(&mut found, told);
            for (date, count) in &counted {
                let day = whole.get(date).with_context(|| format!("{date} is no whole day"))?;
                let most = day.subscribers + day.left;
                let least = day.subscribers.saturating_sub(day.joined);
                assert!((least..=most).contains(count), "{}: {count} counted on {date}", channel.title);
            }
            let looks = usize::try_from(DAYS / STEP)?;
            ensure!(graph.is_some() || counted.len() + 3 > looks, "{}: {}", channel.title, counted.len());
        }
        for (date, value_found) in &found {
            let day = whole.get(date).with_context(|| format!("{metric}: {date} is no whole day"))?;
            assert_eq!(*value_found, value(day), "{}: {metric} on {date}", channel.title);
        }
        let missing: BTreeSet<Date> = whole.keys().filter(|day| !found.contains_key(day)).copied().collect();
        if allowed {
            // Small channels have no graphs before there is enough to draw: then Telegram has said so.
            let is_refused = found.is_empty() && is_refused(world, channel.id, metric).await?;
            ensure!(
                is_refused || missing.is_empty(),
                "{}: {metric} is not known on {missing:?}",
                channel.title
            );
            ensure!(channel.subscribers < 5_000 || !found.is_empty(), "{}: no {metric}", channel.title);
        }
    }
    Ok(compared)
}

/// Is Telegram's word for the metric all there is?
async fn is_refused(world: &World, channel: i64, metric: &str) -> Result<bool> {
    let said =
        format!("select error from metric_states where channel_id = {channel} and metric = '{metric}'");
    Ok(world.sql(&said).await?.starts_with("Not enough data"))
}

fn date(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Waits until nothing is open and nothing is due.
async fn settle(world: &World, workers: [&Worker; 2]) -> Result<()> {
    let deadline = tokio::time::Instant::now() + ROUND;
    loop {
        let schedules = list(world, "schedules", "schedules").await?;
        let runs = list(world, "runs?limit=200", "runs").await?;
        let now = world.telegram.clock().now();
        let open: Vec<_> = runs.iter().filter(|run| !is_over(run)).collect();
        let due: Vec<_> = schedules.iter().filter(|one| is_due(one, now)).collect();
        if open.is_empty() && due.is_empty() {
            return Ok(());
        }
        if runs.iter().any(|run| run["state"] == "waiting") {
            // Flood waits are over when the world's clock says so; nobody needs to sit through them.
            world.telegram.clock().advance(SignedDuration::from_secs(5));
        }
        if tokio::time::Instant::now() > deadline {
            let logs = workers.map(Worker::log);
            anyhow::bail!("the round does not end: {open:#?}\n{due:#?}\n{}\n{}", logs[0], logs[1]);
        }
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    }
}

/// Lets a few more hours pass until money and statistics of every channel were collected well after the last day. A run
/// that had just begun when they passed began before them: its schedule comes round once more. The day does not end.
async fn all_fresh(world: &World, workers: [&Worker; 2]) -> Result<()> {
    world.telegram.clock().advance(SignedDuration::from_hours(7));
    let since = world.telegram.clock().now();
    let mut last = Vec::new();
    for _ in 0..54 {
        settle(world, workers).await?;
        let runs = list(world, "runs?limit=1000", "runs").await?;
        let stale = list(world, "schedules", "schedules").await?.into_iter().filter(|schedule| {
            let matters = ["revenue", "ledger", "statistics", "group_statistics"];
            let of = |run: &&Value| {
                run["channel_id"] == schedule["channel_id"]
                    && run["collector"] == schedule["collector"]
                    && run["state"] == "done"
                    && run["started_at"].as_str().and_then(|at| at.parse().ok()) >= Some(since)
            };
            schedule["parked_reason"].is_null()
                && schedule["enabled"] == true
                && matters.iter().any(|name| schedule["collector"] == *name)
                && !runs.iter().any(|run| of(&run))
        });
        last = stale.collect();
        if last.is_empty() {
            return Ok(());
        }
        world.telegram.clock().advance(SignedDuration::from_mins(10));
    }
    anyhow::bail!("this is never collected to its end: {last:#?}")
}

async fn list(world: &World, path: &str, name: &str) -> Result<Vec<Value>> {
    world.api(path).await?[name].as_array().cloned().context("no list")
}

fn is_over(run: &Value) -> bool {
    matches!(run["state"].as_str(), Some("done" | "partial" | "failed"))
}

fn is_due(schedule: &Value, now: Timestamp) -> bool {
    let due_at = schedule["next_due_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
    schedule["enabled"] == true && schedule["parked_reason"].is_null() && due_at.is_some_and(|at| at <= now)
}
