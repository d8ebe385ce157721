//! The days of a channel, worked out one after the other and kept.

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use jiff::{Span, civil::Weekday};

use super::cast::{DETAIL_FROM, Spec};
use super::content::{self, Content};
use super::day::Day;
use super::dice::{Dice, scale};
use super::post::{self, Post};
use super::story;

/// Thousandths of the usual activity, Monday first.
const WEEK: [u64; 7] = [1_040, 1_060, 1_050, 1_030, 1_000, 890, 930];

/// Month and day.
type DayOfYear = (i8, i8);

/// Holidays from and to, both included, and the thousandths of the usual activity on them.
const HOLIDAYS: [(DayOfYear, DayOfYear, u64); 5] = [
    ((1, 1), (1, 1), 560),
    ((1, 2), (1, 8), 840),
    ((5, 1), (5, 1), 800),
    ((12, 24), (12, 26), 680),
    ((12, 31), (12, 31), 610),
];

/// After a bought ad, so many thousandths of those it brought leave on each of the following days.
const REGRET: [u64; 10] = [90, 75, 60, 50, 40, 30, 25, 20, 15, 10];

/// How a viral day and those after it multiply views, in thousandths.
const VIRAL: [u64; 4] = [2_600, 1_700, 1_250, 1_080];

/// Nothing happens after so many days, whatever a clock may say.
const LAST_DAY: usize = 20_000;

#[derive(Debug)]
pub(crate) struct History {
    pub(crate) spec: &'static Spec,
    seed: u64,
    first_day: Date,
    /// Subscribers as the first day began.
    founders: u64,
    days: Mutex<Vec<Day>>,
    /// The posts of the first days, day by day, as they are in the end.
    posts: Mutex<Vec<Vec<Post>>>,
}

impl History {
    pub(crate) fn new(seed: u64, first_day: Date, days: u32, spec: &'static Spec) -> Self {
        let (days_kept, posts) = (Mutex::default(), Mutex::default());
        let mut history = Self { spec, seed, first_day, founders: spec.target, days: days_kept, posts };
        // Growth is nearly proportional, so a few rounds find the beginning that leads to the wanted end.
        for _ in 0..6 {
            let reached = history.until(days.saturating_sub(1)).last().map_or(1, Day::subscribers).max(1);
            if reached.abs_diff(spec.target) * 100 <= spec.target {
                break;
            }
            history.founders = scale(history.founders, spec.target, reached).max(1);
            history.days = Mutex::default();
        }
        history
    }

