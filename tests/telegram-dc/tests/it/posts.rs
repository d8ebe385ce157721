//! Messages of channels, against the posts they ought to be.

use std::collections::{BTreeMap, HashSet};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, HOME_DC, Options, RowKind, TruthPost, TruthPostKind, Unit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::*;

const ALL: [i64; 8] = [NEWS, BLOG, KITCHEN, ADMIN_ONLY, GROUP, TINY, FOLLOWED, LISBOA];

fn history_request(centre: &DataCentre, id: i64) -> f::messages::GetHistory {
    f::messages::GetHistory {
        peer: input_peer(centre, id),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

async fn page(client: &Client, request: &f::messages::GetHistory) -> t::messages::ChannelMessages {
    let e::messages::Messages::ChannelMessages(page) = client.home(request).await else { panic!("no page") };
    page
}

async fn ids(client: &Client, request: f::messages::GetHistory) -> Vec<i32> {
    page(client, &request).await.messages.iter().map(e::Message::id).collect()
}

/// All messages of a channel, the newest first.
async fn history(client: &Client, centre: &DataCentre, id: i64) -> Vec<e::Message> {
    let mut request = history_request(centre, id);
    let mut messages = Vec::new();
    loop {
        let page = page(client, &request).await;
        let Some(last) = page.messages.last() else { break };
        request.offset_id = last.id();
        let known: HashSet<i64> = page.chats.iter().map(e::Chat::id).collect();
        assert!(known.contains(&id));
        for message in &page.messages {
            for mentioned in channels_of(message) {
                assert!(known.contains(&mentioned), "{mentioned} is mentioned and not described");
            }
        }
        let whole = usize::try_from(page.count).unwrap();
        messages.extend(page.messages);
        if messages.len() == whole {
            let after = self::page(client, &request).await;
            assert!(after.messages.is_empty() && usize::try_from(after.count) == Ok(whole));
            break;
        }
    }
    messages
}

fn channels_of(message: &e::Message) -> Vec<i64> {
    let e::Message::Message(message) = message else { return Vec::new() };
    let origin =
        message.fwd_from.as_ref().and_then(|e::MessageFwdHeader::Header(header)| match &header.from_id {
            Some(e::Peer::Channel(peer)) => Some(peer.channel_id),
            _ => None,
        });
    let group = message.replies.as_ref().and_then(|e::MessageReplies::Replies(replies)| replies.channel_id);
    origin.into_iter().chain(group).collect()
}

fn plain(message: &e::Message) -> &t::Message {
    let e::Message::Message(message) = message else { panic!("not an ordinary message: {message:?}") };
    message
}

fn by_id(messages: &[e::Message]) -> BTreeMap<i32, &e::Message> {
    messages.iter().map(|message| (message.id(), message)).collect()
}

fn number(count: u64) -> i32 {
    i32::try_from(count).unwrap()
}

/// Reactions by emoji, and Stars paid for reactions.
fn reactions(reactions: Option<&e::MessageReactions>) -> (i32, i32) {
    let Some(e::MessageReactions::Reactions(reactions)) = reactions else { return (0, 0) };
    let mut counts = (0, 0);
    for e::ReactionCount::Count(count) in &reactions.results {
        match count.reaction {
            e::Reaction::Paid => counts.1 += count.count,
            _ => counts.0 += count.count,
        }
    }
    counts
}

fn existing(posts: &[TruthPost]) -> Vec<&TruthPost> {
    posts.iter().filter(|post| post.deleted.is_none()).collect()
}

fn of_kind(posts: &[TruthPost], kind: TruthPostKind) -> Vec<&TruthPost> {
    posts.iter().filter(|post| post.deleted.is_none() && post.kind == kind).collect()
}

async fn messages(client: &Client, centre: &DataCentre, id: i64, ids: &[i32]) -> Vec<e::Message> {
    let id_of = |id: &i32| t::InputMessageId { id: *id }.into();
    let channel = input_channel(centre, id);
    let request = f::channels::GetMessages { channel, id: ids.iter().map(id_of).collect() };
    let e::messages::Messages::ChannelMessages(answer) = client.home(&request).await else { panic!() };
    answer.messages
}

async fn views(client: &Client, centre: &DataCentre, id: i64, ids: &[i32]) -> Vec<t::MessageViews> {
    let peer = input_peer(centre, id);
    let request = f::messages::GetMessagesViews { peer, id: ids.to_vec(), increment: false };
    let e::messages::MessageViews::Views(answer) = client.home(&request).await;
    answer.views.into_iter().map(|e::MessageViews::Views(views)| views).collect()
}

#[tokio::test]
async fn the_whole_history_is_the_truth() {
    let centre = world().await;
    let client = Client::ready(&centre);
    // Nothing is posted or deleted at this time of night, and what is counted under old posts stands still.
    centre.clock().set("2026-04-20T03:00:00Z".parse().unwrap());
    for id in ALL {
        let messages = history(&client, &centre, id).await;
        let posts = centre.truth().posts(id);
        let mut expected: Vec<i32> =
            existing(&posts).iter().flat_map(|post| post.message_ids.iter().copied()).collect();
        expected.insert(0, 1);
        let mut found: Vec<i32> = messages.iter().map(e::Message::id).collect();
        found.reverse();
        assert_eq!(found, expected, "{id}");
        let settled = centre.clock().now().as_second() - 46 * 86_400;
        let by_id = by_id(&messages);
        for post in existing(&posts) {
            let message = plain(by_id[&post.id]);
            assert_eq!(i64::from(message.date), post.date);
            assert_eq!(
                message.edit_date.map(i64::from),
                post.edited.filter(|_| post.id == post.message_ids[0])
            );
            assert_eq!(message.post, id != GROUP);
            if post.date < settled {
                assert_eq!(reactions(message.reactions.as_ref()).0, number(post.reactions));
            }
            if post.date < settled && id != GROUP {
                assert_eq!(message.views, Some(number(post.views)));
                assert_eq!(message.forwards, Some(number(post.forwards)));
                let replies = message.replies.as_ref().map(|e::MessageReplies::Replies(replies)| replies);
                assert_eq!(
                    replies.map(|replies| replies.replies),
                    (id == BLOG).then(|| number(post.replies))
                );
                assert!(replies.is_none_or(|replies| replies.channel_id == Some(GROUP)));
            }
        }
        for post in posts.iter().filter(|post| post.deleted.is_some()) {
            assert!(post.message_ids.iter().all(|id| !by_id.contains_key(id)));
        }
        let e::Message::Service(first) = by_id[&1] else { panic!("{id} begins with no service message") };
        assert!(matches!(first.action, e::MessageAction::ChannelCreate(_)));
    }
    assert_eq!(centre.requests().unknown(), []);
    assert_eq!(centre.requests().harm(), Vec::<String>::new());
}

#[tokio::test]
async fn pages_begin_and_end_where_they_are_told() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let all: Vec<i32> = history(&client, &centre, BLOG).await.iter().map(e::Message::id).collect();
    let request = || history_request(&centre, BLOG);
    let get = |request| ids(&client, request);
    let offset_id = all[40];
    assert_eq!(get(f::messages::GetHistory { offset_id, limit: 7, ..request() }).await, all[41..48]);
    assert_eq!(get(f::messages::GetHistory { add_offset: 10, limit: 7, ..request() }).await, all[10..17]);
    let around = f::messages::GetHistory { offset_id, add_offset: -10, limit: 20, ..request() };
    assert_eq!(get(around).await, all[31..51]);
    let beyond = f::messages::GetHistory { offset_id: all[2], add_offset: -10, limit: 12, ..request() };
    assert_eq!(get(beyond).await, all[..5]);
    let far = f::messages::GetHistory { add_offset: i32::MAX, limit: i32::MAX, ..request() };
    assert!(get(far).await.is_empty());
    let nowhere = f::messages::GetHistory { add_offset: i32::MIN, limit: 5, ..request() };
    assert!(get(nowhere).await.is_empty());
    let between = f::messages::GetHistory { max_id: all[10], min_id: all[20], ..request() };
    assert_eq!(get(between).await, all[11..20]);
    let bounded = f::messages::GetHistory { offset_id, min_id: all[45], ..request() };
    assert_eq!(get(bounded).await, all[41..45]);
    // No more than a hundred at once, and at least one.
    assert_eq!(get(f::messages::GetHistory { limit: 5_000, ..request() }).await, all[..100]);
    assert_eq!(get(f::messages::GetHistory { limit: 0, ..request() }).await, all[..1]);
    // Only what was sent before a date.
    let posts = centre.truth().posts(BLOG);
    let post = existing(&posts)[300];
    let offset_date = i32::try_from(post.date).unwrap();
    let before = get(f::messages::GetHistory { offset_date, limit: 1, ..request() }).await;
    assert_eq!(before, [*existing(&posts)[299].message_ids.last().unwrap()]);
    let with = f::messages::GetHistory { offset_date: offset_date + 1, limit: 1, ..request() };
    assert_eq!(get(with).await, [*post.message_ids.last().unwrap()]);
}

#[tokio::test]
async fn messages_come_by_id_and_gaps_are_empty() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let posts = centre.truth().posts(NEWS);
    let gone = posts.iter().find(|post| post.deleted.is_some()).unwrap();
    let there = existing(&posts)[50];
    let asked = [there.id, gone.id, 1, 9_999_999, -4, there.id];
    let found = messages(&client, &centre, NEWS, &asked).await;
    assert_eq!(found.iter().map(e::Message::id).collect::<Vec<_>>(), asked);
    let empty: Vec<bool> = found.iter().map(|message| matches!(message, e::Message::Empty(_))).collect();
    assert_eq!(empty, [false, true, false, true, true, false]);
    assert_eq!(plain(&found[0]).views, Some(number(there.views)));

    let channel = || input_channel(&centre, NEWS);
    let id = |id| e::InputMessage::from(t::InputMessageId { id });
    let error = async |ids: Vec<e::InputMessage>| {
        let request = f::channels::GetMessages { channel: channel(), id: ids };
        rpc_error(client.invoke(HOME_DC, &request).await).1
    };
    assert_eq!(error(Vec::new()).await, "MESSAGE_IDS_EMPTY");
    assert_eq!(error((1..=101).map(id).collect()).await, "MSG_ID_INVALID");
    assert_eq!(error(vec![e::InputMessage::Pinned]).await, "MSG_ID_INVALID");
    let stranger = t::InputPeerChannel { channel_id: NEWS, access_hash: 5 }.into();
    let request = f::messages::GetHistory { peer: stranger, ..history_request(&centre, NEWS) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &request).await).1, "CHANNEL_INVALID");
    let request = f::messages::GetHistory { peer: e::InputPeer::PeerSelf, ..request };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &request).await).1, "PEER_ID_INVALID");
}

