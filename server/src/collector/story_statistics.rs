//! `stats.getStoryStats` and `stats.getStoryPublicForwards`, story by story.

use app::model::ItemKind;

use super::CollectError;
use super::asker::Asker;
use super::harvest::Harvest;
use super::item_statistics::{self, Wanted};
use crate::store::channels::Access;
use crate::store::item_statistics::due;
use crate::telegram::client::ChannelRef;

/// Stories a run: with two runs a day enough for six stories a day through all their ages.
const MOST: i64 = 15;

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let due = due(&asker.context.pool, channel.id, ItemKind::Story, asker.now(), MOST).await?;
    let mut harvest = Harvest::default();
    if !due.is_empty() {
        let wanted =
            due.into_iter().map(|due| Wanted { due, has_votes: false, has_forwards: true, views: None });
        item_statistics::gather(asker, channel, access.stats_dc, wanted.collect(), &mut harvest).await?;
    }
    Ok(harvest)
}
