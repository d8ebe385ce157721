//! Questions about single posts.

use grammers_tl_types::{functions as f, types as t};

use super::{Answer, ChannelRef, Client};
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

    /// The graphs of a message (`stats.getMessageStats`), asked for where the channel's statistics are.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn message_stats(
        &self,
        channel: ChannelRef,
        msg_id: i32,
        stats_dc: Option<i32>,
    ) -> Result<Answer<Vec<NamedGraph>>, Fault> {
        let request = partial::GetMessageStats(f::stats::GetMessageStats {
            dark: false,
            channel: channel.input(),
            msg_id,
        });
        let answer = self.ask_statistics(channel.id, stats_dc, &request).await?;
        Ok(Answer { value: post_stats::message_stats(answer.value), body: answer.body, dc: answer.dc })
    }

    /// A page of the public forwards of a message (`stats.getMessagePublicForwards`). `offset` is empty for the first
    /// page, then what the page before it said. At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn message_public_forwards(
        &self,
        channel: ChannelRef,
        msg_id: i32,
        stats_dc: Option<i32>,
        offset: &str,
    ) -> Result<Answer<ForwardsPage>, Fault> {
        let request = InParts(f::stats::GetMessagePublicForwards {
            channel: channel.input(),
            msg_id,
            offset: offset.to_owned(),
            limit: FORWARDS_A_PAGE,
        });
        let answer = self.ask_statistics(channel.id, stats_dc, &request).await?;
        Ok(Answer { value: public_forwards::page(answer.value), body: answer.body, dc: answer.dc })
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
        let answer = self.ask_home(&request).await?;
        Ok(Answer { value: post_stats::poll_stats(answer.value), body: answer.body, dc: answer.dc })
    }
}
