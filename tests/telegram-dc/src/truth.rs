use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::clock::Clock;
use crate::shared::Shared;
use crate::world::{
    Channel, Content, Day, EMOJI, FOLLOWER_SOURCES, GROUP_STATS_FROM, Kind, LANGUAGES, MOODS, PhotoId,
    PhotoOf, Post, Role, Row, RowKind, STATS_FROM, Unit, VIEW_SOURCES, World,
};

mod audience;
mod group;
pub(crate) mod http;
mod post;
mod story;

pub use group::TruthGroupDay;
pub use post::TruthForward;
pub use story::{TruthStory, TruthStoryForward};

pub use audience::{TruthBoost, TruthGiveaway, TruthInvite, TruthPrepaid};

/// What the answers ought to add up to, as of the world's clock. Tests compare with it; nothing in it is sent.
#[derive(Clone, Debug)]
pub struct Truth {
    world: Arc<World>,
    clock: Clock,
}

/// A channel or supergroup of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthChannel {
    /// Telegram's bare id.
    pub id: i64,
    /// The number that must accompany the id in requests.
    pub access_hash: i64,
    /// The title as users typed it.
    pub title: String,
    /// The public name that is shown, without `@`.
    pub username: Option<String>,
    /// All names that lead to it, in the order in which they are shown, without `@`.
    pub usernames: Vec<String>,
    /// What it is marked as, by Telegram's names of the flags, in alphabetical order.
    pub flags: Vec<&'static str>,
    /// The id of its photo.
    pub photo_id: Option<i64>,
    /// Its level by boosts; none below the first.
    pub level: Option<i32>,
    /// Whether it is a supergroup rather than a channel.
    pub supergroup: bool,
    /// What the account may do there.
    pub role: Role,
    /// Whether the account sees statistics.
    pub stats: bool,
    /// Whether the account sees ad revenue in TON.
    pub ton: bool,
    /// Whether the account sees revenue in Stars.
    pub stars: bool,
    /// Subscribers now.
    pub subscribers: u64,
    /// Of a group, how many members are online in this hour.
    pub online: Option<u64>,
    /// The discussion group of a channel, the channel of a group.
    pub linked: Option<i64>,
}

/// One UTC day of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthDay {
    /// The UTC day.
    pub date: Date,
    /// Whether the day is still running, so that its counts will grow.
    pub partial: bool,
    /// Subscribers at its end, or now: those of the day before plus `joined` minus `left`.
    pub subscribers: u64,
    /// How many joined; the sum of `joined_by_source`.
    pub joined: u64,
    /// How many left.
    pub left: u64,
    /// New subscribers by where they came from.
    pub joined_by_source: BTreeMap<String, u64>,
    /// Subscribers with notifications off as the day began.
    pub muted_before: u64,
    /// How many switched notifications off.
    pub muted: u64,
    /// How many switched them on again.
    pub unmuted: u64,
    /// Views of posts; the sum of `views_by_source`.
    pub views: u64,
    /// Views by where they came from.
    pub views_by_source: BTreeMap<String, u64>,
    /// Shares of posts.
    pub shares: u64,
    /// Views of pages shown at once (Instant View).
    pub instant_views: u64,
    /// Shares of such pages.
    pub instant_view_shares: u64,
    /// Reactions by how they are meant.
    pub reactions_by_emotion: BTreeMap<String, u64>,
    /// Views of stories.
    pub story_views: u64,
    /// Shares of stories.
    pub story_shares: u64,
    /// Reactions to stories by how they are meant.
    pub story_reactions_by_emotion: BTreeMap<String, u64>,
    /// Viewers by language.
    pub viewers_by_language: BTreeMap<String, u64>,
    /// Views with an ad.
    pub impressions: u64,
    /// Ad revenue in nanotons.
    pub revenue_nano: u64,
}

/// One ledger row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthRow {
    /// Telegram's transaction id; a refund has the same as what it refunds.
    pub id: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Unix seconds.
    pub date: i64,
    /// Nanotons, or billionths of a Star; negative when it left the channel.
    pub nano: i128,
    /// What it is about.
    #[serde(flatten)]
    pub kind: RowKind,
}

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TruthPostKind {
    /// Words alone.
    Text,
    /// A photo, perhaps with words.
    Photo,
    /// Several photos, each a message of its own.
    Album,
    /// A poll.
    Poll,
    /// A photo that opens for Stars.
    PaidMedia,
    /// Taken over from another channel.
    Forward,
    /// The beginning of a giveaway: an announcement, and the message with the giveaway.
    Giveaway,
    /// The end of a giveaway: an announcement, and the message with the winners.
    GiveawayResults,
}

