//! Answers that were kept, read again by the conversions that collecting uses.

use std::collections::BTreeMap;

use app::model::{Card, ChannelId, Item, ItemKind, UnitCode};
use grammers_tl_types::{Deserializable as _, enums as e, types as t};
use jiff::Timestamp;
use jiff::civil::Date;

use super::cards::Cards;
use super::channel::{self, FullChannel};
use super::group_stats::Top;
use super::item_stats::{self, ItemLine};
use super::lines::{LinesError, MetricLines, Shape};
use super::partial::{ReadBroadcast, ReadMegagroup, ReadMessage, ReadPoll, ReadStory};
use super::revenue::RevenueStats;
use super::stats::{self, GraphSaid, NamedGraph};
use super::{group_stats, revenue};

/// What a kept answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reread {
    /// Metrics at their own resolution, and why others cannot be read.
    Lines(Vec<MetricLines>, Vec<String>),
    /// Metrics by the hours of a day.
    Hours(Vec<MetricLines>),
    /// What the channel is.
    Facts(Box<FullChannel>),
    /// Nothing that becomes a series.
    Other,
    /// It cannot be read; why.
    Unreadable(String),
}

/// Reads an answer of a kind, as it was kept of a channel or group.
pub fn reread(kind: &str, channel: ChannelId, is_group: bool, body: &[u8]) -> Reread {
    read(kind, channel, is_group, body).unwrap_or_else(Reread::Unreadable)
}

fn read(kind: &str, channel: ChannelId, is_group: bool, body: &[u8]) -> Result<Reread, String> {
    let parts: Vec<&str> = kind.split('/').collect();
    let reason = |error: grammers_tl_types::deserialize::Error| error.to_string();
    match parts[..] {
        ["channels.getFullChannel"] => {
            let full = e::messages::ChatFull::from_bytes(body).map_err(reason)?;
            let full = channel::full_channel(&full, channel).map_err(|fault| fault.to_string())?;
            Ok(Reread::Facts(Box::new(full)))
        }
        ["stats.getBroadcastStats"] => {
            let read = ReadBroadcast::from_bytes(body).map_err(reason)?;
            Ok(lines(stats::broadcast_stats(read).graphs))
        }
        ["stats.getMegagroupStats"] => {
            let read = ReadMegagroup::from_bytes(body).map_err(reason)?;
            Ok(lines(group_stats::megagroup_stats(read).graphs))
        }
        ["payments.getStarsRevenueStats", unit] => {
            let read = e::payments::StarsRevenueStats::from_bytes(body).map_err(reason)?;
            let read = revenue::revenue_stats(read, currency(unit)?).map_err(|fault| fault.to_string())?;
            Ok(lines(read.graphs))
        }
        ["stats.loadAsyncGraph", name] => {
            alone(shape_in(is_group, name), body, Shape::read).map(|read| Reread::Lines(read, Vec::new()))
        }
        ["stats.loadAsyncGraph", unit @ ("TON" | "XTR"), name] => {
            let shape = revenue::shape(name, currency(unit)?);
            alone(shape, body, Shape::read).map(|read| Reread::Lines(read, Vec::new()))
        }
        ["stats.loadAsyncGraph", name, day] if is_day(day) => {
            alone(shape_in(is_group, name), body, Shape::read_hours).map(Reread::Hours)
        }
        // Of single posts and stories, and what has no series.
        _ => Ok(Reread::Other),
    }
}

/// What a kept answer says that becomes no series of the channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The numbers above the graphs.
    pub cards: Vec<Card>,
    /// Telegram's own period (first instant, end), and who did most in it.
    pub tops: Option<((Timestamp, Timestamp), Vec<Top>)>,
    /// Balances, with their graphs.
    pub revenue: Option<RevenueStats>,
    /// A post (by the number of a message of it) or story, and the lines of its graphs.
    pub item: Option<(Item, Vec<ItemLine>)>,
    /// Why parts of it cannot be read.
    pub problems: Vec<String>,
}

