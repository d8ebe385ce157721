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

    /// Whether each of its days can be looked at hour by hour.
    pub(crate) fn zooms(self) -> bool {
        matches!(self, Self::Growth | Self::Followers | Self::Interactions | Self::ViewsBySource)
    }
}
