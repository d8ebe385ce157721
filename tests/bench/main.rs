//! `make bench`: how long and how much, on this machine, as median (smallest–largest) of several runs. Times on shared
//! machines are noise; compare ratios within one run.

mod costs;
mod crowd;
mod growth;
mod pace;
mod pages;
mod report;
mod rounds;

use anyhow::{Result, ensure};

/// The parts, in their order; arguments pick some of them.
const PARTS: [&str; 5] = ["portfolio", "rounds", "pace", "crowd", "growth"];

#[tokio::main]
async fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for one in &wanted {
        ensure!(PARTS.contains(&one.as_str()), "there is no part {one}; there are {}", PARTS.join(", "));
    }
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|one| one == part);
    if is_wanted("portfolio") {
        pages::portfolio().await?;
    }
    if is_wanted("rounds") {
        rounds::new_channels().await?;
    }
    if is_wanted("pace") {
        pace::round_of_eighty().await?;
    }
    if is_wanted("crowd") {
        crowd::steady_round().await?;
    }
    if is_wanted("growth") {
        growth::of_a_channel().await?;
    }
    Ok(())
}
