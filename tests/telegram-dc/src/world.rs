//! The world behind the protocol: an account's channels, groups and chats, day by day, from a seed.
//!
//! Everything is integer arithmetic on hashes of (seed, channel, day), so the same seed and first day give the same
//! world on every machine, and a day's final values do not depend on when they are asked for.

mod admin_log;
mod admins;
mod affiliate;
mod balance;
pub(crate) mod boost;
mod cast;
mod channel_log;
mod content;
mod counters;
pub(crate) mod crowd;
mod day;
mod dice;
mod gift;
pub(crate) mod giveaway;
mod group;
mod group_log;
mod group_week;
mod history;
mod hours;
pub(crate) mod invite;
mod ledger;
mod ledger_live;
mod ledger_media;
mod ledger_stars;
mod ledger_ton;
mod members;
mod paid;
mod people;
mod photo;
mod poll;
mod post;
mod profile;
mod public_forward;
mod rate;
mod reaction;
mod rights;
mod row;
mod sponsor;
mod story;
pub(crate) mod subscription;
mod titles;
mod voice;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(crate) use admin_log::{Action, LogEvent, LogMessage};
pub(crate) use admins::{Admin, Barred};
pub(crate) use affiliate::{BOTS, Bot, Connection};
pub(crate) use balance::{Balances, least};
pub use cast::Role;
pub(crate) use cast::{
    Chat, DETAIL_FROM, GROUP_STATS_FROM, Holder, Kind, LANGUAGES, OTHERS, Other, STATS_FROM, Spec,
};
pub(crate) use content::Content;
pub(crate) use counters::Counters;
pub(crate) use day::{Day, FOLLOWER_SOURCES, MOODS, VIEW_SOURCES};
pub(crate) use dice::Dice;
pub(crate) use gift::{Gift, GiftKind};
pub(crate) use group::{GroupDay, MESSAGE_TYPES};
pub(crate) use group_week::{Deeds, GroupWeek, Poster};
use history::History;
pub(crate) use members::Members;
pub(crate) use paid::PaidReactions;
pub(crate) use people::Person;
pub(crate) use photo::{PhotoId, PhotoOf, file_reference, is_reference_good};
pub(crate) use poll::Poll;
pub(crate) use post::{Post, SETTLED_SECONDS};
pub(crate) use public_forward::PublicForward;
pub(crate) use reaction::{EMOJI, moods};
pub(crate) use row::Row;
pub use row::{RowKind, RowState, Unit};
pub(crate) use sponsor::Ad;
pub(crate) use story::{Story, StoryCounts, StoryForward, StoryReactor};

/// The account's id, here because chats mention it.
pub(crate) const SELF_ID: i64 = 7_000_000_101;

/// The second account's.
pub(crate) const DEPUTY_ID: i64 = SELF_ID + 1;

/// A world as one account sees it, and the part of it that has been worked out so far.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) first_day: Date,
    pub(crate) days: u32,
    /// The number of the day on which the account loses its rights in one channel.
    rights_end: u32,
    /// Of channels that earn both, the deputy sees the Stars and the owner the TON.
    splits_revenue: bool,
    holder: Holder,
    histories: Arc<Vec<History>>,
    titles: titles::Titles,
}

impl World {
    pub(crate) fn new(seed: u64, first_day: Date, days: u32, rights_last_days: u32) -> Self {
        let histories = cast::CHANNELS.iter().map(|spec| History::new(seed, first_day, days, spec)).collect();
        let (rights_end, holder) = (days.saturating_add(rights_last_days), Holder::Owner);
        Self {
            seed,
            first_day,
            days,
            rights_end,
            splits_revenue: false,
            holder,
            histories: Arc::new(histories),
            titles: titles::Titles::default(),
        }
    }

    /// The same world, where no account sees all revenue of the channels that earn TON and Stars.
    pub(crate) fn splitting_revenue(self, splits_revenue: bool) -> Self {
        Self { splits_revenue, ..self }
    }

