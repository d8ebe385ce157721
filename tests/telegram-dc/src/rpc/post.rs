//! Posts as Telegram describes them, message by message.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use super::{entity, giveaways, message, photos, polls, reactions, shelf};
use crate::world::{Channel, Content, Kind, PaidReactions, Post, Role, midnight};

/// Writes a channel's messages as they are at a moment.
pub(crate) struct Writer<'a> {
    pub(crate) channel: Channel<'a>,
    pub(crate) now: Timestamp,
    pub(crate) paid: PaidReactions,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(channel: Channel<'a>, now: Timestamp) -> Self {
        Self { channel, now, paid: channel.paid_reactions(now) }
    }

    fn peer(&self) -> e::Peer {
        entity::peer_channel(self.channel.spec.id)
    }

    fn is_broadcast(&self) -> bool {
        self.channel.spec.kind == Kind::Broadcast
    }

    /// What stands for a message that is deleted or was never sent.
    pub(crate) fn empty(&self, id: i32) -> e::Message {
        t::MessageEmpty { id, peer_id: Some(self.peer()) }.into()
    }

    /// The first message: the channel was made.
    pub(crate) fn creation(&self) -> e::Message {
        let title = self.channel.spec.title.to_owned();
        let action = t::MessageActionChannelCreate { title }.into();
        let reactions = Some(reactions::reactions(self, None, shelf::CREATION));
        let reactions = reactions.filter(|reactions| !reactions.results.is_empty());
        self.service(shelf::CREATION, midnight(self.channel.world.first_day), action, reactions)
    }

    fn service(
        &self,
        id: i32,
        date: i64,
        action: e::MessageAction,
        reactions: Option<t::MessageReactions>,
    ) -> e::Message {
        t::MessageService {
            out: false,
            mentioned: false,
            media_unread: false,
            reactions_are_possible: true,
            silent: false,
            post: self.is_broadcast(),
            legacy: false,
            id,
            from_id: None,
            peer_id: self.peer(),
            saved_peer_id: None,
            reply_to: None,
            date: i32::try_from(date).unwrap_or(i32::MAX),
            action,
            reactions: reactions.map(Into::into),
            ttl_period: None,
        }
        .into()
    }

    /// One of a post's messages.
    pub(crate) fn message(&self, post: &Post, id: i32) -> e::Message {
        if id < post.counted_id()
            && let Some(action) = giveaways::action(&self.channel, post, self.now)
        {
            return self.service(id, post.date, action, None);
        }
        let channel = &self.channel;
        let hidden = giveaways::text(channel, post, self.now).map(str::to_owned);
        let text = hidden.unwrap_or_else(|| channel.text(post, id));
        let reactions = Some(reactions::reactions(self, Some(post), id));
        let entities = links(&text);
        let mut message = t::Message {
            media: self.media(post, id),
            fwd_from: forwarded(post),
            entities: (!entities.is_empty()).then_some(entities),
            edit_date: post.edited_at.map(seconds).filter(|_| id == post.id),
            grouped_id: grouped(channel, post),
            reactions: reactions.filter(|reactions| !reactions.results.is_empty()).map(Into::into),
            ..message::plain(id, self.peer(), post.date, text)
        };
        if self.is_broadcast() {
            let counters = post.counters(id, self.now.as_second());
            message.post = true;
            message.views = Some(count(counters.views));
            message.forwards = Some(count(counters.forwards));
            message.replies = self.replies(post, id);
            message.post_author = post.author.map(str::to_owned);
        } else {
            let sender = channel.world.somebody("writes", channel.spec.id, post.id.unsigned_abs());
            message.from_id = Some(entity::peer_user(sender.id));
        }
        message.into()
    }

    fn media(&self, post: &Post, id: i32) -> Option<e::MessageMedia> {
        let photo = || {
            let photo = photos::of_message(&self.channel, post, id, self.now);
            e::MessageMedia::Photo(t::MessageMediaPhoto {
                spoiler: false,
                live_photo: false,
                photo: Some(photo.into()),
                ttl_seconds: None,
                video: None,
            })
        };
        match post.content {
            Content::Text | Content::Forward { .. } => None,
            Content::Photo | Content::Album { .. } => Some(photo()),
            Content::Poll => polls::media(&self.channel, post, self.now),
            Content::PaidMedia { stars } => {
                // Who runs the channel has not to pay for what it sells.
                let shown = if self.channel.role(self.now) == Role::Member {
                    t::MessageExtendedMediaPreview { w: None, h: None, thumb: None, video_duration: None }
                        .into()
                } else {
                    t::MessageExtendedMedia { media: photo() }.into()
                };
                let stars_amount = i64::from(stars);
                Some(t::MessageMediaPaidMedia { stars_amount, extended_media: vec![shown] }.into())
            }
            Content::Giveaway { .. } | Content::GiveawayResults { .. } => {
                giveaways::media(&self.channel, post, self.now)
            }
        }
    }

    /// The comments under a post, if its channel has a discussion group.
    pub(crate) fn replies(&self, post: &Post, id: i32) -> Option<e::MessageReplies> {
        let group = self.channel.spec.linked.filter(|_| self.is_broadcast() && id == post.counted_id())?;
        let replies = count(post.replies);
        Some(
            t::MessageReplies {
                comments: true,
                replies,
                replies_pts: replies.saturating_add(1),
                recent_repliers: None,
                channel_id: Some(group),
                max_id: None,
                read_max_id: None,
            }
            .into(),
        )
    }
}

/// Where a forward comes from; it was posted there some hours before.
fn forwarded(post: &Post) -> Option<e::MessageFwdHeader> {
    let Content::Forward { from, post: origin } = post.content else { return None };
    let date = post.date - 3_600 - i64::from(origin % 50) * 600;
    Some(forward_header(from, origin, date, None))
}

/// Says which post of which channel a message was forwarded from.
pub(crate) fn forward_header(
    channel: i64,
    post: i32,
    date: i64,
    post_author: Option<String>,
) -> e::MessageFwdHeader {
    t::MessageFwdHeader {
        imported: false,
        saved_out: false,
        from_id: Some(entity::peer_channel(channel)),
        from_name: None,
        date: seconds(date),
        channel_post: Some(post),
        post_author,
        saved_from_peer: None,
        saved_from_msg_id: None,
        saved_from_id: None,
        saved_from_name: None,
        saved_date: None,
        psa_type: None,
    }
    .into()
}

/// What the photos of an album have in common.
fn grouped(channel: &Channel<'_>, post: &Post) -> Option<i64> {
    let album = matches!(post.content, Content::Album { .. });
    album.then(|| (channel.spec.id << 20 | i64::from(post.id)) | 1 << 60)
}

/// The addresses in a text; places are counted in UTF-16 units.
fn links(text: &str) -> Vec<e::MessageEntity> {
    let units = |text: &str| i32::try_from(text.encode_utf16().count()).unwrap_or(i32::MAX);
    text.match_indices("https://")
        .map(|(start, _)| {
            let address = text[start..].split_whitespace().next().unwrap_or_default();
            t::MessageEntityUrl { offset: units(&text[..start]), length: units(address) }.into()
        })
        .collect()
}

pub(crate) fn count(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(crate) fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
