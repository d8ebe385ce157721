//! Public forwards of one item, page by page.

use app::model::{Item, ItemKind};

use super::Wanted;
use crate::collector::CollectError;
use crate::collector::asker::Asker;
use crate::collector::harvest::Harvest;
use crate::store::item_forwards::{self, Forward};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::public_forwards::PublicForward;
use crate::telegram::fault::Fault;

/// So many pages of one item at a time; nobody reads through more than five hundred places.
const MOST_PAGES: usize = 5;

/// How many public forwards Telegram counts, and the newest of them. A page of which all is known ends it: there is
/// nothing new behind.
pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    stats_dc: Option<i32>,
    wanted: &Wanted,
    harvest: &mut Harvest,
) -> Result<(i32, Vec<Forward>), CollectError> {
    let (item, asked) = (wanted.due.item, wanted.asked());
    let method = match item.kind {
        ItemKind::Post => "stats.getMessagePublicForwards",
        ItemKind::Story => "stats.getStoryPublicForwards",
    };
    let client = &asker.context.client;
    let (mut offset, mut count, mut found) = (String::new(), None, Vec::new());
    for page in 0..MOST_PAGES {
        let answer = asker.ask(|| client.item_public_forwards(channel, asked, stats_dc, &offset)).await?;
        harvest.snapshots.push((format!("{method}/{}/{page}", asked.id), answer.body));
        let said = answer.value;
        count.get_or_insert(said.count);
        let what = format!("public forwards of {item}");
        harvest.add_unread(&what, method, said.unread);
        let there: Vec<_> = said.forwards.iter().map(|one| (one.peer, one.item)).collect();
        let known = item_forwards::count_known(&asker.context.pool, channel.id, item, &there).await?;
        found.extend(said.forwards.into_iter().map(|one| stored(item, one)));
        let is_known = !there.is_empty() && usize::try_from(known).is_ok_and(|known| known == there.len());
        match said.next_offset {
            Some(next) if next == offset => {
                let detail = "a page leads to itself".to_owned();
                return Err(Fault::Endless { what: "public forwards", detail }.into());
            }
            Some(next) if !is_known => offset = next,
            _ => break,
        }
    }
    Ok((count.unwrap_or(0), found))
}

/// A forward as the store keeps it.
pub(in crate::collector) fn stored(item: Item, one: PublicForward) -> Forward {
    Forward {
        item,
        peer: one.peer,
        peer_item: one.item,
        title: one.title,
        username: one.username,
        forwarded_at: one.forwarded_at,
        views: one.views,
    }
}
