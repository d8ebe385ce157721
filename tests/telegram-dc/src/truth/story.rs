//! A channel's stories and their counters.

use serde::Serialize;

use super::Truth;

/// A story as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthStory {
    /// Telegram's id, from 1.
    pub id: i32,
    /// When it was posted, Unix seconds.
    pub date: i64,
    /// When it leaves the front, Unix seconds.
    pub expires: i64,
    /// Whether it stays on the profile.
    pub pinned: bool,
    /// Its caption; may be empty.
    pub caption: String,
    /// How often it was seen. All stories together have the views of all days together.
    pub views: u64,
    /// How often it was forwarded.
    pub forwards: u64,
    /// How many reacted.
    pub reactions: u64,
}

/// A public forward of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthStoryForward {
    /// The channel that took it over.
    pub channel_id: i64,
    /// Its id there.
    pub id: i32,
    /// It is a story there; otherwise a message.
    pub as_story: bool,
    /// Unix seconds.
    pub date: i64,
}

impl Truth {
    /// The public forwards of a story so far, latest first. Empty for an unknown channel or story.
    #[must_use]
    pub fn story_forwards(&self, channel_id: i64, story: i32) -> Vec<TruthStoryForward> {
        let now = self.clock.now();
        let Some(channel) = self.world.channel(channel_id) else { return Vec::new() };
        let Some(story) = channel.stories(now).into_iter().find(|one| one.id == story) else {
            return Vec::new();
        };
        let forwards = channel.story_forwards(&story, now).into_iter();
        forwards
            .map(|one| TruthStoryForward {
                channel_id: one.channel,
                id: one.id,
                as_story: one.as_story,
                date: one.date,
            })
            .collect()
    }

    /// The channel's stories so far, oldest first. Empty for an unknown id.
    #[must_use]
    pub fn stories(&self, channel_id: i64) -> Vec<TruthStory> {
        let now = self.clock.now();
        let Some(channel) = self.world.channel(channel_id) else { return Vec::new() };
        let stories = channel.stories(now).into_iter().map(|story| {
            let counts = channel.story_counts(&story, now);
            TruthStory {
                id: story.id,
                date: story.date,
                expires: story.expires(),
                pinned: story.pinned,
                caption: story.caption.to_owned(),
                views: counts.views,
                forwards: counts.forwards,
                reactions: counts.reactions(),
            }
        });
        stories.collect()
    }
}