/// One post, deleted or not, with its counters by now; a deleted post keeps those it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthPost {
    /// The message that is counted: an album's first, a giveaway's second.
    pub id: i32,
    /// All its messages.
    pub message_ids: Vec<i32>,
    /// Unix seconds.
    pub date: i64,
    /// What it is.
    pub kind: TruthPostKind,
    /// Who signed it, where posts are signed.
    pub author: Option<String>,
    /// Its words by now; before its edit they were others. An album's stand under its first photo; what the end of a
    /// giveaway says of its winners is not among them.
    pub text: String,
    /// Views of the message that is counted.
    pub views: u64,
    /// Forwards of it, public or private.
    pub forwards: u64,
    /// Reactions to it by emoji; paid ones are in the ledger.
    pub reactions: u64,
    /// The same, each emoji by itself; those that nobody chose are left out.
    pub reactions_by: BTreeMap<String, u64>,
    /// Comments in the discussion group.
    pub replies: u64,
    /// When it was deleted, Unix seconds.
    pub deleted: Option<i64>,
    /// When its text was changed, Unix seconds.
    pub edited: Option<i64>,
    /// Whether a bigger channel took it over.
    pub viral: bool,
}

/// Sums over the ledger, in nanotons or billionths of a Star.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TruthBalances {
    /// Earned, less what was spent and withdrawals that succeeded or are pending, plus refunds of those.
    pub current_nano: i128,
    /// What can be withdrawn now; at most `current_nano`.
    pub available_nano: i128,
    /// All that was ever earned, less sales that were given back.
    pub overall_nano: i128,
}

impl Truth {
    pub(crate) fn new(shared: &Shared) -> Self {
        Self { world: shared.accounts.owner().world.clone(), clock: shared.clock.clone() }
    }

    pub(crate) fn of(shared: &Shared, user_id: i64) -> Option<Self> {
        let account = shared.accounts.find(|user| user.id == user_id)?;
        Some(Self { world: account.world.clone(), clock: shared.clock.clone() })
    }

    /// All channels and supergroups.
    #[must_use]
    pub fn channels(&self) -> Vec<TruthChannel> {
        self.world.channels().map(|channel| self.describe(&channel)).collect()
    }

    /// The channel's days from its first until today, which is partial. Empty for an unknown id.
    #[must_use]
    pub fn days(&self, channel_id: i64) -> Vec<TruthDay> {
        let days =
            self.world.channel(channel_id).map_or_else(Vec::new, |channel| channel.days(self.clock.now()));
        let last = days.len().saturating_sub(1);
        days.iter().enumerate().map(|(index, day)| truth_of(day, index == last)).collect()
    }

    /// All posts that were ever made in the channel, also deleted ones, oldest first. Empty for an unknown id.
    #[must_use]
    pub fn posts(&self, channel_id: i64) -> Vec<TruthPost> {
        let now = self.clock.now();
        let Some(channel) = self.world.channel(channel_id) else { return Vec::new() };
        let posts = channel.posts_made(now).into_iter();
        posts.map(|post| truth_of_post(&channel, post, now)).collect()
    }

    /// The channel's ledger so far, oldest row first. Empty for an unknown id.
    #[must_use]
    pub fn ledger(&self, channel_id: i64, unit: Unit) -> Vec<TruthRow> {
        let channel = self.world.channel(channel_id);
        let rows = channel.map_or_else(Vec::new, |channel| channel.ledger(unit, self.clock.now()));
        rows.into_iter().map(|Row { id, date, nano, kind }| TruthRow { id, unit, date, nano, kind }).collect()
    }

    /// The channel's ledgers in both units so far, oldest row first. Empty for an unknown id.
    #[must_use]
    pub fn whole_ledger(&self, channel_id: i64) -> Vec<TruthRow> {
        let mut rows = self.ledger(channel_id, Unit::Ton);
        rows.extend(self.ledger(channel_id, Unit::Stars));
        rows.sort_by_key(|row| row.date);
        rows
    }

    /// The channel's balances. All zero for an unknown id.
    #[must_use]
    pub fn balances(&self, channel_id: i64, unit: Unit) -> TruthBalances {
        let none = TruthBalances { current_nano: 0, available_nano: 0, overall_nano: 0 };
        self.world.channel(channel_id).map_or(none, |channel| {
            let balances = channel.balances(unit, self.clock.now());
            TruthBalances {
                current_nano: balances.current,
                available_nano: balances.available,
                overall_nano: balances.overall,
            }
        })
    }

