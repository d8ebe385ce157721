//! `messages.getHistory`, `channels.getMessages` and `messages.getMessagesViews`.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::post::count;
use super::shelf::{self, MOST, Place, Shelf};
use super::{Caller, RpcError, entity, mention, peer};
use crate::world::{Channel, Kind};

pub(crate) fn get_history(
    caller: &Caller<'_>,
    request: f::messages::GetHistory,
) -> Result<e::messages::Messages, RpcError> {
    let now = caller.shared.clock.now();
    if let Some(other) = peer::other_peer(caller, &request.peer) {
        return Ok(nothing(entity::other_channel(caller.world(), other)));
    }
    let channel = peer::channel_peer(caller, &request.peer)?;
    let shelf = Shelf::of(channel, now);
    let messages = page(&shelf, &request).map(|place| shelf.message(place)).collect();
    Ok(answer(&channel, shelf.len(), messages, now))
}

/// The messages between `min_id` and `max_id`, the newest first, from the first one older than the offset on; moved by
/// `add_offset`, which may also reach back to newer ones.
fn page<'s>(shelf: &'s Shelf<'_>, request: &f::messages::GetHistory) -> impl Iterator<Item = &'s Place> {
    let (max, min, id, date) = (request.max_id, request.min_id, request.offset_id, request.offset_date);
    let wanted: Vec<&Place> = shelf
        .newest_first()
        .filter(|place| (max <= 0 || place.id < max) && (min <= 0 || place.id > min))
        .collect();
    let older = |place: &&&Place| match (id, date) {
        (1.., _) => place.id < id,
        (_, 1..) => place.date < i64::from(date),
        _ => true,
    };
    let newer = wanted.iter().take_while(|place| !older(place)).count();
    let limit = i64::from(request.limit).clamp(1, i64::try_from(MOST).unwrap_or(i64::MAX));
    let from = i64::try_from(newer).unwrap_or(i64::MAX).saturating_add(i64::from(request.add_offset));
    let within = |place: i64| usize::try_from(place.max(0)).unwrap_or(usize::MAX).min(wanted.len());
    let (start, end) = (within(from), within(from.saturating_add(limit)));
    wanted.into_iter().skip(start).take(end - start)
}

pub(crate) fn get_messages(
    caller: &Caller<'_>,
    request: f::channels::GetMessages,
) -> Result<e::messages::Messages, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel(caller, &request.channel)?;
    if request.id.is_empty() {
        return Err(RpcError::new(400, "MESSAGE_IDS_EMPTY"));
    }
    shelf::check_count(request.id.len())?;
    let shelf = Shelf::of(channel, now);
    let messages: Result<Vec<_>, _> = request
        .id
        .iter()
        .map(|id| match id {
            e::InputMessage::Id(message) => Ok(shelf.message_or_empty(message.id)),
            _ => Err(RpcError::new(400, "MSG_ID_INVALID")),
        })
        .collect();
    Ok(answer(&channel, request.id.len(), messages?, now))
}

fn answer(
    channel: &Channel<'_>,
    total: usize,
    messages: Vec<e::Message>,
    now: Timestamp,
) -> e::messages::Messages {
    let (mut chats, users) = mention::in_messages(channel.world, &messages, now);
    if messages.is_empty() {
        chats.push(entity::channel(channel, now));
    }
    t::messages::ChannelMessages {
        inexact: false,
        pts: 1,
        count: i32::try_from(total).unwrap_or(i32::MAX),
        offset_id_offset: None,
        messages,
        topics: Vec::new(),
        chats,
        users,
    }
    .into()
}

/// A channel without posts.
fn nothing(channel: e::Chat) -> e::messages::Messages {
    t::messages::ChannelMessages {
        inexact: false,
        pts: 1,
        count: 0,
        offset_id_offset: None,
        messages: Vec::new(),
        topics: Vec::new(),
        chats: vec![channel],
        users: Vec::new(),
    }
    .into()
}

/// Looking does not count as seeing here: whoever says it should has made a mistake, which is kept in the request log.
pub(crate) fn get_messages_views(
    caller: &Caller<'_>,
    request: f::messages::GetMessagesViews,
) -> Result<e::messages::MessageViews, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    shelf::check_count(request.id.len())?;
    if request.increment {
        tracing::error!(
            channel = channel.spec.id,
            "messages.getMessagesViews with increment: views were counted"
        );
        let ids = &request.id;
        caller.shared.requests.add_harm(format!("messages.getMessagesViews counted views of {ids:?}"));
    }
    let shelf = Shelf::of(channel, now);
    let views = request.id.iter().map(|id| views(&shelf, *id).into()).collect();
    let linked = channel.spec.linked.filter(|_| channel.spec.kind == Kind::Broadcast);
    let chats = entity::channels(channel.world, linked.into_iter().chain([channel.spec.id]), now);
    Ok(t::messages::MessageViews { views, chats, users: Vec::new() }.into())
}

/// What is counted under a message; nothing if it is not there, is an announcement, or was sent to a group.
fn views(shelf: &Shelf<'_>, id: i32) -> t::MessageViews {
    let writer = &shelf.writer;
    let post = shelf.find(id).and_then(|place| shelf.post(place)).filter(|post| id >= post.counted_id());
    match post.filter(|_| writer.channel.spec.kind == Kind::Broadcast) {
        Some(post) => {
            let counters = post.counters(id, writer.now.as_second());
            t::MessageViews {
                views: Some(count(counters.views)),
                forwards: Some(count(counters.forwards)),
                replies: writer.replies(post, id),
            }
        }
        None => t::MessageViews { views: None, forwards: None, replies: None },
    }
}
