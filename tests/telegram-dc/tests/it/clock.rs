//! The world's clock.

use std::io::Read;
use std::net::TcpStream;

use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, Error, Options, Unit};

use crate::client::*;

fn read_clock(centre: &DataCentre) -> i64 {
    let mut line = String::new();
    TcpStream::connect(&centre.access().clock).unwrap().read_to_string(&mut line).unwrap();
    line.strip_suffix('\n').unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_over_loopback() {
    let centre = world().await;
    let start = NOW.parse::<Timestamp>().unwrap().as_millisecond();
    assert!((start..start + 10_000).contains(&read_clock(&centre)));
    centre.clock().advance(SignedDuration::from_hours(24));
    assert!((start + 86_400_000..start + 86_410_000).contains(&read_clock(&centre)));
}

#[tokio::test]
async fn tomorrow_is_the_same_whoever_waits_for_it() {
    let (patient, hasty) = (world().await, world().await);
    for _ in 0..20 {
        patient.clock().advance(SignedDuration::from_hours(24));
        assert!(!patient.truth().days(NEWS).is_empty());
    }
    hasty.clock().advance(SignedDuration::from_hours(20 * 24));
    let (one, two) = (patient.truth().days(BLOG), hasty.truth().days(BLOG));
    assert_eq!(one.len(), 421);
    assert_eq!(one[..420], two[..420]);
    let noon = patient.truth().days(NEWS)[420].clone();
    patient.clock().advance(SignedDuration::from_hours(6));
    let evening = patient.truth().days(NEWS)[420].clone();
    assert!(noon.partial && evening.partial && noon.views < evening.views);
    assert_eq!(
        patient.truth().ledger(BLOG, Unit::Stars)[..500],
        hasty.truth().ledger(BLOG, Unit::Stars)[..500]
    );
}

#[tokio::test]
async fn a_world_comes_back_after_a_restart_on_another_day() {
    let start_clock: Timestamp = NOW.parse().unwrap();
    let first =
        DataCentre::start(Options { start_clock: Some(start_clock), ..Options::default() }).await.unwrap();
    let days = first.truth().days(NEWS);
    let options = Options {
        start_clock: Some(start_clock + SignedDuration::from_hours(48)),
        first_day: Some(days[0].date),
        ..Options::default()
    };
    let second = DataCentre::start(options).await.unwrap();
    assert_eq!(second.truth().days(NEWS)[..400], days[..400]);
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let centre = world().await;
    let dc = centre.access().dc(2).unwrap().port;
    let listen = ([127, 0, 0, 1], dc - 2).into();
    let error = DataCentre::start(Options { listen, ..Options::default() }).await.unwrap_err();
    let text = error.to_string();
    // The ports beside it may be somebody else's.
    let Error::Busy { address } = error else { panic!("{text}") };
    assert!((dc - 2..=dc + 2).contains(&address.port()), "{text}");
    assert!(text.contains(&address.to_string()) && text.contains("--listen"), "{text}");
    centre.shutdown().await;
}
