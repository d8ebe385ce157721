//! Where the lists are in their answers.

use grammers_tl_types::deserialize::Error;
use grammers_tl_types::{Cursor, Deserializable, Identifiable, enums as e, types as t};

use super::Listing;

/// Reads something that is of no use here.
fn skip<T: Deserializable>(buf: &mut Cursor<'_>) -> Result<(), Error> {
    T::deserialize(buf).map(|_| ())
}

fn skip_words(buf: &mut Cursor<'_>, count: usize) -> Result<(), Error> {
    (0..count).try_for_each(|_| skip::<u32>(buf))
}

/// The constructor, which must be this one.
fn expect<T: Identifiable>(buf: &mut Cursor<'_>) -> Result<(), Error> {
    let id = u32::deserialize(buf)?;
    if id == T::CONSTRUCTOR_ID { Ok(()) } else { Err(Error::UnexpectedConstructor { id }) }
}

const fn has(flags: u32, bit: u32) -> bool {
    flags & (1 << bit) != 0
}

impl Listing for e::premium::BoostsList {
    type Item = e::Boost;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::premium::BoostsList>(buf)?;
        skip_words(buf, 2)
    }
}

impl Listing for e::channels::AdminLogResults {
    type Item = e::ChannelAdminLogEvent;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::channels::AdminLogResults>(buf)
    }
}

impl Listing for e::messages::ExportedChatInvites {
    type Item = e::ExportedChatInvite;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::messages::ExportedChatInvites>(buf)?;
        skip::<i32>(buf)
    }
}

impl Listing for e::messages::ChatInviteImporters {
    type Item = e::ChatInviteImporter;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::messages::ChatInviteImporters>(buf)?;
        skip::<i32>(buf)
    }
}

impl Listing for e::messages::Messages {
    type Item = e::Message;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        match u32::deserialize(buf)? {
            t::messages::Messages::CONSTRUCTOR_ID => Ok(()),
            t::messages::MessagesSlice::CONSTRUCTOR_ID => {
                let flags = u32::deserialize(buf)?;
                skip::<i32>(buf)?;
                skip_words(buf, [0, 2].into_iter().filter(|bit| has(flags, *bit)).count())?;
                if has(flags, 3) { skip::<e::SearchPostsFlood>(buf) } else { Ok(()) }
            }
            t::messages::ChannelMessages::CONSTRUCTOR_ID => {
                let flags = u32::deserialize(buf)?;
                skip_words(buf, 2)?;
                if has(flags, 2) { skip::<i32>(buf) } else { Ok(()) }
            }
            id => Err(Error::UnexpectedConstructor { id }),
        }
    }
}

impl Listing for e::stories::PeerStories {
    type Item = e::StoryItem;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::stories::PeerStories>(buf)?;
        expect::<t::PeerStories>(buf)?;
        let flags = u32::deserialize(buf)?;
        skip::<e::Peer>(buf)?;
        if has(flags, 0) { skip::<i32>(buf) } else { Ok(()) }
    }
}

impl Listing for e::stories::Stories {
    type Item = e::StoryItem;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::stories::Stories>(buf)?;
        skip_words(buf, 2)
    }
}

impl Listing for e::stories::StoryViews {
    type Item = e::StoryViews;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::stories::StoryViews>(buf)
    }
}

impl Listing for e::payments::StarsStatus {
    type Item = e::StarsTransaction;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::payments::StarsStatus>(buf)?;
        let flags = u32::deserialize(buf)?;
        if !has(flags, 3) {
            return Err(Error::UnexpectedEof);
        }
        skip::<e::StarsAmount>(buf)?;
        if has(flags, 1) {
            skip::<Vec<e::StarsSubscription>>(buf)?;
        }
        if has(flags, 2) {
            skip::<String>(buf)?;
        }
        if has(flags, 4) { skip::<i64>(buf) } else { Ok(()) }
    }
}

impl Listing for e::stats::PublicForwards {
    type Item = e::PublicForward;

    fn head(buf: &mut Cursor<'_>) -> Result<(), Error> {
        expect::<t::stats::PublicForwards>(buf)?;
        skip_words(buf, 2)
    }
}
