//! Statistics of single posts.

use std::collections::HashSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, HOME_DC, STATS_DC, TruthPost, TruthPostKind};

use crate::client::*;
use crate::messages::*;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

fn request(centre: &DataCentre, id: i64, msg_id: i32) -> f::stats::GetMessageStats {
    f::stats::GetMessageStats { dark: false, channel: input_channel(centre, id), msg_id }
}

async fn stats(client: &Client, centre: &DataCentre, id: i64, msg_id: i32) -> t::stats::MessageStats {
    let e::stats::MessageStats::Stats(stats) = client.stats(&request(centre, id, msg_id)).await;
    stats
}

/// The graph itself, or what its token is good for; `None` if there is not enough data.
async fn load(client: &Client, graph: e::StatsGraph) -> Option<t::StatsGraph> {
    let graph = match graph {
        e::StatsGraph::Async(later) => {
            client.stats(&f::stats::LoadAsyncGraph { token: later.token, x: None }).await
        }
        ready => ready,
    };
    match graph {
        e::StatsGraph::Graph(graph) => Some(graph),
        e::StatsGraph::Error(error) => {
            assert_eq!(error.error, "Not enough data to display.");
            None
        }
        e::StatsGraph::Async(_) => panic!("a token for a token"),
    }
}

fn total(chart: &serde_json::Value, names: &[&str]) -> i64 {
    names.iter().map(|name| column(chart, name).iter().sum::<i64>()).sum()
}

const MOODS: [&str; 3] = ["Positive", "Other", "Negative"];

async fn message(client: &Client, centre: &DataCentre, id: i64, message: i32) -> Option<t::Message> {
    match messages(client, centre, id, &[message]).await.pop() {
        Some(e::Message::Message(message)) => Some(message),
        _ => None,
    }
}

/// Does something at a moment of the world, in which time then stands still.
async fn within<T>(centre: &DataCentre, moment: Timestamp, once: impl AsyncFnOnce() -> T) -> T {
    centre.clock().stop();
    centre.clock().set(moment);
    once().await
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[tokio::test]
async fn graphs_add_up_to_the_counters_at_every_age() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let ages = [600, 5_000, 7 * 3_600, 86_400, 4 * 86_400 - 1, 4 * 86_400, 12 * 86_400 + 77, 60 * 86_400];
    let (mut drawn, mut without, mut later) = (0, 0, 0);
    for id in [NEWS, BLOG, KITCHEN, ADMIN_ONLY] {
        centre.clock().set(NOW.parse().unwrap());
        let posts = centre.truth().posts(id);
        for (post, age) in posts.iter().rev().step_by(posts.len() / 40 + 1).zip(ages.into_iter().cycle()) {
            let last = *post.message_ids.last().unwrap();
            let now = at(post.date + age);
            let (shown, views, stats, recent) = within(&centre, now, async || {
                let Some(shown) = message(&client, &centre, id, last).await else {
                    return (None, None, None, None);
                };
                let views = views(&client, &centre, id, &[last]).await.remove(0);
                let stats = stats(&client, &centre, id, last).await;
                later += i32::from(matches!(stats.views_graph, e::StatsGraph::Async(_)));
                let loaded = (
                    load(&client, stats.views_graph).await,
                    load(&client, stats.reactions_by_emotion_graph).await,
                );
                let request =
                    f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, id) };
                let e::stats::BroadcastStats::Stats(broadcast) = client.stats(&request).await;
                let recent =
                    broadcast.recent_posts_interactions.into_iter().find_map(|counters| match counters {
                        e::PostInteractionCounters::Message(counters) if counters.msg_id == last => {
                            Some(counters)
                        }
                        _ => None,
                    });
                (Some(shown), Some(views), Some(loaded), recent)
            })
            .await;
            let (Some(shown), Some(views), Some((graph, moods))) = (shown, views, stats) else { continue };
            assert_eq!((shown.views, shown.forwards), (views.views, views.forwards));
            if let Some(recent) = &recent {
                assert_eq!((Some(recent.views), Some(recent.forwards)), (views.views, views.forwards));
                assert_eq!(recent.reactions, reactions(shown.reactions.as_ref()).0);
            }
            assert!(recent.is_some() || age > 86_400 || id == NEWS || last != post.id);
            if let Some(graph) = graph {
                let graph = chart(e::StatsGraph::Graph(graph));
                assert_eq!(graph["y_scaled"], true);
                assert_eq!(
                    total(&graph, &["Views"]),
                    i64::from(views.views.unwrap()),
                    "{id}/{last} at {age}"
                );
                assert_eq!(total(&graph, &["Shares"]), i64::from(views.forwards.unwrap()));
                let x = column(&graph, "x");
                let step = if age < 4 * 86_400 { HOUR } else { DAY };
                assert!(x.windows(2).all(|pair| pair[1] - pair[0] == step) && x[0] % step == 0);
                assert!((0..step).contains(&(post.date * 1_000 - x[0])));
                drawn += 1;
            } else {
                assert!(views.views < Some(100) || age < 3_600);
                without += 1;
            }
            if let Some(moods) = moods {
                let moods = chart(e::StatsGraph::Graph(moods));
                assert_eq!(moods["stacked"], true);
                assert_eq!(total(&moods, &MOODS), i64::from(reactions(shown.reactions.as_ref()).0));
            }
        }
    }
    assert!(drawn > 100 && without > 5 && later > 10, "{drawn} {without} {later}");
    assert_eq!(centre.requests().unknown(), []);
}

