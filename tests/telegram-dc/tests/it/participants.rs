//! Who is in channels, who runs them, and which of them are public.

use std::collections::BTreeSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC};

use crate::client::*;

fn request(
    centre: &DataCentre,
    id: i64,
    filter: impl Into<e::ChannelParticipantsFilter>,
    offset: i32,
) -> f::channels::GetParticipants {
    let channel = input_channel(centre, id);
    f::channels::GetParticipants { channel, filter: filter.into(), offset, limit: 200, hash: 0 }
}

async fn participants(
    client: &Client,
    request: &f::channels::GetParticipants,
) -> t::channels::ChannelParticipants {
    match client.home(request).await {
        e::channels::ChannelParticipants::Participants(found) => found,
        other => panic!("{other:?}"),
    }
}

fn user(participant: &e::ChannelParticipant) -> i64 {
    match participant {
        e::ChannelParticipant::Participant(one) => one.user_id,
        e::ChannelParticipant::Creator(one) => one.user_id,
        e::ChannelParticipant::Admin(one) => one.user_id,
        e::ChannelParticipant::Banned(one) => match &one.peer {
            e::Peer::User(user) => user.user_id,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

async fn full(client: &Client, centre: &DataCentre, id: i64) -> t::ChannelFull {
    let request = f::channels::GetFullChannel { channel: input_channel(centre, id) };
    let e::messages::ChatFull::Full(full) = client.home(&request).await;
    let e::ChatFull::ChannelFull(full) = full.full_chat else { panic!("{full:?}") };
    full
}

const RECENT: e::ChannelParticipantsFilter = e::ChannelParticipantsFilter::ChannelParticipantsRecent;
const ADMINS: e::ChannelParticipantsFilter = e::ChannelParticipantsFilter::ChannelParticipantsAdmins;

#[tokio::test]
async fn all_members_of_a_supergroup_can_be_listed() {
    let centre = world().await;
    let client = Client::ready(&centre);
    hold(&centre);
    let members = centre.truth().days(GROUP)[400].subscribers;
    let mut seen = BTreeSet::new();
    loop {
        hold(&centre);
        let offset = i32::try_from(seen.len()).unwrap();
        let page = participants(&client, &request(&centre, GROUP, RECENT, offset)).await;
        assert_eq!(u64::try_from(page.count).unwrap(), members);
        if page.participants.is_empty() {
            break;
        }
        assert!(page.participants.len() <= 200);
        let users: BTreeSet<i64> = page.users.iter().map(e::User::id).collect();
        for one in &page.participants {
            assert!(users.contains(&user(one)), "{one:?}");
            assert!(seen.insert(user(one)), "{one:?}");
        }
    }
    assert_eq!(seen.len() as u64, members);
    // Of a channel's subscribers only the newest two hundred are listed.
    let page = participants(&client, &request(&centre, NEWS, RECENT, 0)).await;
    assert!(page.participants.len() == 200 && page.count > 1_000_000);
    assert!(participants(&client, &request(&centre, NEWS, RECENT, 200)).await.participants.is_empty());
    let dates = page.participants.iter().filter_map(|one| match one {
        e::ChannelParticipant::Participant(one) => Some(one.date),
        _ => None,
    });
    assert!(dates.collect::<Vec<_>>().is_sorted_by(|a, b| a >= b));
}

#[tokio::test]
async fn administrators_are_listed_with_the_account_among_them() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let me = centre.access().user.id;
    for id in [NEWS, GROUP, TINY] {
        let admins = participants(&client, &request(&centre, id, ADMINS, 0)).await;
        let e::ChannelParticipant::Creator(owner) = &admins.participants[0] else { panic!("{admins:?}") };
        assert_eq!(owner.user_id, me);
        assert!(admins.users.iter().any(|user| matches!(user, e::User::User(user) if user.is_self)));
        assert_eq!(Some(admins.count), full(&client, &centre, id).await.admins_count);
        let deputy = admins.users.iter().find(|user| user.id() == centre.access().others[0].id);
        assert_eq!(deputy.is_some(), id != TINY, "the second account administers two of them");
        assert_eq!(admins.participants.len(), usize::try_from(admins.count).unwrap());
    }
    for id in [ADMIN_ONLY, LISBOA] {
        let admins = participants(&client, &request(&centre, id, ADMINS, 0)).await;
        let e::ChannelParticipant::Creator(owner) = &admins.participants[0] else { panic!("{admins:?}") };
        assert_ne!(owner.user_id, me);
        let own = admins.participants.iter().find_map(|one| match one {
            e::ChannelParticipant::Admin(one) if one.is_self => Some(one),
            _ => None,
        });
        let own = own.unwrap();
        assert_eq!((own.user_id, own.promoted_by, own.inviter_id), (me, owner.user_id, Some(owner.user_id)));
        assert!(!own.can_edit);
    }
}

#[tokio::test]
async fn who_was_shut_out_and_who_has_a_name() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let counts = full(&client, &centre, GROUP).await;
    let kicked = t::ChannelParticipantsKicked { q: String::new() };
    let banned = t::ChannelParticipantsBanned { q: String::new() };
    let kicked = participants(&client, &request(&centre, GROUP, kicked, 0)).await;
    let ever: u64 = centre.truth().group_days(GROUP).iter().map(|day| day.banned).sum();
    assert!(u64::try_from(kicked.count).unwrap().abs_diff(ever) <= 1 && ever > 100);
    assert_eq!(Some(kicked.count), counts.kicked_count);
    let out = |one: &e::ChannelParticipant| match one {
        e::ChannelParticipant::Banned(one) => {
            let e::ChatBannedRights::Rights(rights) = &one.banned_rights;
            rights.view_messages && one.left && rights.until_date == 0
        }
        _ => false,
    };
    assert!(kicked.participants.iter().all(out));
    let banned = participants(&client, &request(&centre, GROUP, banned, 0)).await;
    assert_eq!(Some(banned.count), counts.banned_count);
    assert!(banned.count > 0 && !banned.participants.iter().any(out));
    let news = t::ChannelParticipantsKicked { q: String::new() };
    assert_eq!(participants(&client, &request(&centre, NEWS, news, 0)).await.count, 3);

    let search = t::ChannelParticipantsSearch { q: "LEV".to_lowercase() };
    assert_eq!(participants(&client, &request(&centre, GROUP, search, 0)).await.count, 0);
    let search = t::ChannelParticipantsSearch { q: "лев".to_owned() };
    let found = participants(&client, &request(&centre, GROUP, search, 0)).await;
    assert!(found.count > 200 && found.participants.len() == 200);
    let ids: BTreeSet<i64> = found.participants.iter().map(user).collect();
    let named: Vec<_> = found.users.iter().filter(|user| ids.contains(&user.id())).collect();
    assert_eq!(named.len(), 200);
    for user in named {
        assert!(matches!(user, e::User::User(user) if user.first_name.as_deref() == Some("Лев")));
    }
    let bots = e::ChannelParticipantsFilter::ChannelParticipantsBots;
    assert_eq!(participants(&client, &request(&centre, GROUP, bots, 0)).await.count, 0);
}

#[tokio::test]
async fn mere_members_do_not_see_subscribers() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for filter in [RECENT, ADMINS] {
        let refused = request(&centre, FOLLOWED, filter, 0);
        assert_eq!(rpc_error(client.invoke(HOME_DC, &refused).await).1, "CHAT_ADMIN_REQUIRED");
    }
    participants(&client, &request(&centre, LISBOA, ADMINS, 0)).await;
    centre.clock().advance(SignedDuration::from_hours(31 * 24));
    let refused = request(&centre, LISBOA, ADMINS, 0);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &refused).await).1, "CHAT_ADMIN_REQUIRED");
}

#[tokio::test]
async fn public_channels_with_rights_are_listed() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let mut request = f::channels::GetAdminedPublicChannels {
        by_location: false,
        check_limit: false,
        for_personal: false,
        for_community_peer: false,
    };
    let ids = async |request: &f::channels::GetAdminedPublicChannels| {
        let e::messages::Chats::Chats(found) = client.home(request).await else { panic!("a slice") };
        found.chats.iter().map(e::Chat::id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&request).await, [NEWS, BLOG, KITCHEN, ADMIN_ONLY, LISBOA]);
    centre.clock().advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(ids(&request).await, [NEWS, BLOG, KITCHEN, ADMIN_ONLY]);
    request.by_location = true;
    assert!(ids(&request).await.is_empty());
}
