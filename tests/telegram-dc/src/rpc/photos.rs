//! Photos as Telegram describes them, and what is in them.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use crate::jpeg::{self, BLOCK};
use crate::world::{Channel, Content, PhotoId, PhotoOf, Post, Story, World, file_reference};

/// A size by Telegram's letter, in blocks.
struct Size {
    letter: &'static str,
    wide: u16,
    high: u16,
}

const IN_MESSAGES: [Size; 2] =
    [Size { letter: "m", wide: 8, high: 6 }, Size { letter: "x", wide: 24, high: 18 }];
const OF_STORIES: [Size; 2] =
    [Size { letter: "m", wide: 9, high: 16 }, Size { letter: "y", wide: 18, high: 32 }];
const OF_CHANNELS: [Size; 2] =
    [Size { letter: "a", wide: 10, high: 10 }, Size { letter: "c", wide: 30, high: 30 }];

/// The letters of a channel photo's small and big size.
pub(crate) const SMALL: &str = "a";
pub(crate) const BIG: &str = "c";

fn sizes(subject: PhotoOf) -> &'static [Size; 2] {
    match subject {
        PhotoOf::Channel(_) => &OF_CHANNELS,
        PhotoOf::Message { .. } => &IN_MESSAGES,
        PhotoOf::Story { .. } => &OF_STORIES,
    }
}

/// A channel's own photo; channels that say nothing about themselves have none.
pub(crate) fn of_channel(channel: &Channel<'_>, now: Timestamp) -> Option<t::Photo> {
    let subject = PhotoOf::Channel(channel.spec.id);
    channel.has_photo().then(|| photo(channel, subject, created(channel), now))
}

/// The same, as chats refer to it.
pub(crate) fn chat_photo(channel: &Channel<'_>) -> e::ChatPhoto {
    if !channel.has_photo() {
        return e::ChatPhoto::Empty;
    }
    let photo_id = PhotoId::of(PhotoOf::Channel(channel.spec.id)).0;
    let dc_id = channel.spec.files_dc;
    e::ChatPhoto::Photo(t::ChatPhoto { has_video: false, photo_id, stripped_thumb: None, dc_id })
}

fn created(channel: &Channel<'_>) -> i64 {
    crate::world::midnight(channel.world.first_day)
}

/// The photo of a message that has one.
pub(crate) fn of_message(channel: &Channel<'_>, post: &Post, message: i32, now: Timestamp) -> t::Photo {
    photo(channel, PhotoOf::Message { channel: channel.spec.id, message }, post.date, now)
}

/// The photo that a story is.
pub(crate) fn of_story(channel: &Channel<'_>, story: &Story, now: Timestamp) -> t::Photo {
    photo(channel, PhotoOf::Story { channel: channel.spec.id, story: story.id }, story.date, now)
}

fn photo(channel: &Channel<'_>, subject: PhotoOf, date: i64, now: Timestamp) -> t::Photo {
    let world = channel.world;
    let id = PhotoId::of(subject).0;
    let described = sizes(subject).iter().map(|size| {
        let bytes = picture(world, subject, size).len();
        t::PhotoSize {
            r#type: size.letter.to_owned(),
            w: i32::from(size.wide * BLOCK),
            h: i32::from(size.high * BLOCK),
            size: i32::try_from(bytes).unwrap_or(i32::MAX),
        }
        .into()
    });
    t::Photo {
        has_stickers: false,
        id,
        access_hash: world.access_hash(id),
        file_reference: file_reference(world.seed, id, now.as_second()),
        date: i32::try_from(date).unwrap_or(i32::MAX),
        sizes: described.collect(),
        video_sizes: None,
        dc_id: channel.spec.files_dc,
    }
}

/// A photo that there is, by its id: the channel it belongs to and what it shows.
pub(crate) fn find(world: &World, id: i64, now: Timestamp) -> Option<(Channel<'_>, PhotoOf)> {
    let subject = PhotoId(id).subject()?;
    let (PhotoOf::Channel(owner)
    | PhotoOf::Message { channel: owner, .. }
    | PhotoOf::Story { channel: owner, .. }) = subject;
    let channel = world.channel(owner)?;
    let exists = match subject {
        PhotoOf::Channel(_) => channel.has_photo(),
        PhotoOf::Story { story, .. } => channel.stories(now).iter().any(|one| one.id == story),
        PhotoOf::Message { message, .. } => channel.post(message, now).is_some_and(|post| {
            matches!(post.content, Content::Photo | Content::Album { .. } | Content::PaidMedia { .. })
        }),
    };
    exists.then_some((channel, subject))
}

/// The file itself, in the size with that letter.
pub(crate) fn bytes(world: &World, subject: PhotoOf, letter: &str) -> Option<Vec<u8>> {
    let size = sizes(subject).iter().find(|size| size.letter == letter)?;
    Some(picture(world, subject, size))
}

/// The same mosaic in every size, and another for every photo: a few colours by the bits of the photo's access hash.
fn picture(world: &World, subject: PhotoOf, size: &Size) -> Vec<u8> {
    let bits = world.access_hash(PhotoId::of(subject).0).cast_unsigned();
    let [a, b, c, d, e, f, g, h] = bits.to_le_bytes();
    let colors = [[40 + a / 2, b, c], [90 + d / 2, e, f], [120 + g / 2, h, a]];
    let [coarse, ..] = sizes(subject);
    jpeg::mosaic(size.wide, size.high, |column, row| {
        let (column, row) = (column * coarse.wide / size.wide / 2, row * coarse.high / size.high / 2);
        let tile = bits.rotate_right(u32::from(row * 5 + column) * 2) & 3;
        usize::try_from(tile).ok().and_then(|tile| colors.get(tile)).copied().unwrap_or(colors[0])
    })
}