/// Reads what an answer of a kind says beside series.
///
/// # Errors
/// Why it cannot be read.
pub fn details(kind: &str, body: &[u8]) -> Result<Details, String> {
    let parts: Vec<&str> = kind.split('/').collect();
    let reason = |error: grammers_tl_types::deserialize::Error| error.to_string();
    let details = Details::default();
    Ok(match parts[..] {
        ["stats.getBroadcastStats"] => {
            let stats = stats::broadcast_stats(ReadBroadcast::from_bytes(body).map_err(reason)?);
            Details { cards: stats.cards.cards, problems: stats.cards.problems, ..details }
        }
        ["stats.getMegagroupStats"] => {
            let stats = group_stats::megagroup_stats(ReadMegagroup::from_bytes(body).map_err(reason)?);
            let mut problems = stats.cards.problems;
            let tops = stats.tops.map_err(|reason| problems.push(reason)).ok();
            let tops = tops.map(|tops| (stats.period, tops));
            Details { cards: stats.cards.cards, tops, problems, ..details }
        }
        ["payments.getStarsRevenueStats", unit] => {
            let read = e::payments::StarsRevenueStats::from_bytes(body).map_err(reason)?;
            let read = revenue::revenue_stats(read, currency(unit)?).map_err(|fault| fault.to_string())?;
            Details { revenue: Some(read), ..details }
        }
        [method @ ("stats.getMessageStats" | "stats.getStoryStats" | "stats.getPollStats"), id] => {
            let (kind, graphs) = graphs_of_an_item(method, body).map_err(reason)?;
            of_item(kind, id, graphs.into_iter().map(|graph| (graph.name, graph.said)).collect())?
        }
        // A channel has a graph of the same name as a story's; then there is a day where the story's number would be.
        ["stats.loadAsyncGraph", name, id]
            if !is_day(id)
                && let Some(kind) = item_stats::kind_with(name) =>
        {
            let said = stats::graph_said(e::StatsGraph::from_bytes(body).map_err(reason)?);
            of_item(kind, id, vec![(name, said)])?
        }
        _ => details,
    })
}

/// The graphs of an answer about one item, by the method that was asked.
fn graphs_of_an_item(
    method: &str,
    body: &[u8],
) -> Result<(ItemKind, Vec<NamedGraph>), grammers_tl_types::deserialize::Error> {
    Ok(match method {
        "stats.getStoryStats" => (ItemKind::Story, item_stats::story_stats(ReadStory::from_bytes(body)?)),
        "stats.getPollStats" => (ItemKind::Post, item_stats::poll_stats(ReadPoll::from_bytes(body)?)),
        _ => (ItemKind::Post, item_stats::message_stats(ReadMessage::from_bytes(body)?)),
    })
}

fn of_item(kind: ItemKind, id: &str, graphs: Vec<(&str, GraphSaid)>) -> Result<Details, String> {
    let id = id.parse().map_err(|_| format!("{id} is no {}", kind.name()))?;
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    for (name, said) in graphs {
        match said {
            GraphSaid::Json(json) => match item_stats::read(item_stats::counted_by(name), &json) {
                Ok(read) => lines.extend(read),
                Err(error) => problems.push(format!("{name}: {error}")),
            },
            GraphSaid::Unreadable(reason) => problems.push(format!("{name}: {reason}")),
            GraphSaid::Later(_) | GraphSaid::Refused(_) => {}
        }
    }
    Ok(Details { item: Some((Item { kind, id }, lines)), problems, ..Details::default() })
}

