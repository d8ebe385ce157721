//! Events of the admin log as Telegram describes them.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use super::participants::{Viewer, admin, barred, plain};
use super::{Caller, entity, invites, message};
use crate::world::invite::{self, Link};
use crate::world::{Action, Admin, Barred, Channel, Kind, LogEvent, LogMessage};

/// Whom an action mentions, beside who did it.
pub(crate) fn mentioned(action: &Action) -> Option<i64> {
    match action {
        Action::JoinByRequest { approved_by, .. } => Some(*approved_by),
        Action::Invite { user }
        | Action::Ban { user, .. }
        | Action::Restrict { user, .. }
        | Action::Promote { user }
        | Action::Demote { user } => Some(*user),
        Action::Edit { message, .. } | Action::Delete(message) | Action::Pin(message) => message.from,
        _ => None,
    }
}

/// Where the events happen, and who looks.
pub(crate) struct Scene<'a> {
    channel: Channel<'a>,
    now: Timestamp,
    viewer: Viewer,
    /// The links that people came through.
    links: Vec<Link>,
}

impl<'a> Scene<'a> {
    pub(crate) fn of(caller: &Caller<'_>, channel: &Channel<'a>, events: &[LogEvent]) -> Self {
        let now = caller.shared.clock.now();
        let followed =
            |link: &Link| events.iter().any(|event| event.action.link() == Some(link.hash.as_str()));
        let mut links = invite::until(channel, now);
        links.retain(followed);
        Self { channel: *channel, now, viewer: Viewer::of(caller, channel, now), links }
    }

    /// Whom it mentions beside those in the events.
    pub(crate) fn ids(&self) -> impl Iterator<Item = i64> {
        self.links.iter().map(|link| link.admin).chain([self.viewer.owner()])
    }

    pub(crate) fn event(&self, event: &LogEvent) -> e::ChannelAdminLogEvent {
        t::ChannelAdminLogEvent {
            id: event.id,
            date: seconds(event.date),
            user_id: event.user,
            action: self.action(event),
        }
        .into()
    }

    /// A link without what has happened to it since, so that an event stays the same.
    fn invite(&self, hash: &str) -> e::ExportedChatInvite {
        let link = self.links.iter().find(|link| link.hash == hash);
        match link.map(|link| invites::exported(&self.channel, link, self.now)) {
            Some(e::ExportedChatInvite::ChatInviteExported(invite)) => {
                let (usage, requested, subscription_expired) = (None, None, None);
                t::ChatInviteExported { revoked: false, usage, requested, subscription_expired, ..invite }
                    .into()
            }
            _ => e::ExportedChatInvite::ChatInvitePublicJoinRequests,
        }
    }

    fn trainee(&self, user: i64, since: i64) -> e::ChannelParticipant {
        admin(&Admin { user, owner: false, since, rank: None }, &self.viewer)
    }

    fn action(&self, event: &LogEvent) -> e::ChannelAdminLogEventAction {
        use e::ChannelAdminLogEventAction as Said;
        let date = event.date;
        match &event.action {
            Action::Join => Said::ParticipantJoin,
            Action::Leave => Said::ParticipantLeave,
            Action::JoinByLink { link } => t::ChannelAdminLogEventActionParticipantJoinByInvite {
                via_chatlist: false,
                invite: self.invite(link),
            }
            .into(),
            Action::JoinByRequest { link, approved_by } => {
                t::ChannelAdminLogEventActionParticipantJoinByRequest {
                    invite: self.invite(link),
                    approved_by: *approved_by,
                }
                .into()
            }
            Action::Invite { user } => {
                t::ChannelAdminLogEventActionParticipantInvite { participant: plain(*user, date) }.into()
            }
            Action::Ban { user, came } => {
                toggle_ban(*came, &Barred { user: *user, by: event.user, since: date, until: None })
            }
            Action::Restrict { user, came, until } => {
                toggle_ban(*came, &Barred { user: *user, by: event.user, since: date, until: Some(*until) })
            }
            Action::Promote { user } => t::ChannelAdminLogEventActionParticipantToggleAdmin {
                prev_participant: plain(*user, date - 86_400),
                new_participant: self.trainee(*user, date),
            }
            .into(),
            Action::Demote { user } => t::ChannelAdminLogEventActionParticipantToggleAdmin {
                prev_participant: self.trainee(*user, date),
                new_participant: plain(*user, date - 86_400),
            }
            .into(),
            Action::Send(sent) => {
                t::ChannelAdminLogEventActionSendMessage { message: quoted(&self.channel, sent) }.into()
            }
            Action::Edit { before, message } => {
                let old = LogMessage { text: before.clone(), edited: None, ..message.clone() };
                let (prev_message, new_message) =
                    (quoted(&self.channel, &old), quoted(&self.channel, message));
                t::ChannelAdminLogEventActionEditMessage { prev_message, new_message }.into()
            }
            Action::Delete(gone) => {
                t::ChannelAdminLogEventActionDeleteMessage { message: quoted(&self.channel, gone) }.into()
            }
            Action::Pin(pinned) => {
                t::ChannelAdminLogEventActionUpdatePinned { message: quoted(&self.channel, pinned) }.into()
            }
            Action::Title { before, after } => {
                let (prev_value, new_value) = (before.clone(), after.clone());
                t::ChannelAdminLogEventActionChangeTitle { prev_value, new_value }.into()
            }
            Action::About { before, after } => {
                let (prev_value, new_value) = (before.clone(), after.clone());
                t::ChannelAdminLogEventActionChangeAbout { prev_value, new_value }.into()
            }
            Action::Extend { came, until } => {
                let subscriber: e::ChannelParticipant = t::ChannelParticipant {
                    user_id: event.user,
                    date: seconds(*came),
                    subscription_until_date: Some(seconds(*until)),
                    rank: None,
                }
                .into();
                t::ChannelAdminLogEventActionParticipantSubExtend {
                    prev_participant: subscriber.clone(),
                    new_participant: subscriber,
                }
                .into()
            }
        }
    }
}

fn toggle_ban(came: i64, one: &Barred) -> e::ChannelAdminLogEventAction {
    t::ChannelAdminLogEventActionParticipantToggleBan {
        prev_participant: plain(one.user, came),
        new_participant: barred(one),
    }
    .into()
}

fn quoted(channel: &Channel<'_>, quote: &LogMessage) -> e::Message {
    let peer = entity::peer_channel(channel.spec.id);
    e::Message::Message(t::Message {
        post: channel.spec.kind == Kind::Broadcast,
        from_id: quote.from.map(entity::peer_user),
        edit_date: quote.edited.map(seconds),
        ..message::plain(quote.id, peer, quote.date, quote.text.clone())
    })
}

fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
