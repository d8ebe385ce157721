//! `stats.*`, on the data centre that keeps statistics.

use std::sync::atomic::Ordering;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::token::{Subject, Token};
use super::{Caller, RpcError, channels, group_stats, message_stats, peer, story_stats};
use crate::chart::{self, Chart, GraphKind, Zoom};
use crate::faults::GraphFault;
use crate::world::{Channel, Kind};

/// What Telegram says in place of a graph, in English and in Russian.
const NOT_ENOUGH: [&str; 2] = ["Not enough data to display.", "Недостаточно данных для отображения."];

pub(crate) fn get_broadcast_stats(
    caller: &Caller<'_>,
    request: f::stats::GetBroadcastStats,
) -> Result<e::stats::BroadcastStats, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel(caller, &request.channel)?;
    if channel.spec.kind != Kind::Broadcast {
        return Err(RpcError::new(400, "BROADCAST_REQUIRED"));
    }
    admit(caller, &channel)?;
    let graph = |kind| first_answer(caller, &channel, kind, now);
    let cards = chart::cards(&channel, now);
    Ok(t::stats::BroadcastStats {
        period: cards.period,
        followers: cards.followers,
        views_per_post: cards.views_per_post,
        shares_per_post: cards.shares_per_post,
        reactions_per_post: cards.reactions_per_post,
        views_per_story: cards.views_per_story,
        shares_per_story: cards.shares_per_story,
        reactions_per_story: cards.reactions_per_story,
        enabled_notifications: cards.enabled_notifications,
        growth_graph: graph(GraphKind::Growth),
        followers_graph: graph(GraphKind::Followers),
        mute_graph: graph(GraphKind::Mute),
        top_hours_graph: graph(GraphKind::TopHours),
        interactions_graph: graph(GraphKind::Interactions),
        iv_interactions_graph: graph(GraphKind::InstantView),
        views_by_source_graph: graph(GraphKind::ViewsBySource),
        new_followers_by_source_graph: graph(GraphKind::FollowersBySource),
        languages_graph: graph(GraphKind::Languages),
        reactions_by_emotion_graph: graph(GraphKind::Reactions),
        story_interactions_graph: graph(GraphKind::Stories),
        story_reactions_by_emotion_graph: graph(GraphKind::StoryReactions),
        recent_posts_interactions: cards.recent,
    }
    .into())
}

/// Statistics are for administrators, and on the data centre that keeps them.
pub(crate) fn admit(caller: &Caller<'_>, channel: &Channel<'_>) -> Result<(), RpcError> {
    at_home_of(caller, channel)?;
    if channels::can_view_stats(channel, caller.shared.clock.now()) {
        Ok(())
    } else {
        Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"))
    }
}

fn at_home_of(caller: &Caller<'_>, channel: &Channel<'_>) -> Result<(), RpcError> {
    let dc = channel.spec.stats_dc;
    if caller.dc == dc { Ok(()) } else { Err(RpcError::new(303, &format!("STATS_MIGRATE_{dc}"))) }
}

pub(crate) fn load_async_graph(
    caller: &Caller<'_>,
    request: f::stats::LoadAsyncGraph,
) -> Result<e::StatsGraph, RpcError> {
    let shared = caller.shared;
    let now = shared.clock.now();
    let generation = shared.faults.graph_generation.load(Ordering::Relaxed);
    let token =
        Token::open(&request.token, caller.world().seed, generation, now, shared.options.token_seconds)?;
    let channel = caller.world().channel(token.channel);
    let channel = channel.ok_or_else(|| RpcError::new(400, "GRAPH_INVALID_RELOAD"))?;
    at_home_of(caller, &channel)?;
    let loaded = match token.subject {
        Subject::Channel => load(caller, &channel, &token, request.x, now),
        Subject::Group => group_stats::load(caller, &channel, &token, request.x, now),
        Subject::Message(id) => message_stats::load(caller, &channel, id, &token, request.x),
        Subject::Story(id) => story_stats::load(caller, &channel, id, &token, request.x, now),
    };
    loaded.ok_or_else(|| RpcError::new(400, "GRAPH_INVALID_RELOAD"))
}