/// What an answer of a kind says beside its series, by what it is about: what Telegram says of a period under that period.
/// Words are only to be compared. `None`: not everything in it is known here.
pub fn beside(kind: &str, body: &[u8]) -> Option<BTreeMap<String, String>> {
    let parts: Vec<&str> = kind.split('/').collect();
    let mut said = BTreeMap::new();
    match parts[..] {
        ["stats.getBroadcastStats"] => {
            let stats = stats::broadcast_stats(ReadBroadcast::from_bytes(body).ok()?);
            add_cards(&mut said, &stats.cards)?;
            add_refusals(&mut said, &stats.graphs);
        }
        ["stats.getMegagroupStats"] => {
            let stats = group_stats::megagroup_stats(ReadMegagroup::from_bytes(body).ok()?);
            add_cards(&mut said, &stats.cards)?;
            add_refusals(&mut said, &stats.graphs);
            said.insert(format!("tops {:?}", stats.period), format!("{:?}", stats.tops.ok()?));
        }
        ["payments.getStarsRevenueStats", unit] => {
            let read = e::payments::StarsRevenueStats::from_bytes(body).ok()?;
            let e::payments::StarsRevenueStats::Stats(stats) = read.clone();
            said.insert("status".to_owned(), format!("{:?} {:?}", stats.status, stats.usd_rate));
            add_refusals(&mut said, &revenue::revenue_stats(read, currency(unit).ok()?).ok()?.graphs);
        }
        [method @ ("stats.getMessageStats" | "stats.getStoryStats" | "stats.getPollStats"), _] => {
            add_item(&mut said, kind, body)?;
            add_refusals(&mut said, &graphs_of_an_item(method, body).ok()?.1);
        }
        ["stats.loadAsyncGraph", name, id] if !is_day(id) && item_stats::kind_with(name).is_some() => {
            add_item(&mut said, kind, body)?;
            let said_of_it = stats::graph_said(e::StatsGraph::from_bytes(body).ok()?);
            add_said(&mut said, "graph".to_owned(), &said_of_it);
        }
        ["channels.getFullChannel"] => {
            let e::messages::ChatFull::Full(full) = e::messages::ChatFull::from_bytes(body).ok()?;
            add_full(&mut said, full)?;
        }
        ["stats.loadAsyncGraph", ..] => {
            let said_of_it = stats::graph_said(e::StatsGraph::from_bytes(body).ok()?);
            add_said(&mut said, "graph".to_owned(), &said_of_it);
        }
        _ => return None,
    }
    Some(said)
}

/// The points of an item's graphs.
fn add_item(said: &mut BTreeMap<String, String>, kind: &str, body: &[u8]) -> Option<()> {
    let details = details(kind, body).ok().filter(|details| details.problems.is_empty())?;
    for line in details.item?.1 {
        for (start, value) in line.points {
            let about = format!("{:?} {} {:?} {start}", line.graph, line.dimension, line.step_seconds);
            said.insert(about, format!("{value:?}"));
        }
    }
    Some(())
}

/// All but what is the account's own (what it has read) and what only moves on (state numbers, references to files).
fn add_full(said: &mut BTreeMap<String, String>, full: t::messages::ChatFull) -> Option<()> {
    let e::ChatFull::ChannelFull(mut channel) = full.full_chat else { return None };
    (channel.pts, channel.unread_count) = (0, 0);
    (channel.read_inbox_max_id, channel.read_outbox_max_id) = (0, 0);
    if let e::Photo::Photo(photo) = &mut channel.chat_photo {
        photo.file_reference.clear();
    }
    said.insert("channel".to_owned(), format!("{channel:?}"));
    for chat in full.chats {
        said.insert(format!("chat {}", chat.id()), format!("{chat:?}"));
    }
    for mut user in full.users {
        if let e::User::User(user) = &mut user {
            user.status = None;
        }
        said.insert(format!("user {}", user.id()), format!("{user:?}"));
    }
    Some(())
}

fn add_cards(said: &mut BTreeMap<String, String>, cards: &Cards) -> Option<()> {
    for card in &cards.cards {
        let about = format!("{:?} {} {}", card.name, card.period_start, card.period_end);
        said.insert(about, format!("{:?} {:?} {:?}", card.current, card.previous, card.total));
    }
    cards.problems.is_empty().then_some(())
}

/// “Not enough data” is something else than data, and than another sentence.
fn add_refusals(said: &mut BTreeMap<String, String>, graphs: &[NamedGraph]) {
    for graph in graphs {
        add_said(said, format!("graph {}", graph.name), &graph.said);
    }
}

fn add_said(said: &mut BTreeMap<String, String>, about: String, graph: &GraphSaid) {
    let words = match graph {
        GraphSaid::Refused(text) => text.clone(),
        GraphSaid::Json(_) => "data".to_owned(),
        GraphSaid::Later(_) | GraphSaid::Unreadable(_) => return,
    };
    said.insert(about, words);
}

fn currency(code: &str) -> Result<UnitCode, String> {
    code.parse().map_err(|_| format!("{code} is no currency"))
}

fn is_day(part: &str) -> bool {
    part.contains('-') && part.parse::<Date>().is_ok()
}

fn shape_in(is_group: bool, name: &str) -> Option<Shape> {
    if is_group { shape(&group_stats::GRAPHS, name) } else { shape(&stats::GRAPHS, name) }
}

fn shape(graphs: &[(&str, Shape)], name: &str) -> Option<Shape> {
    graphs.iter().find(|(graph, _)| *graph == name).map(|(_, shape)| *shape)
}

