//! `stats.*` about single posts, on the data centre that keeps their channel's statistics.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::post::{count, forward_header};
use super::token::{Subject, Token};
use super::{Caller, RpcError, entity, mention, message, peer, stats};
use crate::chart::{self, MessageGraph, Zoom};
use crate::world::{Channel, Kind, Post, PublicForward};

/// No page of public forwards is longer.
const MOST: usize = 100;

pub(crate) fn get_message_stats(
    caller: &Caller<'_>,
    request: f::stats::GetMessageStats,
) -> Result<e::stats::MessageStats, RpcError> {
    let now = caller.shared.clock.now();
    let (channel, post) = admitted(caller, &request.channel, request.msg_id)?;
    let graph = |kind: MessageGraph| {
        let chart = chart::of_message(&post, request.msg_id, kind, now);
        if is_deferred(request.msg_id, kind) && chart.is_some() {
            let subject = Subject::Message(request.msg_id);
            t::StatsGraphAsync { token: stats::token(caller, &channel, subject, kind.name(), None, now) }
                .into()
        } else {
            drawn(caller, &channel, &post, request.msg_id, kind, now)
        }
    };
    Ok(t::stats::MessageStats {
        views_graph: graph(MessageGraph::Views),
        reactions_by_emotion_graph: graph(MessageGraph::Reactions),
    }
    .into())
}

/// The channel and the post, if the account may see the statistics of one of its messages here.
fn admitted<'a>(
    caller: &'a Caller<'_>,
    channel: &e::InputChannel,
    message: i32,
) -> Result<(Channel<'a>, Post), RpcError> {
    let channel = peer::channel(caller, channel)?;
    if channel.spec.kind != Kind::Broadcast {
        return Err(RpcError::new(400, "PEER_ID_INVALID"));
    }
    stats::admit(caller, &channel)?;
    let post = find(&channel, message, caller.shared.clock.now());
    let post = post.ok_or_else(|| RpcError::new(400, "MESSAGE_ID_INVALID"))?;
    Ok((channel, post))
}

/// The post, if that message of it is no announcement.
fn find(channel: &Channel<'_>, message: i32, now: Timestamp) -> Option<Post> {
    channel.post(message, now).filter(|post| message >= post.counted_id())
}

/// Some graphs of some posts are left for later.
fn is_deferred(message: i32, kind: MessageGraph) -> bool {
    match kind {
        MessageGraph::Views => message % 3 == 0,
        MessageGraph::Reactions => message % 2 == 0,
    }
}

fn drawn(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    post: &Post,
    message: i32,
    kind: MessageGraph,
    now: Timestamp,
) -> e::StatsGraph {
    let chart = chart::of_message(post, message, kind, now);
    let zoom_token =
        stats::token(caller, channel, Subject::Message(message), kind.name(), Some(Zoom::Hours), now);
    stats::graph(caller, chart, Some(zoom_token))
}

/// What the token of a message's graph is good for.
pub(crate) fn load(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    message: i32,
    token: &Token,
    x: Option<i64>,
) -> Option<e::StatsGraph> {
    let now = caller.shared.clock.now();
    let kind = MessageGraph::named(&token.graph)?;
    let post = find(channel, message, now)?;
    match (token.zoom, x) {
        (None, None) => Some(drawn(caller, channel, &post, message, kind, now)),
        (Some(_), Some(x)) => {
            let issued = Timestamp::from_second(token.issued).ok()?;
            Some(stats::graph(caller, chart::of_message_zoomed(&post, message, kind, x, issued, now), None))
        }
        _ => None,
    }
}

pub(crate) fn get_message_public_forwards(
    caller: &Caller<'_>,
    request: f::stats::GetMessagePublicForwards,
) -> Result<e::stats::PublicForwards, RpcError> {
    let now = caller.shared.clock.now();
    let (channel, post) = admitted(caller, &request.channel, request.msg_id)?;
    let mut forwards = channel.public_forwards(&post, now);
    forwards.reverse();
    let start = match request.offset.as_str() {
        "" => 0,
        offset => {
            let place = forwards.iter().position(|forward| cursor(forward) == offset);
            place.ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))? + 1
        }
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page = &forwards[start..forwards.len().min(start + limit)];
    let next_offset = page.last().filter(|_| start + page.len() < forwards.len()).map(cursor);
    let messages: Vec<e::Message> =
        page.iter().map(|forward| forwarded(&channel, &post, request.msg_id, forward)).collect();
    let (chats, users) = mention::in_messages(channel.world, &messages, now);
    Ok(t::stats::PublicForwards {
        count: i32::try_from(forwards.len()).unwrap_or(i32::MAX),
        forwards: messages.into_iter().map(|message| t::PublicForwardMessage { message }.into()).collect(),
        next_offset,
        chats,
        users,
    }
    .into())
}

/// Opaque to clients, and still right when more have forwarded it.
fn cursor(forward: &PublicForward) -> String {
    format!("{:x}.{:x}", forward.id, forward.channel.id)
}

/// The message in the other channel.
fn forwarded(channel: &Channel<'_>, post: &Post, message_id: i32, forward: &PublicForward) -> e::Message {
    let peer = entity::peer_channel(forward.channel.id);
    let author = post.author.map(str::to_owned);
    let text = channel.text(post, message_id);
    t::Message {
        post: true,
        fwd_from: Some(forward_header(channel.spec.id, message_id, post.date, author)),
        views: Some(count(forward.views)),
        forwards: Some(count(forward.views / 200)),
        ..message::plain(forward.id, peer, forward.date, text)
    }
    .into()
}
