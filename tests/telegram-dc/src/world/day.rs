//! What happened in a channel on one UTC day.

use jiff::civil::Date;

use super::dice::scale;
use super::story::{Airing, StoryCounts};

/// The names Telegram gives the sources of views and of new followers, in the order of the counts.
pub(crate) const VIEW_SOURCES: [&str; 7] =
    ["Followers", "Channels", "Groups", "PM", "Search", "URL", "Other"];
pub(crate) const FOLLOWER_SOURCES: [&str; 6] =
    ["URL", "Search", "Groups", "Channels", "Similar Channels", "Other"];

/// How reactions are sorted by emotion.
pub(crate) const MOODS: [&str; 3] = ["Positive", "Other", "Negative"];

/// Sums are not stored: they are made from these counts, so that they always agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    /// Counted from the channel's first day.
    pub(crate) number: u32,
    pub(crate) date: Date,
    /// Subscribers as the day began.
    pub(crate) opening: u64,
    pub(crate) joined_by: [u64; FOLLOWER_SOURCES.len()],
    pub(crate) left: u64,
    /// Subscribers with notifications off as the day began.
    pub(crate) muted_before: u64,
    pub(crate) muted: u64,
    pub(crate) unmuted: u64,
    pub(crate) views_by: [u64; VIEW_SOURCES.len()],
    pub(crate) shares: u64,
    pub(crate) viewers_by_language: [u64; 6],
    pub(crate) reactions_by: [u64; MOODS.len()],
    pub(crate) instant_views: u64,
    pub(crate) instant_shares: u64,
    /// What the day's stories got while it lasted: see [`Day::airings`].
    pub(crate) story_views: u64,
    pub(crate) story_shares: u64,
    pub(crate) story_reactions_by: [u64; MOODS.len()],
    /// The story made on this day, the one of the day before, and the one before that: nobody sees older ones.
    pub(crate) airings: [Option<Airing>; 3],
    /// Stories made before this day.
    pub(crate) stories_before: u32,
    pub(crate) impressions: u64,
    /// Ad revenue in nanotons.
    pub(crate) revenue_nano: u64,
    /// Messages before this day and on it: an album is several, a giveaway comes with its announcement.
    pub(crate) messages_before: u32,
    pub(crate) messages: u32,
    /// Ordinary posts made on it.
    pub(crate) posts: u32,
    /// Whether a post of this day goes round.
    pub(crate) viral: bool,
    /// Who came because of a bought ad; part of `joined_by`.
    pub(crate) bought: u64,
}

impl Day {
    pub(crate) fn joined(&self) -> u64 {
        self.joined_by.iter().sum()
    }

    /// Subscribers as the day ended: exactly those before, plus who joined, minus who left.
    pub(crate) fn subscribers(&self) -> u64 {
        self.opening + self.joined() - self.left
    }

    pub(crate) fn views(&self) -> u64 {
        self.views_by.iter().sum()
    }

    /// Who had joined when so many millionths of the day had happened.
    pub(crate) fn joined_so_far(&self, ppm: u64) -> u64 {
        self.joined_by.iter().map(|count| scale(*count, ppm, 1_000_000)).sum()
    }

    /// What all stories together got on this day when so many millionths of it had happened.
    pub(crate) fn stories_so_far(&self, ppm: u64) -> StoryCounts {
        let aired = (0_u64..).zip(&self.airings).filter_map(|(ago, airing)| Some((ago, airing.as_ref()?)));
        aired.fold(StoryCounts::default(), |sum, (ago, airing)| {
            let midnight = ago * 1_000_000;
            sum.plus(&airing.at(midnight + ppm).since(&airing.at(midnight)))
        })
    }

    /// The part of the day that has happened when so many millionths of it have.
    pub(crate) fn so_far(&self, ppm: u64) -> Self {
        let part = |count: u64| scale(count, ppm, 1_000_000);
        let stories = self.stories_so_far(ppm);
        Self {
            number: self.number,
            date: self.date,
            opening: self.opening,
            joined_by: self.joined_by.map(part),
            left: part(self.left),
            muted_before: self.muted_before,
            muted: part(self.muted),
            unmuted: part(self.unmuted),
            views_by: self.views_by.map(part),
            shares: part(self.shares),
            viewers_by_language: self.viewers_by_language.map(part),
            reactions_by: self.reactions_by.map(part),
            instant_views: part(self.instant_views),
            instant_shares: part(self.instant_shares),
            story_views: stories.views,
            story_shares: stories.forwards,
            story_reactions_by: stories.reactions_by,
            airings: self.airings,
            stories_before: self.stories_before,
            impressions: part(self.impressions),
            revenue_nano: part(self.revenue_nano),
            messages_before: self.messages_before,
            messages: self.messages,
            posts: self.posts,
            viral: self.viral,
            bought: part(self.bought),
        }
    }

    /// What happened between two moments of the day: the difference of two parts of it.
    pub(crate) fn between(&self, from_ppm: u64, to_ppm: u64) -> Self {
        let (before, mut after) = (self.so_far(from_ppm), self.so_far(to_ppm));
        after.opening = before.subscribers();
        subtract(&mut after.joined_by, &before.joined_by);
        after.left -= before.left;
        after.muted -= before.muted;
        after.unmuted -= before.unmuted;
        subtract(&mut after.views_by, &before.views_by);
        after.shares -= before.shares;
        subtract(&mut after.viewers_by_language, &before.viewers_by_language);
        subtract(&mut after.reactions_by, &before.reactions_by);
        after.instant_views -= before.instant_views;
        after.instant_shares -= before.instant_shares;
        after.story_views -= before.story_views;
        after.story_shares -= before.story_shares;
        subtract(&mut after.story_reactions_by, &before.story_reactions_by);
        after.impressions -= before.impressions;
        after.revenue_nano -= before.revenue_nano;
        after.bought -= before.bought;
        after
    }
}

fn subtract<const N: usize>(from: &mut [u64; N], amount: &[u64; N]) {
    from.iter_mut().zip(amount).for_each(|(from, amount)| *from -= amount);
}
