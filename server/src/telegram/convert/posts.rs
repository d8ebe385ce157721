//! Messages of channels.

mod kind;

use std::collections::BTreeMap;

use app::model::{ChannelId, ForwardedFrom, PostCounters, PostKind};
use grammers_tl_types::{Deserializable as _, Identifiable as _, Serializable as _, enums as e, types as t};
use jiff::Timestamp;

use super::salvage::{Salvaged, Unread, UnreadPart};
use super::{moment, text};

/// A message of a channel that is not a service message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelMessage {
    /// Its id.
    pub id: i32,
    /// What an album's messages have in common.
    pub grouped_id: Option<i64>,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// What it is, taken by itself.
    pub kind: PostKind,
    /// `post_author`.
    pub author: Option<String>,
    /// Its words.
    pub text: String,
    /// `fwd_from`.
    pub forwarded_from: Option<ForwardedFrom>,
    /// `edit_date`, unless it is hidden from readers (`edit_hide`).
    pub edited_at: Option<Timestamp>,
    /// What is counted under it.
    pub counters: PostCounters,
    /// Serialised TL.
    pub raw: Vec<u8>,
}

/// Some messages of one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagesPage {
    /// Those that are no service messages.
    pub messages: Vec<ChannelMessage>,
    /// The oldest message, whatever it is; `None` on a page without any.
    pub oldest_id: Option<i32>,
    /// Messages that Telegram does not have any more (`messageEmpty`).
    pub gone: Vec<i32>,
    /// Messages that cannot be read.
    pub unread: Unread,
}

impl MessagesPage {
    /// The newest message that is there and cannot be read: what is known of it and of those before it may well be
    /// true still. The largest number of all if there is one whose number cannot be read either.
    pub fn newest_unread(&self) -> Option<i32> {
        let parts = self.unread.parts.iter();
        let is_certain = self.unread.places().is_some();
        parts.map(|part| unread_id(part).filter(|_| is_certain).unwrap_or(i32::MAX)).max()
    }
}

/// Reads the bytes of a message again.
///
/// # Errors
/// Why they cannot be read.
pub fn reread(raw: &[u8]) -> Result<ChannelMessage, String> {
    match e::Message::from_bytes(raw).map_err(|error| error.to_string())? {
        e::Message::Message(message) => Ok(converted(message)),
        e::Message::Service(_) | e::Message::Empty(_) => Err("it is no post in its bytes".to_owned()),
    }
}

/// The messages of an answer that are of that channel; nothing else leaves this module.
pub(in crate::telegram) fn page(answer: Salvaged<e::messages::Messages>, channel: ChannelId) -> MessagesPage {
    let Salvaged { answer, unread } = answer;
    let messages = match answer {
        e::messages::Messages::Messages(all) => all.messages,
        e::messages::Messages::Slice(slice) => slice.messages,
        e::messages::Messages::ChannelMessages(slice) => slice.messages,
        e::messages::Messages::NotModified(_) => Vec::new(),
    };
    let is_ours = |peer: &e::Peer| matches!(peer, e::Peer::Channel(peer) if peer.channel_id == channel.0);
    let oldest_id = unread.parts.iter().filter_map(unread_id).min();
    let mut page = MessagesPage { oldest_id, unread, ..MessagesPage::default() };
    let mut see = |id: i32| page.oldest_id = Some(page.oldest_id.map_or(id, |oldest| oldest.min(id)));
    for message in messages {
        match message {
            e::Message::Message(message) if is_ours(&message.peer_id) => {
                see(message.id);
                page.messages.push(converted(message));
            }
            e::Message::Service(message) if is_ours(&message.peer_id) => see(message.id),
            e::Message::Empty(message) => page.gone.push(message.id),
            e::Message::Message(_) | e::Message::Service(_) => {}
        }
    }
    page
}

/// The number of a message whose beginning can be read.
pub(super) fn unread_id(part: &UnreadPart) -> Option<i32> {
    let place = match part.word(0)? {
        t::Message::CONSTRUCTOR_ID => 3,
        t::MessageService::CONSTRUCTOR_ID | t::MessageEmpty::CONSTRUCTOR_ID => 2,
        _ => return None,
    };
    Some(part.word(place)?.cast_signed())
}

fn converted(message: t::Message) -> ChannelMessage {
    let edited_at = message.edit_date.filter(|_| !message.edit_hide).map(moment);
    let forwarded = message.fwd_from.as_ref().map(forwarded_from);
    let counters = PostCounters {
        views: message.views,
        forwards: message.forwards,
        replies: message.replies.as_ref().map(|e::MessageReplies::Replies(replies)| replies.replies),
        ..reactions(message.reactions.as_ref())
    };
    ChannelMessage {
        id: message.id,
        grouped_id: message.grouped_id,
        posted_at: moment(message.date),
        kind: if forwarded.is_some() { PostKind::Forward } else { kind::of(message.media.as_ref()) },
        author: message.post_author.as_ref().map(text),
        text: text(&message.message),
        forwarded_from: forwarded.filter(|from| *from != ForwardedFrom::default()),
        edited_at,
        counters,
        raw: e::Message::from(message).to_bytes(),
    }
}

fn forwarded_from(header: &e::MessageFwdHeader) -> ForwardedFrom {
    let e::MessageFwdHeader::Header(header) = header;
    let channel_id = match &header.from_id {
        Some(e::Peer::Channel(peer)) => Some(ChannelId(peer.channel_id)),
        _ => None,
    };
    ForwardedFrom { channel_id, message_id: header.channel_post, name: header.from_name.as_ref().map(text) }
}

/// A message that says nothing of reactions has none: Telegram leaves out what is empty.
fn reactions(said: Option<&e::MessageReactions>) -> PostCounters {
    let mut by: BTreeMap<String, i32> = BTreeMap::new();
    let mut sum = 0_i32;
    let results = said.map_or(&[][..], |e::MessageReactions::Reactions(said)| &said.results);
    for e::ReactionCount::Count(one) in results {
        let name = match &one.reaction {
            e::Reaction::Emoji(emoji) => text(&emoji.emoticon),
            e::Reaction::CustomEmoji(emoji) => format!("custom:{}", emoji.document_id),
            e::Reaction::Paid => "paid".to_owned(),
            e::Reaction::Empty => continue,
        };
        if one.reaction != e::Reaction::Paid {
            sum = sum.saturating_add(one.count);
        }
        let count = by.entry(name).or_default();
        *count = count.saturating_add(one.count);
    }
    PostCounters { reactions: Some(sum), reactions_by: by, ..PostCounters::default() }
}
