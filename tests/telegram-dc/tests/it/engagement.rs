//! What people do with posts: views, reactions, votes; and what stands around posts: ads and similar channels.

use std::collections::{BTreeMap, HashSet};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{HOME_DC, RowKind, TruthPost, TruthPostKind, Unit};

use crate::client::*;
use crate::messages::*;

#[tokio::test]
async fn looking_at_views_does_not_count_them() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let posts = centre.truth().posts(BLOG);
    let old = existing(&posts);
    let old: Vec<&&TruthPost> = old.iter().take(300).collect();
    let asked: Vec<i32> = old[..100].iter().map(|post| post.id).collect();
    let counted = views(&client, &centre, BLOG, &asked).await;
    for (post, views) in old.iter().zip(&counted) {
        assert_eq!((views.views, views.forwards), (Some(number(post.views)), Some(number(post.forwards))));
        assert!(views.replies.is_some());
    }
    let unknown = views(&client, &centre, BLOG, &[asked[0], 9_999_999, 1]).await;
    assert_eq!(unknown.iter().map(|views| views.views.is_some()).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(centre.requests().harm(), Vec::<String>::new());

    let peer = input_peer(&centre, BLOG);
    let request = f::messages::GetMessagesViews { peer, id: asked.clone(), increment: true };
    client.home(&request).await;
    assert_eq!(centre.requests().harm().len(), 1);
    assert_eq!(views(&client, &centre, BLOG, &asked).await, counted);
    let many = f::messages::GetMessagesViews { id: vec![5; 101], increment: false, ..request };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &many).await).1, "MSG_ID_INVALID");
}

#[tokio::test]
async fn counters_only_grow_until_they_settle() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [NEWS, BLOG, KITCHEN] {
        centre.clock().set(NOW.parse().unwrap());
        let posts = centre.truth().posts(id);
        let recent: Vec<i32> =
            posts.iter().rev().take(20).flat_map(|post| post.message_ids.clone()).collect();
        let mut before = BTreeMap::new();
        let mut first = None;
        for hours in [0, 1, 1, 3, 6, 13, 24, 48, 96, 500, 1_000] {
            centre.clock().advance(SignedDuration::from_hours(hours));
            let mut now = BTreeMap::new();
            for message in messages(&client, &centre, id, &recent).await {
                let e::Message::Message(message) = message else { continue };
                let reactions = reactions(message.reactions.as_ref());
                now.insert(
                    message.id,
                    [message.views.unwrap(), message.forwards.unwrap(), reactions.0, reactions.1],
                );
            }
            for (message, counters) in &now {
                let earlier: &[i32; 4] = before.get(message).unwrap_or(&[0; 4]);
                assert!(
                    earlier.iter().zip(counters).all(|(then, now)| then <= now),
                    "{message}: {earlier:?} {counters:?}"
                );
            }
            first.get_or_insert_with(|| now.clone());
            before = now;
        }
        let gained = |message: &i32| {
            before.get(message).is_some_and(|last| last[0] > first.as_ref().unwrap()[message][0])
        };
        assert!(recent.iter().any(gained));
    }
}

