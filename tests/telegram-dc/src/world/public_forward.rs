//! Where posts were forwarded to in public.

use super::cast::{OTHERS, Other};
use super::dice::{Dice, scale};
use super::post::seen_by_age;
use super::{Post, Spec};

/// After so many seconds the biggest channel takes over what goes round.
const TAKEN_OVER: i64 = 2 * 3_600;

/// Within so many seconds all others have done so.
const LATEST: u64 = 3 * 86_400;

/// A message in another channel.
#[derive(Clone, Debug)]
pub(crate) struct PublicForward {
    pub(crate) channel: &'static Other,
    pub(crate) id: i32,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) views: u64,
}

/// The public forwards of a post by a moment (Unix seconds), oldest first; never more than forwards of any kind.
pub(crate) fn until(seed: u64, spec: &Spec, post: &Post, now: i64) -> Vec<PublicForward> {
    let mut dice = Dice::new(seed, "public forwards", spec.id, post.id.cast_unsigned());
    let count = if post.viral { dice.between(23, 40) } else { dice.between(0, 3) };
    let mut made: Vec<(i64, usize)> = (0..count)
        .map(|_| {
            let after = dice.between(300, LATEST).cast_signed();
            let by = usize::try_from(dice.between(1, OTHERS.len() as u64 - 1)).unwrap_or(1);
            (post.date + after, by)
        })
        .collect();
    if post.viral {
        made[0] = (post.date + TAKEN_OVER, 0);
    }
    made.sort_unstable();
    let first = i32::try_from(dice.between(1_000, 40_000)).unwrap_or(1_000);
    let forwards = (first..).step_by(7).zip(made).map(|(id, (date, by))| {
        let channel = &OTHERS[by];
        let reach = scale(u64::from(channel.subscribers.unsigned_abs()), dice.between(150, 450), 1_000);
        PublicForward { channel, id, date, views: scale(reach, seen_by_age(now - date), 1_000_000) }
    });
    let known = usize::try_from(post.forwards).unwrap_or(usize::MAX);
    forwards.take(known).take_while(|forward| forward.date <= now).collect()
}
