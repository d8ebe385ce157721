//! Posts: when they were made, what they are and how often they were seen.

use jiff::Timestamp;

use super::content::{self, Content};
use super::counters::Counters;
use super::day::Day;
use super::dice::{Dice, scale};
use super::{Spec, midnight, reaction};

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
    (SETTLED_SECONDS, 1_000_000),
];

/// How much more often a post that goes round is seen, in thousandths.
const VIRAL_PERMILLE: u64 = 4_200;

/// By how many millionths each further photo of an album is seen less than the one before.
const ALBUM_PPM: u64 = 7_000;

/// The age from which nothing is counted any more.
pub(crate) const SETTLED_SECONDS: i64 = 45 * 86_400;

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
    /// What is counted under it by now, as under its [`Post::counted_id`].
    pub(crate) views: u64,
    pub(crate) forwards: u64,
    pub(crate) reactions: u64,
    /// Comments in the discussion group.
    pub(crate) replies: u64,
    /// What is counted under it in the end.
    finally: Counters,
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

    /// The message that is seen, forwarded and reacted to: an album's first, and what follows the announcement of a
    /// giveaway.
    pub(crate) fn counted_id(&self) -> i32 {
        match self.content {
            Content::Giveaway { .. } | Content::GiveawayResults { .. } => self.id + 1,
            _ => self.id,
        }
    }

    /// The millionths of what will ever be counted under it that have been by a moment (Unix seconds); no more come
    /// once it is deleted.
    pub(crate) fn seen_ppm(&self, at: i64) -> u64 {
        seen_by_age(self.deleted_at.map_or(at, |gone| at.min(gone)) - self.date)
    }

    /// What is counted by a moment (Unix seconds) under one of its messages. The further photos of an album are seen
    /// and forwarded a little less, and nobody reacts to them; announcements are not counted at all.
    pub(crate) fn counters(&self, message_id: i32, at: i64) -> Counters {
        let now = self.finally.part(self.seen_ppm(at));
        match u64::try_from(message_id - self.counted_id()) {
            Ok(0) => now,
            Ok(further) => {
                let share = 1_000_000 - ALBUM_PPM * further;
                let Counters { views, forwards, .. } = now.part(share);
                Counters { views, forwards, ..Counters::default() }
            }
            Err(_) => Counters::default(),
        }
    }

    /// What will be counted under it when it has settled.
    pub(super) fn in_the_end(&self) -> &Counters {
        &self.finally
    }

    /// The post at an earlier age, or as it will be: `self` must be as it is in the end.
    fn at(self, now: i64) -> Option<Self> {
        if self.date > now {
            return None;
        }
        let counters = self.counters(self.counted_id(), now);
        Some(Self {
            views: counters.views,
            forwards: counters.forwards,
            reactions: counters.reactions(),
            replies: counters.replies,
            edited_at: self.edited_at.filter(|at| *at <= now),
            ..self
        })
    }

    /// Whether it is deleted by a moment (Unix seconds).
    pub(crate) fn is_deleted(&self, at: i64) -> bool {
        self.deleted_at.is_some_and(|gone| gone <= at)
    }
}

/// Of posts as they are in the end, those made by now, with the counters they have by now.
pub(crate) fn until(posts: Vec<Post>, now: Timestamp) -> Vec<Post> {
    posts.into_iter().map_while(|post| post.at(now.as_second())).collect()
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
            seed,
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

fn made(seed: u64, spec: &Spec, dice: &mut Dice, day: &Day, Made { id, content, date, viral }: Made) -> Post {
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
    let reactions_by = reaction::split(seed, spec.id, id, reactions);
    let finally = Counters { views, forwards, replies, reactions_by };
    Post {
        id,
        content,
        date,
        views,
        forwards,
        reactions,
        replies,
        finally,
        author,
        edited_at,
        deleted_at,
        viral,
    }
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
    fn counters_only_grow_and_stop_when_a_post_is_deleted() {
        let world = World::new(7, date(2025, 3, 1), 40, 30);
        for channel in world.channels() {
            for post in channel.history.posts_until(40) {
                let last = post.message_ids().end - 1;
                let course: Vec<_> =
                    (0..50 * 8).map(|step| post.counters(last, post.date + step * 10_800)).collect();
                assert!(course.is_sorted_by_key(|counters| counters.views));
                assert!(course.is_sorted_by_key(|counters| counters.reactions_by));
                if let Some(gone) = post.deleted_at {
                    assert_eq!(post.counters(last, gone), post.counters(last, gone + 86_400));
                }
            }
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
