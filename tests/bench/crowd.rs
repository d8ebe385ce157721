//! A thousand channels on ten accounts: how long a steady round takes, and how much memory.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use channelscope_tests::World;
use jiff::SignedDuration;
use telegram_dc::{Crowd, Options, Outcome};

use crate::costs;
use crate::rounds::ROUND;

const CROWD: Crowd = Crowd { accounts: 10, channels: 100 };
/// How many days the channels have lived.
const DAYS: u32 = 120;
/// Steady rounds that are taken.
const ROUNDS: usize = 3;
/// With what accounts have to wait, and how often that is said.
const WAITS: [(&str, u32); 3] =
    [("stats.loadAsyncGraph", 6), ("premium.getBoostsList", 3), ("messages.getHistory", 3)];
const WAIT_SECONDS: u32 = 7;
/// 250 MB.
const MOST_BYTES: u64 = 250_000_000;
/// How long the first round may take, in which everything is read to its beginning.
const FIRST: Duration = Duration::from_secs(1800);

pub(crate) async fn steady_round() -> Result<()> {
    let options = Options { crowd: CROWD, days: DAYS, ..Options::default() };
    let world = World::start_as(options, &["serve", "--no-worker"]).await?;
    for number in 0..CROWD.accounts {
        world.link_operator(number).await?;
    }
    // Only what a round is; and the few channels of the first account are another part's.
    let names = ROUND.map(|name| format!("'{name}'")).join(", ");
    world.sql(&format!("update schedules set enabled = false where collector not in ({names})")).await?;
    world.sql("update channels set is_collected = false where id < 1450000000").await?;
    world.sql("update schedules set next_due_at = '9000-01-01'").await?;
    let channels = world.number("select count(*) from channels where is_collected").await?;
    eprintln!("{channels} channels on {} accounts", CROWD.accounts);

    let world = costs::restart_logging(world).await?;
    account_by_account(&world).await?;
    for _ in 0..ROUNDS {
        let a_day_later = async || {
            world.telegram.clock().advance(SignedDuration::from_hours(24));
            Ok(())
        };
        Round::of(&world, channels, a_day_later).await?.say("steady round");
    }
    waited(&world).await?;
    nothing_new(&world, channels).await?;
    let peak = world.product.peak_bytes()?;
    eprintln!("resident at most: {} MiB", peak >> 20);
    ensure!(peak <= MOST_BYTES, "it took more than 250 MB");
    world.stop().await
}

/// Of each account's channels a first round, in which everything is new, and at once a second, in which nothing is, as the
/// world stands still: what is compared was measured one after the other.
async fn account_by_account(world: &World) -> Result<()> {
    world.telegram.clock().stop();
    let now = world.telegram.clock().now();
    let (mut collecting, mut server) = (Vec::new(), Vec::new());
    let accounts = "select distinct account_id from channel_accounts
                    join channels on channels.id = channel_id and is_collected order by account_id";
    for account in world.sql(accounts).await?.lines() {
        let come_due = format!(
            "update schedules set next_due_at = '{now}' from channel_accounts as its
             where its.channel_id = schedules.channel_id and its.account_id = {account} and enabled"
        );
        let channels = f64::from(CROWD.channels);
        let first = Round::of(world, channels, async || world.sql(&come_due).await.map(drop)).await?;
        first.say(&format!("first round of account {account}"));
        let second = Round::of(world, channels, async || world.sql(&come_due).await.map(drop)).await?;
        second.say("  the same again");
        second.writing_nothing()?;
        let runs = ROUND.len() as u64 * u64::from(CROWD.channels);
        ensure!((first.runs, second.runs) == (runs, runs), "a round is {runs} runs");
        collecting.push((first.collecting_ms, second.collecting_ms));
        server.push((first.cpu_ms, second.cpu_ms));
    }
    ensure!(collecting.len() == usize::from(CROWD.accounts), "some accounts have no channels");
    compare("collecting", &collecting);
    compare("the server", &server);
    world.telegram.clock().go_on();
    Ok(())
}

/// Says what first rounds and the second ones after them cost a channel, and which share of the first the second did.
fn compare(whose: &str, pairs: &[(f64, f64)]) {
    let spread = |value: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = pairs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        (f64::midpoint(at(last / 2), at(values.len() / 2)), at(0), at(last))
    };
    let (first, second) = (spread(|pair| pair.0), spread(|pair| pair.1));
    let share = spread(|(first, second)| second / first * 100.0);
    let verdict = if share.2 < 50.0 { "met by all" } else { "not met by all" };
    eprintln!(
        "{whose}, a channel: first {:.1} ms ({:.1}–{:.1}), nothing new {:.1} ms ({:.1}–{:.1}), \
         share {:.0} % ({:.0}–{:.0}; limit 50: {verdict})",
        first.0, first.1, first.2, second.0, second.1, second.2, share.0, share.1, share.2
    );
}