    /// The same world with another account's rights and access hashes.
    pub(crate) fn seen_by(&self, holder: Holder) -> Self {
        Self { holder, histories: self.histories.clone(), titles: self.titles.clone(), ..*self }
    }

    /// All channels and supergroups, in a fixed order.
    pub(crate) fn channels(&self) -> impl Iterator<Item = Channel<'_>> {
        self.histories.iter().map(|history| Channel { world: self, history, spec: history.spec })
    }

    pub(crate) fn channel(&self, id: i64) -> Option<Channel<'_>> {
        self.channels().find(|channel| channel.spec.id == id)
    }

    /// People and a small group: things that are nobody's business.
    pub(crate) fn chats(&self) -> &'static [Chat] {
        if self.holder == Holder::Owner { cast::CHATS } else { &[] }
    }

    /// A public channel that is none of the account's.
    pub(crate) fn other(&self, id: i64) -> Option<&'static Other> {
        OTHERS.iter().find(|other| other.id == id)
    }

    /// The numbered person of a purpose, such as the third who boosts a channel.
    pub(crate) fn somebody(&self, purpose: &str, channel: i64, number: u32) -> Person {
        people::somebody(self.seed, purpose, channel, number)
    }

    /// Whoever has that id, unless it is somebody the account talks to in private.
    pub(crate) fn person(&self, id: i64) -> Option<Person> {
        people::find(id)
    }

    /// A bot with an affiliate programme.
    pub(crate) fn bot(&self, id: i64) -> Option<&'static Bot> {
        BOTS.iter().find(|bot| bot.id == id)
    }

    /// A gift of Telegram's catalogue.
    pub(crate) fn gift(&self, id: i64) -> Option<&'static GiftKind> {
        gift::kind(id)
    }

    /// The number that must accompany an id in requests of this account.
    pub(crate) fn access_hash(&self, id: i64) -> i64 {
        let purpose = match self.holder {
            Holder::Owner => "access".to_owned(),
            Holder::Deputy => "access of the deputy".to_owned(),
            Holder::Operator(number) => format!("access of operator {number}"),
        };
        Dice::new(self.seed, &purpose, id, 0).number().cast_signed() | 1
    }

    /// The number of the world's day at a moment, counted from the first; negative before it.
    pub(crate) fn day_number(&self, at: Timestamp) -> i32 {
        days_between(self.first_day, at.to_zoned(TimeZone::UTC).date())
    }
}

/// One channel or supergroup of the world.
#[derive(Clone, Copy)]
pub(crate) struct Channel<'a> {
    pub(crate) world: &'a World,
    pub(crate) spec: &'static Spec,
    history: &'a History,
}

