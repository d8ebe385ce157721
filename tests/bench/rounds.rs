//! What a round of one channel costs.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use channelscope_tests::World;

use crate::report::report;

/// What a round of one channel is.
pub(crate) const ROUND: [&str; 7] =
    ["facts", "revenue", "ledger", "statistics", "posts", "boosts", "giveaways"];
/// How long a round may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many rounds are taken.
const ROUNDS: usize = 12;

/// What a round of one channel costs the server's process: everything it does meanwhile, what it does when idle included,
/// which is measured too. Whether it is over is seen past the server. In turn a day later, when everything has news, and
/// at once again, when nothing has.
pub(crate) async fn one_channel(world: &World, channel: i64) -> Result<()> {
    // Nothing else is to run meanwhile.
    for one in world.api("schedules").await?["schedules"].as_array().context("no schedules")? {
        let (channel, collector) =
            (one["channel_id"].to_string(), one["collector"].as_str().unwrap_or_default());
        world.run(&["schedule", "pause", &channel, collector]).await?;
    }
    world.settled(PATIENCE).await?;
    let before = world.product.cpu_time()?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let idle = world.product.cpu_time()?.saturating_sub(before);
    eprintln!("processor time of a second without anything to do: {:.1?}", idle / 10);
    let (mut news, mut same) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        world.telegram.clock().advance(jiff::SignedDuration::from_hours(24));
        for kept in [&mut news, &mut same] {
            // The clock is read over loopback.
            tokio::time::sleep(Duration::from_millis(600)).await;
            let last = world.number("select coalesce(max(id), 0) from runs").await?;
            let before = world.product.cpu_time()?;
            world.ask_for(channel, &ROUND).await?;
            world.settled(PATIENCE).await?;
            let cost = world.product.cpu_time()?.saturating_sub(before);
            let said = world
                .sql(&format!(
                    "select sum(requests), sum(values_new), sum(values_changed) from runs where id > {last}"
                ))
                .await?;
            let sums: Vec<i64> = said.split('|').map(str::parse).collect::<Result<_, _>>()?;
            let [requests, new, changed] = sums[..] else { bail!("three sums are expected, not {said}") };
            kept.push((cost, requests, new, changed));
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
