//! `stats.getMessageStats`, `stats.getPollStats` and `stats.getMessagePublicForwards`, post by post.
//!
//! Posts are asked for at ages that thin out (a day to four days daily, then weekly to four weeks), the newest first, so
//! many a run: what is behind them comes in the next runs. Where the graph of views agrees with the counter read in the
//! same moment, it fills ages of the post at which nobody had looked.

mod forwards;
mod told;

use std::collections::HashMap;

use app::model::PostGraph;
use jiff::{SignedDuration, Timestamp};

use super::CollectError;
use super::asker::Asker;
use super::graphs::{self, Parent, ends_the_run};
use super::harvest::Harvest;
use crate::store::channels::Access;
use crate::store::post_statistics::{Asked, Due, due};
use crate::store::posts::fill;
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::post_stats::{self, Counted, PostLine};
use crate::telegram::convert::stats::{GraphSaid, NamedGraph};
use crate::telegram::fault::{Fault, Verdict};
use told::Told;
pub(super) use told::stored;

/// Posts a run: with four runs a day enough for seven posts a day through all their ages.
const MOST: i64 = 15;
/// A counter read so long before the graph is of the same moment.
const SAME_MOMENT: SignedDuration = SignedDuration::from_secs(120);

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let due = due(&asker.context.pool, channel.id, asker.now(), MOST).await?;
    let mut harvest = Harvest::default();
    if due.is_empty() {
        return Ok(harvest);
    }
    let ids: Vec<i32> = due.iter().map(|post| post.counted_id).collect();
    let (counted, unread) = asker.ask(|| asker.context.client.counted_messages(channel, &ids)).await?;
    harvest.add_unread("messages", "channels.getMessages", unread);
    let counted: HashMap<i32, Counted> = counted.into_iter().map(|one| (one.id, one)).collect();
    let posts = Posts { asker, channel, stats_dc: access.stats_dc, counted_at: asker.now() };
    let mut told = Told::default();
    let count = due.len();
    for (place, post) in due.into_iter().enumerate() {
        asker.step(format!("the statistics of post {}, {} of {count}", post.post_id, place + 1));
        // One that is gone meanwhile is found missing by the posts' own collector.
        let Some(counted) = counted.get(&post.counted_id) else { continue };
        match posts.gather(post, *counted, &mut harvest, &mut told).await {
            Ok(()) => {}
            Err(CollectError::Fault(fault)) if !ends_the_run(&fault) => {
                harvest
                    .problems
                    .push(format!("The statistics of post {} could not be read: {fault}.", post.post_id));
                // What would fail again is left until the next age; what may pass by itself, until the next run.
                if fault.verdict() == Verdict::Fail {
                    told.asked.push(refused(post, asker.now(), &fault));
                }
            }
            Err(error) => return Err(error),
        }
    }
    harvest.records.push(Box::new(told));
    Ok(harvest)
}

fn refused(post: Due, asked_at: Timestamp, fault: &Fault) -> Asked {
    Asked {
        post_id: post.post_id,
        asked_at,
        views_error: Some(fault.to_string()),
        reactions_error: Some(fault.to_string()),
        votes_error: None,
        public_forwards: None,
    }
}

struct Posts<'a> {
    asker: &'a Asker<'a>,
    channel: ChannelRef,
    stats_dc: Option<i32>,
    /// When the counters were read.
    counted_at: Timestamp,
}

impl Posts<'_> {
    /// Everything about one post; nothing of it is kept when its graphs cannot be asked for.
    async fn gather(
        &self,
        post: Due,
        counted: Counted,
        harvest: &mut Harvest,
        told: &mut Told,
    ) -> Result<(), CollectError> {
        let Self { asker, channel, stats_dc, .. } = *self;
        let id = post.counted_id;
        let client = &asker.context.client;
        let answer = asker.ask(|| client.message_stats(channel, id, stats_dc)).await?;
        let asked_at = asker.now();
        harvest.snapshots.push((format!("stats.getMessageStats/{id}"), answer.body));
        let parent = Parent::Message(id, stats_dc);
        let mut said = graphs::resolve(asker, channel, parent, answer.value, answer.dc, harvest).await?;
        let graphs_at = asker.now();
        if counted.has_poll_stats {
            match asker.ask(|| client.poll_stats(channel, id)).await {
                Ok(answer) => {
                    harvest.snapshots.push((format!("stats.getPollStats/{id}"), answer.body));
                    let graphs = answer.value;
                    said.extend(
                        graphs::resolve(asker, channel, Parent::Poll(id), graphs, answer.dc, harvest).await?,
                    );
                }
                Err(error) => problem(harvest, post, "votes", error)?,
            }
        }
        let mut asked = Asked {
            post_id: post.post_id,
            asked_at,
            views_error: None,
            reactions_error: None,
            votes_error: None,
            public_forwards: None,
        };
        let is_same_moment = graphs_at.duration_since(self.counted_at) <= SAME_MOMENT;
        for (graph, said) in said {
            let of = post_stats::counted_by(graph.name);
            let lines = read(of, &graph, said, post, harvest);
            let error = match of {
                PostGraph::Reactions => &mut asked.reactions_error,
                PostGraph::Votes => &mut asked.votes_error,
                PostGraph::Views | PostGraph::Shares => &mut asked.views_error,
            };
            match lines {
                Ok(lines) => {
                    for line in &lines {
                        if let (PostGraph::Views, Some(counter), true) =
                            (line.graph, counted.views, is_same_moment)
                        {
                            let fills = fill::fills(post.posted_at, &line.points, counter);
                            told.fills.push((post.post_id, fills));
                        }
                        told.lines.extend(stored(post.post_id, post.posted_at, line));
                    }
                }
                Err(reason) => *error = Some(reason),
            }
        }
        // Without a forward of any kind there is no public one.
        if counted.forwards != Some(0) {
            match forwards::gather(asker, channel, stats_dc, post, harvest).await {
                Ok((count, found)) => {
                    asked.public_forwards = Some(count);
                    told.forwards.extend(found);
                }
                Err(error) => problem(harvest, post, "public forwards", error)?,
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
    of: PostGraph,
    graph: &NamedGraph,
    said: Result<GraphSaid, String>,
    post: Due,
    harvest: &mut Harvest,
) -> Result<Vec<PostLine>, String> {
    let reason = match said {
        Ok(GraphSaid::Refused(text)) => return Err(text),
        Ok(said) => match post_stats::json(&said) {
            Ok(json) => match post_stats::read(of, json) {
                Ok(lines) => return Ok(lines),
                Err(error) => error.to_string(),
            },
            Err(reason) => reason.to_owned(),
        },
        Err(reason) => reason,
    };
    let (id, name) = (post.post_id, graph.name);
    harvest.problems.push(format!("The graph {name} of post {id} was refused: {reason}."));
    Err(reason)
}

/// A part of a post that cannot be had takes no other with it.
fn problem(harvest: &mut Harvest, post: Due, what: &str, error: CollectError) -> Result<(), CollectError> {
    match error {
        CollectError::Fault(fault) if !ends_the_run(&fault) => {
            let id = post.post_id;
            harvest.problems.push(format!("The {what} of post {id} could not be read: {fault}."));
            Ok(())
        }
        error => Err(error),
    }
}
