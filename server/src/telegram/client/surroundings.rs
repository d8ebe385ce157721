//! Questions about what Telegram shows around a channel.

use grammers_tl_types::functions as f;

use super::{Answer, ChannelRef, Client};
use crate::telegram::convert::similar::{self, Similar};
use crate::telegram::convert::sponsored::{self, SponsoredMessage};
use crate::telegram::fault::Fault;

impl Client {
    /// Channels that Telegram finds similar, the most similar first (`channels.getChannelRecommendations`). Without
    /// Premium the account is told only some of them.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn similar_channels(&self, channel: ChannelRef) -> Result<Answer<Similar>, Fault> {
        let request = f::channels::GetChannelRecommendations { channel: Some(channel.input()) };
        let answer = self.ask_home(&request).await?;
        Ok(answer.map(similar::similar))
    }

    /// Ads that Telegram offers to the account in this channel (`messages.getSponsoredMessages`). Asking is not
    /// seeing: only `messages.viewSponsoredMessage` counts, which is not on the list of what may be asked.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn sponsored_messages(
        &self,
        channel: ChannelRef,
    ) -> Result<Answer<Vec<SponsoredMessage>>, Fault> {
        let request = f::messages::GetSponsoredMessages { peer: channel.peer(), msg_id: None };
        let answer = self.ask_home(&request).await?;
        Ok(answer.map(sponsored::sponsored))
    }
}
