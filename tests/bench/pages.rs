//! A small portfolio: starting, pages and exports, and a round of its first channel.

use std::time::Instant;

use anyhow::{Context, Result};
use channelscope_tests::World;
use telegram_dc::Options;

use crate::costs;
use crate::report::report;
use crate::rounds;

/// Runs of whatever takes seconds.
const RUNS: usize = 5;
/// Requests of whatever takes milliseconds.
const REQUESTS: usize = 100;

pub(crate) async fn portfolio() -> Result<()> {
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
    world = costs::restart_logging(world).await?;
    rounds::known_channel(&world, id).await?;
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
