//! Things that go wrong on purpose.

use std::time::Duration;

use grammers_mtsender::InvocationError;
use grammers_tl_types::{RemoteCall, enums as e, functions as f};
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, Error, HOME_DC, Options, Outcome, STATS_DC};

use crate::client::*;

const STATE: &str = "updates.getState";

const GET_STATE: f::updates::GetState = f::updates::GetState {};

async fn error_of<R: RemoteCall>(client: &Client, request: &R) -> (i32, String, Option<u32>)
where
    R::Return: std::fmt::Debug,
{
    rpc_error(client.invoke(HOME_DC, request).await)
}

/// The connection is gone, and the pool makes another one in its own time; until then requests are dropped.
async fn recovers(client: &Client, dc: i32) {
    let mut tries = 0;
    while let Err(error) = client.invoke(dc, &f::help::GetNearestDc {}).await {
        tries += 1;
        assert!(tries < 50, "{error:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_flood_wait_ends() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.faults().flood_wait(STATE, 31, 2);
    let wait = |name: &str, seconds| (420, name.to_owned(), Some(seconds));
    assert_eq!(error_of(&client, &GET_STATE).await, wait("FLOOD_WAIT", 31));
    centre.clock().advance(SignedDuration::from_secs(20));
    let (_, _, left) = error_of(&client, &GET_STATE).await;
    assert!((10..=11).contains(&left.unwrap()), "{left:?}");
    client.home(&f::users::GetUsers { id: vec![e::InputUser::UserSelf] }).await;
    centre.clock().advance(SignedDuration::from_secs(11));
    assert_eq!(error_of(&client, &GET_STATE).await, wait("FLOOD_WAIT", 31), "the second of two");
    centre.clock().advance(SignedDuration::from_secs(31));
    client.home(&GET_STATE).await;
    assert_eq!(centre.requests().count(STATE), 4);
    assert_eq!(centre.requests().inside_flood_wait(), 1);
    let log = centre.requests().all();
    let inside: Vec<_> = log.iter().filter(|record| record.method == STATE).collect();
    let inside: Vec<_> = inside.iter().map(|record| record.inside_flood_wait).collect();
    assert_eq!(inside, [false, true, false, false]);
}

#[tokio::test]
async fn a_flood_wait_is_for_one_account() {
    let centre = world().await;
    let (client, stranger) = (Client::ready(&centre), Client::spare(&centre, 0));
    let nearest = f::help::GetNearestDc {};
    centre.faults().flood_wait("help.getNearestDc", 30, 1);
    assert_eq!(error_of(&client, &nearest).await.1, "FLOOD_WAIT");
    stranger.home(&nearest).await;
    assert_eq!(error_of(&client, &nearest).await.1, "FLOOD_WAIT");
    centre.faults().clear();
    client.home(&nearest).await;
    let counts = centre.requests().by_method();
    let of = |account| counts.iter().find(|one| one.account == account && one.method == "help.getNearestDc");
    let (mine, theirs) = (of(Some(centre.access().user.id)).unwrap(), of(None).unwrap());
    assert_eq!((mine.count, mine.inside_flood_wait), (3, 1));
    assert_eq!((theirs.count, theirs.inside_flood_wait), (1, 0));
    assert!(mine.first_at < mine.last_at);
}

#[tokio::test]
async fn premium_would_shorten_a_premium_flood_wait() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.faults().premium_flood_wait(STATE, 7, 1);
    for _ in 0..2 {
        let error = error_of(&client, &GET_STATE).await;
        assert_eq!(error, (420, "FLOOD_PREMIUM_WAIT".to_owned(), Some(7)));
    }
    centre.clock().advance(SignedDuration::from_secs(7));
    client.home(&GET_STATE).await;
}

#[tokio::test]
async fn a_dropped_connection_comes_back_with_the_next_request() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&GET_STATE).await;
    centre.faults().drop_connection_before(STATE, 1);
    centre.faults().drop_connection_after(STATE, 1);
    for _ in 0..2 {
        let error = client.invoke(HOME_DC, &GET_STATE).await.unwrap_err();
        assert!(matches!(error, InvocationError::Io(_) | InvocationError::Dropped(_)), "{error:?}");
        recovers(&client, HOME_DC).await;
    }
    client.home(&GET_STATE).await;
    let dropped = centre.requests().all().into_iter().filter(|record| record.outcome == Outcome::Dropped);
    assert_eq!(dropped.count(), 2);
}

