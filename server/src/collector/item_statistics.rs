//! What is asked about single posts and stories: graphs, votes, and who took them over in public.
//!
//! Items are asked for at ages that thin out (from a day to four weeks), the newest first, so many a run: what is behind
//! them comes in the next runs.

pub(super) mod forwards;
mod told;

use app::model::{Item, ItemGraph};
use jiff::{SignedDuration, Timestamp};

use super::CollectError;
use super::asker::Asker;
use super::graphs::{self, Parent, ends_the_run};
use super::harvest::Harvest;
use crate::store::item_statistics::{Asked, Due};
use crate::store::posts::fill;
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::item_stats::{self, ItemLine};
use crate::telegram::convert::stats::{GraphSaid, NamedGraph};
use crate::telegram::fault::Verdict;
use told::Told;
pub(super) use told::stored;

/// A counter read so long before the graph is of the same moment.
const SAME_MOMENT: SignedDuration = SignedDuration::from_secs(120);

/// An item that is to be asked for, and what is known of it already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) due: Due,
    /// It is a poll whose votes may be seen.
    pub(super) has_votes: bool,
    /// Somebody forwarded it, or may have.
    pub(super) has_forwards: bool,
    /// The counter of views, and when it was read.
    pub(super) views: Option<(i32, Timestamp)>,
}

impl Wanted {
    /// What Telegram is asked for.
    const fn asked(&self) -> Item {
        Item { kind: self.due.item.kind, id: self.due.counted_id }
    }
}

/// Asks about these items, one after the other. One that cannot be read takes no other with it.
pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    stats_dc: Option<i32>,
    wanted: Vec<Wanted>,
    harvest: &mut Harvest,
) -> Result<(), CollectError> {
    let items = Items { asker, channel, stats_dc };
    let mut told = Told::default();
    let count = wanted.len();
    for (place, one) in wanted.into_iter().enumerate() {
        let item = one.due.item;
        asker.step(format!("the statistics of {item}, {} of {count}", place + 1));
        match items.gather(one, harvest, &mut told).await {
            Ok(()) => {}
            Err(CollectError::Fault(fault)) if !ends_the_run(&fault) => {
                harvest.problems.push(format!("The statistics of {item} could not be read: {fault}."));
                // What would fail again is left until the next age; what may pass by itself, until the next run.
                if fault.verdict() == Verdict::Fail {
                    told.asked.push(refused(item, asker.now(), &fault.to_string()));
                }
            }
            Err(error) => return Err(error),
        }
    }
    harvest.records.push(Box::new(told));
    Ok(())
}

/// Notes that Telegram did not show these items.
pub(super) fn add_not_shown(harvest: &mut Harvest, items: &[Item], asked_at: Timestamp) {
    let asked = items.iter().map(|item| refused(*item, asked_at, "Telegram did not show it"));
    harvest.records.push(Box::new(Told { asked: asked.collect(), ..Told::default() }));
}

fn refused(item: Item, asked_at: Timestamp, reason: &str) -> Asked {
    Asked {
        item,
        asked_at,
        views_error: Some(reason.to_owned()),
        reactions_error: Some(reason.to_owned()),
        votes_error: None,
        public_forwards: None,
    }
}

struct Items<'a> {
    asker: &'a Asker<'a>,
    channel: ChannelRef,
    stats_dc: Option<i32>,
}

impl Items<'_> {
    /// Everything about one item; nothing of it is kept when its graphs cannot be asked for.
    async fn gather(
        &self,
        wanted: Wanted,
        harvest: &mut Harvest,
        told: &mut Told,
    ) -> Result<(), CollectError> {
        let Self { asker, channel, stats_dc } = *self;
        let (item, posted_at) = (wanted.due.item, wanted.due.posted_at);
        let client = &asker.context.client;
        let parent = Parent::Item(wanted.asked(), stats_dc);
        let answer = asker.ask(|| client.item_stats(channel, wanted.asked(), stats_dc)).await?;
        let asked_at = asker.now();
        harvest.snapshots.push((parent.kind(), answer.body));
        let mut said = graphs::resolve(asker, channel, parent, answer.value, answer.dc, harvest).await?;
        let graphs_at = asker.now();
        if wanted.has_votes {
            let id = wanted.due.counted_id;
            match asker.ask(|| client.poll_stats(channel, id)).await {
                Ok(answer) => {
                    let parent = Parent::Poll(id);
                    harvest.snapshots.push((parent.kind(), answer.body));
                    let graphs = answer.value;
                    said.extend(graphs::resolve(asker, channel, parent, graphs, answer.dc, harvest).await?);
                }
                Err(error) => problem(harvest, item, "votes", error)?,
            }
        }
        let mut asked = Asked {
            item,
            asked_at,
            views_error: None,
            reactions_error: None,
            votes_error: None,
            public_forwards: None,
        };
        let counter = wanted.views.filter(|(_, at)| graphs_at.duration_since(*at) <= SAME_MOMENT);
        for (graph, said) in said {
            let of = item_stats::counted_by(graph.name);
            let lines = read(of, &graph, said, item, harvest);
            let error = match of {
                ItemGraph::Reactions => &mut asked.reactions_error,
                ItemGraph::Votes => &mut asked.votes_error,
                ItemGraph::Views | ItemGraph::Shares => &mut asked.views_error,
            };
            match lines {
                Ok(lines) => {
                    for line in &lines {
                        if let (ItemGraph::Views, Some((counter, _))) = (line.graph, counter) {
                            told.fills.push((item.id, fill::fills(posted_at, &line.points, counter)));
                        }
                        told.lines.extend(stored(item, posted_at, line));
                    }
                }
                Err(reason) => *error = Some(reason),
            }
        }
        if wanted.has_forwards {
            match forwards::gather(asker, channel, stats_dc, &wanted, harvest).await {
                Ok((count, found)) => {
                    asked.public_forwards = Some(count);
                    told.forwards.extend(found);
                }
                Err(error) => problem(harvest, item, "public forwards", error)?,
            }
        } else {
            asked.public_forwards = Some(0);
        }
        told.asked.push(asked);
        Ok(())
    }
}

/// The lines of a graph, or what came in their place. Too few data are no problem; what cannot be read is one.
fn read(
    of: ItemGraph,
    graph: &NamedGraph,
    said: Result<GraphSaid, String>,
    item: Item,
    harvest: &mut Harvest,
) -> Result<Vec<ItemLine>, String> {
    let reason = match said {
        Ok(GraphSaid::Refused(text)) => return Err(text),
        Ok(said) => match item_stats::json(&said) {
            Ok(json) => match item_stats::read(of, json) {
                Ok(lines) => return Ok(lines),
                Err(error) => error.to_string(),
            },
            Err(reason) => reason.to_owned(),
        },
        Err(reason) => reason,
    };
    harvest.problems.push(format!("The graph {} of {item} was refused: {reason}.", graph.name));
    Err(reason)
}

/// A part of an item that cannot be had takes no other with it.
fn problem(harvest: &mut Harvest, item: Item, what: &str, error: CollectError) -> Result<(), CollectError> {
    match error {
        CollectError::Fault(fault) if !ends_the_run(&fault) => {
            harvest.problems.push(format!("The {what} of {item} could not be read: {fault}."));
            Ok(())
        }
        error => Err(error),
    }
}
