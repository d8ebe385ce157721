//! Statistics of supergroups, on a data centre of their own.

use std::collections::BTreeSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;
use telegram_dc::{DataCentre, FAR_DC, Options, STATS_DC, TruthGroupDay};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::*;

fn request(centre: &DataCentre, id: i64) -> f::stats::GetMegagroupStats {
    f::stats::GetMegagroupStats { dark: false, channel: input_channel(centre, id) }
}

async fn megagroup_stats(client: &Client, centre: &DataCentre) -> t::stats::MegagroupStats {
    let answer = client.invoke(FAR_DC, &request(centre, GROUP)).await.unwrap();
    let e::stats::MegagroupStats::Stats(stats) = answer;
    stats
}

fn values(days: &[TruthGroupDay], value: impl Fn(&TruthGroupDay) -> u64) -> Vec<i64> {
    days.iter().map(|day| i64::try_from(value(day)).unwrap()).collect()
}

#[tokio::test]
async fn only_big_supergroups_have_group_statistics() {
    let centre = world().await;
    let client = analyst(&centre).await;
    assert_eq!(rpc_error(client.invoke(STATS_DC, &request(&centre, NEWS)).await).1, "MEGAGROUP_REQUIRED");
    assert_eq!(
        rpc_error(client.invoke(FAR_DC, &request(&centre, SMALL_GROUP)).await).1,
        "CHAT_ADMIN_REQUIRED"
    );
    let migrate = rpc_error(client.invoke(STATS_DC, &request(&centre, GROUP)).await);
    assert_eq!(migrate, (303, "STATS_MIGRATE".to_owned(), Some(1)));
    megagroup_stats(&client, &centre).await;
}

#[tokio::test]
async fn the_groups_graphs_are_its_days() {
    let centre = world().await;
    let client = analyst(&centre).await;
    let stats = megagroup_stats(&client, &centre).await;
    let (days, members) = (centre.truth().group_days(GROUP), centre.truth().days(GROUP));
    assert_eq!(days.len(), 401);
    // Today grows by the second, so only whole days are compared.
    let recent = &days[311..400];
    let load = async |graph: &e::StatsGraph| load_in(&client, FAR_DC, graph).await.0;

    let growth = load(&stats.growth_graph).await;
    let subscribers = members[..400].iter().map(|day| i64::try_from(day.subscribers).unwrap());
    assert_eq!(column(&growth, "Total members")[..400], subscribers.collect::<Vec<_>>());
    assert_eq!(column(&growth, "Total members")[..400], values(&days[..400], |day| day.members));
    let moves = load(&stats.members_graph).await;
    assert_eq!(column(&moves, "Joined")[..89], values(recent, |day| day.joined));
    assert_eq!(column(&moves, "Left")[..89], values(recent, |day| day.left));
    let sources = load(&stats.new_members_by_source_graph).await;
    assert_eq!(sources["stacked"], true);
    assert_eq!(total(&sources)[..89], values(recent, |day| day.joined));

    let languages = load(&stats.languages_graph).await;
    assert_eq!(languages["percentage"], true);
    assert_eq!(total(&languages)[..89], values(recent, |day| day.viewers));
    let messages = load(&stats.messages_graph).await;
    assert_eq!(messages["stacked"], true);
    assert_eq!(total(&messages)[..89], values(recent, |day| day.messages));
    assert_eq!(column(&messages, "Photos")[..89], values(recent, |day| day.messages_by_type["Photos"]));
    let actions = load(&stats.actions_graph).await;
    assert_eq!(column(&actions, "Deleted messages")[..89], values(recent, |day| day.deleted));
    assert_eq!(column(&actions, "Edited messages")[..89], values(recent, |day| day.edited));
    let barred = values(recent, |day| day.banned + day.restricted);
    assert_eq!(column(&actions, "Banned and restricted members")[..89], barred);

    let hours = load(&stats.top_hours_graph).await;
    assert_eq!(hours["xTickFormatter"], "statsFormatDayHour");
    let week: i64 = values(&days[393..400], |day| day.messages).iter().sum();
    assert_eq!(column(&hours, "y0").iter().sum::<i64>(), week);
    let weekdays = load(&stats.weekdays_graph).await;
    assert!(weekdays["xTooltipFormatter"].as_str().unwrap().contains("week"));
    assert_eq!(weekdays["percentage"], true);
    // 2026-03-01 is a Sunday: the last whole week of the graph ends a week before.
    let weeks = total(&weekdays);
    assert_eq!(weeks[weeks.len() - 2], values(&days[387..394], |day| day.messages).iter().sum::<i64>());
    assert_eq!(column(&weekdays, "Sunday")[weeks.len() - 2], values(&days[393..394], |day| day.messages)[0]);
    assert_eq!(centre.requests().unknown(), []);
}

