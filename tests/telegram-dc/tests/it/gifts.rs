//! Gifts, affiliate programmes and paid messages: all of it agrees with the ledger.

use std::collections::{BTreeMap, HashSet};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC, RowKind, TruthRow, Unit};

use crate::client::*;

fn request(centre: &DataCentre, id: i64) -> f::payments::GetSavedStarGifts {
    f::payments::GetSavedStarGifts {
        exclude_unsaved: false,
        exclude_saved: false,
        exclude_unlimited: false,
        exclude_unique: false,
        sort_by_value: false,
        exclude_upgradable: false,
        exclude_unupgradable: false,
        peer_color_available: false,
        exclude_hosted: false,
        peer: input_peer(centre, id),
        collection_id: None,
        offset: String::new(),
        limit: 100,
    }
}

async fn all(client: &Client, mut request: f::payments::GetSavedStarGifts) -> (Vec<t::SavedStarGift>, i32) {
    let mut gifts = Vec::new();
    loop {
        let e::payments::SavedStarGifts::Gifts(page) = client.home(&request).await;
        let known: HashSet<i64> = page.users.iter().map(e::User::id).collect();
        for e::SavedStarGift::Gift(gift) in page.gifts {
            if let Some(e::Peer::User(from)) = &gift.from_id {
                assert!(known.contains(&from.user_id));
            }
            gifts.push(gift);
        }
        match page.next_offset {
            Some(offset) => request.offset = offset,
            None => return (gifts, page.count),
        }
    }
}

async fn full(client: &Client, centre: &DataCentre, id: i64) -> t::messages::ChatFull {
    let e::messages::ChatFull::Full(answer) =
        client.home(&f::channels::GetFullChannel { channel: input_channel(centre, id) }).await;
    answer
}

fn stars(centre: &DataCentre) -> Vec<TruthRow> {
    centre.truth().ledger(BLOG, Unit::Stars)
}

#[tokio::test]
async fn gifts_come_in_pages_and_the_full_channel_counts_them() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let (gifts, count) =
        all(&client, f::payments::GetSavedStarGifts { limit: 7, ..request(&centre, BLOG) }).await;
    assert_eq!(usize::try_from(count), Ok(gifts.len()));
    assert!(gifts.windows(2).all(|pair| pair[0].date >= pair[1].date));
    let ids: HashSet<_> = gifts.iter().map(|gift| gift.saved_id.unwrap()).collect();
    assert_eq!(ids.len(), gifts.len());
    assert!(gifts.iter().any(|gift| gift.name_hidden) && gifts.iter().all(|gift| gift.from_id.is_some()));
    assert_eq!(all(&client, request(&centre, BLOG)).await.0, gifts);
    let e::ChatFull::ChannelFull(told) = full(&client, &centre, BLOG).await.full_chat else {
        panic!("a chat")
    };
    assert!(told.stargifts_available);
    assert_eq!(told.stargifts_count, Some(count));

    let kept = |filter: f::payments::GetSavedStarGifts| all(&client, filter);
    let saved =
        kept(f::payments::GetSavedStarGifts { exclude_unsaved: true, ..request(&centre, BLOG) }).await;
    let unsaved =
        kept(f::payments::GetSavedStarGifts { exclude_saved: true, ..request(&centre, BLOG) }).await;
    assert!(saved.1 > 0 && unsaved.1 > 0 && saved.1 + unsaved.1 == count);
    let limited =
        kept(f::payments::GetSavedStarGifts { exclude_unlimited: true, ..request(&centre, BLOG) }).await.0;
    let is_limited = |gift: &t::SavedStarGift| matches!(&gift.gift, e::StarGift::Gift(gift) if gift.limited);
    assert!(!limited.is_empty() && limited.iter().all(is_limited));
    let dear = kept(f::payments::GetSavedStarGifts { sort_by_value: true, ..request(&centre, BLOG) }).await.0;
    let price = |gift: &t::SavedStarGift| match &gift.gift {
        e::StarGift::Gift(gift) => gift.stars,
        e::StarGift::Unique(_) => 0,
    };
    assert!(dear.windows(2).all(|pair| price(&pair[0]) >= price(&pair[1])));
    assert_eq!(dear.len(), gifts.len());
}

#[tokio::test]
async fn a_gift_that_is_converted_is_a_row_of_the_ledger() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let mut before = all(&client, request(&centre, BLOG)).await.0;
    let converted = |row: &TruthRow| matches!(row.kind, RowKind::GiftConverted { .. });
    let mut rows = stars(&centre).iter().filter(|row| converted(row)).count();
    let mut seen = 0;
    for _ in 0..40 {
        centre.clock().advance(SignedDuration::from_hours(24));
        let after = all(&client, request(&centre, BLOG)).await.0;
        let gone: Vec<_> =
            before.iter().filter(|gift| !after.iter().any(|other| other.saved_id == gift.saved_id)).collect();
        let ledger = stars(&centre);
        let new: Vec<_> = ledger.iter().filter(|row| converted(row)).skip(rows).collect();
        let mut worth: Vec<_> = gone.iter().map(|gift| i128::from(gift.convert_stars.unwrap())).collect();
        let mut paid: Vec<_> = new.iter().map(|row| row.nano / 1_000_000_000).collect();
        worth.sort_unstable();
        paid.sort_unstable();
        assert_eq!(worth, paid);
        seen += gone.len();
        rows += new.len();
        before = after;
    }
    assert!(seen > 0);
}

