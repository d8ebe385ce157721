//! Zoom tokens: the last days of a channel's most important graphs, hour by hour.

use app::model::{ChannelId, Metric};
use futures::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::graphs::ends_the_run;
use super::harvest::{Harvest, Record, Times, stored};
use crate::store::channels::Access;
use crate::store::samples::{self, At, Line};
use crate::store::{self, Counts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::lines::{self, MetricLines};
use crate::telegram::convert::stats::{BroadcastStats, GraphSaid, NamedGraph};

/// What is looked at from close by.
const GRAPHS: [&str; 4] = ["growth", "followers", "interactions", "views_by_source"];
/// So many whole days, and today.
const WHOLE_DAYS: i64 = 3;

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let asked_at = asker.now();
    let answer = asker.ask(|| client.broadcast_stats(channel, access.stats_dc)).await?;
    let (stats, dc) = (answer.value, answer.dc);
    let mut harvest = Harvest::default();
    let mut hours = Hours::default();
    for graph in stats.graphs.iter().filter(|graph| GRAPHS.contains(&graph.name)) {
        match looked_at(asker, &stats, graph, dc, asked_at, &mut hours).await {
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

/// The last days of one graph. A graph without a token, or without data, has no hours: that is no problem.
async fn looked_at(
    asker: &Asker<'_>,
    stats: &BroadcastStats,
    graph: &NamedGraph,
    dc: i32,
    asked_at: Timestamp,
    hours: &mut Hours,
) -> Result<(), CollectError> {
    let client = &asker.context.client;
    let token = match &graph.said {
        GraphSaid::Later(token) => asker.ask(|| client.load_zoom_token(token, dc)).await?.value,
        _ => stats.zooms.get(graph.name).cloned(),
    };
    let Some(token) = token else { return Ok(()) };
    for midnight in days(asked_at) {
        let x = midnight.as_millisecond();
        asker.step(format!("the hours of the graph {}", graph.name));
        let answer = asker.ask(|| client.load_zoomed_graph(&token, x, dc)).await?;
        let day = midnight.to_zoned(TimeZone::UTC).date();
        match &answer.value {
            GraphSaid::Json(json) => match graph.shape.read_hours(json) {
                Ok(read) => {
                    hours.snapshots.push((format!("stats.loadAsyncGraph/{}/{day}", graph.name), answer.body));
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

/// The first instants of the days, oldest first. On the first minutes of a day nothing of it is over.
fn days(asked_at: Timestamp) -> Vec<Timestamp> {
    let today = asked_at.to_zoned(TimeZone::UTC).date();
    (0..=WHOLE_DAYS)
        .rev()
        .filter_map(|back| today.checked_sub(back.days()).ok()?.to_zoned(TimeZone::UTC).ok())
        .map(|midnight| midnight.timestamp())
        .collect()
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
            let mut counts = Counts::default();
            for (metric, lines) in &self.lines {
                counts += samples::record_hours(db, channel, *metric, lines, times.now).await?;
            }
            Ok(counts)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_three_whole_ones_and_today() {
        let days = days("2026-03-01T00:00:01Z".parse().unwrap());
        let texts: Vec<String> = days.iter().map(ToString::to_string).collect();
        let expected = ["2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"];
        assert_eq!(texts, expected.map(|day| format!("{day}T00:00:00Z")));
    }
}
