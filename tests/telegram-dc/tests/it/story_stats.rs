//! Statistics of stories: graphs, counters and forwards agree.

use std::collections::BTreeSet;

use grammers_tl_types::{enums as e, functions as f};
use telegram_dc::{DataCentre, HOME_DC, STATS_DC};

use crate::client::*;

fn request(centre: &DataCentre, id: i64, story: i32) -> f::stats::GetStoryStats {
    f::stats::GetStoryStats { dark: false, peer: input_peer(centre, id), id: story }
}

async fn broadcast_stats(
    client: &Client,
    centre: &DataCentre,
    id: i64,
) -> grammers_tl_types::types::stats::BroadcastStats {
    let request = f::stats::GetBroadcastStats { dark: false, channel: input_channel(centre, id) };
    let e::stats::BroadcastStats::Stats(stats) = client.stats(&request).await;
    stats
}

#[tokio::test]
async fn a_storys_graphs_add_up_to_its_counters() {
    let centre = world().await;
    let client = analyst(&centre).await;
    let migrate = rpc_error(client.invoke(HOME_DC, &request(&centre, NEWS, 1)).await);
    assert_eq!(migrate, (303, "STATS_MIGRATE".to_owned(), Some(4)));
    for id in [NEWS, BLOG] {
        let truth = centre.truth().stories(id);
        let (old, new) = (&truth[10], &truth[truth.len() - 4]);
        for story in [old, new] {
            let e::stats::StoryStats::Stats(stats) = client.stats(&request(&centre, id, story.id)).await;
            let (views, closer) = load_in(&client, STATS_DC, &stats.views_graph).await;
            assert_eq!(views["y_scaled"], true);
            let sum = |name: &str| u64::try_from(column(&views, name).iter().sum::<i64>()).unwrap();
            assert_eq!((sum("Views"), sum("Shares")), (story.views, story.forwards));
            assert!(matches!(stats.reactions_by_emotion_graph, e::StatsGraph::Async(_)));
            let (moods, _) = load_in(&client, STATS_DC, &stats.reactions_by_emotion_graph).await;
            assert_eq!(moods["stacked"], true);
            assert_eq!(u64::try_from(total(&moods).iter().sum::<i64>()).unwrap(), story.reactions);
            assert_eq!(closer.is_some(), story.id == new.id, "only new stories are kept in five minutes");
            if let Some(token) = closer {
                let (x, y) = (column(&views, "x")[1], column(&views, "Views")[1]);
                let minutes = f::stats::LoadAsyncGraph { token, x: Some(x) };
                let minutes = chart(client.stats(&minutes).await);
                assert_eq!(column(&minutes, "x").len(), 12);
                assert_eq!(column(&minutes, "Views").iter().sum::<i64>(), y);
            }
        }
    }
}

#[tokio::test]
async fn story_statistics_want_rights_and_a_story() {
    let centre = world().await;
    let client = analyst(&centre).await;
    for (id, story, error) in [
        (FOLLOWED, 1, "CHAT_ADMIN_REQUIRED"),
        (KITCHEN, 1, "STORIES_NEVER_CREATED"),
        (NEWS, 9_999, "STORY_ID_INVALID"),
    ] {
        assert_eq!(rpc_error(client.invoke(STATS_DC, &request(&centre, id, story)).await).1, error);
    }
    let own = f::stats::GetStoryStats { dark: false, peer: e::InputPeer::PeerSelf, id: 1 };
    assert_eq!(rpc_error(client.invoke(STATS_DC, &own).await).1, "PEER_ID_INVALID");
}

