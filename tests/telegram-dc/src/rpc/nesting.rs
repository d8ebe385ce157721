//! Guards the deserialiser's stack: a few types may contain themselves, and a hostile request may nest them for ever.

use grammers_tl_types::{Identifiable, types as t};

/// Constructors that can be inside themselves and occur in requests.
const RECURSIVE: [u32; 6] = [
    t::InputPeerUserFromMessage::CONSTRUCTOR_ID,
    t::InputPeerChannelFromMessage::CONSTRUCTOR_ID,
    t::InputUserFromMessage::CONSTRUCTOR_ID,
    t::InputChannelFromMessage::CONSTRUCTOR_ID,
    t::JsonArray::CONSTRUCTOR_ID,
    t::JsonObject::CONSTRUCTOR_ID,
];

/// More than an honest request has, and far less than a stack holds.
const MOST: usize = 200;

pub(crate) fn is_excessive(body: &[u8]) -> bool {
    body.chunks_exact(4)
        .filter_map(|word| word.try_into().ok().map(u32::from_le_bytes))
        .filter(|word| RECURSIVE.contains(word))
        .count()
        > MOST
}
