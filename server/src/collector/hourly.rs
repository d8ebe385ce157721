//! Zoom tokens: the last days of a channel's or a group's graphs, hour by hour.

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
use crate::store::channels::{self, Access};
use crate::store::samples::{self, At, Line, Told};
use crate::store::snapshots;
use crate::store::{self, Counts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::lines::{self, MetricLines};
use crate::telegram::convert::stats::{GraphSaid, NamedGraph, Zooms};
use crate::telegram::fault::Fault;

/// When a graph is looked at from close by. A day of a graph is one request, so only what people look at while it
/// happens is asked for while it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// In each run, today included.
    EachRun,
    /// When it is its turn: one such graph a run, the one that is furthest behind, its days that have settled. So that a
    /// run costs little more than without them.
    InTurn,
}

impl Look {
    /// Days back from today, the first and the last of which is looked at.
    const fn days(self) -> (i64, i64) {
        match self {
            Self::EachRun => (WHOLE_DAYS, 0),
            Self::InTurn => (WHOLE_DAYS_IN_TURN, 1),
        }
    }
}

/// How a graph is looked at; `None`: not at all.
fn look(graph: &str) -> Option<Look> {
    match graph {
        "growth" | "followers" | "members" | "interactions" | "views_by_source" | "messages" => {
            Some(Look::EachRun)
        }
        // Of hours of the day and of weekdays there is nothing closer. Languages are shares of those who looked: who
        // comes twice counts in two hours and once in the day, so hours add up to nothing.
        "top_hours" | "weekdays" | "languages" => None,
        _ => Some(Look::InTurn),
    }
}

