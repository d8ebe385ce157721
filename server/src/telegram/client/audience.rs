//! Questions about the audience that only administrators may ask.

use app::model::{Giveaway, InviteLink};
use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Answer, ChannelRef, Client};
use crate::telegram::convert::admin_log::{self, AdminLogPage};
use crate::telegram::convert::boosts::{self, BoostsPage, BoostsSaid};
use crate::telegram::convert::giveaways::{self, GiveawayMessages};
use crate::telegram::convert::invites::{self, ImporterOffset, ImporterPage, InvitePage, InvitingAdmin};
use crate::telegram::convert::salvage::InParts;
use crate::telegram::fault::Fault;

impl Client {
    /// Level, boosts and prepaid giveaways (`premium.getBoostsStatus`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn boosts_status(&self, channel: ChannelRef) -> Result<Answer<BoostsSaid>, Fault> {
        let answer = self.ask_home(&f::premium::GetBoostsStatus { peer: channel.peer() }).await?;
        Ok(answer.map(boosts::status))
    }

    /// A page of the boosts that count now, newest first (`premium.getBoostsList`). `offset` is empty for the first
    /// page, then what the page before it said. At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn boosts_list(
        &self,
        channel: ChannelRef,
        offset: &str,
        limit: i32,
    ) -> Result<Answer<BoostsPage>, Fault> {
        let request = f::premium::GetBoostsList {
            gifts: false,
            peer: channel.peer(),
            offset: offset.to_owned(),
            limit,
        };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(answer.map(boosts::page))
    }

    /// How the giveaway of a message stands (`payments.getGiveawayInfo`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn giveaway_info(&self, channel: ChannelRef, msg_id: i32) -> Result<Answer<Giveaway>, Fault> {
        let request = f::payments::GetGiveawayInfo { peer: channel.peer(), msg_id };
        let answer = self.ask_home(&request).await?;
        Ok(Answer { value: giveaways::info(&answer.value, msg_id), body: answer.body, dc: answer.dc })
    }

    /// Giveaways in a page of messages, newest first (`messages.getHistory`): those before number `before`, 0 for all,
    /// and after number `after`. At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn giveaway_history(
        &self,
        channel: ChannelRef,
        before: i32,
        after: i32,
        limit: i32,
    ) -> Result<Answer<GiveawayMessages>, Fault> {
        let request = f::messages::GetHistory {
            peer: channel.peer(),
            offset_id: before,
            offset_date: 0,
            add_offset: 0,
            limit,
            max_id: 0,
            min_id: after,
            hash: 0,
        };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(answer.map(giveaways::messages))
    }

    /// Giveaways among the messages of these numbers (`channels.getMessages`). At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn giveaway_messages(
        &self,
        channel: ChannelRef,
        ids: &[i32],
    ) -> Result<Answer<GiveawayMessages>, Fault> {
        let id = ids.iter().map(|id| e::InputMessage::from(t::InputMessageId { id: *id })).collect();
        let answer =
            self.ask_home(&InParts(f::channels::GetMessages { channel: channel.input(), id })).await?;
        Ok(answer.map(giveaways::messages))
    }

    /// Administrators who made invite links (`messages.getAdminsWithInvites`); for owners. The body is without their
    /// names.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn admins_with_invites(
        &self,
        channel: ChannelRef,
    ) -> Result<Answer<Vec<InvitingAdmin>>, Fault> {
        let answer = self.ask_home(&f::messages::GetAdminsWithInvites { peer: channel.peer() }).await?;
        let body = invites::admins_kept(&answer.value);
        Ok(Answer { value: invites::admins(answer.value), body, dc: answer.dc })
    }

    /// A page of an administrator's links, newest first, after `last` (`messages.getExportedChatInvites`): those that
    /// were revoked, or the others. At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn exported_invites(
        &self,
        channel: ChannelRef,
        admin: &InvitingAdmin,
        revoked: bool,
        last: Option<&InviteLink>,
        limit: i32,
    ) -> Result<Answer<InvitePage>, Fault> {
        let request = f::messages::GetExportedChatInvites {
            revoked,
            peer: channel.peer(),
            admin_id: admin.user.clone(),
            offset_date: last.and_then(|link| i32::try_from(link.created_at.as_second()).ok()),
            offset_link: last.map(|link| link.link.clone()),
            limit,
        };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(answer.map(invites::page))
    }

    /// How many wait to be let in, through whichever link (`messages.getChatInviteImporters`). Who they are is not
    /// looked at.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn join_requests(&self, channel: ChannelRef) -> Result<Answer<i32>, Fault> {
        let answer = self.ask_home(&InParts(importers(channel, None, None, 1))).await?;
        Ok(Answer { value: invites::importers(answer.value).total, body: answer.body, dc: answer.dc })
    }

    /// A page of the admin log, newest first (`channels.getAdminLog`): events before number `before`, 0 for all, and
    /// after number `after`. At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn admin_log(
        &self,
        channel: ChannelRef,
        before: i64,
        after: i64,
        limit: i32,
    ) -> Result<Answer<AdminLogPage>, Fault> {
        let request = f::channels::GetAdminLog {
            channel: channel.input(),
            q: String::new(),
            events_filter: None,
            admins: None,
            max_id: before,
            min_id: after,
            limit,
        };
        let answer = self.ask_home(&InParts(request)).await?;
        Ok(answer.map(admin_log::page))
    }

    /// A page of those who came through a link, newest first (`messages.getChatInviteImporters`). At most 100.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn invite_importers(
        &self,
        channel: ChannelRef,
        link: &str,
        offset: Option<&ImporterOffset>,
        limit: i32,
    ) -> Result<Answer<ImporterPage>, Fault> {
        let answer = self.ask_home(&InParts(importers(channel, Some(link), offset, limit))).await?;
        Ok(answer.map(invites::importers))
    }
}

/// Who came through a link; without one, who waits to be let in.
fn importers(
    channel: ChannelRef,
    link: Option<&str>,
    offset: Option<&ImporterOffset>,
    limit: i32,
) -> f::messages::GetChatInviteImporters {
    f::messages::GetChatInviteImporters {
        requested: link.is_none(),
        subscription_expired: false,
        peer: channel.peer(),
        link: link.map(str::to_owned),
        q: None,
        offset_date: offset.map_or(0, |offset| offset.date),
        offset_user: offset.map_or(e::InputUser::Empty, |offset| offset.user.clone()),
        limit,
    }
}
