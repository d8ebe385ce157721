//! `stats.broadcastStats`: twelve graphs, each of which may be there, come later, or be refused.

use app::model::Metric;
use grammers_tl_types::enums as e;

use super::cards::Cards;
use super::lines::Shape;

/// What Telegram said in place of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphSaid {
    /// The chart.
    Json(String),
    /// Ask for it with this token, soon.
    Later(String),
    /// Its words, in the language of the session (“Not enough data to display.”).
    Refused(String),
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
}

pub(in crate::telegram) fn broadcast_stats(stats: e::stats::BroadcastStats) -> BroadcastStats {
    let e::stats::BroadcastStats::Stats(stats) = stats;
    let cards = Cards::of_channel(&stats);
    let graph = |name, shape, graph| NamedGraph { name, shape, said: graph_said(graph) };
    let views_shares = |views, shares| Shape::Two([(views, "Views"), (shares, "Shares")]);
    BroadcastStats {
        cards,
        graphs: vec![
            graph("growth", Shape::One(Metric::Subscribers), stats.growth_graph),
            graph(
                "followers",
                Shape::Two([(Metric::Joined, "Joined"), (Metric::Left, "Left")]),
                stats.followers_graph,
            ),
            graph(
                "mute",
                Shape::Two([(Metric::Muted, "Muted"), (Metric::Unmuted, "Unmuted")]),
                stats.mute_graph,
            ),
            graph("top_hours", Shape::Positions(Metric::ViewsByHour), stats.top_hours_graph),
            graph("interactions", views_shares(Metric::Views, Metric::Shares), stats.interactions_graph),
            graph(
                "iv_interactions",
                views_shares(Metric::InstantViews, Metric::InstantViewShares),
                stats.iv_interactions_graph,
            ),
            graph("views_by_source", Shape::Named(Metric::ViewsBySource), stats.views_by_source_graph),
            graph(
                "new_followers_by_source",
                Shape::Named(Metric::JoinedBySource),
                stats.new_followers_by_source_graph,
            ),
            graph("languages", Shape::Named(Metric::Languages), stats.languages_graph),
            graph("reactions_by_emotion", Shape::Named(Metric::Reactions), stats.reactions_by_emotion_graph),
            graph(
                "story_interactions",
                views_shares(Metric::StoryViews, Metric::StoryShares),
                stats.story_interactions_graph,
            ),
            graph(
                "story_reactions_by_emotion",
                Shape::Named(Metric::StoryReactions),
                stats.story_reactions_by_emotion_graph,
            ),
        ],
    }
}

pub(in crate::telegram) fn graph_said(graph: e::StatsGraph) -> GraphSaid {
    match graph {
        e::StatsGraph::Graph(graph) => {
            let e::DataJson::Json(json) = graph.json;
            GraphSaid::Json(json.data)
        }
        e::StatsGraph::Async(graph) => GraphSaid::Later(graph.token),
        e::StatsGraph::Error(graph) => GraphSaid::Refused(graph.error),
    }
}
