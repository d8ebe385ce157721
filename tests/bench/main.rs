//! `make bench`: how long and how much, on this machine, as median (smallest–largest) of several runs. Times on shared
//! machines are noise; compare ratios within one run.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use channelscope_tests::World;
use telegram_dc::Options;

/// Runs of whatever takes seconds.
const RUNS: usize = 5;
/// Requests of whatever takes milliseconds.
const REQUESTS: usize = 100;

#[tokio::main]
async fn main() -> Result<()> {
    let mut world = World::start(Options::default()).await?;
    let began = Instant::now();
    let runs = world.collected(10).await?;
    let requests: i64 = runs.iter().filter_map(|run| run["requests"].as_i64()).sum();
    let values: i64 = runs.iter().filter_map(|run| run["values_new"].as_i64()).sum();
    eprintln!(
        "first collection: {} runs, {requests} requests, {values} values, {:.1?}",
        runs.len(),
        began.elapsed()
    );
    eprintln!("resident memory after it: {} MiB", world.product.resident_bytes()? >> 20);

    let mut starts = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        world = world.restart().await?;
        starts.push(began.elapsed());
    }
    report("stop, start and ready on existing data", starts);

    let channels = world.api("channels").await?;
    let id = channels["channels"][0]["id"].as_i64().context("no channel")?;
    rounds(&world, id).await?;
    for (what, path) in [
        (
            "GET series, 90 days",
            format!("channels/{id}/series?metric=subscribers&from=2026-01-01&to=2026-03-31"),
        ),
        (
            "GET series, 4 years by month",
            format!(
                "channels/{id}/series?metric=views_by_source&from=2023-01-01&to=2026-12-31&interval=month"
            ),
        ),
        ("GET ledger, all", format!("channels/{id}/revenue/transactions?from=2020-01-01&to=2030-12-31")),
        ("GET exports/revenue.csv, all", "exports/revenue.csv?from=2020-01-01&to=2030-12-31".to_owned()),
    ] {
        let mut times = Vec::new();
        for _ in 0..REQUESTS {
            let began = Instant::now();
            world.get(&path).await?.error_for_status()?.bytes().await?;
            times.push(began.elapsed());
        }
        report(what, times);
    }
    world.stop().await
}

/// What a round of one channel is.
const ROUND: [&str; 7] = ["facts", "revenue", "ledger", "statistics", "posts", "boosts", "giveaways"];
/// How many rounds are taken.
const ROUNDS: usize = 12;

/// What a round of one channel costs the server's process: everything it does meanwhile, the API that is asked whether
/// the round is over included. In turn a day later, when everything has news, and at once again, when nothing has.
async fn rounds(world: &World, channel: i64) -> Result<()> {
    // Nothing else is to run meanwhile.
    for one in world.api("schedules").await?["schedules"].as_array().context("no schedules")? {
        let (channel, collector) =
            (one["channel_id"].to_string(), one["collector"].as_str().unwrap_or_default());
        world.run(&["schedule", "pause", &channel, collector]).await?;
    }
    world.collected(0).await?;
    let (mut news, mut same) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        world.telegram.clock().advance(jiff::SignedDuration::from_hours(24));
        for kept in [&mut news, &mut same] {
            // The clock is read over loopback.
            tokio::time::sleep(Duration::from_millis(600)).await;
            let before = world.product.cpu_time()?;
            let runs = world.collect(channel, &ROUND).await?;
            let cost = world.product.cpu_time()?.saturating_sub(before);
            let sum = |name: &str| runs.iter().filter_map(|run| run[name].as_i64()).sum::<i64>();
            kept.push((cost, sum("requests"), sum("values_new"), sum("values_changed")));
        }
    }
    for (what, kept) in [("round with a day's news", news), ("the same again at once", same)] {
        let last = kept.last().context("no round")?;
        let (requests, new, changed) = (last.1, last.2, last.3);
        report(
            &format!("{what}, processor time ({requests} requests, {new} values new, {changed} changed)"),
            kept.into_iter().map(|(cost, ..)| cost).collect(),
        );
    }
    Ok(())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    eprintln!(
        "{what}: {:.1?} ({:.1?}–{:.1?}), p95 {:.1?}, n = {}",
        at(50),
        at(0),
        at(99),
        at(95),
        times.len()
    );
}