#[tokio::test]
async fn what_is_dropped_before_is_not_carried_out_and_what_is_dropped_after_is() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.faults().drop_connection_before("auth.logOut", 1);
    assert!(client.invoke(HOME_DC, &f::auth::LogOut {}).await.is_err());
    recovers(&client, HOME_DC).await;
    client.home(&GET_STATE).await;
    centre.faults().drop_connection_after("auth.logOut", 1);
    assert!(client.invoke(HOME_DC, &f::auth::LogOut {}).await.is_err());
    recovers(&client, HOME_DC).await;
    assert_eq!(error_of(&client, &GET_STATE).await.1, "AUTH_KEY_UNREGISTERED");
}

#[tokio::test]
async fn a_slow_answer_comes_late() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&GET_STATE).await;
    centre.faults().delay(STATE, Duration::from_millis(700), 1);
    let begun = std::time::Instant::now();
    client.home(&GET_STATE).await;
    assert!(begun.elapsed() >= Duration::from_millis(700));
}

#[tokio::test]
async fn spoilt_frames_end_the_connection_for_the_client() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&GET_STATE).await;
    centre.faults().garbage(STATE, 1);
    let error = client.invoke(HOME_DC, &GET_STATE).await.unwrap_err();
    assert!(matches!(error, InvocationError::Deserialize(_)), "{error:?}");
    recovers(&client, HOME_DC).await;
    centre.faults().wrong_crc(STATE, 1);
    let error = client.invoke(HOME_DC, &GET_STATE).await.unwrap_err();
    assert!(matches!(error, InvocationError::Transport(_)), "{error:?}");
    recovers(&client, HOME_DC).await;
    client.home(&GET_STATE).await;
}

#[tokio::test]
async fn answers_of_a_later_layer_cannot_be_read() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.faults().unknown_constructor(STATE, 1);
    let error = client.invoke(HOME_DC, &GET_STATE).await.unwrap_err();
    assert!(matches!(error, InvocationError::Deserialize(_)), "{error:?}");
    client.home(&GET_STATE).await;
    // One graph of many: everything else is in its place.
    client.sign_in_to_stats().await;
    let stats = f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, NEWS) };
    let good = client.stats(&stats).await;
    centre.faults().unknown_inside("stats.getBroadcastStats", 1);
    let body = grammers_tl_types::Serializable::to_bytes(&stats);
    let spoilt = client.handle.raw_invoke_in_dc(STATS_DC, body).await.unwrap();
    let good = grammers_tl_types::Serializable::to_bytes(&good);
    let differs: Vec<_> = spoilt
        .chunks(4)
        .zip(good.chunks(4))
        .filter(|(one, other)| one != other)
        .map(|(one, _)| one)
        .collect();
    assert!(differs.contains(&&0x0bad_c0de_u32.to_le_bytes()[..]), "{differs:?}");
    assert_eq!((spoilt.len(), &spoilt[..4]), (good.len(), &good[..4]));
}

#[tokio::test]
async fn errors_of_the_server_and_of_the_layer_pass() {
    let centre = world().await;
    let client = Client::ready(&centre);
    // A connection begins with a request of its own, which `*` would hit.
    client.home(&GET_STATE).await;
    centre.faults().server_error(STATE, 1);
    centre.faults().timeout("*", 1);
    centre.faults().layer_invalid(STATE, 1);
    centre.faults().update_app(STATE, 1);
    centre.faults().rpc_error(STATE, 400, "PEER_ID_INVALID", 1);
    let expected = [
        (500, "RPC_CALL_FAIL"),
        (-503, "Timeout"),
        (400, "CONNECTION_LAYER_INVALID"),
        (406, "UPDATE_APP_TO_LOGIN"),
        (400, "PEER_ID_INVALID"),
    ];
    for (code, name) in expected {
        assert_eq!(error_of(&client, &GET_STATE).await, (code, name.to_owned(), None));
    }
    client.home(&GET_STATE).await;
}

