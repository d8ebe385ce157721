//! The graphs of `stats.broadcastStats`, all made from the same days.

use jiff::Timestamp;

use super::column::{BLUE, Column, GREEN, INDIGO, LIGHTBLUE, RED};
use super::json::{Axis, Chart, Style};
use super::kind::GraphKind;
use crate::Options;
use crate::world::{Channel, DETAIL_FROM, Day, FOLLOWER_SOURCES, LANGUAGES, MOODS, VIEW_SOURCES, midnight};

/// Whether Telegram has enough data for a graph of this channel.
pub(crate) fn is_available(channel: &Channel<'_>, kind: GraphKind) -> bool {
    let spec = channel.spec;
    match kind {
        GraphKind::InstantView => spec.instant_view,
        GraphKind::Stories | GraphKind::StoryReactions => spec.stories,
        GraphKind::Languages | GraphKind::Reactions => spec.target >= DETAIL_FROM,
        _ => true,
    }
}

/// A graph as of now, its last point being today so far. `None` without enough data.
pub(crate) fn draw(
    channel: &Channel<'_>,
    kind: GraphKind,
    options: &Options,
    now: Timestamp,
) -> Option<Chart> {
    if !is_available(channel, kind) {
        return None;
    }
    let days = channel.days(now);
    let reach = if kind == GraphKind::Growth { options.growth_days } else { Some(options.graph_days) };
    let reach = reach.and_then(|days| usize::try_from(days).ok()).unwrap_or(days.len());
    let days = &days[days.len().saturating_sub(reach)..];
    if kind == GraphKind::TopHours {
        return top_hours(channel, days);
    }
    let x = days.iter().map(|day| midnight(day.date) * 1_000).collect();
    let (style, columns) = columns(kind, days);
    Some(Chart { style, axis: Axis::Days, x, columns, currency: None })
}

/// What a graph shows of a stretch of days, or of hours.
pub(crate) fn columns(kind: GraphKind, days: &[Day]) -> (Style, Vec<Column>) {
    let two = |first: (&str, &'static str, fn(&Day) -> u64),
               second: (&str, &'static str, fn(&Day) -> u64)| {
        vec![Column::new(first.0, first.1, days, first.2), Column::new(second.0, second.1, days, second.2)]
    };
    match kind {
        GraphKind::Growth => {
            (Style::Line, vec![Column::new("Total subscribers", BLUE, days, Day::subscribers)])
        }
        GraphKind::Followers => {
            (Style::Line, two(("Joined", GREEN, Day::joined), ("Left", RED, |day| day.left)))
        }
        GraphKind::Mute => {
            (Style::Line, two(("Muted", RED, |day| day.muted), ("Unmuted", GREEN, |day| day.unmuted)))
        }
        GraphKind::Interactions | GraphKind::TopHours => {
            (Style::TwoAxes, two(("Views", BLUE, Day::views), ("Shares", INDIGO, |day| day.shares)))
        }
        GraphKind::InstantView => {
            let views = ("Instant Views", BLUE, (|day| day.instant_views) as fn(&Day) -> u64);
            (Style::TwoAxes, two(views, ("Shares", INDIGO, |day| day.instant_shares)))
        }
        GraphKind::Stories => {
            let views = ("Story Views", LIGHTBLUE, (|day| day.story_views) as fn(&Day) -> u64);
            (Style::TwoAxes, two(views, ("Shares", INDIGO, |day| day.story_shares)))
        }
        GraphKind::ViewsBySource => {
            (Style::StackedBars, Column::several(&VIEW_SOURCES, days, |day, index| day.views_by[index]))
        }
        GraphKind::FollowersBySource => {
            (Style::StackedBars, Column::several(&FOLLOWER_SOURCES, days, |day, index| day.joined_by[index]))
        }
        GraphKind::Languages => (
            Style::Percentage,
            Column::several(&LANGUAGES, days, |day, index| day.viewers_by_language[index]),
        ),
        GraphKind::Reactions => {
            (Style::StackedBars, Column::several(&MOODS, days, |day, index| day.reactions_by[index]))
        }
        GraphKind::StoryReactions => {
            (Style::StackedBars, Column::several(&MOODS, days, |day, index| day.story_reactions_by[index]))
        }
    }
}

/// Views by hour of the day (UTC): the last seven whole days and the seven before them.
fn top_hours(channel: &Channel<'_>, days: &[Day]) -> Option<Chart> {
    let whole = days.split_last()?.1;
    let split = whole.len().saturating_sub(7);
    let (before, last) = (&whole[split.saturating_sub(7)..split], &whole[split..]);
    let columns = [(last, BLUE), (before, GREEN)]
        .into_iter()
        .filter(|(week, _)| !week.is_empty())
        .map(|(week, color)| Column {
            name: format!(
                "{} - {}",
                week[0].date.strftime("%-d %b"),
                week[week.len() - 1].date.strftime("%-d %b")
            ),
            color,
            values: (0..24).map(|hour| views_in_hour(channel, week, hour)).collect(),
        })
        .collect();
    Some(Chart { style: Style::Line, axis: Axis::HoursOfDay, x: (0..24).collect(), columns, currency: None })
}

fn views_in_hour(channel: &Channel<'_>, days: &[Day], hour: i64) -> u64 {
    let (from, to) = (channel.elapsed_ppm(hour * 3600), channel.elapsed_ppm((hour + 1) * 3600));
    days.iter().map(|day| day.between(from, to).views()).sum()
}