#[tokio::test]
async fn others_see_the_gifts_on_show_and_no_secrets() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let (gifts, count) = all(&client, request(&centre, FOLLOWED)).await;
    assert!(
        gifts.iter().all(|gift| !gift.unsaved && gift.saved_id.is_none() && gift.convert_stars.is_none())
    );
    assert!(gifts.iter().all(|gift| gift.name_hidden == gift.from_id.is_none()));
    assert!(gifts.iter().any(|gift| gift.name_hidden));
    let e::ChatFull::ChannelFull(told) = full(&client, &centre, FOLLOWED).await.full_chat else {
        panic!("a chat")
    };
    assert_eq!(told.stargifts_count, Some(count));
    let e::ChatFull::ChannelFull(none) = full(&client, &centre, NEWS).await.full_chat else {
        panic!("a chat")
    };
    assert_eq!((none.stargifts_available, none.stargifts_count), (false, None));

    let collection = f::payments::GetSavedStarGifts { collection_id: Some(1), ..request(&centre, BLOG) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &collection).await).1, "COLLECTION_ID_INVALID");
    let lost = f::payments::GetSavedStarGifts { offset: "garbage".to_owned(), ..request(&centre, BLOG) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &lost).await).1, "OFFSET_INVALID");
    let user = f::payments::GetSavedStarGifts { peer: e::InputPeer::PeerSelf, ..request(&centre, BLOG) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &user).await).1, "PEER_ID_INVALID");
}

fn connected(centre: &DataCentre, limit: i32) -> f::payments::GetConnectedStarRefBots {
    f::payments::GetConnectedStarRefBots {
        peer: input_peer(centre, BLOG),
        offset_date: None,
        offset_link: None,
        limit,
    }
}

#[tokio::test]
async fn affiliate_revenue_is_the_sum_of_commissions() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let mut request = connected(&centre, 1);
    let (mut bots, mut revoked): (Vec<t::ConnectedBotStarRef>, _) = (Vec::new(), 0);
    loop {
        let e::payments::ConnectedStarRefBots::Bots(page) = client.home(&request).await;
        assert_eq!(page.count, 3);
        let Some(e::ConnectedBotStarRef::Ref(bot)) = page.connected_bots.into_iter().next() else { break };
        let e::User::User(user) = &page.users[0] else { panic!("an empty user") };
        assert!(user.bot && user.id == bot.bot_id);
        assert!(
            bot.url.starts_with(&format!("https://t.me/{}?start=_tgr_", user.username.as_ref().unwrap()))
        );
        (request.offset_date, request.offset_link) = (Some(bot.date), Some(bot.url.clone()));
        revoked += i32::from(bot.revoked);
        bots.push(bot);
    }
    assert_eq!((bots.len(), revoked), (3, 1));
    let mut paid: BTreeMap<i64, i128> = BTreeMap::new();
    for row in stars(&centre) {
        if let RowKind::AffiliateCommission { bot, commission_permille } = row.kind {
            let its = bots.iter().find(|known| known.bot_id == bot).unwrap();
            assert_eq!(its.commission_permille, commission_permille);
            assert!(i64::from(its.date) <= row.date);
            *paid.entry(bot).or_default() += row.nano;
        }
    }
    for bot in &bots {
        assert_eq!(i128::from(bot.revenue), paid[&bot.bot_id] / 1_000_000_000);
        assert!(bot.participants > 0);
        let access_hash = bot_hash(&client, &centre, bot.bot_id).await;
        let input = t::InputUser { user_id: bot.bot_id, access_hash }.into();
        let one = f::payments::GetConnectedStarRefBot { peer: input_peer(&centre, BLOG), bot: input };
        let e::payments::ConnectedStarRefBots::Bots(found) = client.home(&one).await;
        assert_eq!(found.connected_bots, [bot.clone().into()]);
    }
    let other =
        f::payments::GetConnectedStarRefBots { peer: input_peer(&centre, FOLLOWED), ..connected(&centre, 5) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &other).await).1, "PEER_ID_INVALID");
    let lost = f::payments::GetConnectedStarRefBots {
        offset_date: Some(1),
        offset_link: Some("garbage".to_owned()),
        ..connected(&centre, 5)
    };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &lost).await).1, "OFFSET_INVALID");
}

