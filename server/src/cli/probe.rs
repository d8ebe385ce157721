//! `channelscope probe`: what Telegram's real answers look like.

use anyhow::{Context as _, Result, bail};
use app::model::{ChannelId, Collector};
use indicatif::ProgressBar;

use super::print;
use crate::boot::Settings;
use crate::collector::probe::probe;
use crate::store::{accounts, channels};
use crate::worker;

#[derive(Debug, clap::Args)]
pub(super) struct Probe {
    /// The channel's id.
    channel: ChannelId,
}

impl Probe {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        settings.prepare()?.run(async move |boot| {
            let channel = self.channel;
            if !channels::is_collected(&boot.pool, channel).await? {
                bail!("channel {channel} is not collected; see: channelscope channel list");
            }
            let access = channels::access(&boot.pool, channel, Collector::Facts, boot.clock.now())
                .await?
                .with_context(|| format!("no linked account can read channel {channel}"))?;
            let account = accounts::find(&boot.pool, access.account).await?;
            let simulated = account.is_some_and(|account| account.simulated);
            if simulated != boot.dc_file.is_some() {
                bail!(
                    "channel {channel} belongs to {} Telegram: TELEGRAM_DC_FILE {}",
                    if simulated { "a simulated" } else { "the real" },
                    if simulated { "names its data centres" } else { "must not be set" },
                );
            }
            let borrowed = worker::borrow(&boot.worker_config(), access.account).await?;
            let bar = ProgressBar::new_spinner();
            let probed = tokio::select! {
                probed = probe(&borrowed.context, channel, |method| { bar.set_message(method.to_owned()); bar.tick(); }) => {
                    probed.map_err(anyhow::Error::from)
                }
                () = super::serve::shutdown_signal() => Err(anyhow::anyhow!("interrupted")),
            };
            bar.finish_and_clear();
            borrowed.give_back().await?;
            print::line(&serde_json::to_string_pretty(&probed?)?)
        })
    }
}
