//! `messages.getDialogs`: everything the account has open, private chats included.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, entity, message};
use crate::world::{Channel, Chat, Kind, World, midnight};

/// No more dialogs than this come at once.
const MOST: usize = 100;

/// One dialog with its last message and whom they are about.
struct Entry {
    peer: e::Peer,
    pts: Option<i32>,
    message: t::Message,
    chat: Option<e::Chat>,
    user: Option<e::User>,
}

pub(crate) fn get_dialogs(
    caller: &Caller<'_>,
    request: f::messages::GetDialogs,
) -> Result<e::messages::Dialogs, RpcError> {
    let world = &caller.shared.world;
    let now = caller.shared.clock.now();
    let channels = world.channels().map(|channel| of_channel(&channel, now));
    let mut entries: Vec<Entry> =
        channels.chain(world.chats().iter().map(|chat| of_chat(world, chat))).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.message.date, entry.message.id)));
    let count = i32::try_from(entries.len()).unwrap_or(i32::MAX);
    let start = start(&entries, &request);
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page: Vec<Entry> = entries.into_iter().skip(start).take(limit).collect();
    let complete = start == 0 && i32::try_from(page.len()) == Ok(count);
    let (mut dialogs, mut messages, mut chats, mut users) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in page {
        dialogs.push(dialog(entry.peer, entry.message.id, entry.pts).into());
        messages.push(e::Message::Message(entry.message));
        chats.extend(entry.chat);
        users.extend(entry.user);
    }
    Ok(if complete {
        t::messages::Dialogs { dialogs, messages, chats, users }.into()
    } else {
        t::messages::DialogsSlice { count, dialogs, messages, chats, users }.into()
    })
}

/// Where the page begins: behind the offset's peer, else behind its date and message.
fn start(entries: &[Entry], request: &f::messages::GetDialogs) -> usize {
    let offset = match &request.offset_peer {
        e::InputPeer::Channel(peer) => Some(e::Peer::Channel(t::PeerChannel { channel_id: peer.channel_id })),
        e::InputPeer::Chat(peer) => Some(e::Peer::Chat(t::PeerChat { chat_id: peer.chat_id })),
        e::InputPeer::User(peer) => Some(e::Peer::User(t::PeerUser { user_id: peer.user_id })),
        _ => None,
    };
    if let Some(index) = offset.and_then(|offset| entries.iter().position(|entry| entry.peer == offset)) {
        return index + 1;
    }
    if request.offset_date == 0 {
        return 0;
    }
    let offset = (request.offset_date, if request.offset_id == 0 { i32::MAX } else { request.offset_id });
    entries.partition_point(|entry| (entry.message.date, entry.message.id) >= offset)
}

fn of_channel(channel: &Channel<'_>, now: Timestamp) -> Entry {
    let peer = e::Peer::Channel(t::PeerChannel { channel_id: channel.spec.id });
    let post = channel.posts(now).pop();
    let born = midnight(channel.world.first_day);
    let (id, date) = post.as_ref().map_or((1, born), |post| (post.message_ids().end - 1, post.date));
    let broadcast = channel.spec.kind == Kind::Broadcast;
    let mut message = message::plain(id, peer.clone(), date, format!("Post {id} of {}", channel.spec.title));
    if broadcast {
        message.post = true;
        message.views = post.as_ref().map(|post| count(post.views));
        message.forwards = post.as_ref().map(|post| count(post.forwards));
    }
    Entry {
        peer,
        pts: Some(channel.last_message_id(now)),
        message,
        chat: Some(entity::channel(channel, now)),
        user: None,
    }
}

fn of_chat(world: &World, chat: &Chat) -> Entry {
    let peer = if chat.group {
        e::Peer::Chat(t::PeerChat { chat_id: chat.id })
    } else {
        e::Peer::User(t::PeerUser { user_id: chat.id })
    };
    let date = midnight(world.first_day) + i64::from(world.days) * 86_400 - chat.hours_ago * 3600;
    let id = i32::try_from(chat.id % 100_000).unwrap_or(1);
    let message = message::plain(id, peer.clone(), date, chat.message.to_owned());
    let group = chat.group.then(|| entity::small_group(chat));
    Entry { peer, pts: None, message, chat: group, user: entity::user(world, chat.id) }
}

fn count(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn dialog(peer: e::Peer, top_message: i32, pts: Option<i32>) -> t::Dialog {
    t::Dialog {
        pinned: false,
        unread_mark: false,
        view_forum_as_messages: false,
        peer,
        top_message,
        read_inbox_max_id: top_message,
        read_outbox_max_id: 0,
        unread_count: 0,
        unread_mentions_count: 0,
        unread_reactions_count: 0,
        unread_poll_votes_count: 0,
        notify_settings: entity::notify_settings(),
        pts,
        draft: None,
        folder_id: None,
        ttl_period: None,
    }
}
