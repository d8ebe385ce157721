//! Stories, their counters and their forwards as Telegram describes them.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use super::{entity, message, photos};
use crate::world::{Channel, Story, StoryForward, StoryReactor};

/// A story with its counters by now.
pub(crate) fn item(channel: &Channel<'_>, story: &Story, now: Timestamp) -> e::StoryItem {
    e::StoryItem::Item(Box::new(t::StoryItem {
        pinned: story.pinned,
        caption: (!story.caption.is_empty()).then(|| story.caption.to_owned()),
        views: Some(views(channel, story, now)),
        ..plain(story.id, story.date, story.expires(), photo(channel, story, now))
    }))
}

/// A public story with nothing but a photo.
fn plain(id: i32, date: i64, expires: i64, media: e::MessageMedia) -> t::StoryItem {
    t::StoryItem {
        pinned: false,
        public: true,
        close_friends: false,
        min: false,
        noforwards: false,
        edited: false,
        contacts: false,
        selected_contacts: false,
        out: false,
        id,
        date: seconds(date),
        from_id: None,
        fwd_from: None,
        expire_date: seconds(expires),
        caption: None,
        entities: None,
        media,
        media_areas: None,
        privacy: None,
        views: None,
        sent_reaction: None,
        albums: None,
        music: None,
    }
}

fn photo(channel: &Channel<'_>, story: &Story, now: Timestamp) -> e::MessageMedia {
    e::MessageMedia::Photo(t::MessageMediaPhoto {
        spoiler: false,
        live_photo: false,
        photo: Some(photos::of_story(channel, story, now).into()),
        ttl_seconds: None,
        video: None,
    })
}

pub(crate) fn views(channel: &Channel<'_>, story: &Story, now: Timestamp) -> e::StoryViews {
    let counts = channel.story_counts(story, now);
    let reactions = channel.story_emoji(story, now).into_iter().map(|(emoji, number)| {
        t::ReactionCount { chosen_order: None, reaction: reaction(emoji), count: count(number) }.into()
    });
    t::StoryViews {
        has_viewers: false,
        views_count: count(counts.views),
        forwards_count: Some(count(counts.forwards)),
        reactions: Some(reactions.collect()),
        reactions_count: Some(count(counts.reactions())),
        recent_viewers: None,
    }
    .into()
}

/// What is said of a story that there is not.
pub(crate) fn no_views() -> e::StoryViews {
    t::StoryViews {
        has_viewers: false,
        views_count: 0,
        forwards_count: None,
        reactions: None,
        reactions_count: None,
        recent_viewers: None,
    }
    .into()
}

fn reaction(emoji: &str) -> e::Reaction {
    t::ReactionEmoji { emoticon: emoji.to_owned() }.into()
}

pub(crate) fn story_reaction(reactor: &StoryReactor) -> e::StoryReaction {
    t::StoryReaction {
        peer_id: entity::peer_user(reactor.person.id),
        date: seconds(reactor.date),
        reaction: reaction(reactor.emoji),
    }
    .into()
}

pub(crate) fn public_forward(
    channel: &Channel<'_>,
    story: &Story,
    forward: &StoryForward,
    now: Timestamp,
) -> e::PublicForward {
    if forward.as_story {
        let story = repost(channel, story, forward, now);
        t::PublicForwardStory { peer: entity::peer_channel(forward.channel), story }.into()
    } else {
        t::PublicForwardMessage { message: forwarded(channel, story, forward) }.into()
    }
}

/// A public forward among the reactions.
pub(crate) fn forward_reaction(
    channel: &Channel<'_>,
    story: &Story,
    forward: &StoryForward,
    now: Timestamp,
) -> e::StoryReaction {
    if forward.as_story {
        let story = repost(channel, story, forward, now);
        t::StoryReactionPublicRepost { peer_id: entity::peer_channel(forward.channel), story }.into()
    } else {
        t::StoryReactionPublicForward { message: forwarded(channel, story, forward) }.into()
    }
}

/// Another channel's story made from this one.
fn repost(channel: &Channel<'_>, story: &Story, forward: &StoryForward, now: Timestamp) -> e::StoryItem {
    let from = t::StoryFwdHeader {
        modified: false,
        from: Some(entity::peer_channel(channel.spec.id)),
        from_name: None,
        story_id: Some(story.id),
    };
    e::StoryItem::Item(Box::new(t::StoryItem {
        fwd_from: Some(from.into()),
        ..plain(forward.id, forward.date, forward.date + 86_400, photo(channel, story, now))
    }))
}

/// Another channel's message with this story in it.
fn forwarded(channel: &Channel<'_>, story: &Story, forward: &StoryForward) -> e::Message {
    let media = t::MessageMediaStory {
        via_mention: false,
        peer: entity::peer_channel(channel.spec.id),
        id: story.id,
        story: None,
    };
    e::Message::Message(t::Message {
        post: true,
        media: Some(media.into()),
        views: Some(forward.id / 3),
        forwards: Some(forward.id / 400),
        ..message::plain(forward.id, entity::peer_channel(forward.channel), forward.date, String::new())
    })
}

fn count(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
