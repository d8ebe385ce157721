//! How much a channel takes on disk, table by table, at the normal preset.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use channelscope_tests::World;
use jiff::SignedDuration;
use telegram_dc::{Crowd, Options};

const CROWD: Crowd = Crowd { accounts: 1, channels: 2 };
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
    say("after the first round, per channel", &first, f64::from(CROWD.channels));
    let requests = world.number("select sum(requests) from runs").await?;
    eprintln!("requests until then, per channel: {:.0}", requests / f64::from(CROWD.channels));

    let steps = 24 * 60 / STEP.as_mins() * i64::from(DAYS);
    let last = world.number("select max(id) from runs").await?;
    for _ in 0..steps {
        world.telegram.clock().advance(STEP);
        tokio::time::sleep(Duration::from_millis(600)).await;
        world.settled(PATIENCE).await?;
    }
    let after = sizes(&world).await?;
    let grown = after
        .iter()
        .map(|(table, bytes)| (table.clone(), bytes - first.get(table).copied().unwrap_or_default()));
    let channel_days = f64::from(CROWD.channels) * f64::from(DAYS);
    say("grown per channel and day", &grown.collect(), channel_days);
    let by_collector = world
        .sql(&format!(
            "select collector || ' ' || round(sum(requests) / {channel_days}, 1) || ' in ' || round(count(*) / {channel_days}, 1)
             from runs where id > {last} group by collector order by sum(requests) desc"
        ))
        .await?;
    eprintln!("requests per channel and day, in so many runs: {}", by_collector.replace('\n', ", "));
    let bodies = world.sql("select split_part(kind, '/', 1), count(*), sum(pg_column_size(body)) from snapshots group by 1 order by 3 desc").await?;
    eprintln!("snapshots by request (kept, bytes):\n{bodies}");
    world.stop().await
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
