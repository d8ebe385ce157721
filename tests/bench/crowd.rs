//! A thousand channels on ten accounts: how long a steady round takes, and how much memory.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use channelscope_tests::World;
use jiff::SignedDuration;
use telegram_dc::{Crowd, Options, Outcome};

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
    let channels = world.number("select count(*) from channels where is_collected").await?;
    eprintln!("{channels} channels on {} accounts", CROWD.accounts);

    let world = world.restart().await?;
    let began = Instant::now();
    world.settled(FIRST).await?;
    let (runs, requests) = counts(&world, "true").await?;
    eprintln!("first round: {runs} runs, {requests} requests, {:.1?}", began.elapsed());
    for _ in 0..ROUNDS {
        let last = world.number("select max(id) from runs").await?;
        world.telegram.clock().advance(SignedDuration::from_hours(24));
        let (began, cpu) = (Instant::now(), world.product.cpu_time()?);
        // The clock is read over loopback, twice a second.
        tokio::time::sleep(Duration::from_millis(600)).await;
        world.settled(FIRST).await?;
        let (took, cpu) = (began.elapsed(), world.product.cpu_time()?.saturating_sub(cpu));
        let (runs, requests) = counts(&world, &format!("id > {last}")).await?;
        let ill = world.sql(&format!("select state, count(*), min(error) from runs where id > {last} and state <> 'done' group by 1")).await?;
        eprintln!(
            "steady round: {took:.1?}, {runs} runs, {requests} requests, processor time {cpu:.1?} \
             ({:.1} ms a channel), resident {} MiB, at most {} MiB{}{ill}",
            cpu.as_secs_f64() * 1e3 / channels,
            world.product.resident_bytes()? >> 20,
            world.product.peak_bytes()? >> 20,
            if ill.is_empty() { "" } else { "; not done: " },
        );
    }
    waited(&world).await?;
    ensure!(world.product.peak_bytes()? <= MOST_BYTES, "it took more than 250 MB");
    world.stop().await
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
    let told = summary.requests.iter().filter(|one| is_wait(&one.outcome)).count();
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

/// Was it told to wait?
pub(crate) fn is_wait(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(name) if name.starts_with("FLOOD_WAIT"))
}

async fn counts(world: &World, which: &str) -> Result<(u64, u64)> {
    let said = world.sql(&format!("select count(*), sum(requests) from runs where {which}")).await?;
    let (runs, requests) = said.split_once('|').context("two columns")?;
    Ok((runs.parse()?, requests.parse()?))
}
