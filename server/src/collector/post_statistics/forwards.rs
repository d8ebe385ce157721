//! `stats.getMessagePublicForwards`, page by page.

use crate::collector::CollectError;
use crate::collector::asker::Asker;
use crate::collector::harvest::Harvest;
use crate::store::post_forwards::{self, Forward};
use crate::store::post_statistics::Due;
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::public_forwards::{ForwardKind, PublicForward};
use crate::telegram::fault::Fault;

/// So many pages of one post at a time; nobody reads through more than five hundred places.
const MOST_PAGES: usize = 5;

/// How many public forwards Telegram counts, and the newest of them. A page of which all is known ends it: there is
/// nothing new behind.
pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    stats_dc: Option<i32>,
    post: Due,
    harvest: &mut Harvest,
) -> Result<(i32, Vec<Forward>), CollectError> {
    let id = post.counted_id;
    let client = &asker.context.client;
    let (mut offset, mut count, mut found) = (String::new(), None, Vec::new());
    for page in 0..MOST_PAGES {
        let answer = asker.ask(|| client.message_public_forwards(channel, id, stats_dc, &offset)).await?;
        harvest.snapshots.push((format!("stats.getMessagePublicForwards/{id}/{page}"), answer.body));
        let said = answer.value;
        count.get_or_insert(said.count);
        let what = format!("public forwards of post {}", post.post_id);
        harvest.add_unread(&what, "stats.getMessagePublicForwards", said.unread);
        let items: Vec<_> = said.forwards.iter().map(|one| (one.peer, one.item_id)).collect();
        let known = post_forwards::count_known(&asker.context.pool, channel.id, post.post_id, &items).await?;
        found.extend(said.forwards.into_iter().map(|one| stored(post, one)));
        let is_known = !items.is_empty() && usize::try_from(known).is_ok_and(|known| known == items.len());
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

fn stored(post: Due, one: PublicForward) -> Forward {
    Forward {
        post_id: post.post_id,
        peer: one.peer,
        is_story: one.kind == ForwardKind::Story,
        item_id: one.item_id,
        title: one.title,
        username: one.username,
        forwarded_at: one.forwarded_at,
        views: one.views,
    }
}