#[tokio::test]
async fn reactions_are_those_of_history_and_of_the_ledger() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.clock().set("2026-04-20T03:00:00Z".parse().unwrap());
    let messages = history(&client, &centre, BLOG).await;
    let by_id = by_id(&messages);
    let mut paid: BTreeMap<i32, BTreeMap<i64, i128>> = BTreeMap::new();
    let posts = centre.truth().posts(BLOG);
    for row in centre.truth().ledger(BLOG, Unit::Stars) {
        if let RowKind::Reaction { post, user } = row.kind {
            *paid.entry(post).or_default().entry(user).or_default() += row.nano / 1_000_000_000;
            let known = posts.iter().find(|known| known.id == post);
            assert!(post == 1 || known.is_some_and(|known| known.date < row.date && known.deleted.is_none()));
        }
    }
    assert!(paid.len() > 100);
    for (post, payers) in &paid {
        let given = match by_id[post] {
            e::Message::Message(message) => message.reactions.clone(),
            e::Message::Service(message) => message.reactions.clone(),
            e::Message::Empty(_) => None,
        };
        assert_eq!(i128::from(reactions(given.as_ref()).1), payers.values().sum::<i128>(), "{post}");
        let Some(e::MessageReactions::Reactions(given)) = given else { panic!("{post}") };
        let reactors: Vec<_> =
            given.top_reactors.unwrap().into_iter().map(|e::MessageReactor::Reactor(one)| one).collect();
        assert_eq!(reactors.len(), payers.len().min(3));
        assert!(reactors.is_sorted_by_key(|one| std::cmp::Reverse(one.count)));
        assert_eq!(Some(i128::from(reactors[0].count)), payers.values().copied().max());
    }
    let all: i32 = messages
        .iter()
        .map(|message| match message {
            e::Message::Message(message) => reactions(message.reactions.as_ref()).1,
            e::Message::Service(message) => reactions(message.reactions.as_ref()).1,
            e::Message::Empty(_) => 0,
        })
        .sum();
    assert_eq!(i128::from(all), paid.values().flat_map(BTreeMap::values).sum::<i128>());

    let asked: Vec<i32> = paid.keys().rev().take(40).copied().chain([9_999_999]).collect();
    let peer = input_peer(&centre, BLOG);
    let request = f::messages::GetMessagesReactions { peer: peer.clone(), id: asked.clone() };
    let e::Updates::Updates(updates) = client.home(&request).await else { panic!("no updates") };
    assert_eq!(updates.updates.len(), 40);
    for update in updates.updates {
        let e::Update::MessageReactions(update) = update else { panic!("{update:?}") };
        let e::MessageReactions::Reactions(told) = &update.reactions;
        assert!(!told.can_see_list);
        let shown = plain(by_id[&update.msg_id]).reactions.as_ref();
        assert_eq!(reactions(Some(&update.reactions)).1, reactions(shown).1);
    }
    let many = f::messages::GetMessagesReactions { peer: peer.clone(), id: vec![2; 101] };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &many).await).1, "MSG_ID_INVALID");
    let list =
        f::messages::GetMessageReactionsList { peer, id: asked[0], reaction: None, offset: None, limit: 10 };
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &list).await);
    assert_eq!((code, name.as_str()), (403, "BROADCAST_FORBIDDEN"));
}

#[tokio::test]
async fn a_group_tells_who_reacted() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.clock().set("2026-04-20T03:00:00Z".parse().unwrap());
    let posts = centre.truth().posts(GROUP);
    let post = existing(&posts)[100];
    assert!(post.reactions > 10);
    let mut request = f::messages::GetMessageReactionsList {
        peer: input_peer(&centre, GROUP),
        id: post.id,
        reaction: None,
        offset: None,
        limit: 7,
    };
    let mut seen = Vec::new();
    loop {
        let e::messages::MessageReactionsList::List(page) = client.home(&request).await;
        assert_eq!(page.count, number(post.reactions));
        let known: HashSet<i64> = page.users.iter().map(e::User::id).collect();
        for e::MessagePeerReaction::Reaction(one) in page.reactions {
            let e::Peer::User(peer) = one.peer_id else { panic!("{one:?}") };
            assert!(known.contains(&peer.user_id) && i64::from(one.date) > post.date);
            seen.push((one.date, peer.user_id));
        }
        request.offset = page.next_offset;
        if request.offset.is_none() {
            break;
        }
    }
    assert_eq!(number(u64::try_from(seen.len()).unwrap()), number(post.reactions));
    assert!(seen.is_sorted_by_key(|(date, _)| std::cmp::Reverse(*date)));
    assert_eq!(seen.iter().map(|(_, user)| user).collect::<HashSet<_>>().len(), seen.len());
    let heart = Some(t::ReactionEmoji { emoticon: "❤".to_owned() }.into());
    let some = f::messages::GetMessageReactionsList { reaction: heart, offset: None, ..request.clone() };
    let e::messages::MessageReactionsList::List(hearts) = client.home(&some).await;
    assert!(hearts.count > 0 && hearts.count < number(post.reactions));
    let forged = f::messages::GetMessageReactionsList { offset: Some("99-99".to_owned()), ..request.clone() };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &forged).await).1, "OFFSET_INVALID");
    let nothing = f::messages::GetMessageReactionsList { id: 9_999_999, ..request };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &nothing).await).1, "MSG_ID_INVALID");
}

