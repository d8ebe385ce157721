use app::model::{ChannelId, UnitCode};
use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Answer, Client};
use crate::telegram::convert::channel::{self, DialogOffset, DialogPage, FullChannel, SelfUser};
use crate::telegram::convert::group_stats::{self, MegagroupStats};
use crate::telegram::convert::ledger::{self, LedgerPage};
use crate::telegram::convert::partial;
use crate::telegram::convert::posts::{self, MessagesPage};
use crate::telegram::convert::revenue::{self, RevenueStats};
use crate::telegram::convert::salvage::InParts;
use crate::telegram::convert::stats::{self, BroadcastStats, GraphSaid};
use crate::telegram::convert::stories::{self, StoryCounts, StoryPage};
use crate::telegram::fault::Fault;

/// The most dialogs that Telegram gives at once.
const DIALOGS_A_PAGE: i32 = 100;

/// The most stories that Telegram gives at once.
const STORIES_A_PAGE: i32 = 100;

/// A channel as requests name it. The hash belongs to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelRef {
    /// Telegram's bare id.
    pub id: ChannelId,
    /// `channel.access_hash`.
    pub access_hash: i64,
}

impl ChannelRef {
    pub(super) fn input(self) -> e::InputChannel {
        t::InputChannel { channel_id: self.id.0, access_hash: self.access_hash }.into()
    }

    pub(super) fn peer(self) -> e::InputPeer {
        t::InputPeerChannel { channel_id: self.id.0, access_hash: self.access_hash }.into()
    }
}

