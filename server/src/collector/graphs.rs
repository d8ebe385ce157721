//! Graphs: those that come later are asked for in the same run, while their tokens are good.

use std::collections::BTreeMap;

use app::model::{Item, ItemKind, Metric, UnitCode};

use super::asker::Asker;
use super::harvest::{Harvest, ReadChart, Repeated, stored};
use super::{CollectError, cards, group_statistics, revenue};
use crate::store::samples::{self, ChartHash, Line};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::lines::{LinesError, READING, Shape};
use crate::telegram::convert::stats::{GraphSaid, NamedGraph};
use crate::telegram::fault::Fault;

/// The question whose answer holds the graphs and their tokens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Parent {
    /// `stats.getBroadcastStats` in that data centre.
    Broadcast(Option<i32>),
    /// `stats.getMegagroupStats` in that data centre.
    Megagroup(Option<i32>),
    /// `payments.getStarsRevenueStats` in that currency.
    Revenue(UnitCode),
    /// `stats.getMessageStats` of that message or `stats.getStoryStats` of that story, in that data centre.
    Item(Item, Option<i32>),
    /// `stats.getPollStats` of that message.
    Poll(i32),
}

impl Parent {
    /// Its answer's kind among the snapshots.
    pub(super) fn kind(self) -> String {
        match self {
            Self::Broadcast(_) => "stats.getBroadcastStats".to_owned(),
            Self::Megagroup(_) => "stats.getMegagroupStats".to_owned(),
            Self::Revenue(unit) => format!("payments.getStarsRevenueStats/{unit}"),
            Self::Item(Item { kind: ItemKind::Post, id }, _) => format!("stats.getMessageStats/{id}"),
            Self::Item(Item { kind: ItemKind::Story, id }, _) => format!("stats.getStoryStats/{id}"),
            Self::Poll(id) => format!("stats.getPollStats/{id}"),
        }
    }

    /// The kind of a graph that came later. Both currencies have a graph of the same name.
    fn kind_of(self, graph: &NamedGraph) -> String {
        match self {
            Self::Broadcast(_) | Self::Megagroup(_) => format!("stats.loadAsyncGraph/{}", graph.name),
            Self::Revenue(unit) => format!("stats.loadAsyncGraph/{unit}/{}", graph.name),
            Self::Item(Item { id, .. }, _) | Self::Poll(id) => {
                format!("stats.loadAsyncGraph/{}/{id}", graph.name)
            }
        }
    }

    /// Its graphs, what it said, and the data centre that did. What it says beside the graphs goes into the harvest: it
    /// is the latest.
    async fn tokens(
        self,
        asker: &Asker<'_>,
        channel: ChannelRef,
        harvest: &mut Harvest,
    ) -> Result<(Vec<NamedGraph>, Vec<u8>, i32), CollectError> {
        let client = &asker.context.client;
        Ok(match self {
            Self::Broadcast(dc) => {
                let answer = asker.ask(|| client.broadcast_stats(channel, dc)).await?;
                cards::add(harvest, answer.value.cards);
                (answer.value.graphs, answer.body, answer.dc)
            }
            Self::Megagroup(dc) => {
                let answer = asker.ask(|| client.megagroup_stats(channel, dc)).await?;
                let stats = answer.value;
                group_statistics::add_beside(harvest, stats.cards, stats.period, stats.tops);
                (stats.graphs, answer.body, answer.dc)
            }
            Self::Revenue(unit) => {
                let answer = asker.ask(|| client.stars_revenue_stats(channel, unit)).await?;
                harvest.balances.push(revenue::balances(&answer.value, asker.now()));
                (answer.value.graphs, answer.body, answer.dc)
            }
            Self::Item(item, dc) => {
                let answer = asker.ask(|| client.item_stats(channel, item, dc)).await?;
                (answer.value, answer.body, answer.dc)
            }
            Self::Poll(id) => {
                let answer = asker.ask(|| client.poll_stats(channel, id)).await?;
                (answer.value, answer.body, answer.dc)
            }
        })
    }
}

/// Resolves the graphs of an answer that data centre `dc` gave, and adds what they say to the harvest. A graph that
/// fails takes no other with it; only what ends the whole run is returned as an error.
pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    parent: Parent,
    graphs: Vec<NamedGraph>,
    dc: i32,
    harvest: &mut Harvest,
) -> Result<(), CollectError> {
    let known = samples::charts(&asker.context.pool, channel.id).await?;
    for (graph, said) in resolve(asker, channel, parent, graphs, dc, harvest).await? {
        match said {
            Ok(said) => add(harvest, &graph, said, &known),
            Err(reason) => refuse(harvest, &graph, &reason),
        }
    }
    Ok(())
}

