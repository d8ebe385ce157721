//! Questions about single posts and stories. A post is asked for by the number of its message that is counted.

use app::model::{Item, ItemKind};
use grammers_tl_types::{functions as f, types as t};

use super::{Answer, ChannelRef, Client};
use crate::telegram::convert::item_stats;
use crate::telegram::convert::partial;
use crate::telegram::convert::post_stats::{self, Counted};
use crate::telegram::convert::public_forwards::{self, ForwardsPage};
use crate::telegram::convert::salvage::{InParts, Unread};
use crate::telegram::convert::stats::NamedGraph;
use crate::telegram::fault::Fault;

/// The most public forwards that Telegram gives at once.
const FORWARDS_A_PAGE: i32 = 100;

impl Client {
    /// What is counted under these messages now (`channels.getMessages`), at most 100. Those that are gone are not
    /// among the answers.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn counted_messages(
        &self,
        channel: ChannelRef,
        ids: &[i32],
    ) -> Result<(Vec<Counted>, Unread), Fault> {
        let id = ids.iter().map(|id| t::InputMessageId { id: *id }.into()).collect();
        let request = f::channels::GetMessages { channel: channel.input(), id };
        Ok(post_stats::counted(self.ask_home(&InParts(request)).await?.value, channel.id))
    }

    /// The graphs of a post or story (`stats.getMessageStats`, `stats.getStoryStats`), asked for where the channel's
    /// statistics are.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn item_stats(
        &self,
        channel: ChannelRef,
        item: Item,
        stats_dc: Option<i32>,
    ) -> Result<Answer<Vec<NamedGraph>>, Fault> {
        let Item { kind, id } = item;
        match kind {
            ItemKind::Post => {
                let channel_input = channel.input();
                let request = f::stats::GetMessageStats { dark: false, channel: channel_input, msg_id: id };
                let request = partial::GetMessageStats(request);
                let answer = self.ask_statistics(channel.id, stats_dc, &request).await?;
                Ok(answer.map(item_stats::message_stats))
            }
            ItemKind::Story => {
                let request = f::stats::GetStoryStats { dark: false, peer: channel.peer(), id };
                let request = partial::GetStoryStats(request);
                let answer = self.ask_statistics(channel.id, stats_dc, &request).await?;
                Ok(answer.map(item_stats::story_stats))
            }
        }
    }

    /// A page of the public forwards of a post or story (`stats.getMessagePublicForwards`,
    /// `stats.getStoryPublicForwards`). `offset` is empty for the first page, then what the page before it said. At
    /// most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn item_public_forwards(
        &self,
        channel: ChannelRef,
        item: Item,
        stats_dc: Option<i32>,
        offset: &str,
    ) -> Result<Answer<ForwardsPage>, Fault> {
        let (offset, limit) = (offset.to_owned(), FORWARDS_A_PAGE);
        let Item { kind, id } = item;
        let answer = match kind {
            ItemKind::Post => {
                let channel_input = channel.input();
                let request =
                    f::stats::GetMessagePublicForwards { channel: channel_input, msg_id: id, offset, limit };
                self.ask_statistics(channel.id, stats_dc, &InParts(request)).await?
            }
            ItemKind::Story => {
                let request = f::stats::GetStoryPublicForwards { peer: channel.peer(), id, offset, limit };
                self.ask_statistics(channel.id, stats_dc, &InParts(request)).await?
            }
        };
        Ok(answer.map(public_forwards::page))
    }

    /// The graph of a poll's votes (`stats.getPollStats`); at home, unlike other statistics.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn poll_stats(
        &self,
        channel: ChannelRef,
        msg_id: i32,
    ) -> Result<Answer<Vec<NamedGraph>>, Fault> {
        let request =
            partial::GetPollStats(f::stats::GetPollStats { dark: false, peer: channel.peer(), msg_id });
        Ok(self.ask_home(&request).await?.map(item_stats::poll_stats))
    }
}
