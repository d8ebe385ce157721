//! Graphs from close by: days, hours and five minutes agree.

use grammers_tl_types::{enums as e, functions as f};
use telegram_dc::{DataCentre, FAR_DC, STATS_DC};

use crate::client::*;

/// A channel's or a supergroup's graphs that can be zoomed, with a name for each.
async fn graphs(client: &Client, centre: &DataCentre, id: i64) -> (i32, Vec<(&'static str, e::StatsGraph)>) {
    if id == GROUP {
        let request = f::stats::GetMegagroupStats { dark: false, channel: input_channel(centre, id) };
        let e::stats::MegagroupStats::Stats(stats) = client.invoke(FAR_DC, &request).await.unwrap();
        return (
            FAR_DC,
            vec![
                ("growth", stats.growth_graph),
                ("members", stats.members_graph),
                ("sources", stats.new_members_by_source_graph),
                ("messages", stats.messages_graph),
                ("actions", stats.actions_graph),
            ],
        );
    }
    let request = f::stats::GetBroadcastStats { dark: false, channel: input_channel(centre, id) };
    let e::stats::BroadcastStats::Stats(stats) = client.stats(&request).await;
    (
        STATS_DC,
        vec![
            ("growth", stats.growth_graph),
            ("followers", stats.followers_graph),
            ("mute", stats.mute_graph),
            ("interactions", stats.interactions_graph),
            ("instant views", stats.iv_interactions_graph),
            ("views by source", stats.views_by_source_graph),
            ("followers by source", stats.new_followers_by_source_graph),
            ("reactions", stats.reactions_by_emotion_graph),
            ("stories", stats.story_interactions_graph),
            ("story reactions", stats.story_reactions_by_emotion_graph),
        ],
    )
}

/// The values of every column at a point; of growth, which counts what there is, the last value.
fn whole(chart: &serde_json::Value, growth: bool) -> Vec<i64> {
    let names = chart["names"].as_object().unwrap().keys();
    let of = |values: Vec<i64>| if growth { *values.last().unwrap() } else { values.iter().sum() };
    names.map(|name| of(column(chart, name))).collect()
}

fn at(chart: &serde_json::Value, index: usize) -> Vec<i64> {
    let names = chart["names"].as_object().unwrap().keys();
    names.map(|name| column(chart, name)[index]).collect()
}

#[tokio::test]
async fn days_hours_and_minutes_agree() {
    let centre = world().await;
    let client = analyst(&centre).await;
    for id in [NEWS, BLOG, GROUP] {
        let (dc, graphs) = graphs(&client, &centre, id).await;
        for (name, graph) in graphs {
            let growth = name == "growth";
            let (days, token) = load_in(&client, dc, &graph).await;
            let token = token.unwrap_or_else(|| panic!("{name} does not zoom"));
            let points = column(&days, "x").len();
            for ago in [1, 4, 6, 7, 60] {
                let index = points - 1 - ago;
                let x = column(&days, "x")[index];
                let zoom = f::stats::LoadAsyncGraph { token: token.clone(), x: Some(x) };
                let answer = client.invoke(dc, &zoom).await.unwrap();
                // A day without a story has nothing to show hour by hour.
                if at(&days, index).iter().all(|value| *value == 0) {
                    assert!(matches!(answer, e::StatsGraph::Error(_)), "{name} {ago}");
                    continue;
                }
                let (hours, closer) = load_in(&client, dc, &answer).await;
                assert_eq!(column(&hours, "x"), (0..24).map(|hour| x + hour * 3_600_000).collect::<Vec<_>>());
                assert_eq!(hours["xTickFormatter"], "statsFormat('hour')");
                assert_eq!(whole(&hours, growth), at(&days, index), "{name} {ago}");
                assert_eq!(closer.is_some(), ago < 7, "{name} {ago}");
                let Some(token) = closer else { continue };
                for hour in [0, 11, 23] {
                    let x = x + i64::try_from(hour).unwrap() * 3_600_000;
                    let zoom = f::stats::LoadAsyncGraph { token: token.clone(), x: Some(x) };
                    match client.invoke(dc, &zoom).await.unwrap() {
                        e::StatsGraph::Error(error) => {
                            assert_eq!(error.error, "Not enough data to display.");
                            assert!(at(&hours, hour).iter().all(|value| *value == 0), "{name} {ago} {hour}");
                        }
                        answer => {
                            let minutes = chart(answer);
                            let steps = (0..12).map(|step| x + step * 300_000);
                            assert_eq!(column(&minutes, "x"), steps.collect::<Vec<_>>());
                            assert_eq!(minutes["xTickFormatter"], "statsFormat('5min')");
                            assert_eq!(whole(&minutes, growth), at(&hours, hour), "{name} {ago} {hour}");
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn zoom_tokens_are_for_points_of_their_graph() {
    let centre = world().await;
    let client = analyst(&centre).await;
    let (dc, graphs) = graphs(&client, &centre, NEWS).await;
    let (days, token) = load_in(&client, dc, &graphs[1].1).await;
    let (token, x) = (token.unwrap(), column(&days, "x"));
    let zoom = |token: &str, x: Option<i64>| f::stats::LoadAsyncGraph { token: token.to_owned(), x };
    assert_eq!(rpc_error(client.invoke(dc, &zoom(&token, None)).await).1, "GRAPH_INVALID_RELOAD");
    for nowhere in [x[3] + 1, x[3] + 3_600_000, x[89] + 86_400_000, 0, -86_400_000, i64::MAX] {
        let answer = client.invoke(dc, &zoom(&token, Some(nowhere))).await.unwrap();
        assert!(matches!(answer, e::StatsGraph::Error(_)), "{nowhere}");
    }
    // Today shows the hours that are over, and each of those its minutes.
    let today = client.invoke(dc, &zoom(&token, Some(x[89]))).await.unwrap();
    let (today, closer) = load_in(&client, dc, &today).await;
    assert_eq!(column(&today, "x").len(), 15);
    let running = zoom(&closer.unwrap(), Some(x[89] + 16 * 3_600_000));
    assert!(matches!(client.invoke(dc, &running).await.unwrap(), e::StatsGraph::Error(_)));
    let request = f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, NEWS) };
    let e::stats::BroadcastStats::Stats(stats) = client.stats(&request).await;
    for graph in [&stats.languages_graph, &stats.top_hours_graph] {
        assert!(load_in(&client, dc, graph).await.1.is_none());
    }
}