#[tokio::test]
async fn a_revoked_session_is_over() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&GET_STATE).await;
    centre.faults().revoke_session();
    let (code, name, _) = error_of(&client, &GET_STATE).await;
    assert_eq!((code, name.as_str()), (401, "SESSION_REVOKED"));
}

#[tokio::test]
async fn a_forgotten_key_belongs_to_nobody() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    centre.faults().auth_key_unregistered();
    let (code, name, _) = error_of(&client, &GET_STATE).await;
    assert_eq!((code, name.as_str()), (401, "AUTH_KEY_UNREGISTERED"));
    assert_eq!(centre.requests().all().last().unwrap().account, None);
}

#[tokio::test]
async fn two_clients_that_take_turns_with_one_key_kill_it() {
    let centre = world().await;
    let (one, two) = (Client::ready(&centre), Client::ready(&centre));
    one.home(&GET_STATE).await;
    two.home(&GET_STATE).await;
    for client in [&one, &two] {
        let (code, name, _) = error_of(client, &GET_STATE).await;
        assert_eq!((code, name.as_str()), (406, "AUTH_KEY_DUPLICATED"));
    }
}

#[tokio::test]
async fn a_client_that_comes_back_is_welcome() {
    let centre = world().await;
    for _ in 0..5 {
        let client = Client::ready(&centre);
        client.home(&GET_STATE).await;
    }
}

#[tokio::test]
async fn a_data_centre_goes_down_and_comes_back_alone() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    centre.dc(STATS_DC).goes_down();
    let nearest = f::help::GetNearestDc {};
    for _ in 0..3 {
        assert!(client.invoke(STATS_DC, &nearest).await.is_err());
    }
    client.home(&GET_STATE).await;
    centre.dc(STATS_DC).comes_back();
    recovers(&client, STATS_DC).await;
    let stats = f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, NEWS) };
    client.stats(&stats).await;
}

#[tokio::test]
async fn salts_that_were_changed_are_learnt_anew() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for _ in 0..3 {
        client.home(&GET_STATE).await;
        centre.dc(HOME_DC).rotates_salts();
    }
    client.home(&GET_STATE).await;
    let mut raw = crate::raw::Raw::connect(&centre).await;
    raw.begin().await;
    let old = raw.salt;
    centre.dc(HOME_DC).rotates_salts();
    raw.learn_salt().await;
    assert_ne!(raw.salt, old);
}

#[tokio::test]
async fn a_clock_that_is_ahead_sets_clients_right() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&GET_STATE).await;
    centre.dc(HOME_DC).clock_is_ahead(3_600);
    client.home(&GET_STATE).await;
    let e::Config::Config(config) = client.home(&f::help::GetConfig {}).await;
    let ahead = i64::from(config.date) - Timestamp::now().as_second();
    assert!((3_590..=3_600).contains(&ahead), "{ahead}");
}

#[tokio::test]
async fn clients_with_another_time_are_told_which_way_they_are_wrong() {
    let centre = world().await;
    let mut raw = crate::raw::Raw::connect(&centre).await;
    raw.begin().await;
    for (ahead, code) in [(400, 16), (-400, 17), (600, 16)] {
        centre.dc(HOME_DC).clock_is_ahead(ahead);
        raw.send(crate::raw::msg_id_now(), &crate::raw::ping(1)).await;
        let told = raw.receive().await;
        assert_eq!(told[0].constructor, 0xa7ef_f811);
        assert_eq!(i32::from_le_bytes(told[0].fields[12..16].try_into().unwrap()), code);
        let theirs = (told[0].msg_id >> 32) - Timestamp::now().as_second();
        assert!((ahead - 2..=ahead + 2).contains(&theirs), "the notice tells the right time: {theirs}");
    }
    centre.dc(HOME_DC).clock_is_ahead(0);
    raw.send(crate::raw::msg_id_now(), &crate::raw::ping(2)).await;
    assert_eq!(raw.receive().await[0].constructor, 0x3477_73c5);
}

