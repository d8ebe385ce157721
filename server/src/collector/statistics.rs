//! `stats.getBroadcastStats` and its graphs.

use super::CollectError;
use super::asker::Asker;
use super::cards;
use super::graphs::{self, Parent};
use super::harvest::Harvest;
use crate::store::channels::Access;
use crate::telegram::client::ChannelRef;

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let dc = access.stats_dc;
    let answer = asker.ask(|| client.broadcast_stats(channel, dc)).await?;
    let mut harvest = Harvest::default();
    harvest.snapshots.push((Parent::Broadcast(dc).kind(), answer.body));
    cards::add(&mut harvest, answer.value.cards);
    graphs::gather(asker, channel, Parent::Broadcast(dc), answer.value.graphs, answer.dc, &mut harvest)
        .await?;
    Ok(harvest)
}