fn lines(graphs: Vec<NamedGraph>) -> Reread {
    let (mut metrics, mut problems) = (Vec::new(), Vec::new());
    for graph in graphs {
        match graph.said {
            GraphSaid::Json(json) => match graph.shape.read(&json) {
                Ok(read) => metrics.extend(read),
                Err(error) => problems.push(format!("{}: {error}", graph.name)),
            },
            GraphSaid::Unreadable(reason) => problems.push(format!("{}: {reason}", graph.name)),
            GraphSaid::Later(_) | GraphSaid::Refused(_) => {}
        }
    }
    Reread::Lines(metrics, problems)
}

/// One graph that came by itself.
fn alone(
    shape: Option<Shape>,
    body: &[u8],
    read: fn(Shape, &str) -> Result<Vec<MetricLines>, LinesError>,
) -> Result<Vec<MetricLines>, String> {
    let shape = shape.ok_or("of which graph it is, its kind does not say")?;
    let graph = e::StatsGraph::from_bytes(body).map_err(|error| error.to_string())?;
    match stats::graph_said(graph) {
        GraphSaid::Json(json) => read(shape, &json).map_err(|error| error.to_string()),
        GraphSaid::Unreadable(reason) => Err(reason),
        GraphSaid::Later(_) | GraphSaid::Refused(_) => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use app::model::Metric;
    use grammers_tl_types::Serializable as _;

    use super::*;

    fn graph(json: &str) -> Vec<u8> {
        let json = t::DataJson { data: json.to_owned() }.into();
        let graph: e::StatsGraph = t::StatsGraph { json, zoom_token: None }.into();
        graph.to_bytes()
    }

    fn again(kind: &str, is_group: bool, body: &[u8]) -> Reread {
        reread(kind, ChannelId(5), is_group, body)
    }

    #[test]
    fn a_kind_says_which_metric_it_is() {
        let hours = graph(r#"{"columns":[["x",0,1],["y0",7,8]]}"#);
        for (kind, is_group, metric) in [
            ("stats.loadAsyncGraph/top_hours", false, Metric::ViewsByHour),
            ("stats.loadAsyncGraph/top_hours", true, Metric::MessagesByHour),
            ("stats.loadAsyncGraph/TON/top_hours", false, Metric::AdImpressionsByHour),
        ] {
            let Reread::Lines(read, problems) = again(kind, is_group, &hours) else { panic!("{kind}") };
            assert_eq!((read[0].metric, problems), (metric, Vec::new()));
        }
        let day = graph(r#"{"columns":[["x",1725148800000],["y0",7]]}"#);
        let Reread::Hours(read) = again("stats.loadAsyncGraph/growth/2024-09-01", false, &day) else {
            panic!()
        };
        assert_eq!(read[0].metric, Metric::Subscribers);
        let Reread::Hours(read) = again("stats.loadAsyncGraph/messages/2024-09-01", true, &day) else {
            panic!()
        };
        assert_eq!(read[0].metric, Metric::MessagesByType);
    }

    #[test]
    fn a_day_of_a_channels_graph_is_no_story() {
        let day = graph(r#"{"columns":[["x",1725148800000],["y0",7]],"names":{"y0":"Positive"}}"#);
        let kind = "stats.loadAsyncGraph/story_reactions_by_emotion/2024-09-01";
        assert!(matches!(again(kind, false, &day), Reread::Hours(_)));
        assert_eq!(details(kind, &day), Ok(Details::default()));
        assert!(beside(kind, &day).unwrap().contains_key("graph"));
        let story = details("stats.loadAsyncGraph/story_reactions_by_emotion/12", &day).unwrap().item;
        assert_eq!(story.unwrap().0, Item { kind: ItemKind::Story, id: 12 });
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert_eq!(again("premium.getBoostsStatus", false, b"x"), Reread::Other);
        for (kind, body) in [
            ("stats.getBroadcastStats", b"nonsense".to_vec()),
            ("stats.loadAsyncGraph/revenue", graph("{}")),
            ("stats.loadAsyncGraph/growth", graph("{")),
            ("payments.getStarsRevenueStats/EUR", Vec::new()),
        ] {
            assert!(matches!(again(kind, false, &body), Reread::Unreadable(_)), "{kind}");
        }
    }
}