    /// The last of the days up to the numbered one, at most so many.
    pub(crate) fn latest(&self, last: u32, most: usize) -> Vec<Day> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.reach(&mut days, last);
        days[wanted.saturating_sub(most)..wanted].to_vec()
    }

    /// All days up to the numbered one, as they will have been when they are over.
    pub(crate) fn until(&self, last: u32) -> Vec<Day> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.reach(&mut days, last);
        days[..wanted].to_vec()
    }

    /// Works the days out up to the numbered one, and says how many those are.
    fn reach(&self, days: &mut Vec<Day>, last: u32) -> usize {
        let wanted = usize::try_from(last).unwrap_or(usize::MAX).min(LAST_DAY) + 1;
        while days.len() < wanted {
            let day = self.next(days);
            days.push(day);
        }
        wanted
    }

    /// The posts of all days up to the numbered one as they are in the end, oldest first, deleted ones included.
    pub(crate) fn posts_until(&self, last: u32) -> Vec<Post> {
        let days = self.until(last);
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        for day in days.iter().skip(posts.len()) {
            posts.push(post::on(self.seed, self.spec, day));
        }
        posts[..days.len()].concat()
    }

    fn next(&self, before: &[Day]) -> Day {
        let spec = self.spec;
        let number = u32::try_from(before.len()).unwrap_or(u32::MAX);
        let date = self.first_day.saturating_add(Span::new().days(i64::from(number)));
        let mut dice = Dice::new(self.seed, "day", spec.id, number);
        let yesterday = before.last();
        let opening = yesterday.map_or(self.founders, Day::subscribers);
        let week = WEEK[usize::from(date.weekday().since(Weekday::Monday).unsigned_abs()) % 7];
        let week = scale(week, holiday_permille(date), 1_000);
        let mut usual = |value: u64, ppm: u64| {
            let rate = ppm * week * dice.between(820, 1_180) / 1_000_000;
            dice.share(value, rate, 1_000_000)
        };
        let organic = usual(opening, spec.join_ppm);
        let tired = usual(opening, spec.leave_ppm);
        let muted = usual(opening, 700).min(opening);
        let views = usual(opening, spec.views_permille * 1_000);
        let viral = self.viral_permille(number);
        let views = scale(views, viral, 1_000);
        let bought = self.bought(number, opening);
        let excited = scale(opening, (viral - 1_000) * 6, 1_000_000);
        let regret = self.regret(before);
        let left = (tired + regret).min(opening);

        let mut joined_by = dice.split(organic + excited, [34, 12, 9, 27, 11, 7]);
        joined_by[3] += bought;
        let followers_first = [62, 14, 6, 4, 5, 6, 3];
        let gone_round = [41, 31, 9, 7, 4, 5, 3];
        let views_by = dice.split(views, if viral > 1_200 { gone_round } else { followers_first });
        let muted_before = yesterday.map_or(scale(opening, 380, 1_000), |day| {
            (day.muted_before + day.muted - day.unmuted).min(opening)
        });
        let viewers = dice.share(views, 410, 1_000);
        let reactions = dice.share(views, 9, 1_000);
        let stories = if spec.stories { dice.share(opening, 55, 1_000) } else { 0 };
        let instant_views = if spec.instant_view { dice.share(views, 64, 1_000) } else { 0 };
        let impressions = dice.share(views, spec.ads_permille, 1_000);
        let revenue_nano = self.revenue(&mut dice, number, impressions);
        let detailed = spec.target >= DETAIL_FROM;
        let posts = dice.share(1, spec.posts_in_ten_days * week / 100, 100);
        let posts = u32::try_from(posts).unwrap_or(0);
        let mut day = Day {
            number,
            date,
            opening,
            joined_by,
            left,
            muted_before,
            muted,
            unmuted: dice.share(muted_before, 1_050, 1_000_000),
            views_by,
            shares: dice.share(views, 12, 1_000),
            viewers_by_language: dice.split(viewers, spec.languages),
            reactions_by: if detailed { dice.split(reactions, [71, 17, 12]) } else { [0; 3] },
            instant_views,
            instant_shares: dice.share(instant_views, 6, 1_000),
            story_views: 0,
            story_shares: 0,
            story_reactions_by: [0; 3],
            airings: [
                None,
                yesterday.and_then(|day| day.airings[0]),
                yesterday.and_then(|day| day.airings[1]),
            ],
            stories_before: yesterday
                .map_or(0, |day| day.stories_before + u32::from(day.airings[0].is_some())),
            impressions,
            revenue_nano,
            messages_before: yesterday.map_or(0, |day| day.messages_before + day.messages),
            messages: content::of_day(self.seed, spec, number, posts).iter().map(Content::messages).sum(),
            posts,
            viral: self.happens("viral", spec.viral_once_in, number),
            bought,
        };
        day.airings[0] = story::airing(self.seed, spec, number, stories, &mut dice);
        day.so_far(1_000_000)
    }

    /// By how much a viral day lifts views, in thousandths of the usual.
    fn viral_permille(&self, number: u32) -> u64 {
        (0_u32..)
            .zip(VIRAL)
            .filter(|(ago, _)| number >= *ago && self.happens("viral", self.spec.viral_once_in, number - ago))
            .map(|(_, permille)| permille)
            .max()
            .unwrap_or(1_000)
    }

    /// How many subscribers an ad in another channel brings that day.
    fn bought(&self, number: u32, opening: u64) -> u64 {
        if self.happens("campaign", self.spec.campaign_once_in, number) {
            let permille = Dice::new(self.seed, "campaign size", self.spec.id, number).between(5, 14);
            scale(opening, permille, 1_000)
        } else {
            0
        }
    }

    /// How many of those whom ads brought before leave today.
    fn regret(&self, before: &[Day]) -> u64 {
        before
            .iter()
            .rev()
            .zip(REGRET)
            .map(|(day, permille)| scale(self.bought(day.number, day.opening), permille, 1_000))
            .sum()
    }

    fn happens(&self, event: &str, once_in: u64, number: u32) -> bool {
        once_in > 0 && Dice::new(self.seed, event, self.spec.id, number).once_in(once_in)
    }

    /// Advertisers pay more before the year ends and less in January.
    fn revenue(&self, dice: &mut Dice, number: u32, impressions: u64) -> u64 {
        let month = self.first_day.saturating_add(Span::new().days(i64::from(number))).month();
        let season = match month {
            11 => 1_150,
            12 => 1_280,
            1 => 780,
            7 | 8 => 880,
            _ => 1_000,
        };
        let price = self.spec.nano_for_thousand * season / 1_000 * dice.between(870, 1_130) / 1_000;
        scale(impressions, price, 1_000)
    }
}