#[tokio::test]
async fn days_have_hours_and_hours_have_minutes() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let posts = centre.truth().posts(NEWS);
    let post = posts.iter().rev().find(|post| post.deleted.is_none() && post.message_ids.len() == 1).unwrap();
    for (age, points, finer) in [(2 * 86_400, 12, 300_000), (20 * 86_400, 24, HOUR)] {
        let now = at(post.date + age);
        let (days, parts, token) = within(&centre, now, async || {
            let graph =
                load(&client, stats(&client, &centre, NEWS, post.id).await.views_graph).await.unwrap();
            let token = graph.zoom_token.clone().unwrap();
            let days = chart(e::StatsGraph::Graph(graph));
            let x = Some(column(&days, "x")[1]);
            let zoom = f::stats::LoadAsyncGraph { token: token.clone(), x };
            (days, chart(client.stats(&zoom).await), token)
        })
        .await;
        let start = column(&days, "x")[1];
        let expected: Vec<i64> = (0..points).map(|part| start + part * finer).collect();
        assert_eq!(column(&parts, "x"), expected);
        for name in ["Views", "Shares"] {
            assert_eq!(total(&parts, &[name]), column(&days, name)[1]);
        }
        for x in [start + 1, start - 40 * DAY, start + 400 * DAY] {
            let nowhere = f::stats::LoadAsyncGraph { token: token.clone(), x: Some(x) };
            assert!(matches!(client.stats(&nowhere).await, e::StatsGraph::Error(_)));
        }
        let unzoomed = f::stats::LoadAsyncGraph { token: token.clone(), x: None };
        assert_eq!(rpc_error(client.invoke(STATS_DC, &unzoomed).await).1, "GRAPH_INVALID_RELOAD");
        centre.clock().advance(SignedDuration::from_hours(2));
        let expired = f::stats::LoadAsyncGraph { token, x: Some(start) };
        assert_eq!(rpc_error(client.invoke(STATS_DC, &expired).await).1, "GRAPH_EXPIRED_RELOAD");
    }
}

#[tokio::test]
async fn only_posts_have_statistics_and_only_for_who_runs_the_channel() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let posts = centre.truth().posts(BLOG);
    let gone = posts.iter().find(|post| post.deleted.is_some()).unwrap();
    let giveaway = posts.iter().find(|post| post.kind == TruthPostKind::Giveaway).unwrap();
    let error = async |id, msg_id| {
        let stats = rpc_error(client.invoke(STATS_DC, &request(&centre, id, msg_id)).await);
        let forwards = rpc_error(client.invoke(STATS_DC, &forwards_request(&centre, id, msg_id)).await);
        assert_eq!(stats, forwards);
        stats.1
    };
    for id in [gone.id, 1, 9_999_999, -1, giveaway.message_ids[0]] {
        assert_eq!(error(BLOG, id).await, "MESSAGE_ID_INVALID", "{id}");
    }
    stats(&client, &centre, BLOG, giveaway.id).await;
    for (id, name) in
        [(FOLLOWED, "CHAT_ADMIN_REQUIRED"), (TINY, "CHAT_ADMIN_REQUIRED"), (GROUP, "PEER_ID_INVALID")]
    {
        let post = centre.truth().posts(id)[0].id;
        assert_eq!(error(id, post).await, name);
    }
    let elsewhere = rpc_error(client.invoke(HOME_DC, &request(&centre, BLOG, giveaway.id)).await);
    assert_eq!(elsewhere, (303, "STATS_MIGRATE".to_owned(), Some(4)));
    // Rights can be lost.
    let lisboa = centre.truth().posts(LISBOA).pop().unwrap();
    centre.clock().advance(SignedDuration::from_hours(24 * 40));
    assert_eq!(error(LISBOA, lisboa.id).await, "CHAT_ADMIN_REQUIRED");
}

fn forwards_request(centre: &DataCentre, id: i64, msg_id: i32) -> f::stats::GetMessagePublicForwards {
    let channel = input_channel(centre, id);
    f::stats::GetMessagePublicForwards { channel, msg_id, offset: String::new(), limit: 100 }
}