    /// What one unit is worth now, in US dollars.
    #[must_use]
    pub fn usd_rate(&self, unit: Unit) -> f64 {
        self.world.usd_rate(unit, self.clock.now())
    }

    /// Words that occur in private chats only: whoever stores one of them has stored what is nobody's business.
    #[must_use]
    pub fn private_markers(&self) -> Vec<&'static str> {
        self.world.chats().iter().filter_map(|chat| chat.message.split(':').next()).collect()
    }

    fn describe(&self, channel: &Channel<'_>) -> TruthChannel {
        let spec = channel.spec;
        let subscribers = channel.days(self.clock.now()).last().map_or(0, Day::subscribers);
        let role = channel.role(self.clock.now());
        let owner = role == Role::Owner;
        let least = if spec.kind == Kind::Broadcast { STATS_FROM } else { GROUP_STATS_FROM };
        let active = channel.names().into_iter().filter(|name| name.active);
        TruthChannel {
            id: spec.id,
            access_hash: self.world.access_hash(spec.id),
            title: channel.title(),
            username: channel.main_name().map(str::to_owned),
            usernames: active.map(|name| name.text.to_owned()).collect(),
            flags: channel.flags(),
            photo_id: channel.has_photo().then(|| PhotoId::of(PhotoOf::Channel(spec.id)).0),
            level: channel.level(self.clock.now()),
            supergroup: spec.kind == Kind::Supergroup,
            role,
            stats: role != Role::Member && subscribers >= least,
            ton: owner && spec.ads_permille > 0,
            stars: owner && spec.stars,
            subscribers,
            online: channel.online(self.clock.now()),
            linked: spec.linked,
        }
    }
}

fn truth_of(day: &Day, partial: bool) -> TruthDay {
    let named = |names: &[&str], counts: &[u64]| {
        names.iter().zip(counts).map(|(name, count)| ((*name).to_owned(), *count)).collect()
    };
    TruthDay {
        date: day.date,
        partial,
        subscribers: day.subscribers(),
        joined: day.joined(),
        left: day.left,
        joined_by_source: named(&FOLLOWER_SOURCES, &day.joined_by),
        muted_before: day.muted_before,
        muted: day.muted,
        unmuted: day.unmuted,
        views: day.views(),
        views_by_source: named(&VIEW_SOURCES, &day.views_by),
        shares: day.shares,
        instant_views: day.instant_views,
        instant_view_shares: day.instant_shares,
        reactions_by_emotion: named(&MOODS, &day.reactions_by),
        story_views: day.story_views,
        story_shares: day.story_shares,
        story_reactions_by_emotion: named(&MOODS, &day.story_reactions_by),
        viewers_by_language: named(&LANGUAGES, &day.viewers_by_language),
        impressions: day.impressions,
        revenue_nano: day.revenue_nano,
    }
}

fn truth_of_post(channel: &Channel<'_>, post: Post, now: Timestamp) -> TruthPost {
    let deleted = post.deleted_at.filter(|at| *at <= now.as_second());
    let by_emoji = post.counters(post.counted_id(), deleted.unwrap_or(now.as_second())).reactions_by;
    let by_emoji = EMOJI.iter().zip(by_emoji).filter(|(_, count)| *count > 0);
    TruthPost {
        id: post.counted_id(),
        message_ids: post.message_ids().collect(),
        date: post.date,
        kind: match post.content {
            Content::Text => TruthPostKind::Text,
            Content::Photo => TruthPostKind::Photo,
            Content::Album { .. } => TruthPostKind::Album,
            Content::Poll => TruthPostKind::Poll,
            Content::PaidMedia { .. } => TruthPostKind::PaidMedia,
            Content::Forward { .. } => TruthPostKind::Forward,
            Content::Giveaway { .. } => TruthPostKind::Giveaway,
            Content::GiveawayResults { .. } => TruthPostKind::GiveawayResults,
        },
        author: post.author.map(str::to_owned),
        text: channel.text(&post, post.id),
        views: post.views,
        forwards: post.forwards,
        reactions: post.reactions,
        reactions_by: by_emoji.map(|((emoji, _), count)| ((*emoji).to_owned(), count)).collect(),
        replies: post.replies,
        deleted,
        edited: post.edited_at,
        viral: post.viral,
    }
}
