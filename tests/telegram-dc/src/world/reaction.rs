//! The emoji people react with.

use super::dice::Dice;

/// An emoji and its mood, as an index of [`super::MOODS`].
pub(crate) const EMOJI: [(&str, usize); 8] =
    [("❤", 0), ("👍", 0), ("🔥", 0), ("🎉", 0), ("🤔", 1), ("😱", 1), ("👎", 2), ("💩", 2)];

/// How often each of them is chosen: as the moods of a day, 71, 17 and 12 of a hundred.
const WEIGHTS: [u64; EMOJI.len()] = [31, 22, 13, 5, 11, 6, 9, 3];

/// A post's reactions by emoji.
pub(crate) fn split(seed: u64, channel: i64, post: i32, reactions: u64) -> [u64; EMOJI.len()] {
    Dice::new(seed, "emoji", channel, post.cast_unsigned()).split(reactions, WEIGHTS)
}

/// Reactions by mood, from reactions by emoji.
pub(crate) fn moods(by_emoji: &[u64; EMOJI.len()]) -> [u64; 3] {
    let mut moods = [0; 3];
    EMOJI.iter().zip(by_emoji).for_each(|((_, mood), count)| moods[*mood] += count);
    moods
}
