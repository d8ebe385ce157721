//! Answers from a later layer, as it were: constructors that no client knows.

use grammers_tl_types::{Identifiable, types as t};

/// No layer has it.
pub(crate) const UNKNOWN: u32 = 0x0bad_c0de;

/// What can be met inside an answer, so that a client may leave it out and still use the rest.
const PARTS: [u32; 11] = [
    t::StarsTransaction::CONSTRUCTOR_ID,
    t::StatsGraph::CONSTRUCTOR_ID,
    t::StatsGraphAsync::CONSTRUCTOR_ID,
    t::StatsGraphError::CONSTRUCTOR_ID,
    t::Boost::CONSTRUCTOR_ID,
    t::Message::CONSTRUCTOR_ID,
    t::StoryItem::CONSTRUCTOR_ID,
    t::StoryViews::CONSTRUCTOR_ID,
    t::ChatInviteExported::CONSTRUCTOR_ID,
    t::ChatInviteImporter::CONSTRUCTOR_ID,
    t::ChannelAdminLogEvent::CONSTRUCTOR_ID,
];

/// So many words behind its beginning an event of the admin log says what was done: that is what new layers add to.
const ACTION: usize = 6;

/// The answer itself is of an unknown constructor.
pub(crate) fn outside(mut object: Vec<u8>) -> Vec<u8> {
    if let Some(first) = object.first_chunk_mut() {
        *first = UNKNOWN.to_le_bytes();
    }
    object
}

/// The last ledger row, graph, boost, message, story, its counters, invite link, importer or action of an event in the
/// answer is; without one, the answer itself.
pub(crate) fn inside(mut object: Vec<u8>) -> Vec<u8> {
    let words: Vec<&[u8]> = object.chunks_exact(4).collect();
    let is_part = |word: &[u8]| PARTS.iter().any(|part| part.to_le_bytes() == *word);
    let last = words.iter().skip(1).rposition(|word| is_part(word)).map(|place| place + 1);
    let is_event = |place: &usize| words[*place] == t::ChannelAdminLogEvent::CONSTRUCTOR_ID.to_le_bytes();
    let last = last.map(|place| if is_event(&place) { place + ACTION } else { place });
    match last.and_then(|place| object.chunks_exact_mut(4).nth(place)) {
        Some(word) => word.copy_from_slice(&UNKNOWN.to_le_bytes()),
        None => return outside(object),
    }
    object
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::{Identifiable, types as t};

    use super::{UNKNOWN, inside, outside};

    #[test]
    fn one_constructor_is_exchanged() {
        let words = |list: &[u32]| list.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
        let graph = t::StatsGraph::CONSTRUCTOR_ID;
        assert_eq!(outside(words(&[1, graph])), words(&[UNKNOWN, graph]));
        assert_eq!(inside(words(&[graph, graph, graph, 2])), words(&[graph, graph, UNKNOWN, 2]));
        let event = t::ChannelAdminLogEvent::CONSTRUCTOR_ID;
        let log = words(&[1, event, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(inside(log), words(&[1, event, 2, 3, 4, 5, 6, UNKNOWN, 8]));
        assert_eq!(inside(words(&[1, 2])), words(&[UNKNOWN, 2]));
        assert_eq!(inside(Vec::new()), [0; 0]);
    }
}
