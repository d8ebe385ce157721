//! How much a channel takes on disk, table by table, at the normal preset.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use channelscope_tests::World;
use jiff::SignedDuration;
use telegram_dc::{Crowd, Options};

const CROWD: Crowd = Crowd { accounts: 1, channels: 4 };
/// Whole days that are collected at the schedules' own pace.
const DAYS: u32 = 1;
/// How often it is looked whether something is due: as often as posts are.
const STEP: SignedDuration = SignedDuration::from_mins(10);
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) async fn of_a_channel() -> Result<()> {
    let world =
        World::start_as(Options { crowd: CROWD, ..Options::default() }, &["serve", "--no-worker"]).await?;
    world.link_operator(0).await?;
    world.sql("update channels set is_collected = false where id < 1450000000").await?;
    let world = world.restart().await?;
    world.settled(PATIENCE).await?;
    let first = sizes(&world).await?;
    let channels = f64::from(CROWD.channels);
    say("after the first round, per channel", &first, channels);
    let requests = world.number("select sum(requests) from runs").await?;
    eprintln!("requests until then, per channel: {:.0}", requests / channels);
    let samples = world.number("select sum(cardinality(offsets)) from sample_chunks").await?;
    let bytes = first.get("sample_chunks").copied().unwrap_or_default();
    eprintln!("{samples} samples, {:.1} bytes each with their index", bytes / samples);

    // What is asked for in several runs, such as a month's posts one by one, is over after a day.
    pass(&world, SignedDuration::from_hours(6), 4).await?;
    let before = sizes(&world).await?;
    let last = world.number("select max(id) from runs").await?;
    pass(&world, STEP, 24 * 60 / STEP.as_mins() * i64::from(DAYS)).await?;
    let after = sizes(&world).await?;
    let grown: BTreeMap<String, f64> = after
        .iter()
        .map(|(table, bytes)| (table.clone(), bytes - before.get(table).copied().unwrap_or_default()))
        .collect();
    let channel_days = channels * f64::from(DAYS);
    say("grown per channel and day", &grown, channel_days);
    let by_collector = world
        .sql(&format!(
            "select collector || ' ' || round(sum(requests) / {channel_days}, 1) || ' in ' || round(count(*) / {channel_days}, 1)
             from runs where id > {last} group by collector order by sum(requests) desc"
        ))
        .await?;
    eprintln!("requests per channel and day, in so many runs: {}", by_collector.replace('\n', ", "));

    let (kept_share, full_days) = (thinned(&world).await?, 90.0);
    let snapshots = grown.get("snapshots").copied().unwrap_or_default();
    let runs = grown.get("runs").copied().unwrap_or_default();
    let rest = grown.values().sum::<f64>() - snapshots - runs;
    let year = |bytes: f64| bytes / channel_days / 1024.0 / 1024.0;
    eprintln!(
        "a channel's year: {:.1} MiB of numbers, and {:.1} MiB of snapshots ({:.1} MiB of them within {full_days} days, of \
         older ones {:.0} % stay) and {:.1} MiB of runs",
        year(rest * 365.0),
        year(snapshots * (full_days + (365.0 - full_days) * kept_share)),
        year(snapshots * full_days),
        kept_share * 100.0,
        year(runs * full_days),
    );
    world.stop().await
}

/// Time passes in steps; what is due at each of them is collected.
async fn pass(world: &World, step: SignedDuration, steps: i64) -> Result<()> {
    for _ in 0..steps {
        world.telegram.clock().advance(step);
        // The clock is read over loopback, twice a second.
        tokio::time::sleep(Duration::from_millis(600)).await;
        world.settled(PATIENCE).await?;
    }
    Ok(())
}

/// Which share of the snapshots' bytes stays when they are old.
async fn thinned(world: &World) -> Result<f64> {
    let kept = "select coalesce(sum(pg_column_size(snapshots.*)), 0) from snapshots";
    world.sql("update schedules set enabled = false").await?;
    let before = world.number(kept).await?;
    world.telegram.clock().advance(SignedDuration::from_hours(24 * 120));
    let waits = format!(
        "select count(*) from channels left join snapshot_thinnings as one on one.channel_id = channels.id
         where is_collected and (one.looked_at is null or one.looked_at < '{}'::timestamptz - interval '1 day')",
        world.telegram.clock().now()
    );
    while world.number(&waits).await? > 0.0 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // The last look may still go on.
    tokio::time::sleep(Duration::from_secs(5)).await;
    Ok(world.number(kept).await? / before)
}

/// Bytes of every table with its indexes and what is stored beside it.
async fn sizes(world: &World) -> Result<BTreeMap<String, f64>> {
    world.sql("vacuum full").await?;
    let said = world
        .sql("select relname, pg_total_relation_size(relid) from pg_stat_user_tables where schemaname = 'public'")
        .await?;
    said.lines()
        .map(|line| {
            let (table, bytes) = line.split_once('|').context("two columns")?;
            Ok((table.to_owned(), bytes.parse()?))
        })
        .collect()
}

fn say(what: &str, sizes: &BTreeMap<String, f64>, by: f64) {
    let mut sizes: Vec<_> = sizes.iter().filter(|(_, bytes)| **bytes > 0.0).collect();
    sizes.sort_by(|one, other| other.1.total_cmp(one.1));
    let total: f64 = sizes.iter().map(|(_, bytes)| **bytes).sum();
    let words: Vec<_> =
        sizes.iter().map(|(table, bytes)| format!("{table} {:.1}", **bytes / by / 1024.0)).take(12).collect();
    eprintln!("{what}: {:.1} KiB ({})", total / by / 1024.0, words.join(", "));
}