#[tokio::test]
async fn some_of_the_groups_graphs_are_left_for_later() {
    let centre = world().await;
    let client = analyst(&centre).await;
    let stats = megagroup_stats(&client, &centre).await;
    for graph in [&stats.languages_graph, &stats.messages_graph, &stats.actions_graph, &stats.weekdays_graph]
    {
        let e::StatsGraph::Async(later) = graph else { panic!("{graph:?}") };
        let load = f::stats::LoadAsyncGraph { token: later.token.clone(), x: None };
        assert_eq!(rpc_error(client.invoke(STATS_DC, &load).await).2, Some(1), "the token's data centre");
        client.invoke(FAR_DC, &load).await.unwrap();
        let zoomed = f::stats::LoadAsyncGraph { x: Some(1_700_000_000_000), ..load };
        assert_eq!(rpc_error(client.invoke(FAR_DC, &zoomed).await).1, "GRAPH_INVALID_RELOAD");
    }
    for graph in [&stats.growth_graph, &stats.members_graph, &stats.top_hours_graph] {
        assert!(matches!(graph, e::StatsGraph::Graph(_)));
    }
}

#[tokio::test]
async fn the_cards_and_the_busiest_are_those_of_the_last_week() {
    let centre = world().await;
    let client = analyst(&centre).await;
    let stats = megagroup_stats(&client, &centre).await;
    let days = centre.truth().group_days(GROUP);
    let (last, before) = (&days[393..400], &days[386..393]);
    let e::StatsDateRangeDays::Days(period) = stats.period;
    assert_eq!(period.max_date - period.min_date, 7 * 86_400);
    let pair = |card: &e::StatsAbsValueAndPrev| {
        let e::StatsAbsValueAndPrev::Prev(card) = card;
        (card.current, card.previous)
    };
    assert_eq!(pair(&stats.members), (days[399].members as f64, days[392].members as f64));
    let sum =
        |week: &[TruthGroupDay], value: fn(&TruthGroupDay) -> u64| week.iter().map(value).sum::<u64>() as f64;
    assert_eq!(pair(&stats.messages), (sum(last, |day| day.messages), sum(before, |day| day.messages)));
    for (card, daily) in [
        (&stats.viewers, (|day| day.viewers) as fn(&TruthGroupDay) -> u64),
        (&stats.posters, |day| day.posters),
    ] {
        let most = last.iter().map(daily).max().unwrap() as f64;
        assert!(pair(card).0 >= most && pair(card).0 <= sum(last, daily).min(days[399].members as f64));
    }

    let users: BTreeSet<i64> = stats.users.iter().map(e::User::id).collect();
    let posters = stats.top_posters.iter().map(|one| {
        let e::StatsGroupTopPoster::Poster(one) = one;
        assert!(one.avg_chars > 0 && users.contains(&one.user_id));
        one.messages
    });
    let posters: Vec<i32> = posters.collect();
    assert!(posters.len() == 10 && posters.is_sorted_by(|a, b| a >= b));
    assert!(f64::from(posters.iter().sum::<i32>()) < sum(last, |day| day.messages));
    let (mut deleted, mut kicked, mut banned) = (0, 0, 0);
    for one in &stats.top_admins {
        let e::StatsGroupTopAdmin::Admin(one) = one;
        assert!(users.contains(&one.user_id));
        (deleted, kicked, banned) = (deleted + one.deleted, kicked + one.kicked, banned + one.banned);
    }
    assert_eq!(f64::from(deleted), sum(last, |day| day.deleted));
    assert_eq!(f64::from(kicked), sum(last, |day| day.banned));
    assert_eq!(f64::from(banned), sum(last, |day| day.restricted));
    let invited = stats.top_inviters.iter().map(|one| {
        let e::StatsGroupTopInviter::Inviter(one) = one;
        assert!(users.contains(&one.user_id));
        u64::try_from(one.invitations).unwrap()
    });
    let brought: u64 =
        centre.truth().days(GROUP)[393..400].iter().map(|day| day.joined_by_source["Other"]).sum();
    assert_eq!(invited.sum::<u64>(), brought);
}

#[tokio::test]
async fn group_days_and_stories_are_told_over_http() {
    let options = Options {
        start_clock: Some(NOW.parse::<Timestamp>().unwrap()),
        truth_listen: Some(([127, 0, 0, 1], 0).into()),
        ..Options::default()
    };
    let centre = DataCentre::start(options).await.unwrap();
    let ask = async |path: String| {
        let mut stream = tokio::net::TcpStream::connect(centre.truth_address().unwrap()).await.unwrap();
        stream.write_all(format!("GET /truth/channels/{path} HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<serde_json::Value>(body).unwrap()
    };
    let days = ask(format!("{GROUP}/group_days")).await;
    let truth = centre.truth().group_days(GROUP);
    assert_eq!(
        days.as_array().unwrap()[..400],
        serde_json::to_value(&truth[..400]).unwrap().as_array().unwrap()[..]
    );
    assert_eq!(ask(format!("{NEWS}/group_days")).await, serde_json::json!([]));
    let stories = ask(format!("{BLOG}/stories")).await;
    let truth = centre.truth().stories(BLOG);
    assert_eq!(stories.as_array().unwrap().len(), truth.len());
    assert_eq!(stories[99], serde_json::to_value(&truth[99]).unwrap());
}
