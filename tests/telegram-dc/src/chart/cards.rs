//! The numbers above the graphs: the last seven whole UTC days against the seven before.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use crate::world::{Channel, Post, Story, StoryCounts, midnight};

const PERIOD: usize = 7;
/// So many posts and so many stories are told of one by one.
const RECENT: usize = 30;
const RECENT_STORIES: usize = 10;

pub(crate) struct Cards {
    pub(crate) period: e::StatsDateRangeDays,
    pub(crate) followers: e::StatsAbsValueAndPrev,
    pub(crate) views_per_post: e::StatsAbsValueAndPrev,
    pub(crate) shares_per_post: e::StatsAbsValueAndPrev,
    pub(crate) reactions_per_post: e::StatsAbsValueAndPrev,
    pub(crate) views_per_story: e::StatsAbsValueAndPrev,
    pub(crate) shares_per_story: e::StatsAbsValueAndPrev,
    pub(crate) reactions_per_story: e::StatsAbsValueAndPrev,
    pub(crate) enabled_notifications: e::StatsPercentValue,
    pub(crate) recent: Vec<e::PostInteractionCounters>,
}

/// The period runs from midnight to midnight; `followers` is its end and its beginning.
pub(crate) fn cards(channel: &Channel<'_>, now: Timestamp) -> Cards {
    let days = channel.days(now);
    let posts = channel.posts(now);
    let (today, whole) = days.split_last().map_or((None, &[][..]), |(today, whole)| (Some(today), whole));
    let split = whole.len().saturating_sub(PERIOD);
    let last = &whole[split..];
    let end = today.map_or(0, |day| midnight(day.date));
    let start = last.first().map_or(end, |day| midnight(day.date));
    let means = |count: fn(&Post) -> u64| {
        pair(mean(&posts, start, end, count), mean(&posts, start - (end - start), start, count))
    };
    let stories: Vec<_> =
        channel.stories(now).into_iter().map(|story| (channel.story_counts(&story, now), story)).collect();
    let story_means = |count: fn(&StoryCounts) -> u64| {
        let from = start - (end - start);
        pair(story_mean(&stories, start, end, count), story_mean(&stories, from, start, count))
    };
    let subscribers = today.map_or(0, |day| day.opening);
    let muted = today.map_or(0, |day| day.muted_before.min(day.opening));
    Cards {
        period: t::StatsDateRangeDays { min_date: seconds(start), max_date: seconds(end) }.into(),
        followers: pair(float(subscribers), float(last.first().map_or(subscribers, |day| day.opening))),
        views_per_post: means(|post| post.views),
        shares_per_post: means(|post| post.forwards),
        reactions_per_post: means(|post| post.reactions),
        views_per_story: story_means(|counts| counts.views),
        shares_per_story: story_means(|counts| counts.forwards),
        reactions_per_story: story_means(StoryCounts::reactions),
        enabled_notifications: t::StatsPercentValue {
            part: float(subscribers - muted),
            total: float(subscribers),
        }
        .into(),
        recent: posts
            .iter()
            .rev()
            .take(RECENT)
            .map(counters)
            .chain(stories.iter().rev().take(RECENT_STORIES).map(story_counters))
            .collect(),
    }
}

fn counters(post: &Post) -> e::PostInteractionCounters {
    t::PostInteractionCountersMessage {
        msg_id: post.counted_id(),
        views: count(post.views),
        forwards: count(post.forwards),
        reactions: count(post.reactions),
    }
    .into()
}

fn story_counters((counts, story): &(StoryCounts, Story)) -> e::PostInteractionCounters {
    t::PostInteractionCountersStory {
        story_id: story.id,
        views: count(counts.views),
        forwards: count(counts.forwards),
        reactions: count(counts.reactions()),
    }
    .into()
}

pub(crate) fn pair(current: f64, previous: f64) -> e::StatsAbsValueAndPrev {
    t::StatsAbsValueAndPrev { current, previous }.into()
}

/// The mean over the posts made from `from` until before `to`.
fn mean(posts: &[Post], from: i64, to: i64, count: fn(&Post) -> u64) -> f64 {
    let counts: Vec<u64> = posts.iter().filter(|post| (from..to).contains(&post.date)).map(count).collect();
    quotient(counts.iter().sum(), counts.len())
}

/// The mean over the stories made from `from` until before `to`.
fn story_mean(stories: &[(StoryCounts, Story)], from: i64, to: i64, count: fn(&StoryCounts) -> u64) -> f64 {
    let made = stories.iter().filter(|(_, story)| (from..to).contains(&story.date));
    let counts: Vec<u64> = made.map(|(counts, _)| count(counts)).collect();
    quotient(counts.iter().sum(), counts.len())
}

fn quotient(sum: u64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { float(sum) / float(count as u64) }
}

#[expect(clippy::cast_precision_loss, reason = "Telegram's own type, and counts stay far below 2^53")]
pub(crate) fn float(value: u64) -> f64 {
    value as f64
}

fn count(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(crate) fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
