//! Asking for messages, for the tests that compare them with what they ought to be.

use std::collections::{BTreeMap, HashSet};

use grammers_tl_types::{enums as e, functions as f, types as t};
use telegram_dc::{DataCentre, TruthPost, TruthPostKind};

use crate::client::*;

pub(crate) const ALL: [i64; 8] = [NEWS, BLOG, KITCHEN, ADMIN_ONLY, GROUP, TINY, FOLLOWED, LISBOA];

pub(crate) fn history_request(centre: &DataCentre, id: i64) -> f::messages::GetHistory {
    f::messages::GetHistory {
        peer: input_peer(centre, id),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

pub(crate) async fn page(client: &Client, request: &f::messages::GetHistory) -> t::messages::ChannelMessages {
    let e::messages::Messages::ChannelMessages(page) = client.home(request).await else { panic!("no page") };
    page
}

pub(crate) async fn ids(client: &Client, request: f::messages::GetHistory) -> Vec<i32> {
    page(client, &request).await.messages.iter().map(e::Message::id).collect()
}

/// All messages of a channel, the newest first.
pub(crate) async fn history(client: &Client, centre: &DataCentre, id: i64) -> Vec<e::Message> {
    let mut request = history_request(centre, id);
    let mut messages = Vec::new();
    loop {
        let page = page(client, &request).await;
        let Some(last) = page.messages.last() else { break };
        request.offset_id = last.id();
        let known: HashSet<i64> = page.chats.iter().map(e::Chat::id).collect();
        assert!(known.contains(&id));
        for message in &page.messages {
            for mentioned in channels_of(message) {
                assert!(known.contains(&mentioned), "{mentioned} is mentioned and not described");
            }
        }
        let whole = usize::try_from(page.count).unwrap();
        messages.extend(page.messages);
        if messages.len() == whole {
            let after = self::page(client, &request).await;
            assert!(after.messages.is_empty() && usize::try_from(after.count) == Ok(whole));
            break;
        }
    }
    messages
}

pub(crate) fn channels_of(message: &e::Message) -> Vec<i64> {
    let e::Message::Message(message) = message else { return Vec::new() };
    let origin =
        message.fwd_from.as_ref().and_then(|e::MessageFwdHeader::Header(header)| match &header.from_id {
            Some(e::Peer::Channel(peer)) => Some(peer.channel_id),
            _ => None,
        });
    let group = message.replies.as_ref().and_then(|e::MessageReplies::Replies(replies)| replies.channel_id);
    origin.into_iter().chain(group).collect()
}

pub(crate) fn plain(message: &e::Message) -> &t::Message {
    let e::Message::Message(message) = message else { panic!("not an ordinary message: {message:?}") };
    message
}

pub(crate) fn by_id(messages: &[e::Message]) -> BTreeMap<i32, &e::Message> {
    messages.iter().map(|message| (message.id(), message)).collect()
}

pub(crate) fn number(count: u64) -> i32 {
    i32::try_from(count).unwrap()
}

/// Reactions by emoji, and Stars paid for reactions.
pub(crate) fn reactions(reactions: Option<&e::MessageReactions>) -> (i32, i32) {
    let Some(e::MessageReactions::Reactions(reactions)) = reactions else { return (0, 0) };
    let mut counts = (0, 0);
    for e::ReactionCount::Count(count) in &reactions.results {
        match count.reaction {
            e::Reaction::Paid => counts.1 += count.count,
            _ => counts.0 += count.count,
        }
    }
    counts
}

pub(crate) fn existing(posts: &[TruthPost]) -> Vec<&TruthPost> {
    posts.iter().filter(|post| post.deleted.is_none()).collect()
}

pub(crate) fn of_kind(posts: &[TruthPost], kind: TruthPostKind) -> Vec<&TruthPost> {
    posts.iter().filter(|post| post.deleted.is_none() && post.kind == kind).collect()
}

pub(crate) async fn messages(client: &Client, centre: &DataCentre, id: i64, ids: &[i32]) -> Vec<e::Message> {
    let id_of = |id: &i32| t::InputMessageId { id: *id }.into();
    let channel = input_channel(centre, id);
    let request = f::channels::GetMessages { channel, id: ids.iter().map(id_of).collect() };
    let e::messages::Messages::ChannelMessages(answer) = client.home(&request).await else { panic!() };
    answer.messages
}

pub(crate) async fn views(
    client: &Client,
    centre: &DataCentre,
    id: i64,
    ids: &[i32],
) -> Vec<t::MessageViews> {
    let peer = input_peer(centre, id);
    let request = f::messages::GetMessagesViews { peer, id: ids.to_vec(), increment: false };
    let e::messages::MessageViews::Views(answer) = client.home(&request).await;
    answer.views.into_iter().map(|e::MessageViews::Views(views)| views).collect()
}