#[tokio::test]
async fn a_post_disappears_when_it_is_deleted() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.clock().set("2026-06-01T00:00:00Z".parse().unwrap());
    let posts = centre.truth().posts(NEWS);
    let gone = posts.iter().rev().find(|post| post.deleted.is_some()).unwrap();
    let at = |seconds: i64| Timestamp::from_second(gone.deleted.unwrap() + seconds).unwrap();
    centre.clock().set(at(-10));
    let before = messages(&client, &centre, NEWS, &[gone.id]).await;
    assert!(matches!(before[0], e::Message::Message(_)));
    centre.clock().set(at(1));
    let after = messages(&client, &centre, NEWS, &[gone.id]).await;
    assert!(matches!(after[0], e::Message::Empty(_)));
    assert_eq!(views(&client, &centre, NEWS, &[gone.id]).await[0].views, None);
    assert!(!history(&client, &centre, NEWS).await.iter().any(|message| message.id() == gone.id));
}

#[tokio::test]
async fn posts_look_like_what_they_are() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let posts = centre.truth().posts(BLOG);
    let messages = history(&client, &centre, BLOG).await;
    let by_id = by_id(&messages);
    let media = |post: &TruthPost| plain(by_id[&post.id]).media.clone();
    let of_kind = |kind| {
        let found = of_kind(&posts, kind);
        assert!(!found.is_empty(), "{kind:?}");
        found
    };
    for post in of_kind(TruthPostKind::Text) {
        assert!(media(post).is_none() && !plain(by_id[&post.id]).message.is_empty());
    }
    for post in of_kind(TruthPostKind::Album) {
        let parts: Vec<_> = post.message_ids.iter().map(|id| plain(by_id[id])).collect();
        assert!(parts.len() >= 2 && !parts[0].message.is_empty());
        for pair in parts.windows(2) {
            assert!(pair[0].grouped_id.is_some() && pair[0].grouped_id == pair[1].grouped_id);
            assert!(pair[0].date == pair[1].date && pair[1].message.is_empty());
            assert!(pair[0].views >= pair[1].views);
        }
        assert!(parts.iter().all(|part| matches!(part.media, Some(e::MessageMedia::Photo(_)))));
    }
    assert!(
        of_kind(TruthPostKind::Album)
            .iter()
            .any(|post| { plain(by_id[&post.id]).views > plain(by_id[&post.message_ids[1]]).views })
    );
    for post in of_kind(TruthPostKind::PaidMedia) {
        let Some(e::MessageMedia::PaidMedia(paid)) = media(post) else { panic!("{post:?}") };
        assert!(
            paid.stars_amount >= 25 && matches!(paid.extended_media[0], e::MessageExtendedMedia::Media(_))
        );
    }
    for post in of_kind(TruthPostKind::Forward) {
        let Some(e::MessageFwdHeader::Header(header)) = &plain(by_id[&post.id]).fwd_from else {
            panic!("{post:?}")
        };
        assert!(header.channel_post.is_some() && i64::from(header.date) < post.date);
    }
    for post in of_kind(TruthPostKind::Poll) {
        let Some(e::MessageMedia::Poll(poll)) = media(post) else { panic!("{post:?}") };
        let e::PollResults::Results(results) = poll.results;
        let votes = results
            .results
            .unwrap()
            .iter()
            .map(|e::PollAnswerVoters::Voters(answer)| answer.voters.unwrap())
            .sum::<i32>();
        assert!(results.can_view_stats && results.total_voters == Some(votes) && votes > 0);
    }
    let launches = of_kind(TruthPostKind::Giveaway);
    for (launch, results) in launches.iter().zip(of_kind(TruthPostKind::GiveawayResults)) {
        let action = |post: &TruthPost| match by_id[&post.message_ids[0]] {
            e::Message::Service(message) => message.action.clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(action(launch), e::MessageAction::GiveawayLaunch(_)));
        assert!(matches!(action(results), e::MessageAction::GiveawayResults(_)));
        let Some(e::MessageMedia::Giveaway(giveaway)) = media(launch) else { panic!("{launch:?}") };
        let Some(e::MessageMedia::GiveawayResults(drawn)) = media(results) else { panic!("{results:?}") };
        assert!(
            i64::from(giveaway.until_date) <= results.date && launch.date < i64::from(giveaway.until_date)
        );
        assert_eq!(drawn.launch_msg_id, launch.id);
        assert_eq!(drawn.winners.iter().collect::<HashSet<_>>().len(), 10);
    }
    // Some texts are hostile, some have links, all of whose places are right.
    let texts: Vec<&t::Message> = messages
        .iter()
        .filter_map(|message| match message {
            e::Message::Message(message) => Some(message),
            _ => None,
        })
        .collect();
    assert!(texts.iter().any(|message| message.message.contains("<script>")));
    let mut links = 0;
    for message in texts {
        let units: Vec<u16> = message.message.encode_utf16().collect();
        for entity in message.entities.iter().flatten() {
            let e::MessageEntity::Url(link) = entity else { panic!("{entity:?}") };
            let (from, length) =
                (usize::try_from(link.offset).unwrap(), usize::try_from(link.length).unwrap());
            let address = String::from_utf16(&units[from..from + length]).unwrap();
            assert!(address.starts_with("https://") && address.ends_with("&x=1"), "{address}");
            links += 1;
        }
    }
    assert!(links > 50);
    let signed = history(&client, &centre, NEWS).await;
    assert!(
        signed
            .iter()
            .any(|message| matches!(message, e::Message::Message(message) if message.post_author.is_some()))
    );
}

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

