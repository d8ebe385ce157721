//! `messages.getDialogs`: everything the account has open, private chats included.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::post::Writer;
use super::{Caller, RpcError, entity, mention, message, post, shelf};
use crate::world::{Channel, Chat, World, midnight};

/// No more dialogs than this come at once.
const MOST: usize = 100;

/// One dialog with its last message and whom they are about.
struct Entry {
    peer: e::Peer,
    pts: Option<i32>,
    id: i32,
    /// Unix seconds.
    date: i32,
    message: e::Message,
    chats: Vec<e::Chat>,
    users: Vec<e::User>,
}

pub(crate) fn get_dialogs(
    caller: &Caller<'_>,
    request: f::messages::GetDialogs,
) -> Result<e::messages::Dialogs, RpcError> {
    let world = caller.world();
    let now = caller.shared.clock.now();
    let channels = world.channels().map(|channel| of_channel(&channel, now));
    let mut entries: Vec<Entry> =
        channels.chain(world.chats().iter().map(|chat| of_chat(world, chat))).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.date, entry.id)));
    let count = i32::try_from(entries.len()).unwrap_or(i32::MAX);
    let start = start(&entries, &request);
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page: Vec<Entry> = entries.into_iter().skip(start).take(limit).collect();
    let complete = start == 0 && i32::try_from(page.len()) == Ok(count);
    let (mut dialogs, mut messages, mut chats, mut users) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in page {
        dialogs.push(dialog(entry.peer, entry.id, entry.pts).into());
        messages.push(entry.message);
        chats.extend(entry.chats);
        users.extend(entry.users);
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
    entries.partition_point(|entry| (entry.date, entry.id) >= offset)
}

fn of_channel(channel: &Channel<'_>, now: Timestamp) -> Entry {
    let writer = Writer::new(*channel, now);
    let (id, date, message) = match channel.posts(now).pop() {
        Some(post) => {
            let id = post.message_ids().end - 1;
            (id, post.date, writer.message(&post, id))
        }
        None => (shelf::CREATION, midnight(channel.world.first_day), writer.creation()),
    };
    let (chats, users) = mention::in_messages(channel.world, [&message], now);
    let peer = entity::peer_channel(channel.spec.id);
    Entry {
        peer,
        pts: Some(channel.last_message_id(now)),
        id,
        date: post::seconds(date),
        message,
        chats,
        users,
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
    let message = message::plain(id, peer.clone(), date, chat.message.to_owned()).into();
    let chats = chat.group.then(|| entity::small_group(world, chat)).into_iter().collect();
    let users = entity::user(world, chat.id).into_iter().collect();
    Entry { peer, pts: None, id, date: post::seconds(date), message, chats, users }
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
