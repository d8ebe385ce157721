//! Statistics of single posts: their graphs, and the counters that the graphs are compared with.

use app::model::{ChannelId, Metric, PostGraph};
use grammers_tl_types::enums as e;

use super::lines::{self, LinesError, Shape};
use super::partial::{ReadMessage, ReadPoll};
use super::salvage::{Salvaged, Unread};
use super::stats::{GraphSaid, NamedGraph, named};
use crate::telegram::graph::{Graph, XKind, dimension};

/// Telegram's fields of `stats.messageStats`, without `_graph`. No metric of the channel is made of them.
const GRAPHS: [(&str, Shape); 2] = [
    ("message_views", Shape::Two([(Metric::Views, "Views"), (Metric::Shares, "Shares")])),
    ("message_reactions_by_emotion", Shape::Named(Metric::Reactions)),
];

/// The graph of `stats.pollStats`; votes are counted as anything else is.
const VOTES: (&str, Shape) = ("poll_votes", Shape::Named(Metric::Reactions));

/// What is counted under a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The message.
    pub id: i32,
    /// `views`.
    pub views: Option<i32>,
    /// `forwards`, public and private.
    pub forwards: Option<i32>,
    /// It is a poll, and the account may see its statistics (`pollResults.can_view_stats`).
    pub has_poll_stats: bool,
}

/// A line of a post's graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostLine {
    /// What it counts.
    pub graph: PostGraph,
    /// A reaction's mood, a vote's column; empty without any.
    pub dimension: String,
    /// How far apart its points are, at the least; `None` with fewer than two.
    pub step_seconds: Option<i64>,
    /// Beginning of a stretch of time (Unix seconds) and what was counted in it, ascending; `None` is unknown.
    pub points: Vec<(i64, Option<i64>)>,
}

pub(in crate::telegram) fn message_stats(stats: ReadMessage) -> Vec<NamedGraph> {
    named(GRAPHS, stats.graphs)
}

pub(in crate::telegram) fn poll_stats(stats: ReadPoll) -> Vec<NamedGraph> {
    named([VOTES], stats.graphs)
}

/// What the graph of that name counts; views for those that count two things.
pub fn counted_by(name: &str) -> PostGraph {
    match name {
        "message_views" => PostGraph::Views,
        "message_reactions_by_emotion" => PostGraph::Reactions,
        _ => PostGraph::Votes,
    }
}

/// Is there a graph of that name of single messages?
pub(super) fn is_of_a_message(name: &str) -> bool {
    GRAPHS.iter().map(|(graph, _)| *graph).chain([VOTES.0]).any(|graph| graph == name)
}

/// Reads the lines of a post's graph from chart JSON.
///
/// # Errors
/// [`LinesError`]: the whole chart is refused, so that no half of it is believed.
pub fn read(of: PostGraph, json: &str) -> Result<Vec<PostLine>, LinesError> {
    let graph = Graph::parse(json)?;
    if graph.x_kind != XKind::Millis {
        let (expected, found) = ("times", "hours of the day");
        return Err(LinesError::Axis { metric: metric(of), expected, found });
    }
    if of != PostGraph::Views {
        let key = |index| dimension(&graph, index).unwrap_or_else(|| format!("y{index}"));
        return (0..graph.columns.len()).map(|index| line(&graph, of, key(index), index)).collect();
    }
    let needed = 2;
    let found = graph.columns.len();
    if found < needed {
        return Err(LinesError::Columns { metric: Metric::Views, needed, found });
    }
    let names = ["Views", "Shares"].map(|name| lines::position(&graph, name));
    let [views, shares] = match names {
        [Some(views), Some(shares)] => [views, shares],
        _ => [0, 1],
    };
    Ok(vec![
        line(&graph, PostGraph::Views, String::new(), views)?,
        line(&graph, PostGraph::Shares, String::new(), shares)?,
    ])
}

