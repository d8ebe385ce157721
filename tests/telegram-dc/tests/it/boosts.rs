//! Boosts and levels.

use std::collections::HashSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC};

use crate::client::*;

async fn status(client: &Client, centre: &DataCentre, id: i64) -> t::premium::BoostsStatus {
    let e::premium::BoostsStatus::Status(status) =
        client.home(&f::premium::GetBoostsStatus { peer: input_peer(centre, id) }).await;
    status
}

fn list(centre: &DataCentre, id: i64, gifts: bool, limit: i32) -> f::premium::GetBoostsList {
    f::premium::GetBoostsList { gifts, peer: input_peer(centre, id), offset: String::new(), limit }
}

/// All pages, and the count that each of them has.
async fn all(client: &Client, mut request: f::premium::GetBoostsList) -> (Vec<t::Boost>, i32) {
    let mut boosts = Vec::new();
    loop {
        let e::premium::BoostsList::List(page) = client.home(&request).await;
        assert!(page.boosts.len() <= 100);
        let known: HashSet<i64> = page.users.iter().map(e::User::id).collect();
        for e::Boost::Boost(boost) in page.boosts {
            assert!(boost.user_id.is_none_or(|user| known.contains(&user)));
            boosts.push(boost);
        }
        match page.next_offset {
            Some(offset) => request.offset = offset,
            None => return (boosts, page.count),
        }
    }
}

fn multiplied(boosts: &[t::Boost]) -> i32 {
    boosts.iter().map(|boost| boost.multiplier.unwrap_or(1)).sum()
}

#[tokio::test]
async fn the_status_is_the_sum_of_the_list_over_sixty_days() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for step in 0..60 {
        let now = centre.clock().now().as_second();
        for id in [NEWS, BLOG] {
            let (boosts, count) = all(&client, list(&centre, id, false, 40)).await;
            let status = status(&client, &centre, id).await;
            assert_eq!((status.boosts, count), (multiplied(&boosts), multiplied(&boosts)));
            let (gifts, gift_count) = all(&client, list(&centre, id, true, 100)).await;
            assert_eq!((status.gift_boosts, gift_count), (Some(multiplied(&gifts)), multiplied(&gifts)));
            assert!(gifts.iter().all(|boost| boost.gift || boost.giveaway));
            assert_eq!(boosts.iter().filter(|boost| boost.gift || boost.giveaway).count(), gifts.len());
            assert!(status.current_level_boosts <= status.boosts);
            assert!(status.next_level_boosts.unwrap() > status.boosts);
            let mut truth = centre.truth().boosts(id);
            truth.retain(|boost| boost.active);
            let told: Vec<_> = boosts.iter().map(|boost| boost.id.clone()).collect();
            assert_eq!(told, truth.iter().map(|boost| boost.id.clone()).collect::<Vec<_>>());
            for boost in &boosts {
                assert!(i64::from(boost.date) <= now && now < i64::from(boost.expires), "{boost:?}");
            }
        }
        centre.clock().advance(SignedDuration::from_hours(if step % 2 == 0 { 23 } else { 25 }));
    }
}

#[tokio::test]
async fn boosts_come_from_premium_gifts_and_giveaways() {
    let centre = crate::giveaways::early().await;
    let client = Client::ready(&centre);
    let (mut running, mut drawn, mut claimed, mut stars, mut gifts) = (0, 0, 0, 0, 0);
    for _ in 0..80 {
        centre.clock().advance(SignedDuration::from_hours(24));
        let giveaways = centre.truth().giveaways(BLOG);
        let (boosts, _) = all(&client, list(&centre, BLOG, true, 100)).await;
        for boost in boosts {
            assert!(boost.used_gift_slug.is_none() || !boost.unclaimed);
            if boost.gift {
                gifts += 1;
                assert!(boost.user_id.is_some() && boost.multiplier == Some(4));
                continue;
            }
            let giveaway =
                giveaways.iter().find(|one| Some(one.post_msg_id) == boost.giveaway_msg_id).unwrap();
            assert_eq!(boost.stars, giveaway.stars.map(i64::from));
            match (giveaway.finished, boost.user_id) {
                _ if boost.stars.is_some() => stars += 1,
                (None, None) => running += 1,
                (Some(_), None) => assert!(boost.unclaimed),
                (Some(_), Some(user)) => {
                    drawn += 1;
                    assert!(giveaway.winner_ids.contains(&user));
                    claimed += u32::from(boost.used_gift_slug.is_some());
                }
                (None, Some(_)) => panic!("a winner before the end: {boost:?}"),
            }
        }
    }
    assert!(running > 0 && drawn > claimed && claimed > 0 && stars > 0 && gifts > 0);
}

