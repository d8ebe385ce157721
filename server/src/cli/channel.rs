//! `channelscope channel`: which channels are collected.

use anyhow::Result;
use clap::Subcommand;

use super::print::{self, Cell};
use crate::boot::Settings;
use crate::store::channels;

#[derive(Debug, Subcommand)]
pub(super) enum Channel {
    /// List collected channels.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Channel {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        let Self::List { json } = self;
        settings.prepare()?.run(async move |boot| {
            let channels = channels::list(&boot.pool).await?;
            if json {
                return print::json(&serde_json::json!({ "channels": channels }));
            }
            let rows = channels.iter().map(|channel| {
                vec![
                    Cell::number(Some(channel.id)),
                    Cell::text(&channel.title),
                    Cell::text(
                        channel.username.as_deref().map_or_else(String::new, |name| format!("@{name}")),
                    ),
                    Cell::number(channel.subscribers),
                    Cell::time(channel.as_of),
                ]
            });
            print::table(&["id", "title", "name", "subscribers", "as of"], rows)
        })
    }
}
