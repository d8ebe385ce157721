//! `updates.*`: nothing has happened but new posts. The account's own state never moves; a channel's `pts` is the
//! number of its messages.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::post::Writer;
use super::{Caller, RpcError, mention, peer};
use crate::world::{Channel, Kind};

/// No more messages than this come at once.
const MOST: usize = 100;

fn date(caller: &Caller<'_>) -> i32 {
    i32::try_from(caller.shared.clock.now().as_second()).unwrap_or(i32::MAX)
}

pub(crate) fn get_state(caller: &Caller<'_>, _: f::updates::GetState) -> Result<e::updates::State, RpcError> {
    Ok(t::updates::State { pts: 1, qts: 0, date: date(caller), seq: 1, unread_count: 0 }.into())
}

pub(crate) fn get_difference(
    caller: &Caller<'_>,
    _: f::updates::GetDifference,
) -> Result<e::updates::Difference, RpcError> {
    Ok(e::updates::Difference::Empty(t::updates::DifferenceEmpty { date: date(caller), seq: 1 }))
}

/// The messages since the client's `pts`, oldest first.
pub(crate) fn get_channel_difference(
    caller: &Caller<'_>,
    request: f::updates::GetChannelDifference,
) -> Result<e::updates::ChannelDifference, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel(caller, &request.channel)?;
    let pts = match request.pts {
        0 => return Err(RpcError::new(400, "PERSISTENT_TIMESTAMP_EMPTY")),
        pts if pts < 0 => return Err(RpcError::new(400, "PERSISTENT_TIMESTAMP_INVALID")),
        pts => pts,
    };
    let (last, timeout) = (channel.last_message_id(now), Some(30));
    if pts >= last {
        let empty = t::updates::ChannelDifferenceEmpty { r#final: true, pts: last, timeout };
        return Ok(empty.into());
    }
    let mut messages = posts_after(&channel, now, |id, _| id > pts);
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let complete = messages.len() <= limit;
    messages.truncate(limit);
    let reached = messages.last().map_or(last, |(id, _)| *id);
    let new_messages: Vec<_> = messages.into_iter().map(|(_, message)| message).collect();
    let (chats, users) = mention::in_messages(caller.world(), &new_messages, now);
    Ok(t::updates::ChannelDifference {
        r#final: complete,
        pts: if complete { last } else { reached },
        timeout,
        new_messages,
        other_updates: Vec::new(),
        chats,
        users,
    }
    .into())
}

/// The messages of a channel whose id and date (Unix seconds) fit, with their ids, oldest first.
pub(crate) fn posts_after(
    channel: &Channel<'_>,
    now: Timestamp,
    fits: impl Fn(i32, i64) -> bool,
) -> Vec<(i32, e::Message)> {
    if channel.spec.kind != Kind::Broadcast {
        return Vec::new();
    }
    let writer = Writer::new(*channel, now);
    let posts = channel.posts(now);
    let messages = posts.iter().flat_map(|post| post.message_ids().map(move |id| (post, id)));
    messages
        .filter(|(post, id)| fits(*id, post.date))
        .map(|(post, id)| (id, writer.message(post, id)))
        .collect()
}
