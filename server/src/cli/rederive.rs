//! `channelscope rederive`: is what is shown what Telegram said?

use anyhow::{Result, bail};
use app::model::ChannelId;
use indicatif::ProgressBar;

use super::print::{self, Cell};
use crate::boot::Settings;
use crate::collector::rederive::{Comparison, rederive};
use crate::store::channels;

#[derive(Debug, clap::Args)]
pub(super) struct Rederive {
    /// A channel's id [default: all].
    #[arg(long)]
    channel: Option<ChannelId>,
    /// Put right what is missing or different. Nothing is deleted.
    #[arg(long)]
    write: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Rederive {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        settings.prepare()?.run(async move |boot| {
            let mut all: Vec<ChannelId> =
                channels::list(&boot.pool).await?.into_iter().map(|channel| channel.id).collect();
            if let Some(channel) = self.channel {
                if !all.contains(&channel) {
                    bail!("channel {channel} is not collected; see: channelscope channel list");
                }
                all = vec![channel];
            }
            let bar = ProgressBar::new(all.len() as u64);
            let mut comparisons = Vec::new();
            for channel in all {
                comparisons.push(rederive(&boot.pool, channel, self.write).await?);
                bar.inc(1);
            }
            bar.finish_and_clear();
            if self.json {
                return print::json(&serde_json::json!({ "channels": comparisons }));
            }
            self.tell(&comparisons)
        })
    }

    fn tell(&self, comparisons: &[Comparison]) -> Result<()> {
        let row = |channel, of: (&'static str, &'static str), counts: [u64; 4]| {
            let begin = [Cell::number(Some(channel)), Cell::text(of.0), Cell::text(of.1)];
            begin.into_iter().chain(counts.map(|count| Cell::number(Some(count)))).collect::<Vec<_>>()
        };
        let rows = comparisons.iter().flat_map(|one| {
            let metrics = one.metrics.iter().map(|metric| {
                let counts = [metric.equal, metric.missing, metric.different, metric.extra];
                row(one.channel_id, (metric.metric, metric.resolution), counts)
            });
            let kinds = one.kinds.iter().map(|kind| {
                row(one.channel_id, (kind.kind, ""), [kind.equal, kind.missing, kind.different, kind.extra])
            });
            metrics.chain(kinds).collect::<Vec<_>>()
        });
        print::table(&["channel", "of", "by", "equal", "missing", "different", "extra"], rows)?;
        for one in comparisons {
            let channel = one.channel_id;
            for fact in &one.facts {
                print::line(&format!("Channel {channel}: {fact} is not as Telegram said last."))?;
            }
            for reason in &one.unreadable {
                eprintln!("Channel {channel}: {reason}.");
            }
        }
        let equal = comparisons.iter().filter(|one| one.is_equal()).count();
        let differing = comparisons.iter().filter(|one| one.differs()).count();
        eprintln!("{equal} of {} channels are as Telegram said.", comparisons.len());
        match (differing, self.write) {
            (0, _) => {}
            (_, true) => eprintln!("{differing} were put right."),
            (_, false) => eprintln!("{differing} can be put right with --write."),
        }
        Ok(())
    }
}
