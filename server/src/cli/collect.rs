//! `channelscope collect`: collect now, and watch. Whoever holds the account's connection does the work: the running
//! server, or, without one, this process.

use std::time::Duration;

use anyhow::{Result, bail};
use app::model::{Channel, ChannelId, Collector, Run, RunId, RunState};
use indicatif::{ProgressBar, ProgressStyle};

use super::print::{self, Cell};
use super::serve::shutdown_signal;
use crate::boot::{Boot, Settings};
use crate::store::{accounts, channels, leases, runs};
use crate::worker;

/// How often runs are looked at.
const LOOK: Duration = Duration::from_millis(200);

#[derive(Debug, clap::Args)]
pub(super) struct Collect {
    /// The channel's id.
    channel: ChannelId,
    /// What, by the names that `channelscope schedule list` shows [default: everything].
    collectors: Vec<Collector>,
    /// Print the finished runs as JSON.
    #[arg(long)]
    json: bool,
}

impl Collect {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        settings.prepare()?.run(async move |boot| {
            let Some(channel) = channels::find(&boot.pool, self.channel).await? else {
                bail!("there is no channel {}; see: channelscope channel list", self.channel);
            };
            somebody_can(&boot, self.channel).await?;
            // Takes the account's connection only if nobody holds it.
            let worker = worker::start(worker::WorkerConfig { plans: false, ..boot.worker_config() }).await?;
            let followed = tokio::select! {
                followed = self.follow(&boot, &channel) => followed,
                () = shutdown_signal() => Err(anyhow::anyhow!("interrupted; what was queued stays queued")),
            };
            worker.shutdown().await;
            let runs = followed?;
            summary(&runs, self.json)?;
            match runs.iter().filter(|run| run.state == RunState::Failed).count() {
                0 => Ok(()),
                failed => bail!("{failed} of {} runs failed", runs.len()),
            }
        })
    }

    async fn follow(&self, boot: &Boot, channel: &Channel) -> Result<Vec<Run>> {
        let Boot { pool, clock, .. } = boot;
        let mut ids: Vec<RunId> = Vec::new();
        for collector in &self.collectors {
            ids.push(worker::enqueue_now(pool, self.channel, *collector, clock).await?);
        }
        if self.collectors.is_empty() {
            let all = worker::enqueue_all(pool, channel, clock).await?;
            ids.extend(all.into_iter().map(|(_, run)| run));
        }
        let bar = ProgressBar::new(ids.len() as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {msg}") {
            bar.set_style(style);
        }
        loop {
            let mut found = Vec::new();
            for id in &ids {
                found.extend(runs::find(&boot.pool, *id).await?);
            }
            let over = found.iter().filter(|run| run.state.is_over()).count();
            bar.set_position(over as u64);
            if over == found.len() {
                bar.finish_and_clear();
                return Ok(found);
            }
            let busy = found.iter().find(|run| matches!(run.state, RunState::Running | RunState::Waiting));
            bar.set_message(busy.map_or_else(
                || "waiting for the account's connection".to_owned(),
                |run| {
                    let step = run.step.as_ref().map(|step| format!(": {step}")).unwrap_or_default();
                    format!("{} ({}, {} requests){step}", run.collector, run.state.name(), run.requests)
                },
            ));
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// A simulated account lives with its data centre: without it, only a running server can collect.
async fn somebody_can(boot: &Boot, channel: ChannelId) -> Result<()> {
    let Some(access) = channels::access(&boot.pool, channel, Collector::Facts, boot.clock.now()).await?
    else {
        return Ok(());
    };
    let Some(account) = accounts::find(&boot.pool, access.account).await? else { return Ok(()) };
    let is_served = leases::held_until(&boot.pool, account.id).await?.is_some();
    if account.simulated && boot.dc_file.is_none() && !is_served {
        bail!(
            "channel {channel} belongs to a simulated account, and no running server has it: start the demo, or name \
             its data centres with TELEGRAM_DC_FILE"
        );
    }
    if !is_served && !boot.manners.may_ask(account.simulated) {
        bail!(
            "channel {channel} is read through an account at Telegram itself, and no running server has it: set \
             TELEGRAM_API_ID and TELEGRAM_API_HASH"
        );
    }
    Ok(())
}

fn summary(runs: &[Run], json: bool) -> Result<()> {
    if json {
        return print::json(&serde_json::json!({ "runs": runs }));
    }
    let rows = runs.iter().map(|run| {
        vec![
            Cell::text(run.collector.name()),
            Cell::text(run.state.name()),
            Cell::number(Some(run.requests)),
            Cell::number(Some(run.values_new)),
            Cell::number(Some(run.values_changed)),
            Cell::number(Some(run.values_unchanged)),
            Cell::number(Some(run.waited_seconds)),
            Cell::text(run.error.as_deref().unwrap_or_default()),
        ]
    });
    print::table(&["what", "result", "requests", "new", "changed", "unchanged", "waited s", ""], rows)
}
