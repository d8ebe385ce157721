//! Messages of channels, against the posts they ought to be.

use std::collections::HashSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;
use telegram_dc::{DataCentre, HOME_DC, Options, TruthPost, TruthPostKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::*;
use crate::messages::*;

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
    let mut listed = 0;
    for (launch, results) in launches.iter().zip(of_kind(TruthPostKind::GiveawayResults)) {
        let action = |post: &TruthPost| match by_id[&post.message_ids[0]] {
            e::Message::Service(message) => message.action.clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(action(launch), e::MessageAction::GiveawayLaunch(_)));
        assert!(matches!(action(results), e::MessageAction::GiveawayResults(_)));
        let Some(e::MessageMedia::Giveaway(giveaway)) = media(launch) else { panic!("{launch:?}") };
        assert!(
            i64::from(giveaway.until_date) <= results.date && launch.date < i64::from(giveaway.until_date)
        );
        // Winners may be hidden: then there are only words.
        let Some(e::MessageMedia::GiveawayResults(drawn)) = media(results) else { continue };
        assert_eq!(drawn.launch_msg_id, launch.id);
        let winners: HashSet<_> = drawn.winners.iter().collect();
        assert_eq!(Ok(winners.len()), usize::try_from(drawn.winners_count));
        assert_eq!(drawn.winners.len(), winners.len());
        listed += 1;
    }
    assert!(listed > 0);
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
    let request = dialogs(100);
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
