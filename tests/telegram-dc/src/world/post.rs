//! Posts: when they were made and how often they were seen.

use jiff::Timestamp;

use super::day::Day;
use super::dice::{Dice, scale};
use super::{Spec, midnight};

/// Hours since a post was made, and the thousandths of its views it has by then.
const AGEING: [(i64, u64); 7] = [(0, 0), (1, 180), (6, 480), (24, 750), (72, 900), (168, 970), (336, 1_000)];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) id: i32,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) views: u64,
    pub(crate) forwards: u64,
    pub(crate) reactions: u64,
}

/// The posts of a channel by now, oldest first, with the counters they have by now.
pub(crate) fn until(seed: u64, spec: &Spec, days: &[Day], now: Timestamp) -> Vec<Post> {
    days.iter().flat_map(|day| on(seed, spec, day)).filter_map(|post| aged(post, now.as_second())).collect()
}

fn on(seed: u64, spec: &Spec, day: &Day) -> Vec<Post> {
    let slot = 16 * 3600 / i64::from(day.posts.max(1));
    (0..day.posts)
        .map(|index| {
            let id = 2 + i32::try_from(day.posts_before + index).unwrap_or(i32::MAX - 2);
            let mut dice = Dice::new(seed, "post", spec.id, id.cast_unsigned());
            let jitter = dice.between(0, slot.cast_unsigned().saturating_sub(1)).cast_signed();
            let views = scale(day.opening, spec.reach_permille * dice.between(600, 1_500), 1_000_000);
            Post {
                id,
                date: midnight(day.date) + 6 * 3600 + slot * i64::from(index) + jitter,
                views,
                forwards: dice.share(views, 12, 1_000),
                reactions: dice.share(views, 9, 1_000),
            }
        })
        .collect()
}

fn aged(post: Post, now: i64) -> Option<Post> {
    let age = now - post.date;
    let permille = AGEING.windows(2).find_map(|pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        let (from, to) = (from * 3600, to * 3600);
        (from..to)
            .contains(&age)
            .then(|| low + scale(high - low, (age - from).cast_unsigned(), (to - from).cast_unsigned()))
    });
    let permille = if age < 0 { return None } else { permille.unwrap_or(1_000) };
    let part = |count| scale(count, permille, 1_000);
    Some(Post {
        views: part(post.views),
        forwards: part(post.forwards),
        reactions: part(post.reactions),
        ..post
    })
}
