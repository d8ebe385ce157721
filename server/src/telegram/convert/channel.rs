//! Channels, dialogs and the account itself.

mod flags;

use app::model::ChannelId;
use grammers_tl_types::{enums as e, types as t};

use super::text;
use crate::telegram::client::ChannelRef;
use crate::telegram::fault::Fault;

/// Who an account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfUser {
    /// Telegram's id.
    pub id: i64,
    /// First and last name.
    pub display_name: String,
}

/// A channel or supergroup, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedChannel {
    /// How requests name it.
    pub channel: ChannelRef,
    /// As its owner wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: Option<String>,
    /// A supergroup rather than a channel.
    pub is_group: bool,
    /// The account created it.
    pub is_creator: bool,
    /// The account has any administrator's right in it.
    pub is_administrator: bool,
    /// `admin_rights.edit_stories`, or it created it: it sees the archive of its stories.
    pub can_edit_stories: bool,
    /// `participants_count`, where the list says it.
    pub subscribers: Option<i64>,
}

/// What `channels.getFullChannel` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullChannel {
    /// What a list would say.
    pub listed: ListedChannel,
    /// `can_view_stats`.
    pub can_view_stats: bool,
    /// `can_view_revenue`.
    pub can_view_revenue: bool,
    /// `can_view_stars_revenue`.
    pub can_view_stars_revenue: bool,
    /// `stats_dc`.
    pub stats_dc: Option<i32>,
    /// Active names, the main one first, without `@`.
    pub usernames: Vec<String>,
    /// TL names of the flags that are set and say the same to everybody, in alphabetical order.
    pub flags: Vec<&'static str>,
    /// `online_count`.
    pub online: Option<i32>,
    /// `chat_photo`: its id.
    pub photo_id: Option<i64>,
    /// `linked_chat_id`.
    pub linked_channel_id: Option<i64>,
    /// `channel.level`.
    pub level: Option<i32>,
}

/// A page of dialogs, without anything private: chats, groups of the old kind and users are dropped here.
#[derive(Clone, Debug)]
pub struct DialogPage {
    /// Channels and supergroups that the account has not left.
    pub channels: Vec<ListedChannel>,
    /// How many dialogs the page had, the private ones included.
    pub length: usize,
    /// Where the next page begins; `None` after the last.
    pub next: Option<DialogOffset>,
}

/// Where a page of dialogs begins.
#[derive(Clone, Debug, PartialEq)]
pub struct DialogOffset {
    pub(in crate::telegram) date: i32,
    pub(in crate::telegram) id: i32,
    pub(in crate::telegram) peer: e::InputPeer,
}

pub(in crate::telegram) fn self_user(users: &[e::User]) -> Result<SelfUser, Fault> {
    let user = users.iter().find_map(|user| match user {
        e::User::User(user) if user.is_self => Some(user),
        _ => None,
    });
    let user = user.ok_or_else(|| undecodable("users.getUsers does not name the account itself"))?;
    let display_name = display_name(user).unwrap_or_else(|| format!("Account {}", user.id));
    Ok(SelfUser { id: user.id, display_name })
}

/// First and last name; `None` when there is neither, as with deleted accounts.
pub(super) fn display_name(user: &t::User) -> Option<String> {
    let names = [&user.first_name, &user.last_name];
    let names: Vec<&str> =
        names.into_iter().flatten().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| text(names.join(" ")))
}

pub(in crate::telegram) fn full_channel(
    full: &e::messages::ChatFull,
    id: ChannelId,
) -> Result<FullChannel, Fault> {
    let e::messages::ChatFull::Full(full) = full;
    let e::ChatFull::ChannelFull(channel) = &full.full_chat else {
        return Err(undecodable("channels.getFullChannel describes something that is not a channel"));
    };
    if channel.id != id.0 {
        return Err(undecodable("channels.getFullChannel describes another channel"));
    }
    // Public channels can be looked at from outside.
    let listed = full.chats.iter().find_map(|chat| described(chat).filter(|listed| listed.channel.id == id));
    let mut listed =
        listed.ok_or_else(|| undecodable("channels.getFullChannel leaves out the channel's title"))?;
    listed.subscribers = channel.participants_count.map(i64::from).or(listed.subscribers);
    let chat = full.chats.iter().find_map(|chat| match chat {
        e::Chat::Channel(chat) if chat.id == id.0 => Some(chat),
        _ => None,
    });
    Ok(FullChannel {
        listed,
        usernames: chat.map(usernames).unwrap_or_default(),
        flags: chat.map(|chat| flags::set(chat, channel)).unwrap_or_default(),
        online: channel.online_count,
        photo_id: match &channel.chat_photo {
            e::Photo::Photo(photo) => Some(photo.id),
            e::Photo::Empty(_) => None,
        },
        linked_channel_id: channel.linked_chat_id,
        level: chat.and_then(|chat| chat.level),
        can_view_stats: channel.can_view_stats,
        can_view_revenue: channel.can_view_revenue,
        can_view_stars_revenue: channel.can_view_stars_revenue,
        stats_dc: channel.stats_dc,
    })
}

