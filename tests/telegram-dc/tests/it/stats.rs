//! Statistics, on the data centre that keeps them.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC, STATS_DC, TruthDay};

use crate::client::*;

fn request(centre: &DataCentre, id: i64) -> f::stats::GetBroadcastStats {
    f::stats::GetBroadcastStats { dark: false, channel: input_channel(centre, id) }
}

async fn broadcast_stats(client: &Client, centre: &DataCentre, id: i64) -> t::stats::BroadcastStats {
    let e::stats::BroadcastStats::Stats(stats) = client.stats(&request(centre, id)).await;
    stats
}

/// The chart itself, or what its token is good for.
async fn load(client: &Client, graph: &e::StatsGraph) -> serde_json::Value {
    match graph {
        e::StatsGraph::Async(later) => {
            let request = f::stats::LoadAsyncGraph { token: later.token.clone(), x: None };
            chart(client.stats(&request).await)
        }
        ready => chart(ready.clone()),
    }
}

fn values(days: &[TruthDay], value: impl Fn(&TruthDay) -> u64) -> Vec<i64> {
    days.iter().map(|day| i64::try_from(value(day)).unwrap()).collect()
}

fn is_async(graph: &e::StatsGraph) -> bool {
    matches!(graph, e::StatsGraph::Async(_))
}

#[tokio::test]
async fn statistics_live_elsewhere_and_want_a_login_there() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let request = request(&centre, NEWS);
    let migrate = rpc_error(client.invoke(HOME_DC, &request).await);
    assert_eq!(migrate, (303, "STATS_MIGRATE".to_owned(), Some(4)));
    let unregistered = rpc_error(client.invoke(STATS_DC, &request).await);
    assert_eq!(unregistered, (401, "AUTH_KEY_UNREGISTERED".to_owned(), None));
    client.sign_in_to_stats().await;
    client.stats(&request).await;
    let (code, name, value) = rpc_error(client.invoke(STATS_DC, &f::updates::GetState {}).await);
    assert_eq!((code, name.as_str(), value), (303, "USER_MIGRATE", Some(2)));
}

#[tokio::test]
async fn graphs_speak_the_language_that_was_asked_for() {
    let centre = world().await;
    let names = async |client: &Client| {
        let stats = broadcast_stats(client, &centre, NEWS).await;
        let sources = load(client, &stats.views_by_source_graph).await;
        let e::StatsGraph::Error(none) =
            broadcast_stats(client, &centre, KITCHEN).await.iv_interactions_graph
        else {
            panic!("there is something")
        };
        (sources["names"]["y0"].as_str().unwrap().to_owned(), none.error)
    };
    let english = ("Followers".to_owned(), "Not enough data to display.".to_owned());
    let russian = ("Подписчики".to_owned(), "Недостаточно данных для отображения.".to_owned());
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    assert_eq!(names(&client).await, english);
    centre.faults().foreign_graphs(true);
    assert_eq!(names(&client).await, russian);
    centre.faults().foreign_graphs(false);
    assert_eq!(names(&client).await, english);
    drop(client);
    assert_eq!(names(&Client::in_language(&centre, "ru")).await, russian);
}

