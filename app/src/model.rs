//! The vocabulary: what Channelscope talks about, in Telegram's and accounting's own words.
//!
//! Plain values without behaviour of their own beyond parsing, arithmetic and order. Everything here
//! compiles for the browser.

pub mod account;
pub mod boost;
pub mod card;
pub mod channel;
pub mod errand;
pub mod giveaway;
pub mod id;
pub mod invite;
pub mod item;
pub mod known;
pub mod link;
pub mod metric;
pub mod money;
pub mod period;
pub mod post;
pub mod revenue;
pub mod run;
pub mod schedule;
pub mod series;

pub use boost::{Boost, BoostSource, BoostStatus, Boosts, SeenBoost};
pub use card::{Card, CardName};
pub use channel::{Channel, ChannelSummary, KnownChannel, Portfolio};
pub use errand::{Errand, ErrandAnswer, ErrandKind};
pub use giveaway::{Giveaway, GiveawayId, GiveawayState, SeenGiveaway};
pub use id::{AccountId, ChannelId, ErrandId, RunId, TelegramUserId, UserId};
pub use invite::{InviteImporter, InviteLink};
pub use item::{Item, ItemGraph, ItemKind};
pub use link::{ChannelLink, NoChannelLink};
pub use metric::{Fold, Metric, Resolution, Unit};
pub use money::{Nano, UnitCode, UsdRate};
pub use period::{Interval, Period};
pub use post::{ForwardedFrom, Post, PostCounters, PostKind, ViewsOrigin};
pub use revenue::{Balances, RecordedRate, Revenue, Transaction, TransactionKind, TransactionState};
pub use run::{Run, RunState, Trigger};
pub use schedule::{Collector, Right, Rights, Schedule, Scope};
pub use series::{Point, Series, SeriesSet};