#[tokio::test]
async fn members_see_less_and_ask_for_no_list() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let ours = status(&client, &centre, BLOG).await;
    assert!(ours.gift_boosts.is_some());
    let e::StatsPercentValue::Value(audience) = ours.premium_audience.unwrap();
    let truth = centre.truth().channels().into_iter().find(|channel| channel.id == BLOG).unwrap();
    assert!((audience.total - f64::from(u32::try_from(truth.subscribers).unwrap())).abs() <= 40.0);
    assert!(audience.part > 0.0 && audience.part < audience.total / 5.0);
    let prepaid = ours.prepaid_giveaways.unwrap();
    assert!(prepaid.iter().any(|one| matches!(one, e::PrepaidGiveaway::Giveaway(_))));
    assert!(prepaid.iter().any(|one| matches!(one, e::PrepaidGiveaway::PrepaidStarsGiveaway(_))));
    assert_eq!(ours.boost_url, "https://t.me/boost/kaffee_und_code");

    let followed = status(&client, &centre, FOLLOWED).await;
    assert!(followed.boosts > 0 && followed.level > 0);
    assert!(followed.gift_boosts.is_none() && followed.premium_audience.is_none());
    assert!(followed.prepaid_giveaways.is_none());
    let refused = rpc_error(client.invoke(HOME_DC, &list(&centre, FOLLOWED, false, 10)).await);
    assert_eq!((refused.0, refused.1.as_str()), (400, "CHAT_ADMIN_REQUIRED"));
    let mine =
        f::premium::GetUserBoosts { peer: input_peer(&centre, FOLLOWED), user_id: e::InputUser::UserSelf };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &mine).await).1, "CHAT_ADMIN_REQUIRED");

    let user = f::premium::GetBoostsStatus { peer: e::InputPeer::PeerSelf };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &user).await).1, "PEER_ID_INVALID");
    let peer = t::InputPeerChannel { channel_id: NEWS, access_hash: 1 }.into();
    let wrong = f::premium::GetBoostsStatus { peer };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &wrong).await).1, "CHANNEL_INVALID");
    for offset in ["x", "1", "_", "a_b"] {
        let lost = f::premium::GetBoostsList { offset: offset.to_owned(), ..list(&centre, BLOG, false, 10) };
        assert_eq!(rpc_error(client.invoke(HOME_DC, &lost).await).1, "OFFSET_INVALID");
    }
    let tiny = status(&client, &centre, TINY).await;
    assert_eq!((tiny.level, tiny.boosts, tiny.next_level_boosts), (0, 0, Some(1)));
    assert_eq!(tiny.boost_url, format!("https://t.me/boost?c={TINY}"));
}

#[tokio::test]
async fn channels_are_described_with_their_level() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [NEWS, BLOG, KITCHEN, FOLLOWED] {
        let request = f::channels::GetChannels { id: vec![input_channel(&centre, id)] };
        let e::messages::Chats::Chats(answer) = client.home(&request).await else { panic!("a slice") };
        let e::Chat::Channel(channel) = &answer.chats[0] else { panic!("no channel") };
        let level = status(&client, &centre, id).await.level;
        assert_eq!(channel.level, Some(level).filter(|level| *level > 0));
    }
}

#[tokio::test]
async fn one_persons_boosts_are_part_of_the_list() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let e::premium::BoostsList::List(page) = client.home(&list(&centre, BLOG, false, 100)).await;
    let booster = page.users.iter().find_map(|user| match user {
        e::User::User(user) if !user.is_self => Some(user.clone()),
        _ => None,
    });
    let booster = booster.unwrap();
    let input = t::InputUser { user_id: booster.id, access_hash: booster.access_hash.unwrap() };
    let asked = |user_id| f::premium::GetUserBoosts { peer: input_peer(&centre, BLOG), user_id };
    let e::premium::BoostsList::List(theirs) = client.home(&asked(input.clone().into())).await;
    let expected: Vec<_> = page
        .boosts
        .iter()
        .filter(|e::Boost::Boost(boost)| boost.user_id == Some(booster.id))
        .cloned()
        .collect();
    assert_eq!(theirs.boosts, expected);
    assert!(!expected.is_empty());
    let stranger = t::InputUser { access_hash: 1, ..input };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &asked(stranger.into())).await).1, "USER_ID_INVALID");
}

#[tokio::test]
async fn the_accounts_own_boosts_agree_with_the_channels() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let e::premium::MyBoosts::Boosts(mine) = client.home(&f::premium::GetMyBoosts {}).await;
    assert_eq!((mine.my_boosts.len(), mine.chats.len(), mine.users.len()), (4, 2, 1));
    for id in [NEWS, BLOG, FOLLOWED] {
        let here: Vec<i32> = mine
            .my_boosts
            .iter()
            .filter_map(|e::MyBoost::Boost(boost)| {
                let here = boost.peer == Some(e::Peer::Channel(t::PeerChannel { channel_id: id }));
                here.then_some(boost.slot)
            })
            .collect();
        let status = status(&client, &centre, id).await;
        assert_eq!(status.my_boost, !here.is_empty());
        assert_eq!(status.my_boost_slots.unwrap_or_default(), here);
    }
    let asked =
        f::premium::GetUserBoosts { peer: input_peer(&centre, BLOG), user_id: e::InputUser::UserSelf };
    let e::premium::BoostsList::List(ours) = client.home(&asked).await;
    let e::Boost::Boost(boost) = &ours.boosts[0];
    let e::MyBoost::Boost(slot) = &mine.my_boosts[0];
    assert_eq!((ours.count, boost.date, boost.expires), (1, slot.date, slot.expires));
}