#[tokio::test]
async fn a_graph_is_what_was_ordered() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let order = |words: &str| centre.faults().order(&words.parse().unwrap());
    let stats = async || broadcast_stats(&client, &centre, NEWS).await;
    let as_it_is = load(&client, &stats().await.growth_graph).await;

    order("graph-json:growth:{\"columns\": [[\"x\", -1]]}");
    order("graph-error:languages:Not today: sorry");
    order("graph-later:mute");
    let ordered = stats().await;
    assert_eq!(load(&client, &ordered.growth_graph).await["columns"][0][1], -1);
    // It comes late, as it would have otherwise.
    let e::StatsGraph::Async(later) = ordered.languages_graph else { panic!("it should come later") };
    let answer = client.stats(&f::stats::LoadAsyncGraph { token: later.token, x: None }).await;
    let e::StatsGraph::Error(error) = answer else { panic!("{answer:?}") };
    assert_eq!(error.error, "Not today: sorry");
    assert!(is_async(&ordered.mute_graph));
    assert_eq!(load(&client, &ordered.mute_graph).await["names"]["y0"], "Muted");

    order("graph-revised:growth:3:-7");
    let revised = load(&client, &stats().await.growth_graph).await;
    let values = |chart: &serde_json::Value| -> Vec<i64> {
        chart["columns"][1].as_array().unwrap().iter().filter_map(serde_json::Value::as_i64).collect()
    };
    let (before, after) = (values(&as_it_is), values(&revised));
    let changed: Vec<_> = (0..before.len()).filter(|place| before[*place] != after[*place]).collect();
    assert_eq!(changed, [before.len() - 4]);
    assert_eq!(after[before.len() - 4], before[before.len() - 4] - 7);
    order("clear");
    assert_eq!(load(&client, &stats().await.growth_graph).await, as_it_is);
}

#[tokio::test]
async fn exported_logins_work_once_and_for_one_data_centre() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let own = f::auth::ExportAuthorization { dc_id: HOME_DC };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &own).await).1, "DC_ID_INVALID");
    let e::auth::ExportedAuthorization::Authorization(exported) =
        client.home(&f::auth::ExportAuthorization { dc_id: STATS_DC }).await;
    let import = f::auth::ImportAuthorization { id: exported.id, bytes: exported.bytes };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &import).await).1, "AUTH_BYTES_INVALID");
    client.sign_in_to_stats().await;
    assert_eq!(rpc_error(client.invoke(STATS_DC, &import).await).1, "AUTH_BYTES_INVALID");
}

#[tokio::test]
async fn who_has_no_right_gets_no_statistics() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let expected =
        [(TINY, "CHAT_ADMIN_REQUIRED"), (FOLLOWED, "CHAT_ADMIN_REQUIRED"), (GROUP, "BROADCAST_REQUIRED")];
    for (id, error) in expected {
        assert_eq!(rpc_error(client.invoke(STATS_DC, &request(&centre, id)).await).1, error);
    }
    broadcast_stats(&client, &centre, ADMIN_ONLY).await;
}

#[tokio::test]
async fn the_graphs_are_the_days() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    for id in [NEWS, BLOG] {
        let stats = broadcast_stats(&client, &centre, id).await;
        let days = centre.truth().days(id);
        assert_eq!(days.len(), 401);
        // Today grows by the second, so only whole days are compared.
        let whole = &days[..400];
        let recent = &whole[400 - 89..];

        let growth = load(&client, &stats.growth_graph).await;
        assert_eq!(column(&growth, "x").len(), 401);
        assert_eq!(column(&growth, "Total subscribers")[..400], values(whole, |day| day.subscribers));

        let followers = load(&client, &stats.followers_graph).await;
        assert_eq!(column(&followers, "Joined")[..89], values(recent, |day| day.joined));
        assert_eq!(column(&followers, "Left")[..89], values(recent, |day| day.left));
        let new = load(&client, &stats.new_followers_by_source_graph).await;
        assert_eq!(total(&new)[..89], values(recent, |day| day.joined));

        let interactions = load(&client, &stats.interactions_graph).await;
        assert_eq!(interactions["y_scaled"], true);
        assert_eq!(column(&interactions, "Views")[..89], values(recent, |day| day.views));
        let sources = load(&client, &stats.views_by_source_graph).await;
        assert_eq!(sources["stacked"], true);
        assert_eq!(total(&sources)[..89], values(recent, |day| day.views));
        let languages = load(&client, &stats.languages_graph).await;
        assert_eq!(languages["percentage"], true);

        let hours = load(&client, &stats.top_hours_graph).await;
        assert_eq!(column(&hours, "x"), (0..24).collect::<Vec<i64>>());
        assert_eq!(hours["xTickFormatter"], "statsFormatDayHour");
        let week: i64 = column(&hours, "y0").iter().sum();
        assert_eq!(week, values(&whole[393..], |day| day.views).iter().sum::<i64>());
        for graph in [
            &stats.mute_graph,
            &stats.iv_interactions_graph,
            &stats.reactions_by_emotion_graph,
            &stats.story_interactions_graph,
            &stats.story_reactions_by_emotion_graph,
        ] {
            assert_eq!(column(&load(&client, graph).await, "x").len(), 90);
        }
    }
    assert_eq!(centre.requests().unknown(), []);
}

