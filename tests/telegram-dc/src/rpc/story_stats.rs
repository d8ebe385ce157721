//! `stats.getStoryStats` and `stats.getStoryPublicForwards`, on the data centre that keeps statistics.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::stats::{admit, graph, token};
use super::token::{Subject, Token};
use super::{Caller, RpcError, entity, peer, stories, story_item};
use crate::chart::{self, StoryGraph, Zoom};
use crate::world::{Channel, Story};

/// Telegram gives no more forwards at once.
const MOST: usize = 100;

pub(crate) fn get_story_stats(
    caller: &Caller<'_>,
    request: f::stats::GetStoryStats,
) -> Result<e::stats::StoryStats, RpcError> {
    let now = caller.shared.clock.now();
    let (channel, story) = story(caller, &request.peer, request.id)?;
    let reactions =
        token(caller, &channel, Subject::Story(story.id), StoryGraph::Reactions.name(), None, now);
    Ok(t::stats::StoryStats {
        views_graph: drawn(caller, &channel, &story, StoryGraph::Views, now),
        reactions_by_emotion_graph: t::StatsGraphAsync { token: reactions }.into(),
    }
    .into())
}

/// A story and its channel, if the account may see its statistics here.
fn story<'a>(caller: &'a Caller<'_>, peer: &e::InputPeer, id: i32) -> Result<(Channel<'a>, Story), RpcError> {
    let channel = peer::channel_peer(caller, peer)?;
    admit(caller, &channel)?;
    let story = stories::find(&channel, id, caller.shared.clock.now())?;
    Ok((channel, story))
}

/// What the token of a story's graph is good for.
pub(crate) fn load(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    id: i32,
    token: &Token,
    x: Option<i64>,
    now: Timestamp,
) -> Option<e::StatsGraph> {
    let kind = StoryGraph::named(&token.graph)?;
    let story = stories::find(channel, id, now).ok()?;
    match (token.zoom, x) {
        (None, None) => Some(drawn(caller, channel, &story, kind, now)),
        (Some(Zoom::Minutes), Some(x)) => {
            Some(graph(caller, chart::zoomed_story(channel, &story, kind, x, now), None))
        }
        _ => None,
    }
}

/// Hour by hour; new hours can be looked at more closely.
fn drawn(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    story: &Story,
    kind: StoryGraph,
    now: Timestamp,
) -> e::StatsGraph {
    let subject = Subject::Story(story.id);
    let zoom_token = chart::has_minutes(channel, story.date, now)
        .then(|| token(caller, channel, subject, kind.name(), Some(Zoom::Minutes), now));
    graph(caller, Some(chart::draw_story(channel, story, kind, now)), zoom_token)
}

pub(crate) fn get_story_public_forwards(
    caller: &Caller<'_>,
    request: f::stats::GetStoryPublicForwards,
) -> Result<e::stats::PublicForwards, RpcError> {
    let now = caller.shared.clock.now();
    let (channel, story) = story(caller, &request.peer, request.id)?;
    let forwards = channel.story_forwards(&story, now);
    // Newer forwards come in front, so a place is counted from the oldest.
    let left = match request.offset.as_str() {
        "" => forwards.len(),
        offset => offset
            .parse()
            .ok()
            .filter(|left| *left <= forwards.len())
            .ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))?,
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page: Vec<_> = forwards[forwards.len() - left..].iter().take(limit).collect();
    let after = left - page.len();
    let chats = page.iter().map(|forward| forward.channel).chain([channel.spec.id]);
    Ok(t::stats::PublicForwards {
        count: i32::try_from(forwards.len()).unwrap_or(i32::MAX),
        forwards: page
            .iter()
            .map(|forward| story_item::public_forward(&channel, &story, forward, now))
            .collect(),
        next_offset: (after > 0).then(|| after.to_string()),
        chats: entity::channels(caller.world(), chats, now),
        users: Vec::new(),
    }
    .into())
}
