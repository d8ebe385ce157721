//! Eighty channels on one account at the default pace: how long a round at the normal preset takes. An hour and a half is
//! long, so the world's time goes faster and the pace with it; what the machine needs counts as many times more than it
//! would.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use channelscope_tests::World;
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{Crowd, Options, RequestRecord};

use crate::crowd::wait_of;
use crate::rounds::ROUND;

const CROWD: Crowd = Crowd { accounts: 1, channels: 80 };
/// How many days the channels have lived.
const DAYS: u32 = 120;
/// How many times faster the world's time goes.
const FASTER: u32 = 15;
/// A request a second, in the world's time.
const GAP_MS: u32 = 1_000 / FASTER;
/// Between two rounds: the longest interval of what is collected several times a day.
const BETWEEN: SignedDuration = SignedDuration::from_hours(12);
/// So many rounds at no pace go before.
const ROUNDS_BEFORE: usize = 4;
/// With what the account has to wait, how long (seconds of the world) and how often.
const WAITS: [(&str, u32, u32); 3] =
    [("stats.getMessageStats", 120, 2), ("premium.getBoostsList", 60, 1), ("channels.getFullChannel", 20, 2)];
/// By how much (seconds of the world) a wait may seem over too soon to the server: it reads the simulated clock four times a
/// second of the machine, between two readings that goes on faster than it knows, and a second's difference is none to it.
const LAG_SECONDS: i64 = FASTER as i64 / 4 + 2;
/// How often the world is moved.
const STEP: Duration = Duration::from_millis(50);
/// How long reading everything to its beginning may take, and then the round, in the machine's time.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// Ages that count, in hours, and how far from them a sample may be, in minutes.
const AGES: [(u32, u32); 6] = [(1, 6), (2, 10), (6, 20), (12, 30), (24, 30), (48, 30)];
/// How long a round may take.
const LIMIT_MINUTES: f64 = 90.0;

