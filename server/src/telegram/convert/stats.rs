//! `stats.broadcastStats`: twelve graphs, each of which may be there, come later, or be refused.

use std::collections::BTreeMap;

use app::model::Metric;
use grammers_tl_types::enums as e;

use super::cards::Cards;
use super::lines::Shape;
use super::partial::{Graphs, ReadBroadcast};
use super::text;

/// What Telegram said in place of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphSaid {
    /// The chart.
    Json(String),
    /// Ask for it with this token, soon.
    Later(String),
    /// Its words, in the language of the session (“Not enough data to display.”).
    Refused(String),
    /// Nothing that this layer knows; why.
    Unreadable(String),
}

/// One graph of a channel's statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedGraph {
    /// Telegram's field, without `_graph`: `growth`.
    pub name: &'static str,
    /// How it becomes metrics.
    pub shape: Shape,
    /// What Telegram said.
    pub said: GraphSaid,
}

/// What `stats.getBroadcastStats` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroadcastStats {
    /// In the order of the answer.
    pub graphs: Vec<NamedGraph>,
    /// The numbers above the graphs.
    pub cards: Cards,
    /// What shows points of the graphs from close by.
    pub zooms: Zooms,
}

/// By graph the token that shows a point of it from close by, where the graph has one and is here already.
pub type Zooms = BTreeMap<&'static str, String>;

/// Telegram's fields in the order of the answer, without `_graph`, and what becomes of each.
pub(super) const GRAPHS: [(&str, Shape); 12] = [
    ("growth", Shape::One(Metric::Subscribers)),
    ("followers", Shape::Two([(Metric::Joined, "Joined"), (Metric::Left, "Left")])),
    ("mute", Shape::Two([(Metric::Muted, "Muted"), (Metric::Unmuted, "Unmuted")])),
    ("top_hours", Shape::Positions(Metric::ViewsByHour)),
    ("interactions", views_shares(Metric::Views, Metric::Shares)),
    ("iv_interactions", views_shares(Metric::InstantViews, Metric::InstantViewShares)),
    ("views_by_source", Shape::Named(Metric::ViewsBySource)),
    ("new_followers_by_source", Shape::Named(Metric::JoinedBySource)),
    ("languages", Shape::Named(Metric::Languages)),
    ("reactions_by_emotion", Shape::Named(Metric::Reactions)),
    ("story_interactions", views_shares(Metric::StoryViews, Metric::StoryShares)),
    ("story_reactions_by_emotion", Shape::Named(Metric::StoryReactions)),
];

const fn views_shares(views: Metric, shares: Metric) -> Shape {
    Shape::Two([(views, "Views"), (shares, "Shares")])
}

pub(in crate::telegram) fn broadcast_stats(stats: ReadBroadcast) -> BroadcastStats {
    BroadcastStats {
        cards: Cards::of_channel(&stats),
        zooms: zooms(&GRAPHS, &stats.graphs),
        graphs: named(GRAPHS, stats.graphs),
    }
}

/// The tokens of the graphs that are here already.
pub(super) fn zooms<const N: usize>(names: &[(&'static str, Shape); N], graphs: &Graphs<N>) -> Zooms {
    let names = names.iter().map(|(name, _)| *name);
    let zoom_of = |graph: &Result<e::StatsGraph, _>| graph.as_ref().ok().and_then(zoom);
    names.zip(graphs).filter_map(|(name, graph)| Some((name, zoom_of(graph)?))).collect()
}

/// The names of a channel's or a group's graphs.
#[cfg(test)]
pub(crate) fn graph_names(is_group: bool) -> Vec<&'static str> {
    let graphs = if is_group { &super::group_stats::GRAPHS[..] } else { &GRAPHS[..] };
    graphs.iter().map(|(name, _)| *name).collect()
}

/// The graphs of an answer with their names, those that cannot be read among them.
pub(super) fn named<const N: usize>(names: [(&'static str, Shape); N], graphs: Graphs<N>) -> Vec<NamedGraph> {
    let said = |graph: Result<_, _>| graph.map_or_else(GraphSaid::Unreadable, graph_said);
    let named = names.into_iter().zip(graphs);
    named.map(|((name, shape), graph)| NamedGraph { name, shape, said: said(graph) }).collect()
}

/// What shows a point of the graph from close by (`zoom_token`).
pub(in crate::telegram) fn zoom(graph: &e::StatsGraph) -> Option<String> {
    match graph {
        e::StatsGraph::Graph(graph) => graph.zoom_token.clone(),
        e::StatsGraph::Async(_) | e::StatsGraph::Error(_) => None,
    }
}

pub(in crate::telegram) fn graph_said(graph: e::StatsGraph) -> GraphSaid {
    match graph {
        e::StatsGraph::Graph(graph) => {
            let e::DataJson::Json(json) = graph.json;
            GraphSaid::Json(json.data)
        }
        e::StatsGraph::Async(graph) => GraphSaid::Later(graph.token),
        e::StatsGraph::Error(graph) => GraphSaid::Refused(text(graph.error)),
    }
}
