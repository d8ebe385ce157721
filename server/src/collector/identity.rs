//! A channel that Telegram does not know by the access hash we have: hashes belong to an account's view of a channel, and
//! the channel is the same with another one.

use app::model::ChannelId;

use super::CollectError;
use super::asker::Asker;
use crate::store::channels;

/// So many pages of dialogs, a hundred each, are looked through.
const MOST_PAGES: usize = 20;

/// Looks for the channel among the account's dialogs. `true`: it has another hash now, which is kept.
pub(super) async fn find_again(asker: &Asker<'_>, channel: ChannelId) -> Result<bool, CollectError> {
    let client = &asker.context.client;
    asker.step("where the channel is now".to_owned());
    let mut offset = None;
    for _ in 0..MOST_PAGES {
        let page = asker.ask(|| client.dialogs(offset.as_ref())).await?;
        if let Some(found) = page.channels.iter().find(|listed| listed.channel.id == channel) {
            let (pool, account) = (&asker.context.pool, asker.context.account);
            return Ok(channels::set_access_hash(pool, channel, account, found.channel.access_hash).await?);
        }
        match page.next {
            Some(next) if page.length > 0 && offset.as_ref() != Some(&next) => offset = Some(next),
            _ => break,
        }
    }
    Ok(false)
}
