//! `/runs` while a collector is at work: its steps come as they go, to a browser that is signed in.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use channelscope_tests::World;
use channelscope_tests::product::{command, run_with_input};
use telegram_dc::Options;

/// How long Telegram thinks about each graph: a look a second sees every one of them.
const THINKS: Duration = Duration::from_millis(1_500);

#[tokio::test]
async fn the_steps_of_a_collector_arrive_one_by_one() -> Result<()> {
    let world = World::start_as(Options::default(), &["serve", "--no-worker"]).await?;
    let mut add = command(&world.data_dir())?;
    add.args(["user", "add", "anna", "--password-stdin"]);
    let said = run_with_input(add, "correct horse battery\n").await?;
    ensure!(said.success, "{said:?}");
    // Only what is asked for is run.
    world.sql("update schedules set enabled = false").await?;
    let world = world.restart().await?;
    let channels = world.telegram.truth().channels().into_iter();
    let richest = channels.filter(|one| one.stats && one.ton).max_by_key(|one| one.subscribers);
    let channel = richest.context("no channel")?.id;
    world.telegram.faults().delay("stats.loadAsyncGraph", THINKS, 20);

    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let login = client
        .post(format!("{}/login", world.product.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", &world.product.base)
        .body("login=anna&password=correct+horse+battery&next=/runs")
        .send()
        .await?;
    let cookie = login.headers().get("set-cookie").context("not signed in")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let url = format!("{}/runs/live", world.product.base);
    let mut live = client.get(url).header("cookie", cookie).send().await?;
    ensure!(live.headers()["content-type"] == "text/event-stream", "{live:?}");

    let url = format!("{}/api/v1/channels/{channel}/collect?collector=statistics", world.product.base);
    let queued = client.post(url).bearer_auth(&world.token).send().await?;
    ensure!(queued.status().as_u16() == 202, "{queued:?}");
    let (mut steps, mut text) = (Vec::new(), String::new());
    let ended = async {
        while let Some(chunk) = live.chunk().await? {
            text.push_str(&String::from_utf8_lossy(&chunk));
            while let Some((message, rest)) = text.clone().split_once("\n\n") {
                text = rest.to_owned();
                if let Some(step) = step(message) {
                    steps.push(step);
                }
                if message.contains("class=\"state done\"") || message.contains(">done<") {
                    return Ok(());
                }
            }
        }
        anyhow::bail!("the stream ended")
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.context("it never ended")??;
    steps.dedup();
    // Each of the graphs that Telegram took its time for, in the order of the answer, of twelve.
    let graphs: Vec<&str> = steps.iter().filter_map(|step| step.strip_suffix(" of 12")).collect();
    ensure!(graphs.len() >= 5 && graphs.len() == steps.len(), "{steps:?}");
    let places: Vec<u32> = graphs
        .iter()
        .map(|step| step.rsplit(' ').next().and_then(|place| place.parse().ok()).context("no place"))
        .collect::<Result<_>>()?;
    ensure!(places.is_sorted() && graphs[0].starts_with("the graph "), "{steps:?}");
    world.stop().await
}

/// What the newest run is at, if it is at something.
fn step(message: &str) -> Option<String> {
    let from = message.find("the graph ")?;
    let step = &message[from..];
    Some(step[..step.find('<')?].trim_end_matches(['.', '…']).to_owned())
}
