//! Statistics of single posts and stories: their graphs.

use app::model::{ItemGraph, ItemKind, Metric};

use super::lines::{self, LinesError, Shape};
use super::partial::{ReadMessage, ReadPoll, ReadStory};
use super::stats::{GraphSaid, NamedGraph, named};
use crate::telegram::graph::{Graph, XKind, dimension};

const VIEWS: Shape = Shape::Two([(Metric::Views, "Views"), (Metric::Shares, "Shares")]);
const REACTIONS: Shape = Shape::Named(Metric::Reactions);

/// Telegram's fields of `stats.messageStats`, without `_graph`. No metric of the channel is made of them.
const OF_MESSAGES: [(&str, Shape); 2] =
    [("message_views", VIEWS), ("message_reactions_by_emotion", REACTIONS)];

/// The graph of `stats.pollStats`; votes are counted as anything else is.
const OF_POLLS: [(&str, Shape); 1] = [("poll_votes", REACTIONS)];

/// Those of `stats.storyStats`.
const OF_STORIES: [(&str, Shape); 2] = [("story_views", VIEWS), ("story_reactions_by_emotion", REACTIONS)];

/// A line of an item's graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLine {
    /// What it counts.
    pub graph: ItemGraph,
    /// A reaction's mood, a vote's column; empty without any.
    pub dimension: String,
    /// How far apart its points are, at the least; `None` with fewer than two.
    pub step_seconds: Option<i64>,
    /// Beginning of a stretch of time (Unix seconds) and what was counted in it, ascending; `None` is unknown.
    pub points: Vec<(i64, Option<i64>)>,
}

pub(in crate::telegram) fn message_stats(stats: ReadMessage) -> Vec<NamedGraph> {
    named(OF_MESSAGES, stats.graphs)
}

pub(in crate::telegram) fn poll_stats(stats: ReadPoll) -> Vec<NamedGraph> {
    named(OF_POLLS, stats.graphs)
}

pub(in crate::telegram) fn story_stats(stats: ReadStory) -> Vec<NamedGraph> {
    named(OF_STORIES, stats.graphs)
}

/// What the graph of that name counts; views for those that count two things.
pub fn counted_by(name: &str) -> ItemGraph {
    match name {
        "message_views" | "story_views" => ItemGraph::Views,
        "message_reactions_by_emotion" | "story_reactions_by_emotion" => ItemGraph::Reactions,
        _ => ItemGraph::Votes,
    }
}

/// Which items have a graph of that name; `None`: none has.
pub(super) fn kind_with(name: &str) -> Option<ItemKind> {
    let has = |graphs: &[(&str, Shape)]| graphs.iter().any(|(graph, _)| *graph == name);
    if has(&OF_MESSAGES) || has(&OF_POLLS) {
        Some(ItemKind::Post)
    } else {
        has(&OF_STORIES).then_some(ItemKind::Story)
    }
}

/// Reads the lines of an item's graph from chart JSON.
///
/// # Errors
/// [`LinesError`]: the whole chart is refused, so that no half of it is believed.
pub fn read(of: ItemGraph, json: &str) -> Result<Vec<ItemLine>, LinesError> {
    let graph = Graph::parse(json)?;
    if graph.x_kind != XKind::Millis {
        let (expected, found) = ("times", "hours of the day");
        return Err(LinesError::Axis { metric: metric(of), expected, found });
    }
    if of != ItemGraph::Views {
        // Votes are named by what people vote for, in whatever language.
        if of == ItemGraph::Reactions {
            lines::in_english(&graph, metric(of))?;
        }
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
        line(&graph, ItemGraph::Views, String::new(), views)?,
        line(&graph, ItemGraph::Shares, String::new(), shares)?,
    ])
}

fn line(graph: &Graph, of: ItemGraph, dimension: String, index: usize) -> Result<ItemLine, LinesError> {
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
    Ok(ItemLine { graph: of, dimension, step_seconds, points })
}

/// In whose name it is refused.
const fn metric(of: ItemGraph) -> Metric {
    match of {
        ItemGraph::Views => Metric::Views,
        ItemGraph::Shares => Metric::Shares,
        ItemGraph::Reactions | ItemGraph::Votes => Metric::Reactions,
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
        let lines = read(ItemGraph::Views, json).unwrap();
        assert_eq!((lines[0].graph, lines[1].graph), (ItemGraph::Views, ItemGraph::Shares));
        assert_eq!(lines[0].points, [(0, Some(4)), (3_600, Some(5)), (10_800, Some(6))]);
        assert_eq!(lines[1].points[1], (3_600, None));
        assert_eq!(lines[0].step_seconds, Some(3_600));
        let json = r#"{"columns":[["x",86400000],["y0",7]],"names":{"y0":"Positive"}}"#;
        let lines = read(ItemGraph::Reactions, json).unwrap();
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
            assert_eq!(read(ItemGraph::Views, json).unwrap_err().to_string(), reason);
        }
    }
}
