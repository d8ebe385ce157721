//! Reactions to messages.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::post::Writer;
use super::shelf::Shelf;
use super::{Caller, RpcError, entity, mention, peer, shelf};
use crate::world::{EMOJI, Kind, Post};

/// So many of those who paid most are named.
const TOP: usize = 3;

/// No page of a list is longer.
const MOST: usize = 100;

/// A message's reactions; without a post it is the channel's first message, which only paid reactions reach.
pub(crate) fn reactions(writer: &Writer<'_>, post: Option<&Post>, message_id: i32) -> t::MessageReactions {
    let payers = writer.paid.payers(message_id);
    let stars: u64 = payers.iter().map(|(_, stars)| stars).sum();
    let paid = (stars > 0).then(|| count(e::Reaction::Paid, stars));
    let given = post.map(|post| post.counters(message_id, writer.now.as_second()).reactions_by);
    let given = EMOJI.iter().zip(given.unwrap_or_default()).filter(|(_, count)| *count > 0);
    let given = given.map(|((emoji, _), number)| count(by_emoji(emoji), number));
    let reactors = payers.iter().take(TOP).map(|(user, stars)| {
        t::MessageReactor {
            top: true,
            my: false,
            anonymous: false,
            peer_id: Some(entity::peer_user(*user)),
            count: i32::try_from(*stars).unwrap_or(i32::MAX),
        }
        .into()
    });
    t::MessageReactions {
        min: false,
        can_see_list: writer.channel.spec.kind == Kind::Supergroup,
        reactions_as_tags: false,
        results: paid.into_iter().chain(given).collect(),
        recent_reactions: None,
        top_reactors: (!payers.is_empty()).then(|| reactors.collect()),
    }
}

fn count(reaction: e::Reaction, count: u64) -> e::ReactionCount {
    t::ReactionCount { chosen_order: None, reaction, count: i32::try_from(count).unwrap_or(i32::MAX) }.into()
}

fn by_emoji(emoji: &str) -> e::Reaction {
    t::ReactionEmoji { emoticon: emoji.to_owned() }.into()
}

pub(crate) fn get_messages_reactions(
    caller: &Caller<'_>,
    request: f::messages::GetMessagesReactions,
) -> Result<e::Updates, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    shelf::check_count(request.id.len())?;
    let shelf = Shelf::of(channel, now);
    let updates: Vec<e::Update> = request
        .id
        .iter()
        .filter_map(|id| {
            let post = shelf.post(shelf.find(*id)?);
            let reactions = reactions(&shelf.writer, post, *id).into();
            let peer = entity::peer_channel(channel.spec.id);
            let update = t::UpdateMessageReactions {
                peer,
                msg_id: *id,
                top_msg_id: None,
                saved_peer_id: None,
                reactions,
            };
            Some(update.into())
        })
        .collect();
    Ok(mention::updates(&channel, updates, now))
}

/// Channels do not tell who reacted; supergroups do.
pub(crate) fn get_message_reactions_list(
    caller: &Caller<'_>,
    request: f::messages::GetMessageReactionsList,
) -> Result<e::messages::MessageReactionsList, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    if channel.spec.kind == Kind::Broadcast {
        return Err(RpcError::new(403, "BROADCAST_FORBIDDEN"));
    }
    let post = channel.post(request.id, now).ok_or_else(|| RpcError::new(400, "MSG_ID_INVALID"))?;
    let mut given = given(&post, request.id, now.as_second());
    given.retain(|given| {
        request.reaction.as_ref().is_none_or(|wanted| by_emoji(EMOJI[given.emoji].0) == *wanted)
    });
    let start = match request.offset.as_deref() {
        None | Some("") => 0,
        Some(offset) => {
            let place = given.iter().position(|given| given.cursor() == offset);
            place.ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))? + 1
        }
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page = &given[start..given.len().min(start + limit)];
    let next_offset = page.last().filter(|_| start + page.len() < given.len()).map(Given::cursor);
    let world = channel.world;
    let who = |given: &Given| {
        let number = request.id.unsigned_abs() * 4_096 + given.number * 8;
        world.somebody("reacts", channel.spec.id, number + u32::try_from(given.emoji).unwrap_or(0)).id
    };
    let reactions = page.iter().map(|given| {
        t::MessagePeerReaction {
            big: false,
            unread: false,
            my: false,
            peer_id: entity::peer_user(who(given)),
            date: i32::try_from(given.date).unwrap_or(i32::MAX),
            reaction: by_emoji(EMOJI[given.emoji].0),
        }
        .into()
    });
    Ok(t::messages::MessageReactionsList {
        count: i32::try_from(given.len()).unwrap_or(i32::MAX),
        reactions: reactions.collect(),
        chats: Vec::new(),
        users: entity::users(world, page.iter().map(who)),
        next_offset,
    }
    .into())
}

/// One person's reaction.
struct Given {
    /// Unix seconds.
    date: i64,
    /// An index of [`EMOJI`].
    emoji: usize,
    /// How many had reacted in this way before.
    number: u32,
}

impl Given {
    fn cursor(&self) -> String {
        format!("{}-{}", self.emoji, self.number)
    }
}

/// All reactions to a message, the latest first: each came in the second in which the count had grown to it.
fn given(post: &Post, message_id: i32, now: i64) -> Vec<Given> {
    let counts = post.counters(message_id, now).reactions_by;
    let mut given: Vec<Given> = counts
        .iter()
        .enumerate()
        .flat_map(|(emoji, count)| {
            (0..u32::try_from(*count).unwrap_or(u32::MAX)).map(move |number| (emoji, number))
        })
        .map(|(emoji, number)| {
            let (mut before, mut by) = (post.date, now);
            while by - before > 1 {
                let middle = before + (by - before) / 2;
                let grown = post.counters(message_id, middle).reactions_by[emoji] > u64::from(number);
                if grown { by = middle } else { before = middle }
            }
            Given { date: by, emoji, number }
        })
        .collect();
    given.sort_by_key(|given| std::cmp::Reverse((given.date, given.emoji, given.number)));
    given
}
