//! `channelscope channel`: which channels are collected.

mod links;
mod posts;

use anyhow::{Result, bail};
use app::model::{ChannelId, ChannelLink, ErrandAnswer, KnownChannel};
use clap::Subcommand;
use jiff::civil::Date;

use super::errand;
use super::print::{self, Cell};
use crate::boot::{Boot, Settings};
use crate::collector::discover;
use crate::store::channels;
use crate::worker;
use crate::worker::errand::Added;

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
    /// Collect a channel: one that a linked account administers, or any that Telegram lets it look at.
    Add {
        /// Its id, @name, or a t.me or tg:// link to it or to one of its posts; an invite link where an account is in it.
        channel: ChannelLink,
    },
    /// Say how far back a channel's posts are read, or set it. Older ones are read in the background.
    Posts {
        /// The channel's id.
        channel: ChannelId,
        /// Not before this UTC day, such as 2024-01-01. What was read already stays.
        #[arg(long, value_name = "DATE", conflicts_with = "all")]
        since: Option<Date>,
        /// To the first one.
        #[arg(long)]
        all: bool,
    },
    /// List a channel's invite links.
    Links {
        /// The channel's id.
        channel: ChannelId,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Collect who comes through an invite link: people's ids, so only for links that are marked.
    Track {
        #[command(flatten)]
        which: links::Which,
        /// No more; what was collected stays.
        #[arg(long)]
        off: bool,
    },
    /// List who came through an invite link that is marked.
    Importers {
        #[command(flatten)]
        which: links::Which,
        /// Print JSON.
        #[arg(long)]
        json: bool,
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
            Self::Add { channel } => add(&boot, &channel).await,
            Self::Posts { channel, since, all } => posts::run(&boot, channel, since, all).await,
            Self::Links { channel, json } => links::list(&boot, channel, json).await,
            Self::Track { which, off } => links::track(&boot, which, !off).await,
            Self::Importers { which, json } => links::importers(&boot, which, json).await,
            Self::Remove { channel } => remove(&boot, &channel).await,
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
            Cell::text(one.role()),
            Cell::text(one.channel.rights().words()),
            Cell::text(if one.is_collected { "yes" } else { "no" }),
        ]
    });
    print::table(&["id", "title", "name", "kind", "role", "may see", "collected"], rows)
}

fn name(channel: &app::model::Channel) -> String {
    channel.username.as_deref().map_or_else(String::new, |name| format!("@{name}"))
}

/// Collects it, whoever has to be asked for that.
async fn add(boot: &Boot, link: &ChannelLink) -> Result<()> {
    let added = match worker::errand::add_known(&boot.pool, &boot.clock, link).await? {
        Some(one) => Added::Known(Box::new(one)),
        None => {
            errand::through_somebody(boot, None, async |until| {
                Ok(worker::errand::add(&boot.pool, &boot.clock, link, until).await?)
            })
            .await?
        }
    };
    match added {
        Added::Known(one) => {
            print::line(&format!("{} ({}) is collected from now on.", one.channel.title, one.channel.id))
        }
        Added::Answered(_, ErrandAnswer { is_good: true, text, .. }) => print::line(&text),
        Added::Answered(_, answer) => bail!("{}", answer.text),
        Added::Asking(_) => {
            bail!("Telegram has not answered yet; it is asked as soon as the account is free")
        }
        Added::NoAccount => bail!("no linked account can be asked; see: channelscope account list"),
    }
}

async fn remove(boot: &Boot, link: &ChannelLink) -> Result<()> {
    if let ChannelLink::Invite(_) = link {
        bail!(
            "an invite link says nothing of its channel; name the channel by its id or @name, or by a link to one of \
             its posts"
        );
    }
    let known = channels::known(&boot.pool).await?;
    let Some(one) = known.iter().find(|one| one.is_named(link)) else {
        bail!("no such channel is known; see: channelscope channel list --all");
    };
    let mut db = boot.pool.begin().await?;
    discover::choose(&mut db, one.channel.id, false, boot.clock.now()).await?;
    db.commit().await?;
    let (title, id) = (&one.channel.title, one.channel.id);
    print::line(&format!("{title} ({id}) is collected no more; what was collected stays."))
}
