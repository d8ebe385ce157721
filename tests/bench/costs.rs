//! The processor time that collecting itself takes, as the server logs it run by run.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use channelscope_tests::World;

/// The server logs what each run took.
const LOGGED: (&str, &str) = ("CHANNELSCOPE_LOG", "warn,server::worker=debug");
const BEFORE: &str = "processor time: ";
const AFTER: &str = " µs";

/// The server again, and from now on it logs what runs take.
pub(crate) async fn restart_logging(world: World) -> Result<World> {
    world.restart_with(&[LOGGED]).await
}

/// What collecting has taken so far: its tasks, system calls included, but not the connection's own task, which encrypts,
/// nor the queue.
pub(crate) fn of_collecting(world: &World) -> Result<Duration> {
    let log = world.product.log();
    let said = log.lines().filter_map(|line| line.split_once(BEFORE)?.1.split_once(AFTER));
    let micros: Vec<u64> =
        said.map(|(micros, _)| micros.parse()).collect::<Result<_, _>>().context("not a number")?;
    Ok(Duration::from_micros(micros.iter().sum()))
}

/// As [`of_collecting`], since then. Runs were made meanwhile.
pub(crate) fn of_collecting_since(world: &World, before: Duration) -> Result<Duration> {
    let now = of_collecting(world)?;
    ensure!(now > before, "the server does not log what its runs take");
    Ok(now - before)
}
