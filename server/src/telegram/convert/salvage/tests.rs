use grammers_tl_types::{Identifiable as _, enums as e, types as t};
use proptest::prelude::*;

use super::*;

const UNKNOWN: u32 = 0x0bad_c0de;

fn boost(number: usize) -> t::Boost {
    t::Boost {
        gift: number.is_multiple_of(2),
        giveaway: false,
        unclaimed: false,
        id: "b".repeat(number % 7) + &number.to_string(),
        user_id: (!number.is_multiple_of(3)).then_some(7),
        giveaway_msg_id: None,
        date: 1_700_000_000,
        expires: 1_702_592_000,
        used_gift_slug: None,
        multiplier: None,
        stars: None,
    }
}

fn boosts(count: usize, next_offset: Option<&str>) -> Vec<u8> {
    let list: e::premium::BoostsList = t::premium::BoostsList {
        count: 1_000,
        boosts: (0..count).map(|number| boost(number).into()).collect(),
        next_offset: next_offset.map(str::to_owned),
        users: vec![t::UserEmpty { id: 7 }.into()],
    }
    .into();
    list.to_bytes()
}

/// Where the constructor stands.
fn places(bytes: &[u8], constructor: u32) -> Vec<usize> {
    let is_it = |at: &usize| bytes[*at..*at + 4] == constructor.to_le_bytes();
    (0..bytes.len() - 3).step_by(4).filter(is_it).collect()
}

fn spoil(bytes: &mut [u8], at: usize) {
    bytes[at..at + 4].copy_from_slice(&UNKNOWN.to_le_bytes());
}

fn read(bytes: &[u8]) -> Salvaged<e::premium::BoostsList> {
    Salvaged::from_bytes(bytes).unwrap()
}

#[test]
fn one_boost_of_a_later_layer_is_taken_out_wherever_it_stands() {
    for spoilt in [0, 3, 9] {
        for next in [None, Some("next"), Some("a longer offset 0123456789")] {
            let mut bytes = boosts(10, next);
            let at = places(&bytes, t::Boost::CONSTRUCTOR_ID)[spoilt];
            spoil(&mut bytes, at);
            let Salvaged { answer: e::premium::BoostsList::List(list), unread } = read(&bytes);
            let expected: Vec<e::Boost> =
                (0..10).filter(|number| *number != spoilt).map(|number| boost(number).into()).collect();
            assert_eq!((list.boosts, list.next_offset.as_deref()), (expected, next));
            assert_eq!(list.users.len(), 1);
            assert_eq!((unread.count, unread.places()), (1, Some(vec![spoilt])));
            let part = &unread.parts[0];
            assert_eq!(part.reason, format!("layer {LAYER} does not know 0x0badc0de"));
            assert_eq!(part.raw, bytes[at..at + e::Boost::from(boost(spoilt)).to_bytes().len()]);
        }
    }
}

#[test]
fn an_action_of_a_later_layer_leaves_its_event() {
    let event = |id| -> e::ChannelAdminLogEvent {
        t::ChannelAdminLogEvent {
            id,
            date: 5,
            user_id: 6,
            action: t::ChannelAdminLogEventActionToggleInvites { new_value: id % 2 == 0 }.into(),
        }
        .into()
    };
    let answer: e::channels::AdminLogResults = t::channels::AdminLogResults {
        events: (1..=4).rev().map(event).collect(),
        chats: vec![],
        users: vec![],
    }
    .into();
    let mut bytes = answer.to_bytes();
    // Two that follow each other.
    for at in &places(&bytes, t::ChannelAdminLogEventActionToggleInvites::CONSTRUCTOR_ID)[1..3] {
        spoil(&mut bytes, *at);
    }
    let page = crate::telegram::convert::admin_log::page(Salvaged::from_bytes(&bytes).unwrap());
    let told: Vec<(i64, &str)> = page.events.iter().map(|event| (event.id, event.kind)).collect();
    assert_eq!(told, [(4, "toggle_invites"), (3, "unknown"), (2, "unknown"), (1, "toggle_invites")]);
    assert_eq!((page.unread.count, page.unread.parts.len()), (2, 2));
}

#[test]
fn messages_are_numbered_even_if_they_cannot_be_read() {
    let service = |id| -> e::Message {
        t::MessageService {
            out: false,
            mentioned: false,
            media_unread: false,
            reactions_are_possible: false,
            silent: false,
            post: true,
            legacy: false,
            id,
            from_id: None,
            peer_id: t::PeerChannel { channel_id: 5 }.into(),
            saved_peer_id: None,
            reply_to: None,
            date: 1,
            action: t::MessageActionChatEditTitle { title: "t".to_owned() }.into(),
            reactions: None,
            ttl_period: None,
        }
        .into()
    };
    let answer: e::messages::Messages = t::messages::ChannelMessages {
        inexact: false,
        pts: 1,
        count: 3,
        offset_id_offset: Some(0),
        messages: vec![service(9), service(8), service(7)],
        topics: vec![],
        chats: vec![],
        users: vec![],
    }
    .into();
    let whole = answer.to_bytes();
    let page = |bytes: &[u8]| {
        crate::telegram::convert::posts::page(Salvaged::from_bytes(bytes).unwrap(), app::model::ChannelId(5))
    };
    let mut bytes = whole.clone();
    spoil(&mut bytes, places(&whole, t::MessageActionChatEditTitle::CONSTRUCTOR_ID)[2]);
    assert_eq!((page(&bytes).oldest_id, page(&bytes).newest_unread()), (Some(7), Some(7)));
    let mut bytes = whole.clone();
    spoil(&mut bytes, places(&whole, t::MessageService::CONSTRUCTOR_ID)[1]);
    assert_eq!((page(&bytes).oldest_id, page(&bytes).newest_unread()), (Some(7), Some(i32::MAX)));
    assert_eq!(page(&whole).newest_unread(), None);
}

