//! Stories: photos that everybody can see for 24 hours, and longer if they are pinned to the profile.
//!
//! A story's counters run on the channel's waking time: millionths of a day's happenings, of which any 24 hours
//! have exactly a million. A day shows what its stories get while it lasts ([`super::Day::so_far`]), and a story's
//! counter is the sum of what the days show of it; so graph and counters agree to the view, at every moment.

use super::dice::{Dice, scale};
use super::hours::{self, elapsed_ppm, waking_ppm};
use super::people::{self, Person};
use super::{Day, MOODS, OTHERS, Spec, midnight};

/// For how long a story is shown, in seconds, and in waking time.
pub(crate) const SHOWN_SECONDS: i64 = 86_400;
const SHOWN_PPM: u64 = 1_000_000;

/// A story that is pinned gets so many thousandths of its views in its first 24 hours, the rest in the next.
const FIRST_PERMILLE: u64 = 880;

/// Waking time since it was posted, and the millionths of the first day's views that it has by then.
const AGEING: [(u64, u64); 6] = [
    (0, 0),
    (40_000, 150_000),
    (140_000, 380_000),
    (330_000, 640_000),
    (620_000, 860_000),
    (SHOWN_PPM, 1_000_000),
];

/// No story is made on one day in so many; one in so many is pinned.
const PAUSE_ONCE_IN: u64 = 7;
const PINNED_ONCE_IN: u64 = 6;

/// The two emoji of each mood; the second is chosen every third time.
const EMOJI: [[&str; 2]; MOODS.len()] = [["❤", "🔥"], ["🤔", "👀"], ["👎", "😢"]];

/// The most messages and stories that take one story over in public.
const MOST_FORWARDS: u64 = 16;

const CAPTIONS: [&str; 8] = [
    "",
    "Утро начинается не с кофе ☀️",
    "<b>Behind the scenes</b> & <script>alert('story')</script>",
    "قريبًا… \u{202e}txet desrever\u{202c}",
    "Heute neu 👩‍💻",
    "Опрос в канале, заходите!",
    "מאחורי הקלעים",
    "☕️",
];

/// How often a story was seen, forwarded and reacted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StoryCounts {
    pub(crate) views: u64,
    pub(crate) forwards: u64,
    pub(crate) reactions_by: [u64; MOODS.len()],
}

impl StoryCounts {
    pub(crate) fn reactions(&self) -> u64 {
        self.reactions_by.iter().sum()
    }

    pub(crate) fn plus(mut self, other: &Self) -> Self {
        self.views += other.views;
        self.forwards += other.forwards;
        self.reactions_by.iter_mut().zip(other.reactions_by).for_each(|(sum, more)| *sum += more);
        self
    }

    /// What came on top of earlier counts.
    pub(crate) fn since(mut self, before: &Self) -> Self {
        self.views -= before.views;
        self.forwards -= before.forwards;
        self.reactions_by.iter_mut().zip(before.reactions_by).for_each(|(now, then)| *now -= then);
        self
    }

    fn part(&self, ppm: u64) -> Self {
        let part = |count| scale(count, ppm, 1_000_000);
        Self {
            views: part(self.views),
            forwards: part(self.forwards),
            reactions_by: self.reactions_by.map(part),
        }
    }
}

/// What a day knows of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Airing {
    /// When it was posted: second and waking time of the UTC day.
    pub(crate) second: i64,
    posted_ppm: u64,
    pub(crate) pinned: bool,
    /// What it has in the end.
    end: StoryCounts,
}

impl Airing {
    /// What it has at a waking time since the midnight before it was posted.
    pub(crate) fn at(&self, waking: u64) -> StoryCounts {
        let age = waking.saturating_sub(self.posted_ppm);
        let first = aged(age.min(SHOWN_PPM));
        let ppm = if self.pinned {
            let later = age.saturating_sub(SHOWN_PPM).min(SHOWN_PPM);
            (first * FIRST_PERMILLE + later * (1_000 - FIRST_PERMILLE)) / 1_000
        } else {
            first
        };
        self.end.part(ppm)
    }
}

fn aged(age: u64) -> u64 {
    let step = AGEING.windows(2).find(|pair| (pair[0].0..pair[1].0).contains(&age));
    step.map_or(1_000_000, |pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        low + scale(high - low, age - from, to - from)
    })
}

/// The story of a day, if one is made; `views` are those it gets in the end.
pub(crate) fn airing(seed: u64, spec: &Spec, day: u32, views: u64, dice: &mut Dice) -> Option<Airing> {
    let forwards = dice.share(views, 8, 1_000);
    let reactions_by = dice.split(views / 60, [80, 15, 5]);
    let mut own = Dice::new(seed, "story", spec.id, day);
    let second = own.between(6 * 3_600, 20 * 3_600).cast_signed();
    let pinned = own.once_in(PINNED_ONCE_IN);
    let made = views > 0 && !own.once_in(PAUSE_ONCE_IN);
    let end = StoryCounts { views, forwards, reactions_by };
    made.then(|| Airing { second, posted_ppm: elapsed_ppm(spec, second), pinned, end })
}

/// A story as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Story {
    pub(crate) id: i32,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) caption: &'static str,
    pub(crate) pinned: bool,
    airing: Airing,
}

impl Story {
    /// The story that is made on a day.
    pub(crate) fn of(seed: u64, spec: &Spec, day: &Day) -> Option<Self> {
        let airing = day.airings[0]?;
        let mut dice = Dice::new(seed, "caption", spec.id, day.number);
        let caption = usize::try_from(dice.between(0, CAPTIONS.len() as u64 - 1)).unwrap_or(0);
        Some(Self {
            id: i32::try_from(day.stories_before).unwrap_or(i32::MAX - 1) + 1,
            date: midnight(day.date) + airing.second,
            caption: CAPTIONS[caption],
            pinned: airing.pinned,
            airing,
        })
    }

