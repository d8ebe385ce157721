//! What a round of one channel costs: the processor time of the server's process, what it does when idle included, which is
//! measured too; and what of it collecting itself took. The runs come due by their schedules, and whether they are over is
//! seen past the server.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use channelscope_tests::World;
use telegram_dc::{Crowd, Options};

use crate::costs;
use crate::report::report;

/// What a round of one channel is.
pub(crate) const ROUND: [&str; 7] =
    ["facts", "revenue", "ledger", "statistics", "posts", "boosts", "giveaways"];
/// How long a round may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// A round asks no oftener.
const MOST_REQUESTS: i64 = 40;
/// How many rounds are taken.
const ROUNDS: usize = 12;
/// As many channels of which nothing is known.
const NEW: Crowd = Crowd { accounts: 1, channels: 12 };
/// How many days they have lived: their posts are a hundred or two, their boosts and ledgers a page or two each.
const DAYS: u32 = 120;

/// What a round cost and did.
struct Round {
    /// Processor time of the server.
    cost: Duration,
    /// What of it collecting took.
    collecting: Duration,
    requests: i64,
    /// Requests by method.
    asked: String,
    new: i64,
    changed: i64,
}

impl Round {
    fn asking_little(self) -> Result<Self> {
        let requests = self.requests;
        ensure!(requests <= MOST_REQUESTS, "{requests} requests, more than {MOST_REQUESTS}: {}", self.asked);
        Ok(self)
    }

    fn writing_nothing(self) -> Result<Self> {
        let (new, changed) = (self.new, self.changed);
        ensure!(new + changed == 0, "nothing had changed, but {new} values were new and {changed} changed");
        Ok(self)
    }
}

/// A channel that is known, in turn a day later, when everything has news, and at once again, when nothing has: the world's
/// time stands, or the counters of young posts would move.
pub(crate) async fn known_channel(world: &World, channel: i64) -> Result<()> {
    pause_all(world).await?;
    idle(world).await?;
    world.telegram.clock().stop();
    let (mut news, mut same) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        world.telegram.clock().advance(jiff::SignedDuration::from_hours(24));
        // What else comes with a day is over before.
        tokio::time::sleep(Duration::from_secs(2)).await;
        news.push(round(world, channel).await?.asking_little()?);
        same.push(round(world, channel).await?.asking_little()?.writing_nothing()?);
    }
    compare("nothing new, compared with a day's news", &same, &news);
    say("round with a day's news", news)?;
    say("the same again at once", same)?;
    Ok(())
}

/// Channels of which nothing is known: the first round, in which everything is new, and at once a second, in which nothing is.
pub(crate) async fn new_channels() -> Result<()> {
    let world =
        World::start_as(Options { crowd: NEW, days: DAYS, ..Options::default() }, &["serve", "--no-worker"])
            .await?;
    world.telegram.clock().stop();
    world.link_operator(0).await?;
    world.sql("update channels set is_collected = false where id < 1450000000").await?;
    pause_all(&world).await?;
    let world = costs::restart_logging(world).await?;
    let channels = world.sql("select id from channels where is_collected order by id").await?;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for channel in channels.lines() {
        let channel = channel.parse()?;
        first.push(round(&world, channel).await?.asking_little()?);
        second.push(round(&world, channel).await?.asking_little()?.writing_nothing()?);
    }
    compare("a second round, compared with the first", &second, &first);
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
    let asked = Asked::so_far(world);
    let collecting = costs::of_collecting(world)?;
    let before = world.product.cpu_time()?;
    world.sql(&format!("update schedules set enabled = true, next_due_at = '{now}' where {of_it}")).await?;
    world.settled(PATIENCE).await?;
    let cost = world.product.cpu_time()?.saturating_sub(before);
    pause_all(world).await?;
    let collecting = costs::of_collecting_since(world, collecting)?;
    let said = world
        .sql(&format!(
            "select sum(requests), sum(values_new), sum(values_changed) from runs where id > {last} and state = 'done'"
        ))
        .await?;
    let sums: Vec<i64> = said.split('|').map(str::parse).collect::<Result<_, _>>()?;
    let [requests, new, changed] = sums[..] else { bail!("three sums are expected, not {said}") };
    Ok(Round { cost, collecting, requests, asked: asked.since(world), new, changed })
}

/// Says which share of the others' costs these have.
fn compare(what: &str, these: &[Round], others: &[Round]) {
    let share = |cost: fn(&Round) -> Duration| median(these, cost) / median(others, cost) * 100.0;
    eprintln!(
        "{what}: {:.0} % of the time for collecting, {:.0} % of the server's",
        share(|round| round.collecting),
        share(|round| round.cost)
    );
}

/// The median of a cost, seconds.
fn median(rounds: &[Round], cost: fn(&Round) -> Duration) -> f64 {
    let mut costs: Vec<f64> = rounds.iter().map(|round| cost(round).as_secs_f64()).collect();
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}

/// How often each method was asked for.
struct Asked(BTreeMap<String, u64>);

impl Asked {
    fn so_far(world: &World) -> Self {
        let mut counts = BTreeMap::new();
        for one in world.telegram.requests().by_method() {
            *counts.entry(one.method).or_default() += one.count;
        }
        Self(counts)
    }

    /// What has been asked for since, in words.
    fn since(&self, world: &World) -> String {
        let now = Self::so_far(world).0.into_iter();
        let new = now.map(|(method, count)| (count - self.0.get(&method).copied().unwrap_or(0), method));
        let new: Vec<String> =
            new.filter(|(count, _)| *count > 0).map(|(count, method)| format!("{count} {method}")).collect();
        new.join(", ")
    }
}

fn say(what: &str, rounds: Vec<Round>) -> Result<()> {
    let last = rounds.last().context("no round")?;
    let Round { requests, asked, new, changed, .. } = last;
    report(
        &format!("{what}, processor time ({requests} requests, {new} values new, {changed} changed)"),
        rounds.iter().map(|round| round.cost).collect(),
    );
    report("  of it collecting", rounds.iter().map(|round| round.collecting).collect());
    eprintln!("  asked for: {asked}");
    Ok(())
}