impl Channel<'_> {
    /// The days so far, oldest first; the last one is today and holds only what has happened by now.
    pub(crate) fn days(&self, now: Timestamp) -> Vec<Day> {
        let Ok(today) = u32::try_from(self.world.day_number(now)) else { return Vec::new() };
        let mut days = self.history.until(today);
        if let Some(last) = days.last_mut() {
            *last = last.so_far(hours::elapsed_ppm(self.spec, second_of_day(now)));
        }
        days
    }

    /// The days that are over and today as it will have been, oldest first.
    pub(crate) fn whole_days(&self, now: Timestamp) -> Vec<Day> {
        u32::try_from(self.world.day_number(now))
            .map_or_else(|_| Vec::new(), |today| self.history.until(today))
    }

    /// The share of a whole day's happenings that has happened by the end of an hour (0 to 23), in millionths.
    pub(crate) fn elapsed_ppm(&self, second: i64) -> u64 {
        hours::elapsed_ppm(self.spec, second)
    }

    /// The posts that there are, oldest first, with the counters they have by now.
    pub(crate) fn posts(&self, now: Timestamp) -> Vec<Post> {
        let mut posts = self.posts_made(now);
        posts.retain(|post| !post.is_deleted(now.as_second()));
        posts
    }

    /// All posts that were ever made, also those deleted since, oldest first.
    pub(crate) fn posts_made(&self, now: Timestamp) -> Vec<Post> {
        post::until(self.posts_in_the_end(now), now)
    }

    /// All posts until the end of today as they will be when they have settled.
    fn posts_in_the_end(&self, now: Timestamp) -> Vec<Post> {
        let today = u32::try_from(self.world.day_number(now));
        today.map_or_else(|_| Vec::new(), |today| self.history.posts_until(today))
    }

    /// The post that a message belongs to, unless it is deleted or not yet made.
    pub(crate) fn post(&self, message_id: i32, now: Timestamp) -> Option<Post> {
        let days = self.whole_days(now);
        let id = u32::try_from(message_id).ok()?;
        let day = days.partition_point(|day| day.messages_before + 2 <= id).checked_sub(1)?;
        let posts = post::until(post::on(self.world.seed, self.spec, days.get(day)?), now);
        posts
            .into_iter()
            .find(|post| post.message_ids().contains(&message_id) && !post.is_deleted(now.as_second()))
    }

    /// The text of one of its messages, if it can have one.
    pub(crate) fn text(&self, post: &Post, message_id: i32) -> String {
        voice::text(self.world.seed, self.spec, post, message_id)
    }

    pub(crate) fn poll(&self, post: &Post) -> Option<Poll> {
        Poll::of(self.world.seed, self.spec, post)
    }

    /// Where a post was forwarded to in public by now, oldest first.
    pub(crate) fn public_forwards(&self, post: &Post, now: Timestamp) -> Vec<PublicForward> {
        public_forward::until(self.world.seed, self.spec, post, now.as_second())
    }

    /// The ads it shows now, each with a number of its own.
    pub(crate) fn ads(&self, now: Timestamp) -> Vec<(u64, &'static Ad)> {
        sponsor::shown(self.world.seed, self.spec, now.as_second())
    }

    /// Paid reactions by now.
    pub(crate) fn paid_reactions(&self, now: Timestamp) -> PaidReactions {
        let ledger = if self.spec.stars { self.ledger(Unit::Stars, now) } else { Vec::new() };
        PaidReactions::of(&ledger)
    }

    /// The id of the newest message by now, deleted ones included.
    pub(crate) fn last_message_id(&self, now: Timestamp) -> i32 {
        let days = self.whole_days(now);
        let Some(today) = days.last() else { return 1 };
        let posts = post::on(self.world.seed, self.spec, today);
        let made = posts.iter().rfind(|post| post.date <= now.as_second());
        let before = i32::try_from(today.messages_before).unwrap_or(i32::MAX - 1) + 1;
        made.map_or(before, |post| post.message_ids().end - 1)
    }

    /// All stories by now, oldest first.
    pub(crate) fn stories(&self, now: Timestamp) -> Vec<Story> {
        self.stories_of(&self.whole_days(now), now)
    }

    /// The stories that anybody can see now, oldest first.
    pub(crate) fn active_stories(&self, now: Timestamp) -> Vec<Story> {
        let today = u32::try_from(self.world.day_number(now));
        let days = today.map_or_else(|_| Vec::new(), |today| self.history.latest(today, 2));
        let mut stories = self.stories_of(&days, now);
        stories.retain(|story| story.is_active(now.as_second()));
        stories
    }

    fn stories_of(&self, days: &[Day], now: Timestamp) -> Vec<Story> {
        let made = days.iter().filter_map(|day| Story::of(self.world.seed, self.spec, day));
        made.filter(|story| story.date <= now.as_second()).collect()
    }

    pub(crate) fn story_counts(&self, story: &Story, now: Timestamp) -> StoryCounts {
        story.counts(self.spec, now.as_second())
    }

    /// A story's reactions by emoji.
    pub(crate) fn story_emoji(&self, story: &Story, now: Timestamp) -> Vec<(&'static str, u64)> {
        story::by_emoji(&self.story_counts(story, now))
    }

    /// Who reacted to a story by now, latest first.
    pub(crate) fn story_reactors(&self, story: &Story, now: Timestamp) -> Vec<StoryReactor> {
        story::reactors(self.world.seed, self.spec, story, now.as_second())
    }

    /// Where a story was taken over in public by now, latest first.
    pub(crate) fn story_forwards(&self, story: &Story, now: Timestamp) -> Vec<StoryForward> {
        story::forwards(self.world.seed, self.spec, story, now.as_second())
    }

    /// A supergroup's days so far, oldest first; the last one is today and holds only what has happened by now.
    pub(crate) fn group_days(&self, now: Timestamp) -> Vec<GroupDay> {
        let mut days = self.whole_group_days(now);
        if let Some(last) = days.last_mut() {
            *last = last.so_far(self.elapsed_ppm(second_of_day(now)));
        }
        days
    }

    /// The same with today as it will have been.
    pub(crate) fn whole_group_days(&self, now: Timestamp) -> Vec<GroupDay> {
        let days = self.whole_days(now);
        days.iter().map(|day| GroupDay::of(self.world.seed, self.spec, day)).collect()
    }

    /// The owner and the other administrators by now.
    pub(crate) fn admins(&self, now: Timestamp) -> Vec<Admin> {
        admins::of(self, now)
    }

    /// Who was thrown out, latest first.
    pub(crate) fn banned(&self, now: Timestamp) -> Vec<Barred> {
        if self.spec.kind == Kind::Supergroup {
            group_log::banned(self, &Members::new(*self, now))
        } else {
            admins::thrown_out(self, now)
        }
    }

    /// Who may not write now, latest first: in a channel nobody may anyway.
    pub(crate) fn restricted(&self, now: Timestamp) -> Vec<Barred> {
        let supergroup = self.spec.kind == Kind::Supergroup;
        if supergroup { group_log::restricted(self, &Members::new(*self, now)) } else { Vec::new() }
    }

    /// What can still be read in the log of administrators and members, oldest first.
    pub(crate) fn admin_log(&self, now: Timestamp) -> Vec<LogEvent> {
        admin_log::of(self, now)
    }

    /// The ledger by now, oldest row first.
    pub(crate) fn ledger(&self, unit: Unit, now: Timestamp) -> Vec<Row> {
        let posts = || self.posts_in_the_end(now);
        ledger::until((self.world, self.spec), unit, &self.whole_days(now), posts, now)
    }

    pub(crate) fn balances(&self, unit: Unit, now: Timestamp) -> Balances {
        balance::of(unit, &self.ledger(unit, now), now)
    }

    /// The gifts it has by now, oldest first; those that were turned into Stars are gone.
    pub(crate) fn gifts(&self, now: Timestamp) -> Vec<Gift> {
        let now_second = now.as_second();
        let mut gifts = gift::received(self.world, self.spec, &self.whole_days(now));
        gifts.retain(|gift| gift.date <= now_second && gift.converted_at.is_none_or(|at| at > now_second));
        gifts
    }

    /// The affiliate programmes it has joined by now, oldest first.
    pub(crate) fn connections(&self, now: Timestamp) -> Vec<Connection> {
        affiliate::connections(self.world, self.spec, &self.whole_days(now))
    }
}

/// Midnight UTC at the beginning of a day, in Unix seconds.
pub(crate) fn midnight(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_second())
}

pub(crate) fn second_of_day(at: Timestamp) -> i64 {
    at.as_second().rem_euclid(86_400)
}

fn days_between(from: Date, to: Date) -> i32 {
    i32::try_from((midnight(to) - midnight(from)) / 86_400).unwrap_or(i32::MAX)
}
