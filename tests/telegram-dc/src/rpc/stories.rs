//! `stories.*`: what a channel shows, has shown, and how often it was seen.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, entity, peer, story_item};
use crate::world::{Channel, Role, Story};

/// Telegram gives no more at once.
const MOST: usize = 100;

/// The numbered story, if it has been posted.
pub(crate) fn find(channel: &Channel<'_>, id: i32, now: Timestamp) -> Result<Story, RpcError> {
    if !channel.spec.stories {
        return Err(RpcError::new(400, "STORIES_NEVER_CREATED"));
    }
    let found = channel.stories(now).into_iter().find(|story| story.id == id);
    found.ok_or_else(|| RpcError::new(400, "STORY_ID_INVALID"))
}

pub(crate) fn get_peer_stories(
    caller: &Caller<'_>,
    request: f::stories::GetPeerStories,
) -> Result<e::stories::PeerStories, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    Ok(t::stories::PeerStories {
        stories: active(&channel, now),
        chats: vec![entity::channel(&channel, now)],
        users: Vec::new(),
    }
    .into())
}

/// The stories that anybody can see now, oldest first.
pub(crate) fn active(channel: &Channel<'_>, now: Timestamp) -> e::PeerStories {
    let stories = channel.active_stories(now);
    t::PeerStories {
        peer: entity::peer_channel(channel.spec.id),
        max_read_id: None,
        stories: stories.iter().map(|story| story_item::item(channel, story, now)).collect(),
    }
    .into()
}

pub(crate) fn get_pinned_stories(
    caller: &Caller<'_>,
    request: f::stories::GetPinnedStories,
) -> Result<e::stories::Stories, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let stories = channel.stories(now).into_iter().filter(|story| story.pinned).collect();
    Ok(page(&channel, stories, request.offset_id, request.limit, now))
}

/// Everything ever shown: for those who may edit stories, in this world the owner.
pub(crate) fn get_stories_archive(
    caller: &Caller<'_>,
    request: f::stories::GetStoriesArchive,
) -> Result<e::stories::Stories, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    if channel.role(now) != Role::Owner {
        return Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"));
    }
    Ok(page(&channel, channel.stories(now), request.offset_id, request.limit, now))
}

/// Latest first, from below an id.
fn page(
    channel: &Channel<'_>,
    stories: Vec<Story>,
    offset_id: i32,
    limit: i32,
    now: Timestamp,
) -> e::stories::Stories {
    let count = stories.len();
    let limit = usize::try_from(limit).unwrap_or(0).clamp(1, MOST);
    let below = stories.iter().rev().filter(|story| offset_id <= 0 || story.id < offset_id);
    let page = below.take(limit).map(|story| story_item::item(channel, story, now)).collect();
    listed(channel, count, page, now)
}

fn listed(
    channel: &Channel<'_>,
    count: usize,
    stories: Vec<e::StoryItem>,
    now: Timestamp,
) -> e::stories::Stories {
    t::stories::Stories {
        count: i32::try_from(count).unwrap_or(i32::MAX),
        stories,
        pinned_to_top: None,
        chats: vec![entity::channel(channel, now)],
        users: Vec::new(),
    }
    .into()
}

/// Those of the stories that there are; who may not edit them sees only what is shown.
pub(crate) fn get_stories_by_id(
    caller: &Caller<'_>,
    request: f::stories::GetStoriesById,
) -> Result<e::stories::Stories, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let mut stories = wanted(&channel, &request.id, now)?;
    let owner = channel.role(now) == Role::Owner;
    stories.retain(|story| {
        story.as_ref().is_some_and(|story| owner || story.pinned || story.is_active(now.as_second()))
    });
    let stories: Vec<_> =
        stories.iter().flatten().map(|story| story_item::item(&channel, story, now)).collect();
    Ok(listed(&channel, stories.len(), stories, now))
}

/// Counters in the order of the ids.
pub(crate) fn get_stories_views(
    caller: &Caller<'_>,
    request: f::stories::GetStoriesViews,
) -> Result<e::stories::StoryViews, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let stories = wanted(&channel, &request.id, now)?;
    let views = stories.iter().map(|story| {
        let views = |story| story_item::views(&channel, story, now);
        story.as_ref().map_or_else(story_item::no_views, views)
    });
    Ok(t::stories::StoryViews { views: views.collect(), users: Vec::new() }.into())
}