async fn bot_hash(client: &Client, centre: &DataCentre, id: i64) -> i64 {
    let e::payments::ConnectedStarRefBots::Bots(page) = client.home(&connected(centre, 100)).await;
    let hash = page.users.into_iter().find_map(|user| match user {
        e::User::User(user) if user.id == id => user.access_hash,
        _ => None,
    });
    hash.unwrap()
}

#[tokio::test]
async fn programmes_are_suggested_in_the_order_wanted() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let base = f::payments::GetSuggestedStarRefBots {
        order_by_revenue: false,
        order_by_date: false,
        peer: input_peer(&centre, BLOG),
        offset: String::new(),
        limit: 3,
    };
    let mut request = base.clone();
    let mut programmes = Vec::new();
    loop {
        let e::payments::SuggestedStarRefBots::Bots(page) = client.home(&request).await;
        assert_eq!((page.count, page.users.len()), (4, page.suggested_bots.len()));
        programmes.extend(page.suggested_bots.into_iter().map(|e::StarRefProgram::Program(one)| one));
        match page.next_offset {
            Some(offset) => request.offset = offset,
            None => break,
        }
    }
    let profit = |one: &t::StarRefProgram| {
        crate::revenue::nano(one.daily_revenue_per_user.as_ref().unwrap())
            * i128::from(one.commission_permille)
    };
    assert!(programmes.windows(2).all(|pair| profit(&pair[0]) >= profit(&pair[1])));
    let e::payments::ConnectedStarRefBots::Bots(joined) = client.home(&connected(&centre, 100)).await;
    let active: HashSet<i64> = joined
        .connected_bots
        .iter()
        .filter_map(|e::ConnectedBotStarRef::Ref(bot)| (!bot.revoked).then_some(bot.bot_id))
        .collect();
    assert_eq!(programmes.len(), 4);
    assert!(programmes.iter().all(|one| !active.contains(&one.bot_id)));
    let both =
        f::payments::GetSuggestedStarRefBots { order_by_revenue: true, order_by_date: true, ..base.clone() };
    assert!(client.invoke(HOME_DC, &both).await.is_err());
    let lost = f::payments::GetSuggestedStarRefBots { offset: "99".to_owned(), ..base.clone() };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &lost).await).1, "OFFSET_INVALID");
    let user = f::payments::GetSuggestedStarRefBots { peer: e::InputPeer::Empty, ..base };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &user).await).1, "PEER_ID_INVALID");
}

#[tokio::test]
async fn paid_messages_are_summed_by_who_sent_them() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let answer = full(&client, &centre, BLOG).await;
    let monoforum = answer.chats.iter().find_map(|chat| match chat {
        e::Chat::Channel(channel) if channel.monoforum => Some(channel.clone()),
        _ => None,
    });
    let monoforum = monoforum.unwrap();
    assert_eq!(monoforum.linked_monoforum_id, Some(BLOG));
    let e::ChatFull::ChannelFull(told) = answer.full_chat else { panic!("a chat") };
    assert_eq!(told.send_paid_messages_stars, Some(10));
    let parent: e::InputPeer =
        t::InputPeerChannel { channel_id: monoforum.id, access_hash: monoforum.access_hash.unwrap() }.into();
    // The ledger's answers carry the people who paid.
    let mut payers: BTreeMap<i64, i64> = BTreeMap::new();
    let mut page = crate::ledger::request(&centre, BLOG, false);
    for _ in 0..3 {
        let e::payments::StarsStatus::Status(answer) = client.home(&page).await;
        payers.extend(answer.users.iter().filter_map(|user| match user {
            e::User::User(user) => Some((user.id, user.access_hash?)),
            e::User::Empty(_) => None,
        }));
        page.offset = answer.next_offset.unwrap();
    }
    let mut paid: BTreeMap<i64, i128> = BTreeMap::new();
    for row in stars(&centre) {
        if let RowKind::PaidMessage { user, .. } = row.kind {
            *paid.entry(user).or_default() += row.nano;
        }
    }
    let asked =
        |parent_peer, user_id: e::InputUser| f::account::GetPaidMessagesRevenue { parent_peer, user_id };
    let mut compared = 0;
    for (user_id, access_hash) in payers {
        let input: e::InputUser = t::InputUser { user_id, access_hash }.into();
        let e::account::PaidMessagesRevenue::Revenue(told) =
            client.home(&asked(Some(parent.clone()), input.clone())).await;
        let nano = paid.get(&user_id).copied().unwrap_or(0);
        assert_eq!(i128::from(told.stars_amount), nano / 1_000_000_000);
        compared += i32::from(nano > 0);
        let e::account::PaidMessagesRevenue::Revenue(own) = client.home(&asked(None, input)).await;
        assert_eq!(own.stars_amount, 0);
    }
    assert!(compared >= 3);
    let channel = asked(Some(input_peer(&centre, BLOG)), e::InputUser::UserSelf);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &channel).await).1, "PARENT_PEER_INVALID");
    let nobody = asked(Some(parent), e::InputUser::Empty);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &nobody).await).1, "USER_ID_INVALID");
}
