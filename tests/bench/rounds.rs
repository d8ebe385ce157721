//! What a round of one channel costs the server's process: its processor time, what it does when idle included, which is
//! measured too. The runs come due by their schedules, and whether they are over is seen past the server.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use channelscope_tests::World;
use telegram_dc::{Crowd, Options};

use crate::report::report;

/// What a round of one channel is.
pub(crate) const ROUND: [&str; 7] =
    ["facts", "revenue", "ledger", "statistics", "posts", "boosts", "giveaways"];
/// How long a round may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many rounds are taken.
const ROUNDS: usize = 12;
/// As many channels of which nothing is known.
const NEW: Crowd = Crowd { accounts: 1, channels: 12 };

/// What a round cost and did.
struct Round {
    cost: Duration,
    requests: i64,
    new: i64,
    changed: i64,
}

/// A channel that is known, in turn a day later, when everything has news, and at once again, when nothing has.
pub(crate) async fn known_channel(world: &World, channel: i64) -> Result<()> {
    pause_all(world).await?;
    idle(world).await?;
    let (mut news, mut same) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        world.telegram.clock().advance(jiff::SignedDuration::from_hours(24));
        // What else comes with a day is over before.
        tokio::time::sleep(Duration::from_secs(2)).await;
        news.push(round(world, channel).await?);
        same.push(round(world, channel).await?);
    }
    say("round with a day's news", news)?;
    say("the same again at once", same)
}

/// Channels of which nothing is known: the first round, in which everything is new, and at once a second.
pub(crate) async fn new_channels() -> Result<()> {
    let world =
        World::start_as(Options { crowd: NEW, ..Options::default() }, &["serve", "--no-worker"]).await?;
    world.link_operator(0).await?;
    world.sql("update channels set is_collected = false where id < 1450000000").await?;
    pause_all(&world).await?;
    let world = world.restart().await?;
    let channels = world.sql("select id from channels where is_collected order by id").await?;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for channel in channels.lines() {
        let channel = channel.parse()?;
        first.push(round(&world, channel).await?);
        second.push(round(&world, channel).await?);
    }
    say("first round of a channel", first)?;
    say("second round at once", second)?;
    world.stop().await
}

/// Nothing runs by itself any more.
async fn pause_all(world: &World) -> Result<()> {
    world.sql("update schedules set enabled = false, next_due_at = '9000-01-01'").await?;
    world.settled(PATIENCE).await
}

async fn idle(world: &World) -> Result<()> {
    let before = world.product.cpu_time()?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let idle = world.product.cpu_time()?.saturating_sub(before);
    eprintln!("processor time of a second without anything to do: {:.1?}", idle / 10);
    Ok(())
}

async fn round(world: &World, channel: i64) -> Result<Round> {
    // The clock is read over loopback, twice a second.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let last = world.number("select coalesce(max(id), 0) from runs").await?;
    let names = ROUND.map(|collector| format!("'{collector}'")).join(", ");
    let of_it = format!("channel_id = {channel} and collector in ({names})");
    let now = world.telegram.clock().now();
    let before = world.product.cpu_time()?;
    world.sql(&format!("update schedules set enabled = true, next_due_at = '{now}' where {of_it}")).await?;
    world.settled(PATIENCE).await?;
    let cost = world.product.cpu_time()?.saturating_sub(before);
    pause_all(world).await?;
    let said = world
        .sql(&format!(
            "select sum(requests), sum(values_new), sum(values_changed) from runs where id > {last} and state = 'done'"
        ))
        .await?;
    let sums: Vec<i64> = said.split('|').map(str::parse).collect::<Result<_, _>>()?;
    let [requests, new, changed] = sums[..] else { bail!("three sums are expected, not {said}") };
    Ok(Round { cost, requests, new, changed })
}

fn say(what: &str, rounds: Vec<Round>) -> Result<()> {
    let last = rounds.last().context("no round")?;
    let Round { requests, new, changed, .. } = last;
    report(
        &format!("{what}, processor time ({requests} requests, {new} values new, {changed} changed)"),
        rounds.iter().map(|round| round.cost).collect(),
    );
    Ok(())
}
