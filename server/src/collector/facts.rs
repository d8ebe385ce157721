//! `channels.getFullChannel`: what the channel is, and what the account may see of it.

use super::CollectError;
use super::asker::Asker;
use super::harvest::Harvest;
use crate::store::channels::{Access, ChannelFacts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::channel::FullChannel;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let answer = asker.ask(|| client.full_channel(channel)).await?;
    let facts = facts(&answer.value, client.session().is_simulated());
    let access = access(&answer.value, asker.context.account);
    Ok(Harvest {
        facts: Some((facts, access)),
        snapshots: vec![("channels.getFullChannel".to_owned(), answer.body)],
        ..Harvest::default()
    })
}

pub(super) fn facts(full: &FullChannel, simulated: bool) -> ChannelFacts {
    ChannelFacts {
        id: full.listed.channel.id,
        title: full.listed.title.clone(),
        username: full.listed.username.clone(),
        is_group: full.listed.is_group,
        simulated,
        subscribers: full.listed.subscribers,
    }
}

pub(super) fn access(full: &FullChannel, account: app::model::AccountId) -> Access {
    Access {
        account,
        access_hash: full.listed.channel.access_hash,
        is_creator: full.listed.is_creator,
        is_admin: full.listed.is_administrator,
        can_view_stats: full.can_view_stats,
        can_view_revenue: full.can_view_revenue,
        can_view_stars_revenue: full.can_view_stars_revenue,
        stats_dc: full.stats_dc,
    }
}