/// All public forwards of a post, the newest first.
async fn forwards(
    client: &Client,
    centre: &DataCentre,
    id: i64,
    post: &TruthPost,
    limit: i32,
) -> Vec<t::Message> {
    let mut request = f::stats::GetMessagePublicForwards { limit, ..forwards_request(centre, id, post.id) };
    let mut found = Vec::new();
    loop {
        let e::stats::PublicForwards::Forwards(page) = client.stats(&request).await;
        let known: HashSet<i64> = page.chats.iter().map(e::Chat::id).collect();
        assert!(page.forwards.len() <= usize::try_from(limit).unwrap());
        for forward in page.forwards {
            let e::PublicForward::Message(forward) = forward else { panic!("{forward:?}") };
            let e::Message::Message(message) = forward.message else { panic!("no message") };
            let Some(e::MessageFwdHeader::Header(header)) = &message.fwd_from else { panic!("no header") };
            let e::Peer::Channel(peer) = &message.peer_id else { panic!("no channel") };
            assert!(known.contains(&peer.channel_id) && peer.channel_id != id);
            assert_eq!(header.from_id, Some(t::PeerChannel { channel_id: id }.into()));
            assert_eq!((header.channel_post, i64::from(header.date)), (Some(post.id), post.date));
            assert!(i64::from(message.date) > post.date);
            found.push(message);
        }
        let Some(offset) = page.next_offset else {
            assert_eq!(usize::try_from(page.count), Ok(found.len()));
            return found;
        };
        request.offset = offset;
    }
}

#[tokio::test]
async fn what_goes_round_is_forwarded_by_a_bigger_channel() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    centre.clock().set("2026-04-20T03:00:00Z".parse().unwrap());
    for id in [NEWS, BLOG] {
        let posts = centre.truth().posts(id);
        let viral: Vec<_> = posts.iter().filter(|post| post.viral && post.deleted.is_none()).collect();
        assert!(!viral.is_empty());
        for post in viral {
            let whole = forwards(&client, &centre, id, post, 100).await;
            assert!((20..=40).contains(&whole.len()));
            assert!(whole.is_sorted_by_key(|message| std::cmp::Reverse(message.date)));
            let peers: HashSet<i64> = whole
                .iter()
                .map(|message| match &message.peer_id {
                    e::Peer::Channel(peer) => peer.channel_id,
                    _ => 0,
                })
                .collect();
            assert!(peers.contains(&1_430_000_001) && peers.len() > 4);
            assert_eq!(forwards(&client, &centre, id, post, 7).await, whole);
        }
        let ordinary = posts.iter().filter(|post| !post.viral && post.deleted.is_none());
        for post in ordinary.step_by(posts.len() / 30 + 1) {
            let count = forwards(&client, &centre, id, post, 100).await.len();
            assert!(count <= 3 && u64::try_from(count).unwrap() <= post.forwards);
        }
        let forged = f::stats::GetMessagePublicForwards {
            offset: "1.2".to_owned(),
            ..forwards_request(&centre, id, posts[0].id)
        };
        assert_eq!(rpc_error(client.invoke(STATS_DC, &forged).await).1, "OFFSET_INVALID");
    }
}

#[tokio::test]
async fn public_forwards_only_become_more() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let post = centre.truth().posts(NEWS).into_iter().rev().find(|post| post.viral).unwrap();
    let mut before = 0;
    for hours in [0, 1, 2, 3, 9, 24, 72, 100] {
        centre.clock().set(at(post.date + hours * 3_600 + 1));
        let now = forwards(&client, &centre, NEWS, &post, 100).await.len();
        assert!(now >= before);
        before = now;
    }
    assert!(before > 20);
}

#[tokio::test]
async fn votes_add_up_to_the_voters() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let posts = centre.truth().posts(BLOG);
    let polls = posts.iter().filter(|post| post.kind == TruthPostKind::Poll && post.deleted.is_none());
    for (post, age) in polls.rev().zip([2 * 86_400, 5 * 86_400, 90 * 86_400, 20 * 86_400]) {
        let (graph, shown) = within(&centre, at(post.date + age), async || {
            let request =
                f::stats::GetPollStats { dark: false, peer: input_peer(&centre, BLOG), msg_id: post.id };
            let e::stats::PollStats::Stats(stats) = client.home(&request).await;
            (chart(stats.votes_graph), message(&client, &centre, BLOG, post.id).await)
        })
        .await;
        let Some(e::MessageMedia::Poll(poll)) = shown.unwrap().media else { panic!("no poll") };
        let e::PollResults::Results(results) = poll.results;
        assert!(results.can_view_stats);
        assert_eq!(total(&graph, &["Votes"]), i64::from(results.total_voters.unwrap()));
        assert!(column(&graph, "Votes").iter().sum::<i64>() > 100);
    }
    let ask = async |id, msg_id| {
        let request = f::stats::GetPollStats { dark: false, peer: input_peer(&centre, id), msg_id };
        rpc_error(client.invoke(HOME_DC, &request).await).1
    };
    let text = posts.iter().find(|post| post.kind == TruthPostKind::Text).unwrap().id;
    assert_eq!(ask(BLOG, text).await, "MESSAGE_ID_INVALID");
    assert_eq!(ask(FOLLOWED, 2).await, "CHAT_ADMIN_REQUIRED");
    let own = f::stats::GetPollStats { dark: false, peer: e::InputPeer::PeerSelf, msg_id: 2 };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &own).await).1, "PEER_ID_INVALID");
}
