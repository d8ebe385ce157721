//! Zoom tokens: the last days of a channel's most important graphs, hour by hour.

use std::collections::HashMap;

use app::model::{ChannelId, Metric};
use futures::future::BoxFuture;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::graphs::ends_the_run;
use super::harvest::{Harvest, Record, Times, stored};
use crate::store::channels::Access;
use crate::store::samples::{self, At, Line, Told};
use crate::store::snapshots;
use crate::store::{self, Counts};
use crate::telegram::client::{Answer, ChannelRef};
use crate::telegram::convert::lines::{self, MetricLines};
use crate::telegram::convert::stats::{BroadcastStats, GraphSaid, NamedGraph};
use crate::telegram::fault::Fault;

/// What is looked at from close by.
const GRAPHS: [&str; 4] = ["growth", "followers", "interactions", "views_by_source"];
/// So many whole days, and today.
const WHOLE_DAYS: i64 = 3;
/// What was asked for so long after a day's end is its last word: that day is not asked for again.
const SETTLED: SignedDuration = SignedDuration::from_hours(6);

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let asked_at = asker.now();
    let wanted = wanted(asker, channel.id, asked_at).await?;
    let mut tokens = Tokens::ask(asker, channel, access.stats_dc).await?;
    let mut harvest = Harvest::default();
    let mut hours = Hours::default();
    let graphs: Vec<NamedGraph> =
        tokens.stats.graphs.iter().filter(|graph| GRAPHS.contains(&graph.name)).cloned().collect();
    for graph in &graphs {
        match looked_at(&mut tokens, graph, &wanted, asked_at, &mut hours).await {
            Ok(()) => {}
            Err(CollectError::Fault(fault)) if !ends_the_run(&fault) => {
                harvest
                    .problems
                    .push(format!("The hours of the graph {} were refused: {fault}.", graph.name));
            }
            Err(error) => return Err(error),
        }
    }
    harvest.problems.append(&mut hours.problems);
    harvest.snapshots.append(&mut hours.snapshots);
    harvest.records.push(Box::new(hours));
    Ok(harvest)
}

/// The tokens that show graphs from close by, and whom to ask for new ones.
struct Tokens<'a> {
    asker: &'a Asker<'a>,
    channel: ChannelRef,
    stats_dc: Option<i32>,
    stats: BroadcastStats,
    /// Tokens that came with graphs that were left for later.
    loaded: HashMap<String, Option<String>>,
    /// Where the tokens are from.
    dc: i32,
    /// The parent was asked again: once a run, because if new tokens have expired as well, something else is wrong.
    is_renewed: bool,
}

impl<'a> Tokens<'a> {
    async fn ask(
        asker: &'a Asker<'a>,
        channel: ChannelRef,
        stats_dc: Option<i32>,
    ) -> Result<Self, CollectError> {
        let answer = asker.ask(|| asker.context.client.broadcast_stats(channel, stats_dc)).await?;
        let (stats, dc) = (answer.value, answer.dc);
        Ok(Self { asker, channel, stats_dc, stats, loaded: HashMap::new(), dc, is_renewed: false })
    }

    /// The token of a graph, if it has one.
    async fn of(&mut self, name: &str) -> Result<Option<String>, CollectError> {
        loop {
            if let Some(token) = self.loaded.get(name) {
                return Ok(token.clone());
            }
            let graph = self.stats.graphs.iter().find(|graph| graph.name == name);
            let Some(GraphSaid::Later(later)) = graph.map(|graph| &graph.said) else {
                return Ok(self.stats.zooms.get(name).cloned());
            };
            let client = &self.asker.context.client;
            match self.asker.ask(|| client.load_zoom_token(later, self.dc)).await {
                Ok(answer) => {
                    self.loaded.insert(name.to_owned(), answer.value);
                }
                Err(error) => self.renew(error).await?,
            }
        }
    }

    /// One day of a graph from close by; `None` if there is no token for it.
    async fn day(&mut self, name: &str, x: i64) -> Result<Option<Answer<GraphSaid>>, CollectError> {
        loop {
            let Some(token) = self.of(name).await? else { return Ok(None) };
            let client = &self.asker.context.client;
            match self.asker.ask(|| client.load_zoomed_graph(&token, x, self.dc)).await {
                Ok(answer) => return Ok(Some(answer)),
                Err(error) => self.renew(error).await?,
            }
        }
    }

    /// Asks for new tokens if the error says that they have expired.
    async fn renew(&mut self, error: CollectError) -> Result<(), CollectError> {
        match error {
            CollectError::Fault(Fault::GraphExpired { .. }) if !self.is_renewed => {
                let renewed = Self::ask(self.asker, self.channel, self.stats_dc).await?;
                *self = Self { is_renewed: true, ..renewed };
                Ok(())
            }
            error => Err(error),
        }
    }
}