/// What each graph says in the end, or why it cannot be had; what came later is kept in the harvest.
pub(super) async fn resolve(
    asker: &Asker<'_>,
    channel: ChannelRef,
    parent: Parent,
    graphs: Vec<NamedGraph>,
    dc: i32,
    harvest: &mut Harvest,
) -> Result<Vec<(NamedGraph, Result<GraphSaid, String>)>, CollectError> {
    let mut resolver = Resolver { asker, channel, parent, dc, renewed: None };
    let mut resolved = Vec::with_capacity(graphs.len());
    let count = graphs.len();
    for (place, graph) in graphs.into_iter().enumerate() {
        // Of an item it is said which one it is.
        if !matches!(parent, Parent::Item(..) | Parent::Poll(_)) {
            asker.step(format!("the graph {}, {} of {count}", graph.name, place + 1));
        }
        let said = resolver.resolve(&graph, harvest).await?;
        resolved.push((graph, said));
    }
    // Those that came at once came again, newer, where the others' tokens were renewed.
    for (graph, said) in resolved.iter_mut().filter(|(graph, _)| !is_later(graph)) {
        *said = Ok(newest(graph, resolver.renewed.as_deref()).clone());
    }
    Ok(resolved)
}

struct Resolver<'a> {
    asker: &'a Asker<'a>,
    channel: ChannelRef,
    parent: Parent,
    /// Where the tokens are from.
    dc: i32,
    /// What the parent said when it was asked again: once a run, because if new tokens have expired as well,
    /// something else is wrong.
    renewed: Option<Vec<NamedGraph>>,
}