fn holiday_permille(date: Date) -> u64 {
    let day = (date.month(), date.day());
    let today = HOLIDAYS.iter().find(|(from, to, _)| (*from..=*to).contains(&day));
    today.map_or(1_000, |(_, _, permille)| *permille)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use jiff::civil::date;

    use super::{Day, History, holiday_permille};
    use crate::world::cast::CHANNELS;

    fn history(index: usize) -> History {
        History::new(7, date(2025, 1, 1), 400, &CHANNELS[index])
    }

    #[test]
    fn holidays_are_quiet() {
        assert_eq!(holiday_permille(date(2026, 12, 23)), 1_000);
        assert!(holiday_permille(date(2026, 12, 25)) < 1_000);
        // From the tenth of December to the day after Christmas, in a channel without viral days.
        let days = history(3).until(360);
        let views = |from: usize, to: usize| {
            days[from..=to].iter().map(Day::views).sum::<u64>() / (to - from + 1) as u64
        };
        let (before, christmas) = (views(343, 356), views(357, 359));
        assert!(christmas * 100 < before * 85, "{before} {christmas}");
    }

    #[test]
    fn days_follow_from_the_day_before() {
        for index in 0..CHANNELS.len() {
            let days = history(index).until(450);
            for pair in days.windows(2) {
                assert_eq!(pair[1].opening, pair[0].subscribers());
                assert_eq!(pair[1].subscribers(), pair[0].subscribers() + pair[1].joined() - pair[1].left);
            }
        }
    }

    #[test]
    fn channels_reach_the_size_they_are_known_for() {
        for (index, spec) in CHANNELS.iter().enumerate() {
            let reached = history(index).until(399)[399].subscribers();
            assert!(reached.abs_diff(spec.target) <= spec.target / 20 + 2, "{}: {reached}", spec.title);
        }
    }

    #[test]
    fn it_does_not_matter_how_far_one_looks_first() {
        let (one, two) = (history(0), history(0));
        two.until(900);
        assert_eq!(one.until(300), two.until(300));
    }

    #[test]
    fn a_part_of_a_day_and_the_rest_make_the_whole() {
        let day = &history(0).until(200)[200];
        let (morning, rest) = (day.between(0, 400_000), day.between(400_000, 1_000_000));
        assert_eq!(morning.views() + rest.views(), day.views());
        assert_eq!(morning.joined() + rest.joined(), day.joined());
        assert_eq!(rest.subscribers(), day.subscribers());
        assert_eq!(&day.so_far(1_000_000), day);
    }

    #[test]
    fn four_hundred_days_of_everything_take_no_time() {
        let start = Instant::now();
        for index in 0..CHANNELS.len() {
            history(index).until(399);
        }
        assert!(start.elapsed().as_millis() < 1_000, "{:?}", start.elapsed());
    }
}