    /// When it leaves the front, Unix seconds.
    pub(crate) fn expires(&self) -> i64 {
        self.date + SHOWN_SECONDS
    }

    pub(crate) fn is_active(&self, at: i64) -> bool {
        (self.date..self.expires()).contains(&at)
    }

    /// From when on nobody sees it any more, Unix seconds.
    pub(crate) fn ends(&self) -> i64 {
        self.date + if self.pinned { 2 * SHOWN_SECONDS } else { SHOWN_SECONDS }
    }

    /// What it has at a moment in Unix seconds.
    pub(crate) fn counts(&self, spec: &Spec, at: i64) -> StoryCounts {
        let midnight = self.date - self.airing.second;
        if at < self.date { StoryCounts::default() } else { self.airing.at(waking_ppm(spec, at - midnight)) }
    }
}

/// Somebody's reaction to a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoryReactor {
    pub(crate) person: Person,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) emoji: &'static str,
}

/// Reactions by emoji; they add up to the reactions by mood.
pub(crate) fn by_emoji(counts: &StoryCounts) -> Vec<(&'static str, u64)> {
    let both =
        |(emoji, count): (&[&'static str; 2], u64)| [(emoji[0], count - count / 3), (emoji[1], count / 3)];
    EMOJI.iter().zip(counts.reactions_by).flat_map(both).filter(|(_, count)| *count > 0).collect()
}

/// Who reacted by a moment, latest first: exactly as many as the counter says.
pub(crate) fn reactors(seed: u64, spec: &Spec, story: &Story, now: i64) -> Vec<StoryReactor> {
    let counts = story.counts(spec, now);
    let until = now.min(story.ends());
    let mut reactors = Vec::new();
    for (mood, count) in counts.reactions_by.into_iter().enumerate() {
        reactors.extend((0..count).map(|index| {
            let reached = |at| story.counts(spec, at).reactions_by[mood] > index;
            let place = index * MOODS.len() as u64 + mood as u64;
            StoryReactor {
                person: people::one_of(seed, "story reaction", spec.id, story.id.cast_unsigned(), place),
                date: hours::first_second(story.date, until, reached),
                emoji: EMOJI[mood][usize::from(index % 3 == 2)],
            }
        }));
    }
    reactors.sort_by_key(|reactor| std::cmp::Reverse((reactor.date, reactor.person.id)));
    reactors
}

/// A message or a story of another public channel that takes a story over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoryForward {
    pub(crate) channel: i64,
    /// The message's or the story's id there.
    pub(crate) id: i32,
    /// Unix seconds.
    pub(crate) date: i64,
    pub(crate) as_story: bool,
}

/// Public forwards by a moment, latest first: each is one of several forwards that were made in the meantime.
pub(crate) fn forwards(seed: u64, spec: &Spec, story: &Story, now: i64) -> Vec<StoryForward> {
    let step = (story.airing.end.forwards / MOST_FORWARDS + 1).max(4);
    let mut dice = Dice::new(seed, "story forward", spec.id, story.id.cast_unsigned());
    let first = dice.between(0, OTHERS.len() as u64 - 1);
    let until = now.min(story.ends());
    let mut forwards: Vec<_> = (0..story.counts(spec, now).forwards / step)
        .map(|index| {
            let reached = |at| story.counts(spec, at).forwards >= (index + 1) * step;
            let place = usize::try_from(first + index).unwrap_or(0) % OTHERS.len();
            StoryForward {
                channel: OTHERS[place].id,
                id: i32::try_from(dice.between(1_000, 9_000)).unwrap_or(1_000),
                date: hours::first_second(story.date, until, reached),
                as_story: index % 3 == 1,
            }
        })
        .collect();
    forwards.reverse();
    forwards
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Story, StoryCounts, by_emoji};
    use crate::world::World;

    #[test]
    fn stories_and_days_agree_to_the_view() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        for channel in world.channels().filter(|channel| channel.spec.stories) {
            let days = channel.history.until(410);
            let stories: Vec<_> = days.iter().filter_map(|day| Story::of(7, channel.spec, day)).collect();
            assert!((320..=370).contains(&stories.len()), "{}", stories.len());
            assert!(stories.iter().zip(1..).all(|(story, id)| story.id == id));
            let ended = |story: &StoryCounts| (story.views, story.forwards, story.reactions());
            let total = |stories: &mut dyn Iterator<Item = StoryCounts>| {
                ended(&stories.fold(StoryCounts::default(), |sum, more| sum.plus(&more)))
            };
            // Until the end of any day, and in the middle of it.
            for (day, second) in [(399_usize, 86_400), (400, 86_400), (400, 50_000), (200, 3_601)] {
                let at = super::midnight(days[day].date) + second;
                let by_stories = total(&mut stories.iter().map(|story| story.counts(channel.spec, at)));
                let today = days[day].so_far(channel.elapsed_ppm(second));
                let by_days = days[..day].iter().chain([&today]).map(|day| StoryCounts {
                    views: day.story_views,
                    forwards: day.story_shares,
                    reactions_by: day.story_reactions_by,
                });
                assert_eq!(by_stories, total(&mut by_days.into_iter()));
            }
            let story = &stories[100];
            let end = story.counts(channel.spec, story.ends());
            assert_eq!(end, story.counts(channel.spec, story.ends() + 900_000));
            assert!(end.views > 1_000 && story.counts(channel.spec, story.date).views == 0);
            assert_eq!(by_emoji(&end).iter().map(|(_, count)| count).sum::<u64>(), end.reactions());
        }
    }
}