/// The last days of one graph. A graph without a token, or without data, has no hours: that is no problem.
async fn looked_at(
    tokens: &mut Tokens<'_>,
    graph: &NamedGraph,
    wanted: &[(String, Date)],
    asked_at: Timestamp,
    hours: &mut Hours,
) -> Result<(), CollectError> {
    for (_, day) in wanted.iter().filter(|(name, _)| name == graph.name) {
        let Ok(midnight) = day.to_zoned(TimeZone::UTC) else { continue };
        tokens.asker.step(format!("the hours of the graph {}", graph.name));
        let Some(answer) = tokens.day(graph.name, midnight.timestamp().as_millisecond()).await? else {
            return Ok(());
        };
        match &answer.value {
            GraphSaid::Json(json) => match graph.shape.read_hours(json) {
                Ok(read) => {
                    hours.snapshots.push((kind(graph.name, *day), answer.body));
                    hours.add(read, asked_at);
                }
                Err(error) => hours.refuse(graph, &format!("{day}: {error}")),
            },
            // “Not enough data”: unknown, as it was.
            GraphSaid::Refused(_) => {}
            GraphSaid::Unreadable(reason) => hours.refuse(graph, reason),
            GraphSaid::Later(_) => hours.refuse(graph, "Telegram put them off"),
        }
    }
    Ok(())
}

/// Which days of which graphs are asked for, oldest first: those whose last word is not known. On the first minutes of
/// a day nothing of it is over.
async fn wanted(
    asker: &Asker<'_>,
    channel: ChannelId,
    asked_at: Timestamp,
) -> Result<Vec<(String, Date)>, CollectError> {
    let today = asked_at.to_zoned(TimeZone::UTC).date();
    let days = (0..=WHOLE_DAYS).rev().filter_map(|back| today.checked_sub(back.days()).ok());
    let days: Vec<Date> = days.collect();
    let all = GRAPHS.iter().flat_map(|name| days.iter().map(|day| ((*name).to_owned(), *day)));
    let mut all: Vec<(String, Date)> = all.collect();
    let kinds: Vec<String> = all.iter().map(|(name, day)| kind(name, *day)).collect();
    let asked = snapshots::asked_at(&asker.context.pool, channel, &kinds).await?;
    all.retain(|(name, day)| !asked.get(&kind(name, *day)).is_some_and(|asked| is_last_word(*day, *asked)));
    Ok(all)
}

fn is_last_word(day: Date, asked_at: Timestamp) -> bool {
    let end = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    end.is_ok_and(|end| asked_at.duration_since(end.timestamp()) >= SETTLED)
}

/// What the answer is kept as.
fn kind(graph: &str, day: Date) -> String {
    format!("stats.loadAsyncGraph/{graph}/{day}")
}

#[derive(Debug, Default)]
struct Hours {
    lines: Vec<(Metric, Vec<Line>)>,
    snapshots: Vec<(String, Vec<u8>)>,
    problems: Vec<String>,
}

impl Hours {
    fn add(&mut self, read: Vec<MetricLines>, asked_at: Timestamp) {
        self.lines.extend(read.into_iter().map(|metric| (metric.metric, over(metric.lines, asked_at))));
    }

    fn refuse(&mut self, graph: &NamedGraph, reason: &str) {
        self.problems.push(format!("The hours of the graph {} were refused: {reason}.", graph.name));
    }
}

/// The hours that were over when asking began; the others are left for the next run.
pub(super) fn over(lines: Vec<lines::Line>, asked_at: Timestamp) -> Vec<Line> {
    let is_over = |at: &At| match at {
        At::Instant(start) => {
            start.checked_add(SignedDuration::from_hours(1)).is_ok_and(|end| end <= asked_at)
        }
        At::Day(_) | At::Hour(_) => false,
    };
    let mut lines: Vec<Line> = lines.into_iter().map(stored).collect();
    for line in &mut lines {
        line.points.retain(|(at, _)| is_over(at));
    }
    lines.retain(|line| !line.points.is_empty());
    lines
}

impl Record for Hours {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            let told: Vec<Told<'_>> =
                self.lines.iter().map(|(metric, lines)| Told::hours(*metric, lines)).collect();
            samples::record(db, channel, &told, Some(times.now)).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_days_last_word_is_said_six_hours_after_its_end() {
        let day = jiff::civil::date(2026, 2, 28);
        assert!(!is_last_word(day, "2026-02-28T12:00:00Z".parse().unwrap()));
        assert!(!is_last_word(day, "2026-03-01T05:59:59Z".parse().unwrap()));
        assert!(is_last_word(day, "2026-03-01T06:00:00Z".parse().unwrap()));
    }
}
