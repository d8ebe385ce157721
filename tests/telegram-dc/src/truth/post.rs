//! What goes on around single posts.

use serde::Serialize;

use super::Truth;

/// A public forward of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthForward {
    /// The channel that took it over.
    pub channel_id: i64,
    /// The message's id there.
    pub id: i32,
    /// Unix seconds.
    pub date: i64,
    /// Views there by now.
    pub views: u64,
}

impl Truth {
    /// The public forwards of a post so far, oldest first. Empty for an unknown channel or message.
    #[must_use]
    pub fn public_forwards(&self, channel_id: i64, message: i32) -> Vec<TruthForward> {
        let now = self.clock.now();
        let Some(channel) = self.world.channel(channel_id) else { return Vec::new() };
        let Some(post) = channel.post(message, now) else { return Vec::new() };
        let forwards = channel.public_forwards(&post, now).into_iter();
        forwards
            .map(|one| TruthForward {
                channel_id: one.channel.id,
                id: one.id,
                date: one.date,
                views: one.views,
            })
            .collect()
    }

    /// Votes in the poll of a post so far; `None` where there is no poll.
    #[must_use]
    pub fn votes(&self, channel_id: i64, message: i32) -> Option<u64> {
        let now = self.clock.now();
        let channel = self.world.channel(channel_id)?;
        let post = channel.post(message, now)?;
        Some(channel.poll(&post)?.votes(&post, now.as_second()).iter().sum())
    }
}