#[tokio::test]
async fn graph_tokens_expire_on_order() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let stats = f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, NEWS) };
    let e::stats::BroadcastStats::Stats(stats) = client.stats(&stats).await;
    let e::StatsGraph::Async(graph) = stats.languages_graph else { panic!("deferred") };
    centre.faults().expire_graph_tokens();
    let request = f::stats::LoadAsyncGraph { token: graph.token, x: None };
    assert_eq!(rpc_error(client.invoke(STATS_DC, &request).await).1, "GRAPH_EXPIRED_RELOAD");
}

#[tokio::test]
async fn faults_can_be_ordered_in_words_from_the_start() {
    let start_clock = Some(NOW.parse::<Timestamp>().unwrap());
    let faults = ["flood-wait:updates.getState:30:2", "server-error:users.getUsers", "notify:Hello"];
    let faults = faults.iter().map(|order| order.parse().unwrap()).collect();
    let centre = DataCentre::start(Options { start_clock, faults, ..Options::default() }).await.unwrap();
    let client = Client::ready(&centre);
    assert_eq!(error_of(&client, &GET_STATE).await.1, "FLOOD_WAIT");
    let users = f::users::GetUsers { id: vec![e::InputUser::UserSelf] };
    assert_eq!(error_of(&client, &users).await.1, "RPC_CALL_FAIL");
    centre.faults().order(&"clear".parse().unwrap());
    client.home(&GET_STATE).await;
    centre.faults().order(&"end-logins:revoked".parse().unwrap());
    assert_eq!(error_of(&client, &GET_STATE).await.1, "SESSION_REVOKED");
}

#[tokio::test]
async fn chaos_hits_a_share_and_passes() {
    let start_clock = Some(NOW.parse::<Timestamp>().unwrap());
    let options = Options { start_clock, chaos: 0.2, ..Options::default() };
    let mut runs = Vec::new();
    for _ in 0..2 {
        let centre = DataCentre::start(options.clone()).await.unwrap();
        let client = Client::ready(&centre);
        let silent = f::InvokeWithoutUpdates { query: GET_STATE };
        let mut fine = 0;
        for _ in 0..150 {
            match client.invoke(HOME_DC, &silent).await {
                Ok(_) => fine += 1,
                // The data centre may be down for half a second.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
            centre.clock().advance(SignedDuration::from_secs(6));
        }
        assert!(fine > 60, "{fine}");
        let mut tries = 0;
        while client.invoke(HOME_DC, &silent).await.is_err() {
            tries += 1;
            assert!(tries < 50);
            tokio::time::sleep(Duration::from_millis(50)).await;
            centre.clock().advance(SignedDuration::from_secs(6));
        }
        // What does not depend on how quickly the pool comes back: the fate of the account's first questions.
        let log = centre.requests().all();
        let fates = log.iter().filter(|record| record.method == STATE).map(|record| record.outcome.clone());
        runs.push(fates.take(60).collect::<Vec<_>>());
        assert!(log.iter().all(|record| record.account.is_some()), "nobody was signed out");
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].iter().any(|fate| *fate != Outcome::Answered));
    let wrong = DataCentre::start(Options { chaos: 2.0, ..Options::default() }).await.unwrap_err();
    assert!(matches!(wrong, Error::Chaos { .. }) && wrong.to_string().contains("ask for 0 to 1"));
}

#[tokio::test]
async fn chaos_ends_logins_by_choice() {
    let start_clock = Some(NOW.parse::<Timestamp>().unwrap());
    let options = Options { start_clock, chaos: 1.0, chaos_ends_logins: true, ..Options::default() };
    let centre = DataCentre::start(options).await.unwrap();
    let client = Client::ready(&centre);
    let silent = f::InvokeWithoutUpdates { query: GET_STATE };
    let mut ended = None;
    for _ in 0..1_000 {
        centre.clock().advance(SignedDuration::from_secs(6));
        match client.invoke(HOME_DC, &silent).await {
            Err(InvocationError::Rpc(error)) if error.code == 401 => {
                ended = Some(error.name);
                break;
            }
            _ => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
    let ended = ended.expect("one hit in fifty ends a login");
    assert!(["SESSION_REVOKED", "AUTH_KEY_UNREGISTERED"].contains(&ended.as_str()), "{ended}");
}
