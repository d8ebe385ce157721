//! What the posts of a day are.

use super::Spec;
use super::cast::OTHERS;
use super::dice::Dice;

/// For how many days a giveaway runs.
pub(crate) const GIVEAWAY_DAYS: u32 = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Photo,
    /// Photos under one text, each a message of its own; their ids follow each other.
    Album {
        size: u32,
    },
    Poll,
    /// A photo that opens for Stars.
    PaidMedia {
        stars: u32,
    },
    /// Taken over from another channel.
    Forward {
        from: i64,
        post: i32,
    },
    /// The start of the numbered giveaway: an announcement and the post people take part with.
    Giveaway {
        number: u32,
    },
    /// The end of it: an announcement and the list of winners.
    GiveawayResults {
        number: u32,
    },
}

impl Content {
    /// How many messages it is.
    pub(crate) fn messages(&self) -> u32 {
        match self {
            Self::Album { size } => *size,
            Self::Giveaway { .. } | Self::GiveawayResults { .. } => 2,
            _ => 1,
        }
    }
}

/// The day's posts in the order they are made, `ordinary` ones and those that a giveaway brings.
pub(crate) fn of_day(seed: u64, spec: &Spec, day: u32, ordinary: u32) -> Vec<Content> {
    let started = giveaway_of(spec, day).map(|number| Content::Giveaway { number });
    let ended = day.checked_sub(GIVEAWAY_DAYS).and_then(|launch| giveaway_of(spec, launch));
    let ended = ended.map(|number| Content::GiveawayResults { number });
    started
        .into_iter()
        .chain((0..ordinary).map(|index| ordinary_post(seed, spec, day, index)))
        .chain(ended)
        .collect()
}

/// The number of the giveaway that starts on a day, if one does.
fn giveaway_of(spec: &Spec, day: u32) -> Option<u32> {
    let every = spec.giveaway_every;
    (every > 0 && day % every == every / 2).then(|| day / every.max(1))
}

/// The day on which the numbered giveaway starts.
pub(crate) fn giveaway_day(spec: &Spec, number: u32) -> u32 {
    number * spec.giveaway_every + spec.giveaway_every / 2
}

fn ordinary_post(seed: u64, spec: &Spec, day: u32, index: u32) -> Content {
    let mut dice = Dice::new(seed, "content", spec.id, day * 64 + index);
    let mut happens = |once_in: u64| once_in > 0 && dice.once_in(once_in);
    if happens(spec.paid_media_once_in) {
        Content::PaidMedia { stars: [25, 50, 75, 100][usize::try_from(dice.between(0, 3)).unwrap_or(0)] }
    } else if happens(spec.poll_once_in) {
        Content::Poll
    } else if happens(spec.forward_once_in) {
        let from = OTHERS[usize::try_from(dice.between(0, OTHERS.len() as u64 - 1)).unwrap_or(0)].id;
        Content::Forward { from, post: i32::try_from(dice.between(100, 9_000)).unwrap_or(100) }
    } else if happens(spec.album_once_in) {
        Content::Album { size: u32::try_from(dice.between(2, 6)).unwrap_or(2) }
    } else if dice.once_in(3) {
        Content::Photo
    } else {
        Content::Text
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, GIVEAWAY_DAYS, giveaway_day, of_day};
    use crate::world::cast::CHANNELS;

    #[test]
    fn giveaways_start_and_end_once() {
        for spec in CHANNELS.iter().filter(|spec| spec.giveaway_every > 0) {
            let days: Vec<_> = (0..400).map(|day| of_day(7, spec, day, 1)).collect();
            let day_of = |wanted: Content| days.iter().position(|posts| posts.contains(&wanted));
            let start = day_of(Content::Giveaway { number: 1 }).unwrap();
            assert_eq!(start, giveaway_day(spec, 1) as usize);
            let end = day_of(Content::GiveawayResults { number: 1 }).unwrap();
            assert_eq!(end, start + GIVEAWAY_DAYS as usize);
        }
    }
}
