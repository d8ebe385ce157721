//! What a round of one channel costs.

use std::time::Duration;

use anyhow::{Context, Result};
use channelscope_tests::World;

use crate::report::report;

/// What a round of one channel is.
pub(crate) const ROUND: [&str; 7] =
    ["facts", "revenue", "ledger", "statistics", "posts", "boosts", "giveaways"];
/// How many rounds are taken.
const ROUNDS: usize = 12;

/// What a round of one channel costs the server's process: everything it does meanwhile, the API that is asked whether
/// the round is over included. In turn a day later, when everything has news, and at once again, when nothing has.
pub(crate) async fn one_channel(world: &World, channel: i64) -> Result<()> {
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