impl Client {
    /// Who the account is (`users.getUsers`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn self_user(&self) -> Result<SelfUser, Fault> {
        let answer = self.ask_home(&f::users::GetUsers { id: vec![e::InputUser::UserSelf] }).await?;
        channel::self_user(&answer.value)
    }

    /// A page of the account's dialogs (`messages.getDialogs`); only its channels and supergroups leave this module.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn dialogs(&self, offset: Option<&DialogOffset>) -> Result<DialogPage, Fault> {
        let request = f::messages::GetDialogs {
            exclude_pinned: false,
            folder_id: None,
            offset_date: offset.map_or(0, |offset| offset.date),
            offset_id: offset.map_or(0, |offset| offset.id),
            offset_peer: offset.map_or(e::InputPeer::Empty, |offset| offset.peer.clone()),
            limit: DIALOGS_A_PAGE,
            hash: 0,
        };
        Ok(channel::dialog_page(self.ask_home(&request).await?.value))
    }

    /// Facts and rights (`channels.getFullChannel`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn full_channel(&self, channel: ChannelRef) -> Result<Answer<FullChannel>, Fault> {
        let answer = self.ask_home(&f::channels::GetFullChannel { channel: channel.input() }).await?;
        let value = channel::full_channel(&answer.value, channel.id)?;
        Ok(Answer { value, body: answer.body, dc: answer.dc })
    }

    /// Statistics of a channel, not a supergroup (`stats.getBroadcastStats`), from the data centre that
    /// `channelFull.stats_dc` names, or home. Follows `STATS_MIGRATE_X`, and remembers where
    /// that led.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn broadcast_stats(
        &self,
        channel: ChannelRef,
        stats_dc: Option<i32>,
    ) -> Result<Answer<BroadcastStats>, Fault> {
        let request =
            partial::GetBroadcastStats(f::stats::GetBroadcastStats { dark: false, channel: channel.input() });
        let answer = self.ask_statistics(channel.id, stats_dc, &request).await?;
        Ok(answer.map(stats::broadcast_stats))
    }

    /// Statistics of a supergroup (`stats.getMegagroupStats`), asked for where those of a channel would be.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn megagroup_stats(
        &self,
        channel: ChannelRef,
        stats_dc: Option<i32>,
    ) -> Result<Answer<MegagroupStats>, Fault> {
        let request =
            partial::GetMegagroupStats(f::stats::GetMegagroupStats { dark: false, channel: channel.input() });
        let answer = self.ask_statistics(channel.id, stats_dc, &request).await?;
        Ok(answer.map(group_stats::megagroup_stats))
    }

    /// A graph that was left for later (`stats.loadAsyncGraph`), from the data centre that gave the token.
    ///
    /// # Errors
    /// A [`Fault`]; [`Fault::GraphExpired`] wants the parent asked again.
    pub async fn load_async_graph(&self, token: &str, dc: i32) -> Result<Answer<GraphSaid>, Fault> {
        let request = f::stats::LoadAsyncGraph { token: token.to_owned(), x: None };
        let answer = self.ask_following(dc, &request).await?;
        Ok(answer.map(stats::graph_said))
    }

    /// The token that shows a point of a graph that was left for later from close by, if it has one
    /// (`stats.loadAsyncGraph`); or Telegram's words in place of the graph.
    ///
    /// # Errors
    /// A [`Fault`]; [`Fault::GraphExpired`] wants the parent asked again.
    pub async fn load_zoom_token(
        &self,
        token: &str,
        dc: i32,
    ) -> Result<Answer<Result<Option<String>, String>>, Fault> {
        let request = f::stats::LoadAsyncGraph { token: token.to_owned(), x: None };
        let answer = self.ask_following(dc, &request).await?;
        let zoom = stats::zoom(&answer.value);
        Ok(answer.map(|graph| match stats::graph_said(graph) {
            GraphSaid::Refused(words) => Err(words),
            GraphSaid::Json(_) | GraphSaid::Later(_) | GraphSaid::Unreadable(_) => Ok(zoom),
        }))
    }

    /// One point of a graph from close by (`stats.loadAsyncGraph`): `x` is the point, as the graph has it (Unix
    /// milliseconds).
    ///
    /// # Errors
    /// A [`Fault`]; [`Fault::GraphExpired`] wants the parent asked again.
    pub async fn load_zoomed_graph(&self, token: &str, x: i64, dc: i32) -> Result<Answer<GraphSaid>, Fault> {
        let request = f::stats::LoadAsyncGraph { token: token.to_owned(), x: Some(x) };
        let answer = self.ask_following(dc, &request).await?;
        Ok(answer.map(stats::graph_said))
    }

    /// The stories on show (`stories.getPeerStories`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn peer_stories(&self, channel: ChannelRef) -> Result<Answer<StoryPage>, Fault> {
        let answer = self.ask_home(&InParts(f::stories::GetPeerStories { peer: channel.peer() })).await?;
        Ok(answer.map(stories::peer_stories))
    }

    /// At most a hundred stories of the archive below `offset` (0 for the newest), newest first
    /// (`stories.getStoriesArchive`).
    ///
    /// # Errors
    /// A [`Fault`]; [`Fault::RightLost`] for who may not edit stories.
    pub async fn stories_archive(
        &self,
        channel: ChannelRef,
        offset: i32,
    ) -> Result<Answer<StoryPage>, Fault> {
        let request =
            f::stories::GetStoriesArchive { peer: channel.peer(), offset_id: offset, limit: STORIES_A_PAGE };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(answer.map(stories::page))
    }

    /// Counters of at most a hundred stories, in the order of the ids (`stories.getStoriesViews`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn stories_views(
        &self,
        channel: ChannelRef,
        ids: &[i32],
    ) -> Result<Answer<StoryCounts>, Fault> {
        let request = f::stories::GetStoriesViews { peer: channel.peer(), id: ids.to_vec() };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(answer.map(stories::views))
    }

    /// Balances, rate and revenue graphs in one currency (`payments.getStarsRevenueStats`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn stars_revenue_stats(
        &self,
        channel: ChannelRef,
        unit: UnitCode,
    ) -> Result<Answer<RevenueStats>, Fault> {
        let ton = unit == UnitCode::Ton;
        let request = f::payments::GetStarsRevenueStats { dark: false, ton, peer: channel.peer() };
        let answer = self.ask_home(&request).await?;
        let value = revenue::revenue_stats(answer.value, unit)?;
        Ok(Answer { value, body: answer.body, dc: answer.dc })
    }

    /// A page of the ledger in one currency, newest first (`payments.getStarsTransactions`). `offset` is empty for
    /// the first page, then what the page before it said. At most 100 rows.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn stars_transactions(
        &self,
        channel: ChannelRef,
        unit: UnitCode,
        offset: &str,
        limit: i32,
    ) -> Result<Answer<LedgerPage>, Fault> {
        let request = f::payments::GetStarsTransactions {
            inbound: false,
            outbound: false,
            ascending: false,
            ton: unit == UnitCode::Ton,
            subscription_id: None,
            peer: channel.peer(),
            offset: offset.to_owned(),
            limit,
        };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(Answer { value: ledger::page(answer.value, unit), body: answer.body, dc: answer.dc })
    }

    /// A page of a channel's messages older than `offset_id`, newest first (`messages.getHistory`); 0 is the newest
    /// page. At most 100. Looking does not count as a view: only `messages.getMessagesViews` with `increment` does,
    /// which is not on the list of what may be asked.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn history(
        &self,
        channel: ChannelRef,
        offset_id: i32,
        limit: i32,
    ) -> Result<MessagesPage, Fault> {
        let request = f::messages::GetHistory {
            peer: channel.peer(),
            offset_id,
            offset_date: 0,
            add_offset: 0,
            limit,
            max_id: 0,
            min_id: 0,
            hash: 0,
        };
        Ok(posts::page(self.ask_home(&InParts(request)).await?.value, channel.id))
    }

    /// Messages of a channel by their ids (`channels.getMessages`), at most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn channel_messages(&self, channel: ChannelRef, ids: &[i32]) -> Result<MessagesPage, Fault> {
        let id = ids.iter().map(|id| t::InputMessageId { id: *id }.into()).collect();
        let request = f::channels::GetMessages { channel: channel.input(), id };
        Ok(posts::page(self.ask_home(&InParts(request)).await?.value, channel.id))
    }
}
