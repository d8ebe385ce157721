//! `channelscope channel links`, `track` and `importers`: invite links, and who came through those that are marked.

use anyhow::{Context, Result};
use app::model::{ChannelId, InviteLink};

use super::print::{self, Cell};
use crate::boot::Boot;
use crate::store::{channels, invites};

#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Which {
    /// The channel's id.
    channel: ChannelId,
    /// The link, or its last part.
    link: String,
}

impl Which {
    /// The link that is meant.
    async fn find(&self, boot: &Boot) -> Result<InviteLink> {
        let mut links = invites::list(&boot.pool, self.channel).await?.into_iter();
        // What is typed is never repeated: who has a link can come in.
        links.find(|one| one.hash == self.link || one.link == self.link).with_context(|| {
            format!("channel {0} has no such invite link; see: channelscope channel links {0}", self.channel)
        })
    }
}

pub(super) async fn list(boot: &Boot, channel: ChannelId, json: bool) -> Result<()> {
    channels::get(&boot.pool, channel).await?;
    let links = invites::list(&boot.pool, channel).await?;
    if json {
        return print::json(&serde_json::json!({ "links": links }));
    }
    let tracked = invites::tracked(&boot.pool, channel).await?;
    let rows = links.iter().map(|one| {
        let is_tracked = tracked.iter().any(|tracked| tracked.hash == one.hash);
        vec![
            Cell::text(&one.link),
            Cell::text(one.title.as_deref().unwrap_or_default()),
            Cell::time(Some(one.created_at)),
            Cell::number(Some(one.usage)),
            Cell::number(Some(one.requested)),
            Cell::text(if one.is_revoked { "revoked" } else { "" }),
            Cell::text(if is_tracked { "yes" } else { "no" }),
        ]
    });
    print::table(&["link", "called", "made", "came", "wait", "", "who came is collected"], rows)
}

pub(super) async fn track(boot: &Boot, which: Which, is_tracked: bool) -> Result<()> {
    let link = which.find(boot).await?;
    invites::track(&boot.pool, which.channel, &link.hash, is_tracked).await?;
    print::line(if is_tracked {
        "Who comes through this link is collected with the next look at invite links."
    } else {
        "Who comes through this link is collected no more; what was collected stays."
    })
}

pub(super) async fn importers(boot: &Boot, which: Which, json: bool) -> Result<()> {
    let link = which.find(boot).await?;
    let importers = invites::importers(&boot.pool, which.channel, &link.hash).await?;
    if json {
        return print::json(&serde_json::json!({ "importers": importers }));
    }
    let rows = importers.iter().map(|one| {
        vec![
            Cell::number(Some(one.user_id.0)),
            Cell::time(Some(one.joined_at)),
            Cell::number(one.approved_by.map(|id| id.0)),
        ]
    });
    print::table(&["user", "joined", "let in by"], rows)
}