/// A round of everything without any news, as the world stands still: nothing is written.
async fn nothing_new(world: &World, channels: f64) -> Result<()> {
    world.telegram.clock().stop();
    let now = world.telegram.clock().now();
    let at_once = format!("update schedules set next_due_at = '{now}' where enabled");
    // What came until the world stood still.
    Round::of(world, channels, async || world.sql(&at_once).await.map(drop)).await?;
    let same = Round::of(world, channels, async || world.sql(&at_once).await.map(drop)).await?;
    same.say("everything again, nothing new");
    same.writing_nothing()
}

/// A round in which Telegram tells all accounts to wait, several times: not a request comes inside one of the waits.
async fn waited(world: &World) -> Result<()> {
    let last = world.number("select max(id) from runs").await?;
    for (method, times) in WAITS {
        world.telegram.faults().flood_wait(method, WAIT_SECONDS, times);
    }
    world.telegram.clock().advance(SignedDuration::from_hours(24));
    let began = Instant::now();
    tokio::time::sleep(Duration::from_millis(600)).await;
    world.settled(FIRST).await?;
    let took = began.elapsed();
    let summary = world.telegram.requests().summary();
    let told = summary.requests.iter().filter(|one| wait_of(&one.outcome).is_some()).count();
    let put_off =
        world.number(&format!("select count(*) from runs where id > {last} and state <> 'done'")).await?;
    eprintln!(
        "a round with {told} waits of {WAIT_SECONDS} s: {took:.1?}, put off and done later: {put_off} runs, requests inside a \
         wait: {}",
        summary.inside_flood_wait
    );
    ensure!(told > 5, "Telegram told nobody to wait");
    ensure!(summary.inside_flood_wait == 0, "a request was made inside a flood wait");
    Ok(())
}

/// For how many seconds it was told to wait.
pub(crate) fn wait_of(outcome: &Outcome) -> Option<i64> {
    match outcome {
        Outcome::Refused(name) => name.strip_prefix("FLOOD_WAIT_")?.parse().ok(),
        _ => None,
    }
}

/// What all channels' rounds took together.
struct Round {
    took: Duration,
    runs: u64,
    requests: u64,
    /// New and changed ones.
    values: u64,
    /// Processor time of the server a channel.
    cpu_ms: f64,
    /// What of it collecting took.
    collecting_ms: f64,
    resident_mib: u64,
    /// What did not go well.
    ill: String,
}

impl Round {
    /// Has something come due, and waits until it is done.
    async fn of(world: &World, channels: f64, come_due: impl AsyncFnOnce() -> Result<()>) -> Result<Self> {
        let last = world.number("select coalesce(max(id), 0) from runs").await?;
        let (began, cpu) = (Instant::now(), world.product.cpu_time()?);
        let collecting = costs::of_collecting(world)?;
        come_due().await?;
        // The clock is read over loopback, twice a second.
        tokio::time::sleep(Duration::from_millis(600)).await;
        world.settled(FIRST).await?;
        let (took, cpu) = (began.elapsed(), world.product.cpu_time()?.saturating_sub(cpu));
        let said = world
            .sql(&format!(
                "select count(*), coalesce(sum(requests), 0), coalesce(sum(values_new + values_changed), 0) from runs where id > {last}"
            ))
            .await?;
        let counts: Vec<u64> = said.split('|').map(str::parse).collect::<Result<_, _>>()?;
        let [runs, requests, values] = counts[..] else { bail!("three counts are expected, not {said}") };
        let ill = world
            .sql(&format!(
                "select state, count(*), min(error) from runs where id > {last} and state <> 'done' group by 1"
            ))
            .await?;
        let collecting = costs::of_collecting_since(world, collecting)?;
        let of_one = |time: Duration| time.as_secs_f64() * 1e3 / channels;
        let (cpu_ms, collecting_ms) = (of_one(cpu), of_one(collecting));
        let resident_mib = world.product.resident_bytes()? >> 20;
        Ok(Self { took, runs, requests, values, cpu_ms, collecting_ms, resident_mib, ill })
    }

    fn writing_nothing(&self) -> Result<()> {
        ensure!(self.values == 0, "nothing had changed, but {} values were written", self.values);
        Ok(())
    }

    fn say(&self, what: &str) {
        let Self { took, runs, requests, values, cpu_ms, collecting_ms, resident_mib, ill } = self;
        let not_done = if ill.is_empty() { "" } else { "; not done: " };
        eprintln!(
            "{what}: {took:.1?}, {runs} runs, {requests} requests, {values} values, processor time {cpu_ms:.1} ms a channel, \
             {collecting_ms:.1} ms of it collecting, \
             resident {resident_mib} MiB{not_done}{ill}"
        );
    }
}
