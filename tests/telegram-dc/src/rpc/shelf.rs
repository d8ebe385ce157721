//! The messages that there are in a channel.

use grammers_tl_types::enums as e;
use jiff::Timestamp;

use super::RpcError;
use super::post::Writer;
use crate::world::{Channel, Post, midnight};

/// Official clients ask for no more messages at once.
pub(crate) const MOST: usize = 100;

pub(crate) fn check_count(ids: usize) -> Result<(), RpcError> {
    if ids <= MOST { Ok(()) } else { Err(RpcError::new(400, "MSG_ID_INVALID")) }
}

/// The first message of every channel.
pub(crate) const CREATION: i32 = 1;

/// A message's place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) id: i32,
    /// Unix seconds.
    pub(crate) date: i64,
    /// The number of its post; none if it is the first message, which says that the channel was made.
    post: Option<usize>,
}

/// A channel's messages by now.
pub(crate) struct Shelf<'a> {
    pub(crate) writer: Writer<'a>,
    posts: Vec<Post>,
    /// Oldest first.
    places: Vec<Place>,
}

impl<'a> Shelf<'a> {
    pub(crate) fn of(channel: Channel<'a>, now: Timestamp) -> Self {
        let posts = channel.posts(now);
        let born = midnight(channel.world.first_day);
        let first = Place { id: CREATION, date: born, post: None };
        let of_post = |(number, post): (usize, &Post)| {
            let date = post.date;
            post.message_ids().map(move |id| Place { id, date, post: Some(number) })
        };
        let places = Some(first).into_iter().filter(|place| place.date <= now.as_second());
        let places = places.chain(posts.iter().enumerate().flat_map(of_post)).collect();
        Self { writer: Writer::new(channel, now), posts, places }
    }

    /// All messages' places, the newest first.
    pub(crate) fn newest_first(&self) -> impl DoubleEndedIterator<Item = &Place> {
        self.places.iter().rev()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where a message is, if it is there.
    pub(crate) fn find(&self, id: i32) -> Option<&Place> {
        let place = self.places.binary_search_by_key(&id, |place| place.id).ok()?;
        self.places.get(place)
    }

    /// The post that the message there belongs to; none if it is the channel's first.
    pub(crate) fn post(&self, place: &Place) -> Option<&Post> {
        place.post.and_then(|number| self.posts.get(number))
    }

    pub(crate) fn message(&self, place: &Place) -> e::Message {
        match self.post(place) {
            Some(post) => self.writer.message(post, place.id),
            None => self.writer.creation(),
        }
    }

    /// A message by its id, or what stands for one that is not there.
    pub(crate) fn message_or_empty(&self, id: i32) -> e::Message {
        self.find(id).map_or_else(|| self.writer.empty(id), |place| self.message(place))
    }
}