pub(in crate::telegram) fn dialog_page(dialogs: e::messages::Dialogs) -> DialogPage {
    let (dialogs, messages, chats, users, whole) = match dialogs {
        e::messages::Dialogs::Dialogs(all) => (all.dialogs, all.messages, all.chats, all.users, true),
        e::messages::Dialogs::Slice(slice) => {
            (slice.dialogs, slice.messages, slice.chats, slice.users, false)
        }
        e::messages::Dialogs::NotModified(_) => (vec![], vec![], vec![], vec![], true),
    };
    let next = dialogs.iter().rev().filter(|_| !whole).find_map(|dialog| {
        let e::Dialog::Dialog(dialog) = dialog else { return None };
        let date = messages.iter().find_map(|message| {
            let (id, peer, date) = match message {
                e::Message::Message(message) => (message.id, &message.peer_id, message.date),
                e::Message::Service(message) => (message.id, &message.peer_id, message.date),
                e::Message::Empty(_) => return None,
            };
            (id == dialog.top_message && *peer == dialog.peer).then_some(date)
        })?;
        Some(DialogOffset { date, id: dialog.top_message, peer: input_peer(&dialog.peer, &chats, &users)? })
    });
    DialogPage { channels: chats.iter().filter_map(listed).collect(), length: dialogs.len(), next }
}

/// A channel or supergroup that the account is in.
fn listed(chat: &e::Chat) -> Option<ListedChannel> {
    let is_in = matches!(chat, e::Chat::Channel(channel) if !channel.left);
    if is_in { described(chat) } else { None }
}

fn described(chat: &e::Chat) -> Option<ListedChannel> {
    let e::Chat::Channel(channel) = chat else { return None };
    Some(ListedChannel {
        channel: reference(channel)?,
        title: text(&channel.title),
        username: username(channel),
        is_group: channel.megagroup || channel.gigagroup,
        is_creator: channel.creator,
        is_administrator: channel.creator || channel.admin_rights.is_some(),
        can_edit_stories: channel.creator || channel.admin_rights.as_ref().is_some_and(edits_stories),
        subscribers: channel.participants_count.map(i64::from),
    })
}

fn edits_stories(rights: &e::ChatAdminRights) -> bool {
    let e::ChatAdminRights::Rights(rights) = rights;
    rights.edit_stories
}

/// How requests name it; `None` where that is not told, or where it is no channel but the messages to one.
pub(super) fn reference(channel: &t::Channel) -> Option<ChannelRef> {
    if channel.min || channel.monoforum {
        return None;
    }
    Some(ChannelRef { id: ChannelId(channel.id), access_hash: channel.access_hash? })
}

/// The name in the link.
pub(super) fn username(channel: &t::Channel) -> Option<String> {
    usernames(channel).into_iter().next()
}

/// All active names, the main one first: a channel with several has them in a list instead.
fn usernames(channel: &t::Channel) -> Vec<String> {
    let active = channel.usernames.iter().flatten().filter_map(|name| match name {
        e::Username::Username(name) if name.active => Some(&name.username),
        e::Username::Username(_) => None,
    });
    let mut names: Vec<String> = channel.username.iter().chain(active).map(text).collect();
    let mut known = std::collections::HashSet::new();
    names.retain(|name| known.insert(name.clone()));
    names
}

fn input_peer(peer: &e::Peer, chats: &[e::Chat], users: &[e::User]) -> Option<e::InputPeer> {
    match peer {
        e::Peer::Chat(peer) => Some(t::InputPeerChat { chat_id: peer.chat_id }.into()),
        e::Peer::User(peer) => users.iter().find_map(|user| match user {
            e::User::User(user) if user.id == peer.user_id => {
                Some(t::InputPeerUser { user_id: user.id, access_hash: user.access_hash? }.into())
            }
            _ => None,
        }),
        e::Peer::Channel(peer) => chats.iter().find_map(|chat| match chat {
            e::Chat::Channel(channel) if channel.id == peer.channel_id => {
                Some(t::InputPeerChannel { channel_id: channel.id, access_hash: channel.access_hash? }.into())
            }
            _ => None,
        }),
    }
}

fn undecodable(detail: &str) -> Fault {
    Fault::Undecodable { detail: detail.to_owned(), answer: None }
}

#[cfg(test)]
mod tests;