#[tokio::test]
async fn the_truth_about_posts_is_told_over_http() {
    let options = Options {
        start_clock: Some("2026-04-20T03:00:00Z".parse().unwrap()),
        truth_listen: Some(([127, 0, 0, 1], 0).into()),
        ..Options::default()
    };
    let centre = DataCentre::start(options).await.unwrap();
    let address = centre.truth_address().unwrap();
    let request = format!("GET /truth/channels/{BLOG}/posts HTTP/1.1\r\n\r\n");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let told: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let posts = centre.truth().posts(BLOG);
    assert_eq!(told.as_array().unwrap().len(), posts.len());
    assert_eq!(told[7], serde_json::to_value(&posts[7]).unwrap());
    assert!(told[7]["kind"].is_string() && told[7]["message_ids"].is_array());
}

#[tokio::test]
async fn dialogs_show_the_last_message() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.clock().set("2026-04-20T03:00:00Z".parse().unwrap());
    let request = f::messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: e::InputPeer::Empty,
        limit: 100,
        hash: 0,
    };
    let e::messages::Dialogs::Dialogs(dialogs) = client.home(&request).await else { panic!("not all") };
    for id in ALL {
        let last = ids(&client, f::messages::GetHistory { limit: 1, ..history_request(&centre, id) }).await;
        let dialog = dialogs.dialogs.iter().find_map(|dialog| match dialog {
            e::Dialog::Dialog(dialog) => match &dialog.peer {
                e::Peer::Channel(peer) if peer.channel_id == id => Some(dialog.top_message),
                _ => None,
            },
            _ => None,
        });
        assert_eq!(dialog, Some(last[0]), "{id}");
    }
}