impl Resolver<'_> {
    /// What a graph says in the end, or why it cannot be had.
    async fn resolve(
        &mut self,
        graph: &NamedGraph,
        harvest: &mut Harvest,
    ) -> Result<Result<GraphSaid, String>, CollectError> {
        let Self { asker, channel, parent, .. } = *self;
        let mut said = newest(graph, self.renewed.as_deref()).clone();
        loop {
            let GraphSaid::Later(token) = &said else { return Ok(Ok(said)) };
            match asker.ask(|| asker.context.client.load_async_graph(token, self.dc)).await {
                Ok(answer) if matches!(answer.value, GraphSaid::Later(_)) => {
                    return Ok(Err("Telegram put it off again".to_owned()));
                }
                Ok(answer) => {
                    harvest.snapshots.push((parent.kind_of(graph), answer.body));
                    return Ok(Ok(answer.value));
                }
                Err(CollectError::Fault(Fault::GraphExpired { .. })) if self.renewed.is_none() => {
                    let (graphs, body, dc) = parent.tokens(asker, channel, harvest).await?;
                    // A graph may be in it that was put off before.
                    harvest.snapshots.push((parent.kind(), body));
                    (self.renewed, self.dc) = (Some(graphs), dc);
                    said = newest(graph, self.renewed.as_deref()).clone();
                }
                Err(CollectError::Fault(fault)) if !ends_the_run(&fault) => {
                    return Ok(Err(fault.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

const fn is_later(graph: &NamedGraph) -> bool {
    matches!(graph.said, GraphSaid::Later(_))
}

/// What was said of a graph last, where its parent was asked again. Only a chart, or what there was to wait for, comes in
/// the place of what was said before.
fn newest<'a>(graph: &'a NamedGraph, renewed: Option<&'a [NamedGraph]>) -> &'a GraphSaid {
    let again = renewed.into_iter().flatten().find(|again| again.name == graph.name);
    let counts = |again: &&NamedGraph| is_later(graph) || matches!(again.said, GraphSaid::Json(_));
    &again.filter(counts).unwrap_or(graph).said
}

/// After these, no other graph would fare better.
pub(super) const fn ends_the_run(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::SignedOut { .. }
            | Fault::RightLost { .. }
            | Fault::Frozen
            | Fault::FloodWait { .. }
            | Fault::Stopped
    )
}

/// Adds what a graph says. A chart that is known is not read: it says what it said.
fn add(harvest: &mut Harvest, graph: &NamedGraph, said: GraphSaid, known: &BTreeMap<Metric, ChartHash>) {
    match said {
        GraphSaid::Json(json) => {
            let chart = ChartHash::of(&json, READING);
            if graph.shape.metrics().iter().all(|metric| known.get(metric) == Some(&chart)) {
                harvest.repeated.push(Repeated { shape: graph.shape, json, chart });
                return;
            }
            match read(graph.shape, &json, chart) {
                Ok(metrics) => harvest.metrics.extend(metrics),
                Err(error) => refuse(harvest, graph, &error.to_string()),
            }
        }
        GraphSaid::Refused(text) => {
            for metric in graph.shape.metrics() {
                harvest.metrics.push((metric, Err(text.clone())));
            }
        }
        GraphSaid::Unreadable(reason) => refuse(harvest, graph, &reason),
        // Not reached: the resolver answers with one of the others.
        GraphSaid::Later(_) => refuse(harvest, graph, "Telegram put it off again"),
    }
}

/// The metrics of a chart, for the harvest.
pub(super) fn read(
    shape: Shape,
    json: &str,
    chart: ChartHash,
) -> Result<impl Iterator<Item = (Metric, ReadChart)> + use<>, LinesError> {
    let metrics = shape.read(json)?.into_iter();
    Ok(metrics.map(move |read| {
        let lines: Vec<Line> = read.lines.into_iter().map(stored).collect();
        (read.metric, Ok((lines, chart)))
    }))
}

/// Keeps the reason where the numbers would have been, and makes the run partial.
fn refuse(harvest: &mut Harvest, graph: &NamedGraph, reason: &str) {
    for metric in graph.shape.metrics() {
        harvest.metrics.push((metric, Err(reason.to_owned())));
    }
    harvest.problems.push(format!("The graph {} was refused: {reason}.", graph.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(metric: Metric, json: &str) -> NamedGraph {
        NamedGraph { name: metric.name(), shape: Shape::One(metric), said: GraphSaid::Json(json.to_owned()) }
    }

    #[test]
    fn where_a_parent_was_asked_again_a_newer_chart_counts_and_nothing_less() {
        let json = |text: &str| GraphSaid::Json(text.to_owned());
        let later = |text: &str| GraphSaid::Later(text.to_owned());
        let refused = || GraphSaid::Refused("Not enough data".to_owned());
        let of = |said| NamedGraph { said, ..graph(Metric::Views, "") };
        for (before, again, counts) in [
            (json("1"), json("2"), json("2")),
            (json("1"), refused(), json("1")),
            (json("1"), later("a"), json("1")),
            (refused(), later("a"), refused()),
            (refused(), json("2"), json("2")),
            (later("a"), later("b"), later("b")),
            (later("a"), refused(), refused()),
        ] {
            let others = NamedGraph { said: json("9"), ..graph(Metric::Subscribers, "") };
            assert_eq!(newest(&of(before.clone()), Some(&[others, of(again)])), &counts);
            assert_eq!(newest(&of(before.clone()), None), &before);
        }
    }

    /// `statsGraphError`: no fault of the run, and no reason for any other graph to be missing.
    #[test]
    fn what_telegram_says_in_place_of_a_chart_is_kept_for_its_metric_alone() {
        let mut harvest = Harvest::default();
        let words = "Not enough data to display.";
        add(&mut harvest, &graph(Metric::Views, ""), GraphSaid::Refused(words.to_owned()), &BTreeMap::new());
        let good = graph(Metric::Subscribers, r#"{"columns":[["x",1725148800000],["y0",7]]}"#);
        add(&mut harvest, &good, good.said.clone(), &BTreeMap::new());
        let [(Metric::Views, Err(kept)), (Metric::Subscribers, Ok(_))] = &harvest.metrics[..] else {
            panic!("{:?}", harvest.metrics)
        };
        assert_eq!(kept, words);
        assert_eq!(harvest.problems, Vec::<String>::new());
    }

    #[test]
    fn a_chart_that_is_absurd_is_named_and_takes_no_other_with_it() {
        let long = "a".repeat(1 << 20);
        let deep = format!(r#"{{"columns":[["x",100],["y0",{}1{}]]}}"#, "[".repeat(5_000), "]".repeat(5_000));
        let wide = format!(r#"{{"columns":[["x",0],["y0",1]],"names":{{"y0":"{long}"}}}}"#);
        let absurd = [
            (r#"{"columns":[["x",0,86400000],["y0",1]]}"#, "differ in length"),
            (r#"{"columns":[["x",0],["y0",NaN]]}"#, "not a number"),
            (r#"{"columns":[["x",0],["y0",9223372036854775808]]}"#, "beyond 64 bits"),
            (r#"{"columns":[["x",-86400000],["y0",1]]}"#, "is negative"),
            (r#"{"columns":[["x",86400000,86400000],["y0",1,2]]}"#, "twice"),
            (wide.as_str(), "bytes long"),
            (deep.as_str(), "recursion limit"),
        ];
        for (json, reason) in absurd {
            let mut harvest = Harvest::default();
            let good = r#"{"columns":[["x",1725148800000],["y0",7]]}"#;
            for graph in [graph(Metric::Views, json), graph(Metric::Subscribers, good)] {
                let said = graph.said.clone();
                add(&mut harvest, &graph, said, &BTreeMap::new());
            }
            let [problem] = &harvest.problems[..] else { panic!("{:?}", harvest.problems) };
            assert!(
                problem.starts_with("The graph views was refused: ") && problem.contains(reason),
                "{problem}"
            );
            assert!(problem.len() < 300);
            let [(Metric::Views, Err(kept)), (Metric::Subscribers, Ok((lines, _)))] = &harvest.metrics[..]
            else {
                panic!("{:?}", harvest.metrics)
            };
            assert!(kept.contains(reason));
            assert_eq!(lines[0].points[0].1, 7);
        }
    }
}
