//! Schedules: what is collected when.

mod overview;
mod preset;
mod quiet;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, ChannelId, RunId, RunState};

pub use overview::Schedules;
pub use preset::{Cost, Preset, UnknownPreset};
pub use quiet::{BadQuietHours, QuietHours};

/// What a collector needs the account to be allowed to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Nothing but being let look: anybody at public channels, members at private ones.
    Member,
    /// Any administrator's right.
    Administrator,
    /// `can_view_stats`.
    Statistics,
    /// `can_view_revenue` or `can_view_stars_revenue`.
    Revenue,
}

impl Right {
    /// The name in queries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Administrator => "administrator",
            Self::Statistics => "statistics",
            Self::Revenue => "revenue",
        }
    }
}

/// What an account may see of a channel, or what all linked accounts together may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// It created the channel or administers it.
    pub is_admin: bool,
    /// `can_view_stats`.
    pub can_view_stats: bool,
    /// `can_view_revenue`: ad revenue, in TON.
    pub can_view_revenue: bool,
    /// `can_view_stars_revenue`.
    pub can_view_stars_revenue: bool,
}

impl Rights {
    /// What may be seen, in words: `statistics, ad revenue`.
    pub fn words(self) -> String {
        let rights = [
            (self.can_view_stats, "statistics"),
            (self.can_view_revenue, "ad revenue"),
            (self.can_view_stars_revenue, "Stars revenue"),
        ];
        let words: Vec<_> = rights.into_iter().filter(|(may, _)| *may).map(|(_, word)| word).collect();
        match (words.is_empty(), self.is_admin) {
            (false, _) => words.join(", "),
            (true, true) => "posts and boosts only".to_owned(),
            (true, false) => "what everybody may see".to_owned(),
        }
    }

    /// Do these include that right?
    pub const fn include(self, right: Right) -> bool {
        match right {
            Right::Member => true,
            Right::Administrator => self.is_admin,
            Right::Statistics => self.can_view_stats,
            Right::Revenue => self.can_view_revenue || self.can_view_stars_revenue,
        }
    }
}

/// Where there is anything to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In channels, not in supergroups.
    Channels,
    /// In supergroups, not in channels.
    Groups,
    /// In both.
    Both,
}

impl Scope {
    const fn covers(self, is_group: bool) -> bool {
        match self {
            Self::Channels => !is_group,
            Self::Groups => is_group,
            Self::Both => true,
        }
    }
}

/// An interval as the table writes it.
macro_rules! seconds {
    ($every:literal minutes) => {
        $every * 60
    };
    ($every:literal hours) => {
        $every * 3600
    };
    ($every:literal days) => {
        $every * 86_400
    };
}

/// Whether a collector is switched on unless the user says otherwise, as the table writes it.
macro_rules! is_on {
    () => {
        true
    };
    (off) => {
        false
    };
}

macro_rules! collectors {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $title:literal, every $every:literal $unit:ident, about $requests:literal requests, $right:ident, $scope:ident, [$($method:literal),+] $(, $default:ident)?;)*) => {
        /// One kind of collecting, with its own schedule for each channel. The README's table is made of this list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Collector { $($(#[$doc])* $variant,)* }

        impl Collector {
            /// Every collector, money first: the order of a first run.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name: on the command line, in the API and the database.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What people read: the subject of a sentence.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title,)* } }

            /// Seconds between runs unless the user says otherwise.
            pub const fn default_every_seconds(self) -> i32 { match self { $(Self::$variant => seconds!($every $unit),)* } }

            /// Whether it is switched on unless the user says otherwise.
            pub const fn is_on_by_default(self) -> bool { match self { $(Self::$variant => is_on!($($default)?),)* } }

            /// About how many requests a run makes once the first one is over, for a channel that has everything.
            pub const fn typical_requests(self) -> u32 { match self { $(Self::$variant => $requests,)* } }

            /// What the account must be allowed to see.
            pub const fn right(self) -> Right { match self { $(Self::$variant => Right::$right,)* } }

            /// Where there is anything to collect.
            pub const fn scope(self) -> Scope { match self { $(Self::$variant => Scope::$scope,)* } }

            /// Telegram's methods, the first one first.
            pub const fn methods(self) -> &'static [&'static str] { match self { $(Self::$variant => &[$($method),+],)* } }
        }
    };
}

