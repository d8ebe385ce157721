//! The graphs of `stats.megagroupStats`, all made from the same days.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::column::{BLUE, Column, GOLDEN, GREEN, RED};
use super::json::{Axis, Chart, Style};
use super::kind::GroupGraph;
use crate::Options;
use crate::world::{Channel, FOLLOWER_SOURCES, GroupDay, LANGUAGES, MESSAGE_TYPES, midnight};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A graph as of now, its last point being today so far. `None` without enough data.
pub(crate) fn draw_group(
    channel: &Channel<'_>,
    kind: GroupGraph,
    options: &Options,
    now: Timestamp,
) -> Option<Chart> {
    let days = channel.group_days(now);
    let reach = if kind == GroupGraph::Growth { options.growth_days } else { Some(options.graph_days) };
    let reach = reach.and_then(|days| usize::try_from(days).ok()).unwrap_or(days.len());
    let days = &days[days.len().saturating_sub(reach)..];
    match kind {
        GroupGraph::TopHours => top_hours(channel, days),
        GroupGraph::Weekdays => Some(weekdays(days)),
        _ => {
            let x = days.iter().map(|day| midnight(day.day.date) * 1_000).collect();
            let (style, columns) = columns(kind, days);
            Some(Chart { style, axis: Axis::Days, x, columns, currency: None })
        }
    }
}

/// What a graph shows of a stretch of days, or of parts of one.
pub(crate) fn columns(kind: GroupGraph, days: &[GroupDay]) -> (Style, Vec<Column>) {
    let one = |name, color, value: fn(&GroupDay) -> u64| Column::new(name, color, days, value);
    match kind {
        GroupGraph::Growth => {
            (Style::Line, vec![one("Total members", BLUE, |group| group.day.subscribers())])
        }
        GroupGraph::Members => (
            Style::Line,
            vec![one("Joined", GREEN, |group| group.day.joined()), one("Left", RED, |group| group.day.left)],
        ),
        GroupGraph::NewMembers => (
            Style::StackedBars,
            Column::several(&FOLLOWER_SOURCES, days, |group, index| group.day.joined_by[index]),
        ),
        GroupGraph::Languages => (
            Style::Percentage,
            Column::several(&LANGUAGES, days, |group, index| group.viewers_by_language[index]),
        ),
        GroupGraph::Messages => (
            Style::StackedBars,
            Column::several(&MESSAGE_TYPES, days, |group, index| group.messages_by[index]),
        ),
        GroupGraph::Actions => (
            Style::Line,
            vec![
                one("Deleted messages", RED, |group| group.deleted),
                one("Edited messages", BLUE, |group| group.edited),
                one("Banned and restricted members", GOLDEN, |group| group.banned + group.restricted),
            ],
        ),
        GroupGraph::TopHours | GroupGraph::Weekdays => {
            (Style::Line, vec![one("Messages", BLUE, GroupDay::messages)])
        }
    }
}

/// Messages by hour of the day (UTC): the last seven whole days and the seven before them.
fn top_hours(channel: &Channel<'_>, days: &[GroupDay]) -> Option<Chart> {
    let whole = days.split_last()?.1;
    let split = whole.len().saturating_sub(7);
    let (before, last) = (&whole[split.saturating_sub(7)..split], &whole[split..]);
    let name = |date: Date| date.strftime("%-d %b").to_string();
    let columns = [(last, BLUE), (before, GREEN)]
        .into_iter()
        .filter_map(|(week, color)| {
            let (first, last) = (week.first()?.day.date, week.last()?.day.date);
            let values = (0..24).map(|hour| in_hour(channel, week, hour)).collect();
            Some(Column { name: format!("{} - {}", name(first), name(last)), color, values })
        })
        .collect();
    Some(Chart { style: Style::Line, axis: Axis::HoursOfDay, x: (0..24).collect(), columns, currency: None })
}

fn in_hour(channel: &Channel<'_>, days: &[GroupDay], hour: i64) -> u64 {
    let (from, to) = (channel.elapsed_ppm(hour * 3_600), channel.elapsed_ppm((hour + 1) * 3_600));
    days.iter().map(|day| day.between(from, to).messages()).sum()
}

/// Messages by weekday, week by week: the first and the last week may be parts.
fn weekdays(days: &[GroupDay]) -> Chart {
    let since_monday = |group: &GroupDay| group.day.date.weekday().since(Weekday::Monday).unsigned_abs();
    let monday = |group: &GroupDay| midnight(group.day.date) - i64::from(since_monday(group)) * 86_400;
    let weeks: Vec<&[GroupDay]> = days.chunk_by(|a, b| monday(a) == monday(b)).collect();
    let x = weeks.iter().filter_map(|week| week.first()).map(|day| monday(day) * 1_000).collect();
    let columns = Column::several(&WEEKDAYS, &weeks, |week, weekday| {
        let on = week.iter().filter(|day| usize::from(since_monday(day)) == weekday);
        on.map(GroupDay::messages).sum()
    });
    Chart { style: Style::Percentage, axis: Axis::Weeks, x, columns, currency: None }
}
