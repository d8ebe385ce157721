//! Posts: when they were made, what they are and how often they were seen.

use jiff::Timestamp;

use super::content::{self, Content};
use super::day::Day;
use super::dice::{Dice, scale};
use super::{Spec, midnight};

/// Seconds since a post was made, and the millionths of its views it has by then: a fast first day, a long tail.
const AGEING: [(i64, u64); 12] = [
    (0, 0),
    (900, 70_000),
    (3_600, 180_000),
    (3 * 3_600, 340_000),
    (6 * 3_600, 480_000),
    (12 * 3_600, 620_000),
    (86_400, 750_000),
    (2 * 86_400, 845_000),
    (3 * 86_400, 900_000),
    (7 * 86_400, 960_000),
    (14 * 86_400, 985_000),
    (45 * 86_400, 1_000_000),
];

/// How much more often a post that goes round is seen, in thousandths.
const VIRAL_PERMILLE: u64 = 4_200;

/// When giveaways start and end, and between which times ordinary posts are made: seconds of the UTC day.
pub(crate) const LAUNCH: i64 = 5 * 3_600 + 1_800;
const FIRST_POST: i64 = 6 * 3_600;
pub(crate) const LAST_POST: i64 = 20 * 3_600;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Post {
    /// The id of its first message; the others follow.
    pub(crate) id: i32,
    pub(crate) content: Content,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) views: u64,
    pub(crate) forwards: u64,
    pub(crate) reactions: u64,
    /// Comments in the discussion group.
    pub(crate) replies: u64,
    pub(crate) author: Option<&'static str>,
    /// When the text was last changed, Unix seconds.
    pub(crate) edited_at: Option<i64>,
    /// When it is deleted, Unix seconds; it may lie ahead.
    pub(crate) deleted_at: Option<i64>,
    /// Whether a bigger channel took it over.
    pub(crate) viral: bool,
}

impl Post {
    /// The ids of all its messages.
    pub(crate) fn message_ids(&self) -> std::ops::Range<i32> {
        self.id..self.id + i32::try_from(self.content.messages()).unwrap_or(1)
    }

    /// The post at an earlier age, or as it will be: `self` must be as it is in the end.
    fn at(self, now: i64) -> Option<Self> {
        if self.date > now {
            return None;
        }
        let ppm = seen_by_age(now - self.date);
        let part = |count| scale(count, ppm, 1_000_000);
        Some(Self {
            views: part(self.views),
            forwards: part(self.forwards),
            reactions: part(self.reactions),
            replies: part(self.replies),
            edited_at: self.edited_at.filter(|at| *at <= now),
            ..self
        })
    }
}

/// The posts of a channel by now that have not been deleted, oldest first, with the counters they have by now.
pub(crate) fn until(seed: u64, spec: &Spec, days: &[Day], now: Timestamp) -> Vec<Post> {
    let now = now.as_second();
    let made = days.iter().flat_map(|day| on(seed, spec, day));
    made.filter_map(|post| post.at(now)).filter(|post| post.deleted_at.is_none_or(|at| at > now)).collect()
}

/// The posts of one day as they are in the end, deleted ones included.
pub(crate) fn on(seed: u64, spec: &Spec, day: &Day) -> Vec<Post> {
    let slot = (LAST_POST - FIRST_POST) / i64::from(day.posts.max(1));
    let mut id = 2 + i32::try_from(day.messages_before).unwrap_or(i32::MAX / 2);
    let mut ordinary = 0;
    let mut posts = Vec::new();
    for content in content::of_day(seed, spec, day.number, day.posts) {
        let mut dice = Dice::new(seed, "post", spec.id, id.cast_unsigned());
        let second = match content {
            Content::Giveaway { .. } => LAUNCH,
            Content::GiveawayResults { .. } => LAST_POST + 60 * dice.between(1, 9).cast_signed(),
            _ => {
                ordinary += 1;
                let jitter = dice.between(0, slot.cast_unsigned().saturating_sub(1)).cast_signed();
                FIRST_POST + slot * (ordinary - 1) + jitter
            }
        };
        let viral = day.viral && ordinary == 1;
        posts.push(made(
            spec,
            &mut dice,
            day,
            Made { id, content, date: midnight(day.date) + second, viral },
        ));
        id += i32::try_from(content.messages()).unwrap_or(1);
    }
    posts
}

/// What is settled about a post before chance decides the rest.
struct Made {
    id: i32,
    content: Content,
    date: i64,
    viral: bool,
}

fn made(spec: &Spec, dice: &mut Dice, day: &Day, Made { id, content, date, viral }: Made) -> Post {
    let usual = scale(day.opening, spec.reach_permille * dice.between(600, 1_500), 1_000_000);
    let views = if viral { scale(usual, VIRAL_PERMILLE, 1_000) } else { usual };
    let forwards = dice.share(views, if viral { 31 } else { 12 }, 1_000);
    let reactions = dice.share(views, 9, 1_000);
    let replies = if spec.linked.is_some() { dice.share(views, 2, 1_000) } else { 0 };
    let author = dice.between(0, 1_000);
    let author = spec.authors.get(usize::try_from(author).unwrap_or(0) % spec.authors.len().max(1)).copied();
    let ordinary = !matches!(content, Content::Giveaway { .. } | Content::GiveawayResults { .. });
    let later = |dice: &mut Dice, once_in: u64, longest: u64| {
        (dice.once_in(once_in) && ordinary).then(|| date + dice.between(120, longest).cast_signed())
    };
    let edited_at = later(dice, 14, 6 * 3_600);
    let deleted_at = later(dice, 60, 3 * 86_400).filter(|_| !viral);
    Post { id, content, date, views, forwards, reactions, replies, author, edited_at, deleted_at, viral }
}

/// The millionths of its views that a post has at an age in seconds.
pub(crate) fn seen_by_age(age: i64) -> u64 {
    let step = AGEING.windows(2).find(|pair| (pair[0].0..pair[1].0).contains(&age));
    step.map_or(if age < 0 { 0 } else { 1_000_000 }, |pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        low + scale(high - low, (age - from).cast_unsigned(), (to - from).cast_unsigned())
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{on, seen_by_age};
    use crate::world::World;

    #[test]
    fn ids_and_dates_only_grow() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        for channel in world.channels() {
            let days = channel.history.until(400);
            let posts: Vec<_> = days.iter().flat_map(|day| on(7, channel.spec, day)).collect();
            assert!(posts.windows(2).all(|pair| pair[0].date < pair[1].date), "{}", channel.spec.id);
            assert!(posts.windows(2).all(|pair| pair[0].message_ids().end == pair[1].id));
        }
    }

    #[test]
    fn views_only_grow_and_end() {
        let course: Vec<_> = (0..46 * 24).map(|hour| seen_by_age(hour * 3_600)).collect();
        assert!(course.is_sorted());
        assert_eq!((course[0], course[24], course[45 * 24]), (0, 750_000, 1_000_000));
        assert_eq!(seen_by_age(-1), 0);
    }
}
