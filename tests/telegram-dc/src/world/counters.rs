//! What is counted under a message.

use super::dice::scale;
use super::reaction::EMOJI;

/// How often a message was seen, forwarded, answered and reacted to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) views: u64,
    pub(crate) forwards: u64,
    /// Comments in the discussion group.
    pub(crate) replies: u64,
    /// By emoji, in the order of [`EMOJI`]; paid reactions are in the ledger instead.
    pub(crate) reactions_by: [u64; EMOJI.len()],
}

impl Counters {
    pub(crate) fn reactions(&self) -> u64 {
        self.reactions_by.iter().sum()
    }

    /// The part of them that has happened when so many millionths have.
    pub(super) fn part(&self, ppm: u64) -> Self {
        if ppm == 1_000_000 {
            return self.clone();
        }
        let part = |count| scale(count, ppm, 1_000_000);
        Self {
            views: part(self.views),
            forwards: part(self.forwards),
            replies: part(self.replies),
            reactions_by: self.reactions_by.map(part),
        }
    }

    /// What came on top of earlier counters.
    pub(crate) fn since(mut self, before: &Self) -> Self {
        self.views -= before.views;
        self.forwards -= before.forwards;
        self.replies -= before.replies;
        self.reactions_by.iter_mut().zip(before.reactions_by).for_each(|(now, then)| *now -= then);
        self
    }
}
