//! The channels and people that messages mention, which must come with them.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use super::entity;
use crate::world::{Channel, World};

/// Ids of channels and people.
#[derive(Default)]
struct Mentioned {
    channels: Vec<i64>,
    people: Vec<i64>,
}

impl Mentioned {
    fn peer(&mut self, peer: Option<&e::Peer>) {
        match peer {
            Some(e::Peer::User(peer)) => self.people.push(peer.user_id),
            Some(e::Peer::Channel(peer)) => self.channels.push(peer.channel_id),
            _ => {}
        }
    }

    fn reactions(&mut self, reactions: Option<&e::MessageReactions>) {
        let Some(e::MessageReactions::Reactions(reactions)) = reactions else { return };
        for reactor in reactions.top_reactors.iter().flatten() {
            let e::MessageReactor::Reactor(reactor) = reactor;
            self.peer(reactor.peer_id.as_ref());
        }
    }

    fn message(&mut self, message: &e::Message) {
        match message {
            e::Message::Message(message) => {
                self.peer(Some(&message.peer_id));
                self.peer(message.from_id.as_ref());
                if let Some(e::MessageFwdHeader::Header(header)) = &message.fwd_from {
                    self.peer(header.from_id.as_ref());
                }
                if let Some(e::MessageReplies::Replies(replies)) = &message.replies {
                    self.channels.extend(replies.channel_id);
                }
                match &message.media {
                    Some(e::MessageMedia::Giveaway(giveaway)) => self.channels.extend(&giveaway.channels),
                    Some(e::MessageMedia::GiveawayResults(results)) => self.people.extend(&results.winners),
                    _ => {}
                }
                self.reactions(message.reactions.as_ref());
            }
            e::Message::Service(message) => {
                self.peer(Some(&message.peer_id));
                self.reactions(message.reactions.as_ref());
            }
            e::Message::Empty(message) => self.peer(message.peer_id.as_ref()),
        }
    }

    fn found(self, world: &World, now: Timestamp) -> (Vec<e::Chat>, Vec<e::User>) {
        (entity::channels(world, self.channels, now), entity::users(world, self.people))
    }
}

/// All that messages mention.
pub(crate) fn in_messages<'m>(
    world: &World,
    messages: impl IntoIterator<Item = &'m e::Message>,
    now: Timestamp,
) -> (Vec<e::Chat>, Vec<e::User>) {
    let mut mentioned = Mentioned::default();
    messages.into_iter().for_each(|message| mentioned.message(message));
    mentioned.found(world, now)
}

/// Updates about messages of a channel, with all that they mention.
pub(crate) fn updates(channel: &Channel<'_>, updates: Vec<e::Update>, now: Timestamp) -> e::Updates {
    let mut mentioned = Mentioned { channels: vec![channel.spec.id], ..Mentioned::default() };
    for update in &updates {
        if let e::Update::MessageReactions(update) = update {
            mentioned.reactions(Some(&update.reactions));
        }
    }
    let (chats, users) = mentioned.found(channel.world, now);
    let date = i32::try_from(now.as_second()).unwrap_or(i32::MAX);
    t::Updates { updates, users, chats, date, seq: 0 }.into()
}