/// The first hundred of the stories with these ids, each of which may not be there.
fn wanted(channel: &Channel<'_>, ids: &[i32], now: Timestamp) -> Result<Vec<Option<Story>>, RpcError> {
    if ids.is_empty() {
        return Err(RpcError::new(400, "STORY_ID_EMPTY"));
    }
    if !channel.spec.stories {
        return Err(RpcError::new(400, "STORIES_NEVER_CREATED"));
    }
    let stories = channel.stories(now);
    let find = |id: &i32| stories.iter().find(|story| story.id == *id).cloned();
    Ok(ids.iter().take(MOST).map(find).collect())
}

/// A channel's viewers are counted, not listed.
pub(crate) fn get_story_views_list(
    caller: &Caller<'_>,
    request: f::stories::GetStoryViewsList,
) -> Result<e::stories::StoryViewsList, RpcError> {
    let now = caller.shared.clock.now();
    let channel = administered(caller, &request.peer)?;
    let story = find(&channel, request.id, now)?;
    let counts = channel.story_counts(&story, now);
    let number = |value: u64| i32::try_from(value).unwrap_or(i32::MAX);
    Ok(t::stories::StoryViewsList {
        count: 0,
        views_count: number(counts.views),
        forwards_count: number(counts.forwards),
        reactions_count: number(counts.reactions()),
        views: Vec::new(),
        chats: Vec::new(),
        users: Vec::new(),
        next_offset: None,
    }
    .into())
}

fn administered<'a>(caller: &'a Caller<'_>, input: &e::InputPeer) -> Result<Channel<'a>, RpcError> {
    let channel = peer::channel_peer(caller, input)?;
    if channel.role(caller.shared.clock.now()) == Role::Member {
        return Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"));
    }
    Ok(channel)
}

/// Something somebody did with a story: its date, whom it is about, and how Telegram says it.
struct Interaction {
    date: i64,
    forward: bool,
    user: Option<i64>,
    channel: Option<i64>,
    said: e::StoryReaction,
}

/// Reactions and public forwards, latest first or forwards first.
pub(crate) fn get_story_reactions_list(
    caller: &Caller<'_>,
    request: f::stories::GetStoryReactionsList,
) -> Result<e::stories::StoryReactionsList, RpcError> {
    let now = caller.shared.clock.now();
    let channel = administered(caller, &request.peer)?;
    let story = find(&channel, request.id, now)?;
    let mut all = interactions(&channel, &story, now);
    all.retain(|one| match (&request.reaction, &one.said) {
        (None, _) => true,
        (Some(wanted), e::StoryReaction::Reaction(said)) => said.reaction == *wanted,
        (Some(_), _) => false,
    });
    all.sort_by_key(|one| std::cmp::Reverse((request.forwards_first && one.forward, one.date)));
    // New ones come in front, so a place is counted from the oldest.
    let left = match request.offset.as_deref() {
        None | Some("") => all.len(),
        Some(offset) => offset
            .parse()
            .ok()
            .filter(|left| *left <= all.len())
            .ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))?,
    };
    let count = i32::try_from(all.len()).unwrap_or(i32::MAX);
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let start = all.len() - left;
    let page: Vec<Interaction> = all.into_iter().skip(start).take(limit).collect();
    let after = left - page.len();
    let world = caller.world();
    let mut chats: Vec<i64> = page.iter().filter_map(|one| one.channel).collect();
    chats.push(channel.spec.id);
    Ok(t::stories::StoryReactionsList {
        count,
        users: entity::users(world, page.iter().filter_map(|one| one.user)),
        chats: entity::channels(world, chats, now),
        reactions: page.into_iter().map(|one| one.said).collect(),
        next_offset: (after > 0).then(|| after.to_string()),
    }
    .into())
}

fn interactions(channel: &Channel<'_>, story: &Story, now: Timestamp) -> Vec<Interaction> {
    let reactors = channel.story_reactors(story, now).into_iter().map(|reactor| Interaction {
        date: reactor.date,
        forward: false,
        user: Some(reactor.person.id),
        channel: None,
        said: story_item::story_reaction(&reactor),
    });
    let forwards = channel.story_forwards(story, now).into_iter().map(|forward| Interaction {
        date: forward.date,
        forward: true,
        user: None,
        channel: Some(forward.channel),
        said: story_item::forward_reaction(channel, story, &forward, now),
    });
    reactors.chain(forwards).collect()
}
