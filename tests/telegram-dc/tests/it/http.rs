//! The truth over HTTP, and faults on order.

use std::io::{Read, Write};
use std::net::TcpStream;

use grammers_tl_types::functions as f;
use jiff::Timestamp;
use serde_json::Value;
use telegram_dc::{DataCentre, HOME_DC, Options};

use crate::client::*;

async fn open_world() -> DataCentre {
    let start_clock = Some(NOW.parse::<Timestamp>().unwrap());
    let truth_listen = Some(([127, 0, 0, 1], 0).into());
    DataCentre::start(Options { start_clock, truth_listen, ..Options::default() }).await.unwrap()
}

/// Status and body.
fn ask(centre: &DataCentre, request: &str) -> (String, Value) {
    let mut stream = TcpStream::connect(centre.truth_address().unwrap()).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.to_owned(), serde_json::from_str(body).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_told_one_by_one_and_in_sums() {
    let centre = open_world().await;
    let (client, stranger) = (Client::ready(&centre), Client::spare(&centre, 0));
    stranger.home(&f::help::GetNearestDc {}).await;
    centre.faults().flood_wait("updates.getState", 30, 1);
    for _ in 0..3 {
        assert!(client.invoke(HOME_DC, &f::updates::GetState {}).await.is_err());
    }
    let (status, told) = ask(&centre, "GET /truth/requests");
    assert_eq!(status, "200");
    let me = centre.access().user.id;
    let state = |list: &Value| -> Vec<Value> {
        list.as_array().unwrap().iter().filter(|one| one["method"] == "updates.getState").cloned().collect()
    };
    let requests = state(&told["requests"]);
    let inside: Vec<_> = requests.iter().map(|one| one["inside_flood_wait"].as_bool().unwrap()).collect();
    assert_eq!(inside, [false, true, true]);
    assert_eq!(requests[0]["account"], me);
    assert_eq!(requests[0]["dc"], 2);
    assert_eq!(requests[0]["outcome"]["refused"], "FLOOD_WAIT_30");
    assert!(requests[0]["world_at"].as_str().unwrap().starts_with("2026-03-01T15:30:"));
    assert!(requests[0]["at"].as_str().unwrap().parse::<Timestamp>().is_ok());
    let counts = state(&told["by_method"]);
    assert_eq!((counts.len(), &counts[0]["account"]), (1, &me.into()));
    assert_eq!((&counts[0]["count"], &counts[0]["inside_flood_wait"]), (&3.into(), &2.into()));
    assert!(counts[0]["first_at"].as_str() < counts[0]["last_at"].as_str());
    assert_eq!(told["inside_flood_wait"], 2);
    assert_eq!(told["total"], told["requests"].as_array().unwrap().len());
    let unbound = |one: &&Value| one["account"].is_null() && one["method"] == "help.getNearestDc";
    assert_eq!(told["requests"].as_array().unwrap().iter().filter(unbound).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_ordered_by_post() {
    let centre = open_world().await;
    let client = Client::ready(&centre);
    let (status, told) = ask(&centre, "POST /fault/flood-wait:updates.getState:45:1");
    assert_eq!((status.as_str(), &told["ordered"]), ("200", &"flood-wait:updates.getState:45:1".into()));
    let error = rpc_error(client.invoke(HOME_DC, &f::updates::GetState {}).await);
    assert_eq!(error, (420, "FLOOD_WAIT".to_owned(), Some(45)));
    let (status, told) = ask(&centre, "POST /fault/flood-wait:updates.getStatt:45");
    assert_eq!(status, "400");
    assert!(told["error"].as_str().unwrap().contains("it goes flood-wait:METHOD:SECONDS[:TIMES]"), "{told}");
    assert_eq!(ask(&centre, "POST /fault/notify:%D0%BF%20x").1["ordered"], "notify:п x");
    assert_eq!(ask(&centre, "GET /fault/clear").0, "404");
    assert_eq!(ask(&centre, "POST /clock/advance/45").0, "200");
    client.home(&f::updates::GetState {}).await;
}