pub(crate) async fn round_of_eighty() -> Result<()> {
    let options = Options { crowd: CROWD, days: DAYS, ..Options::default() };
    let world = World::start_as(options, &["serve", "--no-worker"]).await?;
    world.link_operator(0).await?;
    world.sql("update channels set is_collected = false where id < 1450000000").await?;
    let channels = world.number("select count(*) from channels where is_collected").await?;

    // What was there before is read first, at no pace at all: a month's posts and a week's hours take several rounds.
    let world = world.restart().await?;
    world.settled(PATIENCE).await?;
    for _ in 0..ROUNDS_BEFORE {
        world.telegram.clock().advance(BETWEEN);
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.settled(PATIENCE).await?;
    }

    // Then, as many hours later, everything is due at once.
    let world = world.restart_at_pace(GAP_MS).await?;
    let last = world.number("select max(id) from runs").await?;
    world.telegram.clock().advance(BETWEEN);
    let began = world.telegram.clock().now();
    world
        .sql(&format!(
            "create table round as
             select channel_id, collector from schedules join channels on channels.id = channel_id
             where is_collected and enabled and parked_reason is null and next_due_at <= '{began}'"
        ))
        .await?;
    let due = world.number("select count(*) from round").await?;
    let names = ROUND.map(|name| format!("'{name}'")).join(", ");
    let left = |which: &str| {
        format!(
            "select count(*) from round
             where {which} and not exists (
                 select from runs where runs.channel_id = round.channel_id and runs.collector = round.collector
                   and runs.id > {last} and runs.state in ('done', 'partial', 'failed'))"
        )
    };
    // Telegram has accounts wait now and then.
    for (method, seconds, times) in WAITS {
        world.telegram.faults().flood_wait(method, seconds, times);
    }
    let clock = world.telegram.clock().clone();
    let moving = tokio::spawn(async move {
        let mut moved_at = Instant::now();
        loop {
            tokio::time::sleep(STEP).await;
            let since = moved_at.elapsed();
            moved_at += since;
            // It goes on by itself at the machine's pace.
            let more = SignedDuration::try_from(since * (FASTER - 1)).unwrap_or_default();
            clock.advance(more);
        }
    });
    let deadline = Instant::now() + PATIENCE;
    let mut minutes = [0.0; 2];
    for (which, took) in [format!("collector in ({names})"), "true".to_owned()].iter().zip(&mut minutes) {
        while world.number(&left(which)).await? > 0.0 {
            ensure!(Instant::now() < deadline, "the round does not end:\n{}", world.product.log());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        *took = world.telegram.clock().now().duration_since(began).as_secs_f64() / 60.0;
    }
    moving.abort();
    let [round, everything] = minutes;
    let verdict = if round <= LIMIT_MINUTES { "met" } else { "not met" };
    let since = format!("from runs where id > {last}");
    let runs = world.number(&format!("select count(*) {since}")).await?;
    let ill = world.number(&format!("select count(*) {since} and state in ('partial', 'failed')")).await?;
    let requests = world.number(&format!("select coalesce(sum(requests), 0) {since}")).await?;
    let summary = world.telegram.requests().summary();
    let told = summary.requests.iter().filter(|one| wait_of(&one.outcome).is_some()).count();
    let inside = inside_waits(&summary.requests)?;
    eprintln!(
        "{channels} channels on one account, a request a second, {FASTER} times faster: a round was over within \
         {round:.0} minutes of the world (limit {LIMIT_MINUTES}: {verdict}), everything else that was due with it ({due} in all) \
         within {everything:.0}, with {runs} runs (not done: {ill}) and {requests} requests; Telegram said {told} times to \
         wait, requests inside a wait: {inside} (and {} within the {LAG_SECONDS} s at its end by which the simulated clock may \
         be late)",
        summary.inside_flood_wait - inside
    );
    ages_met(&world, began).await?;
    ensure!(round <= LIMIT_MINUTES, "a round took longer than {LIMIT_MINUTES} minutes");
    ensure!(told >= 5, "Telegram told nobody to wait");
    ensure!(inside == 0, "a request was made inside a flood wait");
    world.stop().await
}

/// How many requests came before a wait was over, but for those by which only the clock was late.
fn inside_waits(requests: &[RequestRecord]) -> Result<u64> {
    let mut until = BTreeMap::new();
    let mut inside = 0;
    for one in requests {
        let whose = (one.account, &one.method);
        if one.inside_flood_wait {
            let over: &Timestamp = until.get(&whose).context("a wait that nobody was told of")?;
            inside += u64::from(over.duration_since(one.world_at).as_secs() >= LAG_SECONDS);
        }
        if let Some(seconds) = wait_of(&one.outcome).filter(|_| !one.inside_flood_wait) {
            until.insert(whose, one.world_at + SignedDuration::from_secs(seconds));
        }
    }
    Ok(inside)
}

/// How far from the ages that count posts were sampled meanwhile, and how long new ones were unknown.
async fn ages_met(world: &World, began: Timestamp) -> Result<()> {
    let now = world.telegram.clock().now();
    for (hours, minutes) in AGES {
        // Of those that came to the age since everything was due, with time left to be looked at, and were there until then.
        let off = world
            .sql(&format!(
                "select count(*), coalesce(max(off), 0), count(*) filter (where off > {minutes} * 60)
                 from (select min(abs(age_seconds - {hours} * 3600)) as off
                       from posts join post_samples using (channel_id)
                       where post_id = id and origin = 'counter' and channel_id >= 1450000000
                         and posted_at + interval '{hours} hours' between '{began}' and timestamptz '{now}' - interval '{minutes} minutes'
                         and (deleted_seen_at is null
                              or deleted_seen_at > posted_at + interval '{hours} hours' + interval '{minutes} minutes')
                       group by channel_id, id) as posts"
            ))
            .await?;
        let [posts, off, missed] = off.split('|').collect::<Vec<_>>()[..] else {
            bail!("three counts, not {off}")
        };
        eprintln!("  at {hours} h (±{minutes} min): {posts} posts, {missed} missed, off by {off} s at most");
    }
    let found = world
        .sql(&format!(
            "select count(*), coalesce(extract(epoch from max(first_seen_at - posted_at))::bigint, 0)
             from posts where channel_id >= 1450000000 and posted_at > '{began}'"
        ))
        .await?;
    let (new, seconds) = found.split_once('|').context("two counts")?;
    eprintln!("  {new} new posts, found after {seconds} s at most");
    Ok(())
}