#[tokio::test]
async fn public_forwards_of_a_story_come_in_pages() {
    let centre = world().await;
    let client = analyst(&centre).await;
    for id in [NEWS, BLOG] {
        let story = centre.truth().stories(id)[50].clone();
        let mut request = f::stats::GetStoryPublicForwards {
            peer: input_peer(&centre, id),
            id: story.id,
            offset: String::new(),
            limit: 3,
        };
        let (mut seen, mut stories) = (BTreeSet::new(), 0);
        let count = loop {
            let e::stats::PublicForwards::Forwards(page) = client.stats(&request).await;
            assert!(page.forwards.len() <= 3);
            let chats: BTreeSet<i64> = page.chats.iter().map(e::Chat::id).collect();
            for forward in &page.forwards {
                let (peer, id) = match forward {
                    e::PublicForward::Message(found) => {
                        let e::Message::Message(message) = &found.message else { panic!("{found:?}") };
                        assert!(
                            matches!(&message.media, Some(e::MessageMedia::Story(media)) if media.id == story.id)
                        );
                        (message.peer_id.clone(), message.id)
                    }
                    e::PublicForward::Story(found) => {
                        let e::StoryItem::Item(item) = &found.story else { panic!("{found:?}") };
                        let e::StoryFwdHeader::Header(from) = item.fwd_from.clone().unwrap();
                        assert_eq!(from.story_id, Some(story.id));
                        stories += 1;
                        (found.peer.clone(), item.id)
                    }
                };
                let e::Peer::Channel(channel) = peer else { panic!("{peer:?}") };
                assert!(chats.contains(&channel.channel_id));
                assert!(seen.insert((channel.channel_id, id)));
            }
            let Some(next) = page.next_offset else { break page.count };
            request.offset = next;
        };
        assert_eq!(seen.len(), usize::try_from(count).unwrap());
        assert!(stories > 0 && stories < seen.len() && seen.len() as u64 <= story.forwards);
        let wrong = f::stats::GetStoryPublicForwards { offset: "x".to_owned(), ..request };
        assert_eq!(rpc_error(client.invoke(STATS_DC, &wrong).await).1, "OFFSET_INVALID");
    }
}

#[tokio::test]
async fn the_channels_story_graph_and_counters_are_those_of_its_stories() {
    let centre = world().await;
    let client = analyst(&centre).await;
    for id in [NEWS, BLOG] {
        hold(&centre);
        let stats = broadcast_stats(&client, &centre, id).await;
        hold(&centre);
        let (days, truth) = (centre.truth().days(id), centre.truth().stories(id));
        let (graph, _) = load_in(&client, STATS_DC, &stats.story_interactions_graph).await;
        let views: Vec<i64> =
            days[311..400].iter().map(|day| i64::try_from(day.story_views).unwrap()).collect();
        assert_eq!(column(&graph, "Story Views")[..89], views);
        // What all days show is what all stories have.
        assert_eq!(
            days.iter().map(|day| day.story_views).sum::<u64>(),
            truth.iter().map(|story| story.views).sum::<u64>()
        );
        let counters: Vec<_> = stats
            .recent_posts_interactions
            .iter()
            .filter_map(|one| match one {
                e::PostInteractionCounters::Story(one) => Some(one),
                e::PostInteractionCounters::Message(_) => None,
            })
            .collect();
        assert_eq!(counters.len(), 10);
        let wanted = f::stories::GetStoriesViews {
            peer: input_peer(&centre, id),
            id: counters.iter().map(|one| one.story_id).collect(),
        };
        hold(&centre);
        let e::stories::StoryViews::Views(found) = client.home(&wanted).await;
        for (one, views) in counters.iter().zip(found.views) {
            let e::StoryViews::Views(views) = views;
            assert_eq!(one.views, views.views_count);
            assert_eq!(Some(one.forwards), views.forwards_count);
            assert_eq!(Some(one.reactions), views.reactions_count);
        }
        let e::StatsDateRangeDays::Days(period) = stats.period;
        let period = i64::from(period.min_date)..i64::from(period.max_date);
        let made: Vec<_> = truth.iter().filter(|story| period.contains(&story.date)).collect();
        let e::StatsAbsValueAndPrev::Prev(card) = stats.views_per_story;
        let mean = made.iter().map(|story| story.views).sum::<u64>() as f64 / made.len() as f64;
        assert!((card.current - mean).abs() < mean / 1_000.0, "{} {mean}", card.current);
    }
}
