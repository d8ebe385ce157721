//! `channelscope channel`: which channels are collected.

use anyhow::{Result, bail};
use app::model::{ChannelLink, KnownChannel};
use clap::Subcommand;

use super::print::{self, Cell};
use crate::boot::{Boot, Settings};
use crate::collector::discover;
use crate::store::channels;

#[derive(Debug, Subcommand)]
pub(super) enum Channel {
    /// List collected channels.
    List {
        /// Those too that could be collected, with what may be seen of each.
        #[arg(long)]
        all: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Collect a channel that a linked account administers.
    Add {
        /// Its id, @name, or a t.me or tg:// link to it or to one of its posts.
        channel: ChannelLink,
    },
    /// Collect a channel no more. What was collected stays.
    Remove {
        /// Its id, @name, or a link.
        channel: ChannelLink,
    },
}

impl Channel {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        settings.prepare()?.run(async move |boot| match self {
            Self::List { all: true, json } => list_all(&channels::known(&boot.pool).await?, json),
            Self::List { all: false, json } => list(&channels::list(&boot.pool).await?, json),
            Self::Add { channel } => choose(&boot, &channel, true).await,
            Self::Remove { channel } => choose(&boot, &channel, false).await,
        })
    }
}

fn list(channels: &[app::model::Channel], json: bool) -> Result<()> {
    if json {
        return print::json(&serde_json::json!({ "channels": channels }));
    }
    let rows = channels.iter().map(|channel| {
        vec![
            Cell::number(Some(channel.id)),
            Cell::text(&channel.title),
            Cell::text(name(channel)),
            Cell::number(channel.subscribers),
            Cell::time(channel.as_of),
        ]
    });
    print::table(&["id", "title", "name", "subscribers", "as of"], rows)
}

fn list_all(known: &[KnownChannel], json: bool) -> Result<()> {
    if json {
        return print::json(&serde_json::json!({ "channels": known }));
    }
    let rows = known.iter().map(|one| {
        let channel = &one.channel;
        vec![
            Cell::number(Some(channel.id)),
            Cell::text(&channel.title),
            Cell::text(name(channel)),
            Cell::text(if channel.is_group { "group" } else { "channel" }),
            Cell::text(if one.is_owned { "owner" } else { "administrator" }),
            Cell::text(one.channel.rights().words()),
            Cell::text(if one.is_collected { "yes" } else { "no" }),
        ]
    });
    print::table(&["id", "title", "name", "kind", "role", "may see", "collected"], rows)
}

fn name(channel: &app::model::Channel) -> String {
    channel.username.as_deref().map_or_else(String::new, |name| format!("@{name}"))
}

async fn choose(boot: &Boot, link: &ChannelLink, is_collected: bool) -> Result<()> {
    let known = channels::known(&boot.pool).await?;
    let one = match link {
        ChannelLink::Id(id) => known.iter().find(|one| one.channel.id == *id),
        ChannelLink::Username(name) => known.iter().find(|one| {
            one.channel.username.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
        }),
        ChannelLink::Invite(_) => bail!(
            "an invite link says nothing of its channel without joining it; name the channel by its id or @name, or \
             by a link to one of its posts"
        ),
    };
    let Some(one) = one else {
        bail!(
            "no linked account administers that channel; see: channelscope channel list --all. If an account has \
             become its administrator since, link the account again"
        );
    };
    let mut db = boot.pool.begin().await?;
    discover::choose(&mut db, one.channel.id, is_collected, boot.clock.now()).await?;
    db.commit().await?;
    let deed = if is_collected {
        "is collected from now on"
    } else {
        "is collected no more; what was collected stays"
    };
    print::line(&format!("{} ({}) {deed}.", one.channel.title, one.channel.id))
}