#[tokio::test]
async fn polls_tell_their_results_but_not_who_voted() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.clock().set("2026-04-20T03:00:00Z".parse().unwrap());
    let posts = centre.truth().posts(BLOG);
    let post = of_kind(&posts, TruthPostKind::Poll)[0];
    let peer = input_peer(&centre, BLOG);
    let mut request = f::messages::GetPollResults { peer: peer.clone(), msg_id: post.id, poll_hash: 0 };
    let e::Updates::Updates(answer) = client.home(&request).await else { panic!("no updates") };
    let [e::Update::MessagePoll(update)] = answer.updates.as_slice() else { panic!("{:?}", answer.updates) };
    let shown = messages(&client, &centre, BLOG, &[post.id]).await;
    let Some(e::MessageMedia::Poll(shown)) = plain(&shown[0]).media.clone() else { panic!("no poll") };
    assert_eq!((update.poll.as_ref(), &update.results), (Some(&shown.poll), &shown.results));
    let e::Poll::Poll(poll) = shown.poll;
    assert_eq!(update.poll_id, poll.id);
    // The server leaves out what has not changed.
    request.poll_hash = poll.hash;
    let e::Updates::Updates(answer) = client.home(&request).await else { panic!("no updates") };
    assert!(answer.updates.is_empty());
    let text = of_kind(&posts, TruthPostKind::Text)[0].id;
    let wrong = f::messages::GetPollResults { msg_id: text, ..request };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &wrong).await).1, "MESSAGE_ID_INVALID");
    let votes = f::messages::GetPollVotes { peer, id: post.id, option: None, offset: None, limit: 10 };
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &votes).await);
    assert_eq!((code, name.as_str()), (403, "BROADCAST_FORBIDDEN"));
    let none = f::messages::GetPollVotes { id: text, ..votes };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &none).await).1, "MSG_ID_INVALID");
}

#[tokio::test]
async fn ads_stay_for_five_minutes() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.clock().set("2026-04-20T03:00:01Z".parse().unwrap());
    let ads = async |id| {
        let request = f::messages::GetSponsoredMessages { peer: input_peer(&centre, id), msg_id: None };
        match client.home(&request).await {
            e::messages::SponsoredMessages::Messages(ads) => ads.messages,
            e::messages::SponsoredMessages::Empty => Vec::new(),
        }
    };
    let mut shown = HashSet::new();
    for _ in 0..10 {
        let (now, again) = (ads(NEWS).await, ads(NEWS).await);
        assert!(now == again && (1..=3).contains(&now.len()));
        centre.clock().advance(SignedDuration::from_secs(240));
        assert_eq!(ads(NEWS).await, now);
        centre.clock().advance(SignedDuration::from_secs(60));
        let ids = now.iter().map(|e::SponsoredMessage::Message(ad)| ad.random_id.clone());
        assert!(ids.into_iter().all(|id| shown.insert(id)));
    }
    assert!(ads(KITCHEN).await.is_empty());
}

#[tokio::test]
async fn without_premium_only_some_similar_channels_are_shown() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let similar =
        async |channel| client.invoke(HOME_DC, &f::channels::GetChannelRecommendations { channel }).await;
    let e::messages::Chats::Slice(some) = similar(Some(input_channel(&centre, NEWS))).await.unwrap() else {
        panic!("no slice")
    };
    assert!(some.count == 8 && some.chats.len() == 5);
    let e::messages::Chats::Slice(others) = similar(None).await.unwrap() else { panic!("no slice") };
    assert_ne!(others.chats, some.chats);
    let own: Vec<i64> = centre.truth().channels().iter().map(|channel| channel.id).collect();
    assert!(some.chats.iter().all(|chat| !own.contains(&chat.id())));
    let private = similar(Some(input_channel(&centre, TINY))).await.unwrap();
    assert!(matches!(private, e::messages::Chats::Chats(none) if none.chats.is_empty()));
    assert_eq!(rpc_error(similar(Some(input_channel(&centre, GROUP))).await).1, "CHANNEL_INVALID");
}
