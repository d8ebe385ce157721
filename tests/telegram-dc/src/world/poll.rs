//! Polls: what they ask and how the votes come in.

use super::dice::{Dice, scale};
use super::voice::Question;
use super::{Content, Post, Spec};

/// No question has more answers.
const MOST_ANSWERS: usize = 6;

/// A poll and the votes it will have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) id: i64,
    pub(crate) question: &'static Question,
    /// By answer, in the end.
    votes: Vec<u64>,
}

impl Poll {
    /// The poll that a post is, if it is one.
    pub(super) fn of(seed: u64, spec: &Spec, post: &Post) -> Option<Self> {
        if post.content != Content::Poll {
            return None;
        }
        let mut dice = Dice::new(seed, "poll", spec.id, post.id.cast_unsigned());
        let id = dice.number().cast_signed();
        let polls = spec.voice.polls;
        let chosen = usize::try_from(dice.number() % polls.len().max(1) as u64).unwrap_or(0);
        let question = polls.get(chosen)?;
        let turnout = dice.between(40, 110);
        let voters = dice.share(post.in_the_end().views, turnout, 1_000);
        let weights: [u64; MOST_ANSWERS] =
            std::array::from_fn(
                |answer| {
                    if answer < question.answers.len() { dice.between(5, 60) } else { 0 }
                },
            );
        let votes = dice.split(voters, weights).into_iter().take(question.answers.len()).collect();
        Some(Self { id, question, votes })
    }

    /// Votes by answer by a moment (Unix seconds): people vote as they see it.
    pub(crate) fn votes(&self, post: &Post, at: i64) -> Vec<u64> {
        let ppm = post.seen_ppm(at);
        self.votes.iter().map(|votes| scale(*votes, ppm, 1_000_000)).collect()
    }
}