collectors! {
    /// What the channel is: subscribers, rights, flags.
    Facts = "facts", "Facts", every 6 hours, about 1 requests, Member, Both, ["channels.getFullChannel"];
    /// Balances, the rate of the moment and revenue graphs, both currencies.
    Revenue = "revenue", "Balances", every 3 hours, about 2 requests, Revenue, Both,
        ["payments.getStarsRevenueStats", "stats.loadAsyncGraph"];
    /// Both ledgers, complete to the first row.
    Ledger = "ledger", "Ledger", every 3 hours, about 3 requests, Revenue, Both, ["payments.getStarsTransactions"];
    /// A channel's cards and twelve graphs.
    Statistics = "statistics", "Statistics", every 6 hours, about 8 requests, Statistics, Channels,
        ["stats.getBroadcastStats", "stats.loadAsyncGraph"];
    /// New, edited and deleted posts with their counters; also when a post comes to an age that is compared.
    Posts = "posts", "Posts", every 10 minutes, about 1 requests, Member, Channels,
        ["messages.getHistory", "channels.getMessages"];
    /// The graphs of young posts and of polls, and where posts were forwarded to in public.
    PostStatistics = "post_statistics", "Post statistics", every 6 hours, about 20 requests, Statistics, Channels,
        ["stats.getMessageStats", "stats.loadAsyncGraph", "stats.getMessagePublicForwards", "stats.getPollStats", "channels.getMessages"];
    /// Older posts, down to the first; then no more.
    History = "history", "Older posts", every 1 hours, about 10 requests, Member, Channels, ["messages.getHistory"];
    /// Levels, every boost that counts, and prepaid giveaways.
    Boosts = "boosts", "Boosts", every 6 hours, about 3 requests, Administrator, Both,
        ["premium.getBoostsStatus", "premium.getBoostsList"];
    /// Giveaways that run or are over, with their results.
    Giveaways = "giveaways", "Giveaways", every 6 hours, about 3 requests, Administrator, Both,
        ["payments.getGiveawayInfo", "messages.getHistory", "channels.getMessages"];
    /// Invite links of every administrator, how they are used, and who waits to be let in.
    Invites = "invites", "Invite links", every 12 hours, about 6 requests, Administrator, Both,
        ["messages.getAdminsWithInvites", "messages.getExportedChatInvites", "messages.getChatInviteImporters"];
    /// What administrators and members did, which Telegram keeps for 48 hours.
    AdminLog = "admin_log", "The admin log", every 12 hours, about 2 requests, Administrator, Both,
        ["channels.getAdminLog"];
    /// A supergroup's cards, eight graphs and its busiest people.
    GroupStatistics = "group_statistics", "Group statistics", every 6 hours, about 5 requests, Statistics, Groups,
        ["stats.getMegagroupStats", "stats.loadAsyncGraph"];
    /// Stories and their counters: those on show, and the archive where the account may see it.
    Stories = "stories", "Stories", every 6 hours, about 3 requests, Administrator, Channels,
        ["stories.getPeerStories", "stories.getStoriesArchive", "stories.getStoriesViews"];
    /// The graphs of young stories, and where stories were forwarded to in public.
    StoryStatistics = "story_statistics", "Story statistics", every 12 hours, about 8 requests, Statistics, Channels,
        ["stats.getStoryStats", "stats.loadAsyncGraph", "stats.getStoryPublicForwards"];
    /// The last days of all graphs that can be seen hour by hour.
    Hourly = "hourly", "Hours", every 6 hours, about 11 requests, Statistics, Both,
        ["stats.getBroadcastStats", "stats.getMegagroupStats", "stats.loadAsyncGraph"];
    /// Channels that Telegram finds similar: who appears among them, and who disappears.
    Similar = "similar", "Similar channels", every 30 days, about 1 requests, Member, Channels,
        ["channels.getChannelRecommendations"];
    /// Ads that Telegram offers to the account that looks; never said to be seen, never clicked.
    Sponsored = "sponsored", "Sponsored messages (ads offered to this account, not what your readers saw)",
        every 24 hours, about 1 requests, Member, Channels, ["messages.getSponsoredMessages"], off;
}

