//! Events of the admin log as Telegram describes them.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use super::participants::{admin, barred, plain};
use super::{entity, message};
use crate::world::{Action, Admin, Barred, Channel, Kind, LogEvent, LogMessage, Role, SELF_ID, midnight};

/// Whom an action mentions, beside who did it.
pub(crate) fn mentioned(action: &Action) -> Option<i64> {
    match action {
        Action::JoinByRequest { approved_by } => Some(*approved_by),
        Action::Invite { user }
        | Action::Ban { user, .. }
        | Action::Restrict { user, .. }
        | Action::Promote { user }
        | Action::Demote { user } => Some(*user),
        Action::Edit { message, .. } | Action::Delete(message) | Action::Pin(message) => message.from,
        _ => None,
    }
}

pub(crate) fn event(channel: &Channel<'_>, event: &LogEvent, now: Timestamp) -> e::ChannelAdminLogEvent {
    t::ChannelAdminLogEvent {
        id: event.id,
        date: seconds(event.date),
        user_id: event.user,
        action: action(channel, event, now),
    }
    .into()
}

fn action(channel: &Channel<'_>, event: &LogEvent, now: Timestamp) -> e::ChannelAdminLogEventAction {
    use e::ChannelAdminLogEventAction as Said;
    let date = event.date;
    match &event.action {
        Action::Join => Said::ParticipantJoin,
        Action::Leave => Said::ParticipantLeave,
        Action::JoinByLink => t::ChannelAdminLogEventActionParticipantJoinByInvite {
            via_chatlist: false,
            invite: invite(channel),
        }
        .into(),
        Action::JoinByRequest { approved_by } => t::ChannelAdminLogEventActionParticipantJoinByRequest {
            invite: invite(channel),
            approved_by: *approved_by,
        }
        .into(),
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
            new_participant: trainee(channel, *user, date, now),
        }
        .into(),
        Action::Demote { user } => t::ChannelAdminLogEventActionParticipantToggleAdmin {
            prev_participant: trainee(channel, *user, date, now),
            new_participant: plain(*user, date - 86_400),
        }
        .into(),
        Action::Send(sent) => {
            t::ChannelAdminLogEventActionSendMessage { message: quoted(channel, sent) }.into()
        }
        Action::Edit { before, message } => {
            let old = LogMessage { text: before.clone(), edited: None, ..message.clone() };
            let (prev_message, new_message) = (quoted(channel, &old), quoted(channel, message));
            t::ChannelAdminLogEventActionEditMessage { prev_message, new_message }.into()
        }
        Action::Delete(gone) => {
            t::ChannelAdminLogEventActionDeleteMessage { message: quoted(channel, gone) }.into()
        }
        Action::Pin(pinned) => {
            t::ChannelAdminLogEventActionUpdatePinned { message: quoted(channel, pinned) }.into()
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

fn toggle_ban(came: i64, one: &Barred) -> e::ChannelAdminLogEventAction {
    t::ChannelAdminLogEventActionParticipantToggleBan {
        prev_participant: plain(one.user, came),
        new_participant: barred(one),
    }
    .into()
}

fn trainee(channel: &Channel<'_>, user: i64, since: i64, now: Timestamp) -> e::ChannelParticipant {
    let owner = channel.admins(now)[0].user;
    admin(&Admin { user, owner: false, since, rank: None }, owner, Role::Owner)
}

/// The link most come with: it has been there from the beginning.
fn invite(channel: &Channel<'_>) -> e::ExportedChatInvite {
    let number = channel.world.access_hash(channel.spec.id + 1).cast_unsigned();
    t::ChatInviteExported {
        revoked: false,
        permanent: true,
        request_needed: false,
        link: format!("https://t.me/+{number:016x}"),
        admin_id: SELF_ID,
        date: seconds(midnight(channel.world.first_day)),
        start_date: None,
        expire_date: None,
        usage_limit: None,
        usage: None,
        requested: None,
        subscription_expired: None,
        title: None,
        subscription_pricing: None,
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
