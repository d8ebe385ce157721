//! What is measured. One name for a metric through the API, the database and the pages.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::UnitCode;

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain count: people, views, posts.
    Count,
    /// Nanotons.
    NanoTon,
    /// Whole Stars (the Stars revenue graph carries no nanos).
    Stars,
}

impl Unit {
    /// The unit's name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::NanoTon => "nanoton",
            Self::Stars => "stars",
        }
    }

    /// The currency, where the unit is money.
    pub const fn currency(self) -> Option<UnitCode> {
        match self {
            Self::Count => None,
            Self::NanoTon => Some(UnitCode::Ton),
            Self::Stars => Some(UnitCode::Stars),
        }
    }
}

/// How days make a week or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// A state: the value of the last known day.
    Last,
    /// A flow: the sum of the days.
    Sum,
}

/// When a metric's points are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// One point a UTC day, as Telegram's servers cut it.
    Day,
    /// One point an hour of the day, 0–23, summed by Telegram over its own window.
    HourOfDay,
    /// One point a week, on its Monday (UTC).
    Week,
    /// One point an hour. No metric has only these: they are kept beside the days of metrics that Telegram shows from
    /// close by.
    Hour,
}

impl Resolution {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::HourOfDay => "hour_of_day",
            Self::Week => "week",
            Self::Hour => "hour",
        }
    }
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $title:literal, $unit:ident, $fold:ident, $resolution:ident;)*) => {
        /// Everything collected as a series. The graph each comes from is named in the comment
        /// (`stats.broadcastStats` unless said otherwise;
        /// what `stats.megagroupStats` says of members is the same metric as of subscribers).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Metric { $($(#[$doc])* $variant,)* }

        impl Metric {
            /// Every metric, in reading order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name: in the API, the database and files.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What people read above the chart.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title,)* } }

            /// What one counts.
            pub const fn unit(self) -> Unit { match self { $(Self::$variant => Unit::$unit,)* } }

            /// How days make longer intervals.
            pub const fn fold(self) -> Fold { match self { $(Self::$variant => Fold::$fold,)* } }

            /// When its points are.
            pub const fn resolution(self) -> Resolution { match self { $(Self::$variant => Resolution::$resolution,)* } }
        }
    };
}

metrics! {
    /// `growth_graph`: subscribers at the end of the day; members in a supergroup.
    Subscribers = "subscribers", "Subscribers", Count, Last, Day;
    /// `followers_graph`, first column.
    Joined = "joined", "Joined", Count, Sum, Day;
    /// `followers_graph`, second column.
    Left = "left", "Left", Count, Sum, Day;
    /// `mute_graph`: turned notifications off.
    Muted = "muted", "Notifications off", Count, Sum, Day;
    /// `mute_graph`: turned notifications on.
    Unmuted = "unmuted", "Notifications on", Count, Sum, Day;
    /// `views_by_source_graph`; the dimension is the source.
    ViewsBySource = "views_by_source", "Views by source", Count, Sum, Day;
    /// `new_followers_by_source_graph`; the dimension is the source.
    JoinedBySource = "joined_by_source", "New subscribers by source", Count, Sum, Day;
    /// `interactions_graph`, views.
    Views = "views", "Views", Count, Sum, Day;
    /// `interactions_graph`, shares.
    Shares = "shares", "Shares", Count, Sum, Day;
    /// `iv_interactions_graph`, views of Instant View pages.
    InstantViews = "instant_views", "Instant View views", Count, Sum, Day;
    /// `iv_interactions_graph`, shares of Instant View pages.
    InstantViewShares = "instant_view_shares", "Instant View shares", Count, Sum, Day;
    /// `languages_graph`; the dimension is the language.
    Languages = "languages", "Languages", Count, Sum, Day;
    /// `reactions_by_emotion_graph`; the dimension is the emotion.
    Reactions = "reactions", "Reactions", Count, Sum, Day;
    /// `story_interactions_graph`, views.
    StoryViews = "story_views", "Story views", Count, Sum, Day;
    /// `story_interactions_graph`, shares.
    StoryShares = "story_shares", "Story shares", Count, Sum, Day;
    /// `story_reactions_by_emotion_graph`; the dimension is the emotion.
    StoryReactions = "story_reactions", "Story reactions", Count, Sum, Day;
    /// `top_hours_graph`: views by hour of the day, one dimension a week.
    ViewsByHour = "views_by_hour", "Views by hour", Count, Last, HourOfDay;
    /// `payments.starsRevenueStats{ton}.revenue_graph`: ad revenue credited that day.
    AdRevenue = "ad_revenue", "Ad revenue", NanoTon, Sum, Day;
    /// `payments.starsRevenueStats{ton}.top_hours_graph`: ad impressions by hour of the day.
    AdImpressionsByHour = "ad_impressions_by_hour", "Ad impressions by hour", Count, Last, HourOfDay;
    /// `payments.starsRevenueStats.revenue_graph`: Stars earned that day.
    StarsRevenue = "stars_revenue", "Stars revenue", Stars, Sum, Day;
    /// `stats.megagroupStats.messages_graph`; the dimension is what the messages are.
    MessagesByType = "messages_by_type", "Messages by type", Count, Sum, Day;
    /// `stats.megagroupStats.actions_graph`; the dimension is what was done: deleted, edited, banned.
    GroupActions = "group_actions", "Actions", Count, Sum, Day;
    /// `stats.megagroupStats.top_hours_graph`: messages by hour of the day, one dimension a week.
    MessagesByHour = "messages_by_hour", "Messages by hour", Count, Last, HourOfDay;
    /// `stats.megagroupStats.weekdays_graph`: messages of a week; the dimension is the weekday.
    MessagesByWeekday = "messages_by_weekday", "Messages by weekday", Count, Sum, Week;
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a metric; see /api/v1/openapi.json for the list")]
pub struct UnknownMetric(pub String);

impl FromStr for Metric {
    type Err = UnknownMetric;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|metric| metric.name() == text)
            .ok_or_else(|| UnknownMetric(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_what_serde_writes() {
        for metric in Metric::ALL {
            assert_eq!(metric.name().parse(), Ok(*metric));
            assert_eq!(serde_json::to_string(metric).unwrap(), format!("\"{metric}\""));
        }
    }
}