#[test]
fn counters_keep_their_places_or_are_refused() {
    let views = |count| -> e::StoryViews {
        t::StoryViews {
            has_viewers: false,
            views_count: count,
            forwards_count: None,
            reactions: None,
            reactions_count: None,
            recent_viewers: None,
        }
        .into()
    };
    let answer: e::stories::StoryViews =
        t::stories::StoryViews { views: vec![views(1), views(2), views(3)], users: vec![] }.into();
    let mut bytes = answer.to_bytes();
    let at = places(&bytes, t::StoryViews::CONSTRUCTOR_ID)[1];
    spoil(&mut bytes, at);
    let said = crate::telegram::convert::stories::views(Salvaged::from_bytes(&bytes).unwrap());
    let counts: Vec<Option<i32>> =
        said.counters.iter().map(|one| one.as_ref().map(|one| one.views)).collect();
    assert_eq!(counts, [Some(1), None, Some(3)]);
}

#[test]
fn names_of_a_later_layer_take_no_boost_with_them() {
    for next in [None, Some("next")] {
        let mut bytes = boosts(3, next);
        let at = places(&bytes, t::UserEmpty::CONSTRUCTOR_ID)[0];
        spoil(&mut bytes, at);
        let Salvaged { answer: e::premium::BoostsList::List(list), unread } = read(&bytes);
        assert_eq!((list.boosts.len(), list.next_offset.as_deref(), list.users.len()), (3, next, 0));
        assert!(unread.is_empty());
        assert_eq!(unread.names[0].raw, bytes[at - 8..]);
    }
    let answer: e::channels::AdminLogResults = t::channels::AdminLogResults {
        events: vec![],
        chats: vec![t::ChatEmpty { id: 1 }.into()],
        users: vec![t::UserEmpty { id: 7 }.into()],
    }
    .into();
    let mut bytes = answer.to_bytes();
    let at = places(&bytes, t::ChatEmpty::CONSTRUCTOR_ID)[0];
    spoil(&mut bytes, at);
    let page = crate::telegram::convert::admin_log::page(Salvaged::from_bytes(&bytes).unwrap());
    assert_eq!((page.events.len(), page.unread.names[0].raw.as_slice()), (0, &bytes[at - 8..]));
}

#[test]
fn what_cannot_be_read_before_the_list_is_an_error() {
    let mut bytes = boosts(3, None);
    spoil(&mut bytes, 0);
    assert_eq!(
        Salvaged::<e::premium::BoostsList>::from_bytes(&bytes).unwrap_err(),
        Error::UnexpectedConstructor { id: UNKNOWN }
    );
    // Half a list is none: it would look like a short one.
    let bytes = boosts(3, None);
    for length in 0..bytes.len() {
        if let Ok(Salvaged { answer: e::premium::BoostsList::List(list), unread }) =
            Salvaged::from_bytes(&bytes[..length])
        {
            assert_eq!((list.boosts.len(), unread.count, unread.names.len()), (3, 0, 1), "{length}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_spoilt_everything_else_is_read(
        count in 1_usize..12,
        spoilt in prop::collection::btree_set(0_usize..12, 0..6),
        next in prop::option::of("[0-9a-z]{0,20}"),
    ) {
        let mut bytes = boosts(count, next.as_deref());
        let spoilt: Vec<usize> = spoilt.into_iter().filter(|number| *number < count).collect();
        let all = places(&bytes, t::Boost::CONSTRUCTOR_ID);
        for number in &spoilt {
            spoil(&mut bytes, all[*number]);
        }
        let Salvaged { answer: e::premium::BoostsList::List(list), unread } = read(&bytes);
        let expected: Vec<e::Boost> =
            (0..count).filter(|number| !spoilt.contains(number)).map(|number| boost(number).into()).collect();
        prop_assert_eq!(list.boosts, expected);
        prop_assert_eq!(list.next_offset, next);
        prop_assert_eq!(unread.places(), Some(spoilt));
    }

    #[test]
    fn noise_hurts_nobody(
        cut in 0_usize..400,
        noise in prop::collection::vec((0_usize..400, any::<u8>()), 0..8),
    ) {
        let mut bytes = boosts(8, Some("next"));
        for (at, byte) in noise {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut);
        if let Ok(Salvaged { answer: e::premium::BoostsList::List(list), unread }) = Salvaged::from_bytes(&bytes) {
            prop_assert!(list.boosts.len() + unread.count <= bytes.len());
        }
    }
}