fn line(graph: &Graph, of: PostGraph, dimension: String, index: usize) -> Result<PostLine, LinesError> {
    let found = graph.columns.len();
    let column = graph.columns.get(index).ok_or(LinesError::Columns {
        metric: metric(of),
        needed: index + 1,
        found,
    })?;
    let mut points = Vec::with_capacity(graph.x.len());
    for (x, value) in graph.x.iter().zip(&column.values) {
        points.push((x.div_euclid(1_000), lines::whole(metric(of), column, *value)?));
    }
    let step_seconds = graph.x.windows(2).filter_map(|pair| Some((pair.get(1)? - pair.first()?) / 1_000));
    let step_seconds = step_seconds.filter(|step| *step > 0).min();
    Ok(PostLine { graph: of, dimension, step_seconds, points })
}

/// In whose name it is refused.
const fn metric(of: PostGraph) -> Metric {
    match of {
        PostGraph::Views => Metric::Views,
        PostGraph::Shares => Metric::Shares,
        PostGraph::Reactions | PostGraph::Votes => Metric::Reactions,
    }
}

/// The counters of the messages of an answer that are of that channel.
pub(in crate::telegram) fn counted(
    answer: Salvaged<e::messages::Messages>,
    channel: ChannelId,
) -> (Vec<Counted>, Unread) {
    let Salvaged { answer, unread } = answer;
    let messages = match answer {
        e::messages::Messages::Messages(all) => all.messages,
        e::messages::Messages::Slice(slice) => slice.messages,
        e::messages::Messages::ChannelMessages(slice) => slice.messages,
        e::messages::Messages::NotModified(_) => Vec::new(),
    };
    let is_ours = |peer: &e::Peer| matches!(peer, e::Peer::Channel(peer) if peer.channel_id == channel.0);
    let counted = messages.into_iter().filter_map(|message| match message {
        e::Message::Message(message) if is_ours(&message.peer_id) => Some(Counted {
            id: message.id,
            views: message.views,
            forwards: message.forwards,
            has_poll_stats: message.media.as_ref().is_some_and(has_poll_stats),
        }),
        _ => None,
    });
    (counted.collect(), unread)
}

fn has_poll_stats(media: &e::MessageMedia) -> bool {
    match media {
        e::MessageMedia::Poll(poll) => {
            let e::PollResults::Results(results) = &poll.results;
            results.can_view_stats
        }
        _ => false,
    }
}

/// Is there a chart in what was said?
pub fn json(said: &GraphSaid) -> Result<&str, &str> {
    match said {
        GraphSaid::Json(json) => Ok(json),
        GraphSaid::Refused(reason) | GraphSaid::Unreadable(reason) => Err(reason),
        GraphSaid::Later(_) => Err("Telegram put it off again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_told_from_days_and_unknown_from_zero() {
        let json = r#"{"columns":[["x",0,3600000,10800000],["y0",1,null,3],["y1",4,5,6]],"names":{"y0":"Shares","y1":"Views"}}"#;
        let lines = read(PostGraph::Views, json).unwrap();
        assert_eq!((lines[0].graph, lines[1].graph), (PostGraph::Views, PostGraph::Shares));
        assert_eq!(lines[0].points, [(0, Some(4)), (3_600, Some(5)), (10_800, Some(6))]);
        assert_eq!(lines[1].points[1], (3_600, None));
        assert_eq!(lines[0].step_seconds, Some(3_600));
        let json = r#"{"columns":[["x",86400000],["y0",7]],"names":{"y0":"Positive"}}"#;
        let lines = read(PostGraph::Reactions, json).unwrap();
        assert_eq!((lines[0].dimension.as_str(), lines[0].step_seconds), ("positive", None));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_reason() {
        for (json, reason) in [
            (r#"{"columns":[["x",0,86400000],["y0",1,2]]}"#, "the chart has 1 columns; views needs 2"),
            (
                r#"{"columns":[["x",0,1],["y0",1,2],["y1",1,2]]}"#,
                "the chart counts hours of the day, where views counts times",
            ),
            (
                r#"{"columns":[["x",0,86400000],["y0",1,2.5],["y1",1,2]]}"#,
                "“y0” holds 2.5, which is not a whole number",
            ),
        ] {
            assert_eq!(read(PostGraph::Views, json).unwrap_err().to_string(), reason);
        }
    }
}