/// What the token of a channel's graph is good for.
fn load(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    token: &Token,
    x: Option<i64>,
    now: Timestamp,
) -> Option<e::StatsGraph> {
    let kind = GraphKind::named(&token.graph)?;
    match (token.zoom, x) {
        (None, None) => Some(drawn(caller, channel, kind, now)),
        (Some(zoom), Some(x)) => {
            let closer = closer(caller, channel, token, x, now);
            Some(graph(caller, chart::zoomed(channel, kind, zoom, x, now), closer))
        }
        _ => None,
    }
}

/// A token for the five-minute steps of an hour, to come with the hours of a day that is new enough for it.
pub(crate) fn closer(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    from: &Token,
    x: i64,
    now: Timestamp,
) -> Option<String> {
    let deeper = from.zoom == Some(Zoom::Hours) && chart::has_minutes(channel, x.div_euclid(1_000), now);
    deeper.then(|| token(caller, channel, from.subject, &from.graph, Some(Zoom::Minutes), now))
}

/// Telegram leaves the costly graphs for later.
fn first_answer(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    kind: GraphKind,
    now: Timestamp,
) -> e::StatsGraph {
    if is_later(caller, kind.name(), kind.is_deferred()) && chart::is_available(channel, kind) {
        t::StatsGraphAsync { token: token(caller, channel, Subject::Channel, kind.name(), None, now) }.into()
    } else {
        drawn(caller, channel, kind, now)
    }
}

fn drawn(caller: &Caller<'_>, channel: &Channel<'_>, kind: GraphKind, now: Timestamp) -> e::StatsGraph {
    let zoom_token =
        kind.zooms().then(|| token(caller, channel, Subject::Channel, kind.name(), Some(Zoom::Hours), now));
    whole(caller, kind.name(), chart::draw(channel, kind, &caller.shared.options, now), zoom_token)
}

/// Whether the first answer holds only a token for a graph.
pub(crate) fn is_later(caller: &Caller<'_>, name: &str, is_deferred: bool) -> bool {
    is_deferred || caller.shared.faults.graphs.of(name) == Some(GraphFault::Later)
}

/// A graph of the channel as it was drawn, or what was ordered in its place.
pub(crate) fn whole(
    caller: &Caller<'_>,
    name: &str,
    chart: Option<Chart>,
    zoom_token: Option<String>,
) -> e::StatsGraph {
    match caller.shared.faults.graphs.of(name) {
        Some(GraphFault::Json(data)) => {
            t::StatsGraph { json: e::DataJson::Json(t::DataJson { data }), zoom_token }.into()
        }
        Some(GraphFault::Error(error)) => t::StatsGraphError { error }.into(),
        Some(GraphFault::Revised { days_ago, by }) => {
            graph(caller, chart.map(|chart| chart.revised(days_ago, by)), zoom_token)
        }
        Some(GraphFault::Later) | None => graph(caller, chart, zoom_token),
    }
}

/// A token for the named graph of a channel or of something in it.
pub(crate) fn token(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    subject: Subject,
    graph: &str,
    zoom: Option<Zoom>,
    now: Timestamp,
) -> String {
    let shared = caller.shared;
    let generation = shared.faults.graph_generation.load(Ordering::Relaxed);
    let (graph, channel) = (graph.to_owned(), channel.spec.id);
    Token { subject, graph, channel, zoom, issued: now.as_second(), generation }.seal(caller.world().seed)
}

/// A chart as Telegram sends it, or its excuse: in English for who asks for that, in Russian for all others.
pub(crate) fn graph(caller: &Caller<'_>, chart: Option<Chart>, zoom_token: Option<String>) -> e::StatsGraph {
    let foreign = caller.shared.faults.foreign_graphs.load(Ordering::Relaxed) || !caller.key.speaks_english();
    match chart.filter(Chart::has_enough) {
        Some(chart) => {
            let chart = if foreign { chart.in_russian() } else { chart };
            let json = e::DataJson::Json(t::DataJson { data: chart.to_json() });
            t::StatsGraph { json, zoom_token }.into()
        }
        None => t::StatsGraphError { error: NOT_ENOUGH[usize::from(foreign)].to_owned() }.into(),
    }
}
