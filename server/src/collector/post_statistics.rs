//! `stats.getMessageStats`, `stats.getPollStats` and `stats.getMessagePublicForwards`, post by post.
//!
//! Where the graph of views agrees with the counter read in the same moment, it fills ages of the post at which nobody
//! had looked.

use std::collections::HashMap;

use app::model::ItemKind;

use super::CollectError;
use super::asker::Asker;
use super::harvest::Harvest;
use super::item_statistics::{self, Wanted};
use crate::store::channels::Access;
use crate::store::item_statistics::due;
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::post_stats::Counted;

/// Posts a run: with four runs a day enough for seven posts a day through all their ages.
const MOST: i64 = 15;

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let due = due(&asker.context.pool, channel.id, ItemKind::Post, asker.now(), MOST).await?;
    let mut harvest = Harvest::default();
    if due.is_empty() {
        return Ok(harvest);
    }
    let ids: Vec<i32> = due.iter().map(|post| post.counted_id).collect();
    let (counted, unread) = asker.ask(|| asker.context.client.counted_messages(channel, &ids)).await?;
    let is_whole = unread.is_empty();
    harvest.add_unread("messages", "channels.getMessages", unread);
    let counted: HashMap<i32, Counted> = counted.into_iter().map(|one| (one.id, one)).collect();
    let counted_at = asker.now();
    let (mut wanted, mut not_shown) = (Vec::new(), Vec::new());
    for due in due {
        match counted.get(&due.counted_id) {
            Some(counted) => wanted.push(Wanted {
                due,
                has_votes: counted.has_poll_stats,
                // Without a forward of any kind there is no public one.
                has_forwards: counted.forwards != Some(0),
                views: counted.views.map(|views| (views, counted_at)),
            }),
            // It is left until the next age, so that it does not take the place of one that there is. Whether it is
            // deleted the posts' own collector finds.
            None => not_shown.push(due.item),
        }
    }
    item_statistics::gather(asker, channel, access.stats_dc, wanted, &mut harvest).await?;
    // One that this layer cannot read is there all the same.
    if is_whole {
        item_statistics::add_not_shown(&mut harvest, &not_shown, counted_at);
    }
    Ok(harvest)
}