#[tokio::test]
async fn some_graphs_are_left_for_later_and_some_have_too_little_data() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let news = broadcast_stats(&client, &centre, NEWS).await;
    assert!(is_async(&news.views_by_source_graph) && is_async(&news.interactions_graph));
    assert!(is_async(&news.languages_graph) && is_async(&news.reactions_by_emotion_graph));
    assert!(!is_async(&news.growth_graph));
    let kitchen = broadcast_stats(&client, &centre, KITCHEN).await;
    let e::StatsGraph::Error(error) = kitchen.languages_graph else {
        panic!("{:?}", kitchen.languages_graph)
    };
    assert_eq!(error.error, "Not enough data to display.");
    assert!(matches!(kitchen.growth_graph, e::StatsGraph::Graph(_)));
}

#[tokio::test]
async fn tokens_expire_and_forged_ones_never_work() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let news = broadcast_stats(&client, &centre, NEWS).await;
    let e::StatsGraph::Async(later) = news.languages_graph else { panic!("no token") };
    let load = |token: String| f::stats::LoadAsyncGraph { token, x: None };
    client.stats(&load(later.token.clone())).await;
    let forged = load(format!("{}0", later.token));
    assert_eq!(rpc_error(client.invoke(STATS_DC, &forged).await).1, "GRAPH_INVALID_RELOAD");
    centre.clock().advance(SignedDuration::from_hours(2));
    assert_eq!(rpc_error(client.invoke(STATS_DC, &load(later.token)).await).1, "GRAPH_EXPIRED_RELOAD");
}

#[tokio::test]
async fn a_zoomed_day_has_hours_that_add_up_to_it() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let news = broadcast_stats(&client, &centre, NEWS).await;
    let e::StatsGraph::Graph(graph) = news.followers_graph.clone() else { panic!("no graph") };
    let days = chart(news.followers_graph);
    let (x, joined) = (column(&days, "x")[40], column(&days, "Joined")[40]);
    let zoom = f::stats::LoadAsyncGraph { token: graph.zoom_token.unwrap(), x: Some(x) };
    let hours = chart(client.stats(&zoom).await);
    assert_eq!(column(&hours, "x"), (0..24).map(|hour| x + hour * 3_600_000).collect::<Vec<_>>());
    assert_eq!(column(&hours, "Joined").iter().sum::<i64>(), joined);
    let nowhere = f::stats::LoadAsyncGraph { x: Some(x + 1), ..zoom };
    assert!(matches!(client.stats(&nowhere).await, e::StatsGraph::Error(_)));
}

#[tokio::test]
async fn the_cards_cover_seven_days() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let stats = broadcast_stats(&client, &centre, NEWS).await;
    let e::StatsDateRangeDays::Days(period) = stats.period;
    assert_eq!(period.max_date - period.min_date, 7 * 86_400);
    let days = centre.truth().days(NEWS);
    let e::StatsAbsValueAndPrev::Prev(followers) = stats.followers;
    assert_eq!(followers.current, days[399].subscribers as f64);
    assert_eq!(followers.previous, days[392].subscribers as f64);
    let e::StatsAbsValueAndPrev::Prev(views) = stats.views_per_post;
    assert!(views.current > 1000.0 && views.previous > 1000.0);
    let e::StatsPercentValue::Value(notified) = stats.enabled_notifications;
    assert!(notified.part > 0.0 && notified.part < notified.total);
    let told =
        |counters: &&e::PostInteractionCounters| matches!(counters, e::PostInteractionCounters::Message(_));
    assert_eq!(stats.recent_posts_interactions.iter().filter(told).count(), 30);
}