impl Collector {
    /// Is there anything to collect in a channel, or in a supergroup?
    pub const fn exists_in(self, is_group: bool) -> bool {
        self.scope().covers(is_group)
    }

    /// What it asks of a channel, or of a supergroup: of each there are statistics of its own.
    pub fn methods_in(self, is_group: bool) -> impl Iterator<Item = &'static str> {
        let of_others = if is_group { "stats.getBroadcastStats" } else { "stats.getMegagroupStats" };
        self.methods().iter().copied().filter(move |method| *method != of_others)
    }

    /// What goes first when much is due: money and young posts, then what the channel is as a whole, then its single posts,
    /// stories and hours (until they are late, [`Collector::when_late`]), old posts last. Facts come with money, for they say
    /// what may be asked.
    pub const fn urgency(self) -> i16 {
        match self {
            Self::Facts | Self::Revenue | Self::Ledger | Self::Posts => 0,
            // Most of what is asked, and of each the least.
            Self::PostStatistics | Self::StoryStatistics | Self::Hourly => 3,
            Self::History => 4,
            _ => Self::NO_HURRY,
        }
    }

    /// The urgency of what can wait, a first round among it.
    pub const NO_HURRY: i16 = 2;

    /// Whether it takes turns with the others of its urgency, one for one, and is not behind those that are due longer: a
    /// post comes to an age only once, and a look is one request. So neither waits for the other, however much there is.
    pub const fn takes_turns(self) -> bool {
        matches!(self, Self::Posts)
    }

    /// After how many seconds something that is due goes with what is more urgent, and with what. An account that has more
    /// to ask than a day is long would otherwise never come to single posts, stories and hours, which Telegram forgets.
    pub const fn when_late(self) -> Option<(i32, i16)> {
        match self.urgency() {
            3 => Some((86_400, Self::NO_HURRY)),
            _ => None,
        }
    }

    /// Does it come to an end? Older posts are read once, down to the first; then nothing is asked any more.
    pub const fn comes_to_an_end(self) -> bool {
        matches!(self, Self::History)
    }

    /// May it collect with these rights?
    pub const fn allowed_by(self, rights: Rights) -> bool {
        rights.include(self.right())
    }
}

/// So much earlier than its interval says something is due, in seconds, that it is done in time when it has to wait for its
/// turn: the interval is a promise.
pub const fn room(every_seconds: i32) -> i32 {
    // Two long runs may be ahead of it: one under way, one that was claimed.
    let part = every_seconds / 20 * 3;
    if part < 90 { part } else { 90 }
}

/// So much earlier still, at most, in seconds, so that channels that began together do not stay together. By how much differs
/// from run to run.
pub const fn jitter(every_seconds: i32) -> i32 {
    every_seconds / 20
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a collector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a collector; `schedule list` names those there are")]
pub struct UnknownCollector(pub String);

impl FromStr for Collector {
    type Err = UnknownCollector;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|one| one.name() == text)
            .ok_or_else(|| UnknownCollector(text.to_owned()))
    }
}

/// When one collector runs for one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Whose.
    pub channel_id: ChannelId,
    /// The channel's title.
    pub channel_title: String,
    /// What.
    pub collector: Collector,
    /// Seconds between runs; with `cron`, on average.
    pub every_seconds: i32,
    /// Five fields, as in a crontab, read in `time_zone`; `None` for an interval.
    pub cron: Option<String>,
    /// IANA name; there with `cron` only.
    pub time_zone: Option<String>,
    /// Off means never, until switched on.
    pub enabled: bool,
    /// When it is next due.
    pub next_due_at: Timestamp,
    /// The newest run.
    pub last_run: Option<RunId>,
    /// How far that is.
    pub last_state: Option<RunState>,
    /// When that ended.
    pub last_finished_at: Option<Timestamp>,
    /// How long that took, seconds.
    pub last_seconds: Option<i64>,
    /// When it last went well, at least in part.
    pub last_good_at: Option<Timestamp>,
    /// Why it waits for a person; `None` when it does not.
    pub parked_reason: Option<String>,
    /// Through which account it is collected, whether that must keep quiet now or not; `None` when no usable one may.
    pub account: Option<AccountId>,
}

#[cfg(test)]
mod tests;
