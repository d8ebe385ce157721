/// The twelve graphs of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GraphKind {
    Growth,
    Followers,
    Mute,
    TopHours,
    Interactions,
    InstantView,
    ViewsBySource,
    FollowersBySource,
    Languages,
    Reactions,
    Stories,
    StoryReactions,
}

const NAMES: [(GraphKind, &str); 12] = [
    (GraphKind::Growth, "growth"),
    (GraphKind::Followers, "followers"),
    (GraphKind::Mute, "mute"),
    (GraphKind::TopHours, "top_hours"),
    (GraphKind::Interactions, "interactions"),
    (GraphKind::InstantView, "iv"),
    (GraphKind::ViewsBySource, "views_by_source"),
    (GraphKind::FollowersBySource, "followers_by_source"),
    (GraphKind::Languages, "languages"),
    (GraphKind::Reactions, "reactions"),
    (GraphKind::Stories, "stories"),
    (GraphKind::StoryReactions, "story_reactions"),
];

impl GraphKind {
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Whether the first answer holds only a token for it.
    pub(crate) fn is_deferred(self) -> bool {
        !matches!(self, Self::Growth | Self::Followers | Self::Mute | Self::TopHours | Self::Stories)
    }

    /// Whether each of its days can be looked at hour by hour: counts of events can, hours of any day and shares of
    /// a whole cannot.
    pub(crate) fn zooms(self) -> bool {
        !matches!(self, Self::TopHours | Self::Languages)
    }
}

/// The eight graphs of a supergroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupGraph {
    Growth,
    Members,
    NewMembers,
    Languages,
    Messages,
    Actions,
    TopHours,
    Weekdays,
}

const GROUP_NAMES: [(GroupGraph, &str); 8] = [
    (GroupGraph::Growth, "growth"),
    (GroupGraph::Members, "members"),
    (GroupGraph::NewMembers, "new_members_by_source"),
    (GroupGraph::Languages, "languages"),
    (GroupGraph::Messages, "messages"),
    (GroupGraph::Actions, "actions"),
    (GroupGraph::TopHours, "top_hours"),
    (GroupGraph::Weekdays, "weekdays"),
];

impl GroupGraph {
    pub(crate) fn name(self) -> &'static str {
        GROUP_NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        GROUP_NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    pub(crate) fn is_deferred(self) -> bool {
        matches!(self, Self::Languages | Self::Messages | Self::Actions | Self::Weekdays)
    }

    pub(crate) fn zooms(self) -> bool {
        !matches!(self, Self::TopHours | Self::Languages | Self::Weekdays)
    }
}

/// The names of a channel's, a group's and the money's graphs.
pub(crate) fn graph_names() -> impl Iterator<Item = &'static str> {
    let of_channels = NAMES.iter().map(|(_, name)| *name);
    of_channels.chain(GROUP_NAMES.iter().map(|(_, name)| *name)).chain(["ad_impressions", "revenue"])
}

/// The two graphs of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoryGraph {
    Views,
    Reactions,
}

impl StoryGraph {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Reactions => "reactions",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Views, Self::Reactions].into_iter().find(|kind| kind.name() == name)
    }
}

/// How closely a point of a graph is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zoom {
    /// The hours of a day.
    Hours,
    /// The steps of five minutes of an hour.
    Minutes,
}

impl Zoom {
    /// From one point to the next, and the whole, in seconds.
    pub(crate) fn seconds(self) -> (i64, i64) {
        match self {
            Self::Hours => (3_600, 86_400),
            Self::Minutes => (300, 3_600),
        }
    }
}
