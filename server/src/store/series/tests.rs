use app::model::Unit;
use jiff::ToSpan;
use jiff::civil::date;
use sqlx::PgPool;

use super::*;
use crate::store::samples::{At, Line};
use crate::store::testing::{at, channel, connection, record_lines, set_state};

fn march(interval: Interval, tz: &str) -> (Period, TimeZone) {
    let period = Period { from: date(2026, 3, 1), to: date(2026, 3, 31), interval, tz: tz.into() };
    (period, TimeZone::get(tz).unwrap())
}

fn line(dimension: &str, daily: i64) -> Line {
    let points =
        (0..20).map(|day| (At::Day(date(2026, 2, 20).checked_add(day.days()).unwrap()), daily)).collect();
    Line { dimension: dimension.into(), points }
}

#[sqlx::test(migrations = "../migrations")]
async fn every_day_has_a_point_and_the_largest_comes_first(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let metric = Metric::ViewsBySource;
    let lines = [line("a small one", 1), line("big", 7), line("old", 1_000)];
    record_lines(&mut db, five, metric, &lines[..2]).await.unwrap();
    let old = Line { dimension: "old".into(), points: vec![(At::Day(date(2025, 1, 1)), 1_000)] };
    record_lines(&mut db, five, metric, &[old]).await.unwrap();
    set_state(&pool, five, metric, Ok(()), at("2026-03-11T09:00:00Z")).await.unwrap();

    // The zone moves nothing: these are Telegram's days.
    for tz in ["UTC", "Pacific/Auckland", "America/Los_Angeles"] {
        let (period, zone) = march(Interval::Day, tz);
        let set = get(&mut db, five, metric, &period, &zone).await.unwrap();
        assert_eq!(
            set.series.iter().map(|one| one.dimension.as_str()).collect::<Vec<_>>(),
            ["big", "a small one", "old"]
        );
        assert!(set.series.iter().all(|one| one.points.len() == 31));
        let big: Vec<Option<i64>> = set.series[0].points.iter().map(|point| point.value).collect();
        assert_eq!(big.iter().flatten().count(), 11);
        assert_eq!((big[0], big[10], big[11]), (Some(7), Some(7), None));
        assert!(set.series[0].points[10].partial && !set.series[0].points[9].partial);
        assert!(set.series[2].points.iter().all(|point| point.value.is_none()));
        assert_eq!((set.known_since, set.as_of), (Some(date(2025, 1, 1)), Some(at("2026-03-11T09:00:00Z"))));
        assert_eq!(set.total(), Some(88));
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_telegram_said_instead_stands_beside_what_is_known(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let metric = Metric::Subscribers;
    record_lines(&mut db, five, metric, &[line("", 5)]).await.unwrap();
    set_state(&pool, five, metric, Ok(()), at("2026-03-11T09:00:00Z")).await.unwrap();
    set_state(&pool, five, metric, Err("Not enough data to display."), at("2026-03-12T09:00:00Z"))
        .await
        .unwrap();
    let (period, zone) = march(Interval::Day, "UTC");
    let set = get(&mut db, five, metric, &period, &zone).await.unwrap();
    assert_eq!(set.error.as_deref(), Some("Not enough data to display."));
    assert_eq!((set.as_of, set.total()), (Some(at("2026-03-11T09:00:00Z")), Some(55)));
    set_state(&pool, five, metric, Ok(()), at("2026-03-13T09:00:00Z")).await.unwrap();
    assert_eq!(get(&mut db, five, metric, &period, &zone).await.unwrap().error, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn no_hour_is_made_up(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    record_lines(&mut db, five, Metric::Subscribers, &[line("", 5)]).await.unwrap();
    set_state(&pool, five, Metric::Subscribers, Ok(()), at("2026-03-11T09:00:00Z")).await.unwrap();
    let (period, zone) = march(Interval::Hour, "Europe/Berlin");
    let set = get(&mut db, five, Metric::Subscribers, &period, &zone).await.unwrap();
    let points = &set.series[0].points;
    assert_eq!(points.len(), 31 * 24 - 1, "the clock goes forward on 29 March");
    assert_eq!(points[0].at, "2026-02-28T23:00:00Z");
    assert!(points.iter().all(|point| point.value.is_none()));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_metric_never_collected_has_no_series(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let (period, zone) = march(Interval::Day, "UTC");
    let set = get(&mut db, five, Metric::AdRevenue, &period, &zone).await.unwrap();
    assert_eq!((set.series.len(), set.as_of, set.known_since), (0, None, None));
    assert_eq!(set.metric.unit(), Unit::NanoTon);
}

#[sqlx::test(migrations = "../migrations")]
async fn hours_of_the_day_are_twenty_four(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let hours = Line { dimension: "week".into(), points: vec![(At::Hour(7), 3)] };
    record_lines(&mut db, five, Metric::ViewsByHour, &[hours]).await.unwrap();
    let (period, zone) = march(Interval::Day, "UTC");
    let set = get(&mut db, five, Metric::ViewsByHour, &period, &zone).await.unwrap();
    let points = &set.series[0].points;
    assert_eq!(
        (points.len(), points[7].at.as_str(), points[7].value, points[8].value),
        (24, "07:00", Some(3), None)
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn hours_follow_the_viewers_zone(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let hour = |text: &str, value| (At::Instant(at(text)), value);
    let points = vec![
        hour("2026-02-28T22:00:00Z", 1),
        hour("2026-02-28T23:00:00Z", 2),
        hour("2026-03-31T21:00:00Z", 3),
        hour("2026-03-31T22:00:00Z", 4),
    ];
    let hours = Line { dimension: String::new(), points };
    samples::record(
        &mut db,
        five,
        &[samples::Told::hours(Metric::Views, &[hours])],
        Some(at("2026-04-01T00:00:00Z")),
    )
    .await
    .unwrap();
    let (period, zone) = march(Interval::Hour, "Europe/Berlin");
    let set = get(&mut db, five, Metric::Views, &period, &zone).await.unwrap();
    let points = &set.series[0].points;
    assert_eq!(points.len(), 31 * 24 - 1);
    assert_eq!((points[0].value, points[1].value, points[points.len() - 1].value), (Some(2), None, Some(3)));
    let (days, zone) = march(Interval::Day, "UTC");
    assert_eq!(
        get(&mut db, five, Metric::Views, &days, &zone).await.unwrap().series.len(),
        0,
        "no day is made of them"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn weeks_are_whole_or_nothing(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let metric = Metric::MessagesByWeekday;
    let points = vec![(At::Day(date(2026, 3, 2)), 5), (At::Day(date(2026, 3, 9)), 7)];
    record_lines(&mut db, five, metric, &[Line { dimension: "monday".into(), points }]).await.unwrap();
    set_state(&pool, five, metric, Ok(()), at("2026-03-11T09:00:00Z")).await.unwrap();
    let (period, zone) = march(Interval::Week, "UTC");
    let set = get(&mut db, five, metric, &period, &zone).await.unwrap();
    let told: Vec<_> =
        set.series[0].points.iter().map(|point| (point.at.as_str(), point.value, point.partial)).collect();
    assert_eq!(
        told[..4],
        [
            ("2026-02-23", None, false),
            ("2026-03-02", Some(5), false),
            ("2026-03-09", Some(7), true),
            ("2026-03-16", None, false),
        ]
    );
    assert_eq!(set.known_since, Some(date(2026, 3, 2)));
    for interval in [Interval::Day, Interval::Hour, Interval::Month] {
        let (period, zone) = march(interval, "UTC");
        let set = get(&mut db, five, metric, &period, &zone).await.unwrap();
        assert!(set.series[0].points.iter().all(|point| point.value.is_none()), "{interval}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn subscribers_are_known_since_they_were_counted(pool: PgPool) {
    let (five, six) = (channel(&pool, 5).await, channel(&pool, 6).await);
    let mut db = connection(&pool).await;
    let metric = Metric::Subscribers;
    let known = async |db: &mut PgConnection, of| {
        let (period, zone) = march(Interval::Day, "UTC");
        let set = get(db, of, metric, &period, &zone).await.unwrap();
        let days =
            set.series.first().map(|line| line.points.iter().map(|point| point.value).collect::<Vec<_>>());
        (set.known_since, set.as_of, days)
    };
    assert_eq!(known(&mut db, five).await, (None, None, None));
    let count = async |db: &mut PgConnection, of, seen_at, subscribers| {
        let facts = crate::store::channel_facts::Facts {
            title: "Fungi".into(),
            usernames: Vec::new(),
            flags: Vec::new(),
            subscribers: Some(subscribers),
            online: None,
            photo_id: None,
            linked_channel_id: None,
            level: None,
        };
        crate::store::channel_facts::record(db, of, &facts, at(seen_at)).await.unwrap();
    };
    let march = |day| date(2026, 3, day);
    for of in [five, six] {
        count(&mut db, of, "2026-03-02T10:00:00Z", 11).await;
        count(&mut db, of, "2026-03-04T10:00:00Z", 12).await;
    }
    let (since, as_of, days) = known(&mut db, five).await;
    assert_eq!((since, as_of), (Some(march(2)), Some(at("2026-03-04T10:00:00Z"))));
    assert_eq!(days.unwrap()[..5], [None, Some(11), None, Some(12), None]);

    // From the first day on that statistics tell of, they count alone.
    count(&mut db, six, "2026-03-05T10:00:00Z", 13).await;
    let told = Line { dimension: String::new(), points: vec![(At::Day(march(4)), 20)] };
    record_lines(&mut db, six, metric, &[told]).await.unwrap();
    set_state(&pool, six, metric, Ok(()), at("2026-03-05T09:00:00Z")).await.unwrap();
    let (since, as_of, days) = known(&mut db, six).await;
    assert_eq!((since, as_of), (Some(march(2)), Some(at("2026-03-05T09:00:00Z"))));
    assert_eq!(days.unwrap()[..5], [None, Some(11), None, Some(20), None]);
}