/// So many whole days, and today.
const WHOLE_DAYS: i64 = 3;
/// So many days of graphs that come in turn: even with two runs a day each comes before a day is out of reach.
const WHOLE_DAYS_IN_TURN: i64 = 7;
/// What was asked for so long after a day's end is its last word: that day is not asked for again.
const SETTLED: SignedDuration = SignedDuration::from_hours(6);

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let asked_at = asker.now();
    let is_group = channels::get(&asker.context.pool, channel.id).await?.is_group;
    let mut tokens = Tokens::ask(asker, channel, is_group, access.stats_dc).await?;
    let mut harvest = Harvest::default();
    let mut hours = Hours::default();
    let graphs = tokens.graphs.clone();
    let wanted = wanted(asker, channel.id, &graphs, asked_at).await?;
    let of = |look_at: Look| {
        let has_days = |graph: &&NamedGraph| wanted.iter().any(|(name, _)| name == graph.name);
        graphs.iter().filter(has_days).filter(move |graph| look(graph.name) == Some(look_at))
    };
    for graph in of(Look::EachRun) {
        gather_one(&mut tokens, graph, &wanted, asked_at, &mut hours).await?;
    }
    let mut in_turn: Vec<&NamedGraph> = of(Look::InTurn).collect();
    let behind =
        |graph: &&NamedGraph| wanted.iter().filter(|(name, _)| name == graph.name).map(|(_, day)| *day).min();
    in_turn.sort_by_key(behind);
    // One that shows nothing, or fails, keeps no other from its turn.
    for graph in in_turn {
        if gather_one(&mut tokens, graph, &wanted, asked_at, &mut hours).await? {
            break;
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
    is_group: bool,
    stats_dc: Option<i32>,
    graphs: Vec<NamedGraph>,
    /// Of graphs that came at once.
    zooms: Zooms,
    /// Of graphs that were left for later.
    loaded: HashMap<String, Closer>,
    /// Where the tokens are from.
    dc: i32,
    /// The parent was asked again: once a run, because if new tokens have expired as well, something else is wrong.
    is_renewed: bool,
}

/// What there is to be seen of a graph from close by.
#[derive(Clone, Debug)]
enum Closer {
    Token(String),
    /// The graph has no token.
    Nothing,
    /// There is no graph: Telegram's words in its place, as TL bytes.
    Refused(Vec<u8>),
}

impl<'a> Tokens<'a> {
    async fn ask(
        asker: &'a Asker<'a>,
        channel: ChannelRef,
        is_group: bool,
        stats_dc: Option<i32>,
    ) -> Result<Self, CollectError> {
        let client = &asker.context.client;
        let (graphs, zooms, dc) = if is_group {
            let answer = asker.ask(|| client.megagroup_stats(channel, stats_dc)).await?;
            (answer.value.graphs, answer.value.zooms, answer.dc)
        } else {
            let answer = asker.ask(|| client.broadcast_stats(channel, stats_dc)).await?;
            (answer.value.graphs, answer.value.zooms, answer.dc)
        };
        let loaded = HashMap::new();
        Ok(Self { asker, channel, is_group, stats_dc, graphs, zooms, loaded, dc, is_renewed: false })
    }

    /// What there is of a graph.
    async fn of(&mut self, name: &str) -> Result<Closer, CollectError> {
        loop {
            if let Some(closer) = self.loaded.get(name) {
                return Ok(closer.clone());
            }
            let graph = self.graphs.iter().find(|graph| graph.name == name);
            let Some(GraphSaid::Later(later)) = graph.map(|graph| &graph.said) else {
                return Ok(self.zooms.get(name).cloned().map_or(Closer::Nothing, Closer::Token));
            };
            let client = &self.asker.context.client;
            match self.asker.ask(|| client.load_zoom_token(later, self.dc)).await {
                Ok(answer) => {
                    let closer = match answer.value {
                        Ok(token) => token.map_or(Closer::Nothing, Closer::Token),
                        Err(_) => Closer::Refused(answer.body),
                    };
                    self.loaded.insert(name.to_owned(), closer);
                }
                Err(error) => self.renew(error).await?,
            }
        }
    }

    /// One day of a graph from close by; `None` if there is no token for it.
    async fn day(&mut self, name: &str, x: i64) -> Result<Option<(GraphSaid, Vec<u8>)>, CollectError> {
        loop {
            let token = match self.of(name).await? {
                Closer::Token(token) => token,
                Closer::Nothing => return Ok(None),
                Closer::Refused(body) => return Ok(Some((GraphSaid::Refused(String::new()), body))),
            };
            let client = &self.asker.context.client;
            match self.asker.ask(|| client.load_zoomed_graph(&token, x, self.dc)).await {
                Ok(answer) => return Ok(Some((answer.value, answer.body))),
                Err(error) => self.renew(error).await?,
            }
        }
    }

    /// Asks for new tokens if the error says that they have expired.
    async fn renew(&mut self, error: CollectError) -> Result<(), CollectError> {
        match error {
            CollectError::Fault(Fault::GraphExpired { .. }) if !self.is_renewed => {
                let renewed = Self::ask(self.asker, self.channel, self.is_group, self.stats_dc).await?;
                *self = Self { is_renewed: true, ..renewed };
                Ok(())
            }
            error => Err(error),
        }
    }
}

/// The last days of one graph, unless it fails, which is said and takes no other graph with it. Was there an answer that
/// can be read?
async fn gather_one(
    tokens: &mut Tokens<'_>,
    graph: &NamedGraph,
    wanted: &[(String, Date)],
    asked_at: Timestamp,
    hours: &mut Hours,
) -> Result<bool, CollectError> {
    match looked_at(tokens, graph, wanted, asked_at, hours).await {
        Err(CollectError::Fault(fault)) if !ends_the_run(&fault) => {
            hours.refuse(graph, &fault.to_string());
            Ok(false)
        }
        looked => looked,
    }
}

/// The last days of one graph, and whether an answer could be read. A graph without a token, or without data, has no hours: that
/// is no problem.
async fn looked_at(
    tokens: &mut Tokens<'_>,
    graph: &NamedGraph,
    wanted: &[(String, Date)],
    asked_at: Timestamp,
    hours: &mut Hours,
) -> Result<bool, CollectError> {
    let kept = hours.snapshots.len();
    for (_, day) in wanted.iter().filter(|(name, _)| name == graph.name) {
        let Ok(midnight) = day.to_zoned(TimeZone::UTC) else { continue };
        tokens.asker.step(format!("the hours of the graph {}", graph.name));
        let Some((said, body)) = tokens.day(graph.name, midnight.timestamp().as_millisecond()).await? else {
            return Ok(false);
        };
        match said {
            GraphSaid::Json(json) => match graph.shape.read_hours(&json) {
                Ok(read) => {
                    hours.snapshots.push((kind(graph.name, *day), body));
                    hours.add(read, asked_at);
                }
                Err(error) => hours.refuse(graph, &format!("{day}: {error}")),
            },
            // “Not enough data”: unknown, as it was. It is kept: of a day that has settled it is the last word.
            GraphSaid::Refused(_) => hours.snapshots.push((kind(graph.name, *day), body)),
            GraphSaid::Unreadable(reason) => hours.refuse(graph, &reason),
            GraphSaid::Later(_) => hours.refuse(graph, "Telegram put them off"),
        }
    }
    Ok(hours.snapshots.len() > kept)
}

/// Which days of which graphs are asked for, oldest first: those whose last word is not known. On the first minutes of
/// a day nothing of it is over.
async fn wanted(
    asker: &Asker<'_>,
    channel: ChannelId,
    graphs: &[NamedGraph],
    asked_at: Timestamp,
) -> Result<Vec<(String, Date)>, CollectError> {
    let today = asked_at.to_zoned(TimeZone::UTC).date();
    let looks = graphs.iter().filter_map(|graph| Some((graph.name, look(graph.name)?)));
    let all = looks.flat_map(|(name, look)| {
        let (first, last) = look.days();
        let days = (last..=first).rev().filter_map(move |back| today.checked_sub(back.days()).ok());
        let may = move |day: &Date| look == Look::EachRun || is_last_word(*day, asked_at);
        days.filter(may).map(move |day| (name.to_owned(), day))
    });
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
    use crate::telegram::convert::stats::graph_names;

    /// A graph that is not named would be asked for once a day without anybody having thought about it.
    #[test]
    fn every_graph_was_thought_of() {
        let each_run = |names: &[&'static str]| -> Vec<&'static str> {
            names.iter().copied().filter(|name| look(name) == Some(Look::EachRun)).collect()
        };
        let channel = graph_names(false);
        let group = graph_names(true);
        assert_eq!(each_run(&channel), ["growth", "followers", "interactions", "views_by_source"]);
        assert_eq!(each_run(&group), ["growth", "members", "messages"]);
        let never = |names: &[&'static str]| names.iter().filter(|name| look(name).is_none()).count();
        assert_eq!((never(&channel), channel.len()), (2, 12));
        assert_eq!((never(&group), group.len()), (3, 8));
    }

    #[test]
    fn a_days_last_word_is_said_six_hours_after_its_end() {
        let day = jiff::civil::date(2026, 2, 28);
        assert!(!is_last_word(day, "2026-02-28T12:00:00Z".parse().unwrap()));
        assert!(!is_last_word(day, "2026-03-01T05:59:59Z".parse().unwrap()));
        assert!(is_last_word(day, "2026-03-01T06:00:00Z".parse().unwrap()));
    }
}
