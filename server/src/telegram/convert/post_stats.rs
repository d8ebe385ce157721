//! What is counted under single posts, for comparing their graphs with.

use app::model::ChannelId;
use grammers_tl_types::enums as e;

use super::salvage::{Salvaged, Unread};

/// What is counted under a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The message.
    pub id: i32,
    /// `views`.
    pub views: Option<i32>,
    /// `forwards`, public and private.
    pub forwards: Option<i32>,
    /// It is a poll, and the account may see its statistics (`pollResults.can_view_stats`).
    pub has_poll_stats: bool,
}

/// The counters of the messages of an answer that are of that channel.
pub(in crate::telegram) fn counted(
    answer: Salvaged<e::messages::Messages>,
    channel: ChannelId,
) -> (Vec<Counted>, Unread) {
    let Salvaged { answer, unread } = answer;
    let messages = match answer {
        e::messages::Messages::Messages(all) => all.messages,
        e::messages::Messages::Slice(slice) => slice.messages,
        e::messages::Messages::ChannelMessages(slice) => slice.messages,
        e::messages::Messages::NotModified(_) => Vec::new(),
    };
    let is_ours = |peer: &e::Peer| matches!(peer, e::Peer::Channel(peer) if peer.channel_id == channel.0);
    let counted = messages.into_iter().filter_map(|message| match message {
        e::Message::Message(message) if is_ours(&message.peer_id) => Some(Counted {
            id: message.id,
            views: message.views,
            forwards: message.forwards,
            has_poll_stats: message.media.as_ref().is_some_and(has_poll_stats),
        }),
        _ => None,
    });
    (counted.collect(), unread)
}

fn has_poll_stats(media: &e::MessageMedia) -> bool {
    match media {
        e::MessageMedia::Poll(poll) => {
            let e::PollResults::Results(results) = &poll.results;
            results.can_view_stats
        }
        _ => false,
    }
}
