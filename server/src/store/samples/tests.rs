use jiff::ToSpan;
use jiff::civil::date;
use sqlx::PgPool;

use super::*;
use crate::store::Counts;
use crate::store::testing::{at, channel, connection, record_lines, row_versions, set_state};

fn line(dimension: &str, points: &[(Date, i64)]) -> Line {
    Line {
        dimension: dimension.into(),
        points: points.iter().map(|(day, value)| (At::Day(*day), *value)).collect(),
    }
}

fn days(from: Date, count: i64) -> impl Iterator<Item = Date> {
    (0..count).map(move |day| from.checked_add(day.days()).unwrap())
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_again_rewrites_nothing(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let points: Vec<_> = days(date(2025, 12, 20), 60).zip(0..).collect();
    let lines = [line("url", &points), line("search", &points[..40])];
    let first = record_lines(&mut db, five, Metric::ViewsBySource, &lines).await.unwrap();
    assert_eq!(first, Counts { new: 100, ..Counts::default() });
    let before = row_versions(&mut db).await;
    assert_eq!(before.len(), 5, "December to February, and December to January");
    let again = record_lines(&mut db, five, Metric::ViewsBySource, &lines).await.unwrap();
    assert_eq!(again, Counts { unchanged: 100, ..Counts::default() });
    assert_eq!(row_versions(&mut db).await, before);
}

#[sqlx::test(migrations = "../migrations")]
async fn news_is_merged_with_what_is_known(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let (first, second, third) = (date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 1));
    record_lines(&mut db, five, Metric::Views, &[line("", &[(first, 1), (second, 2)])]).await.unwrap();
    let counts =
        record_lines(&mut db, five, Metric::Views, &[line("", &[(third, 4), (second, 3)])]).await.unwrap();
    assert_eq!(counts, Counts { new: 1, changed: 1, unchanged: 0 });
    let known = list(&pool, five, Metric::Views, first, third).await.unwrap();
    assert_eq!(known[""], BTreeMap::from([(first, 1), (second, 3), (third, 4)]));
    let some = list(&pool, five, Metric::Views, second, second).await.unwrap();
    assert_eq!(some[""], BTreeMap::from([(second, 3)]));
    let none = list(&pool, five, Metric::Views, date(2020, 1, 1), date(2020, 2, 1)).await.unwrap();
    assert_eq!(none[""], BTreeMap::new(), "a dimension that is known has its line in every range");
    assert_eq!(list(&pool, five, Metric::Shares, first, third).await.unwrap(), BTreeMap::new());
}

#[sqlx::test(migrations = "../migrations")]
async fn channels_and_metrics_do_not_mix(pool: PgPool) {
    let (five, six) = (channel(&pool, 5).await, channel(&pool, 6).await);
    let mut db = connection(&pool).await;
    let day = date(2026, 3, 1);
    record_lines(&mut db, five, Metric::Views, &[line("", &[(day, 1)])]).await.unwrap();
    record_lines(&mut db, five, Metric::Shares, &[line("", &[(day, 2)])]).await.unwrap();
    record_lines(&mut db, six, Metric::Views, &[line("", &[(day, 3)])]).await.unwrap();
    for (channel, metric, value) in
        [(five, Metric::Views, 1), (five, Metric::Shares, 2), (six, Metric::Views, 3)]
    {
        assert_eq!(list(&pool, channel, metric, day, day).await.unwrap()[""][&day], value);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn hours_of_the_day_are_their_own(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let points = vec![(At::Hour(0), 7), (At::Hour(23), 9)];
    let week = Line { dimension: "week".into(), points };
    record_lines(&mut db, five, Metric::ViewsByHour, std::slice::from_ref(&week)).await.unwrap();
    let hours = list_hours(&pool, five, Metric::ViewsByHour).await.unwrap();
    assert_eq!(hours["week"], BTreeMap::from([(0, 7), (23, 9)]));
    assert!(record_lines(&mut db, five, Metric::Views, &[week]).await.is_err(), "Views has days");
}

#[sqlx::test(migrations = "../migrations")]
async fn two_who_record_at_once_lose_nothing(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let tasks = days(date(2026, 3, 1), 31).map(|day| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let mut db = connection(&pool).await;
            record_lines(&mut db, five, Metric::Views, &[line("", &[(day, 1)])]).await.unwrap();
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
    let known = list(&pool, five, Metric::Views, date(2026, 3, 1), date(2026, 3, 31)).await.unwrap();
    assert_eq!(known[""].len(), 31);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_error_keeps_the_age_of_the_last_good_data(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let metric = Metric::Views;
    assert_eq!(state(&pool, five, metric).await.unwrap(), MetricState::default());
    let (good, bad) = (at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"));
    set_state(&pool, five, metric, Err("Not enough data"), good).await.unwrap();
    let never = MetricState { error: Some(("Not enough data".into(), good)), ..MetricState::default() };
    assert_eq!(state(&pool, five, metric).await.unwrap(), never);

    record_lines(&mut db, five, metric, &[line("", &[(date(2026, 2, 27), 1), (date(2026, 3, 1), 1)])])
        .await
        .unwrap();
    set_state(&pool, five, metric, Ok(()), good).await.unwrap();
    let known = MetricState { known_since: Some(date(2026, 2, 27)), as_of: Some(good), error: None };
    assert_eq!(state(&pool, five, metric).await.unwrap(), known);
    set_state(&pool, five, metric, Err("Timeout"), bad).await.unwrap();
    assert_eq!(
        state(&pool, five, metric).await.unwrap(),
        MetricState { error: Some(("Timeout".into(), bad)), ..known }
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_sample_takes_at_most_forty_bytes(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let lines: Vec<Line> = (0..20)
        .map(|series| {
            let points: Vec<_> =
                days(date(2025, 1, 1), 400).map(|day| (day, 1_000_000_007 * (series + 1))).collect();
            line(&format!("source {series}"), &points)
        })
        .collect();
    let counts = record_lines(&mut db, five, Metric::ViewsBySource, &lines).await.unwrap();
    assert_eq!(counts.new, 8_000);
    let bytes = sqlx::query_scalar!(r#"select pg_total_relation_size('sample_chunks') as "bytes!""#)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(bytes < 40 * 8_000, "{} bytes a sample", bytes / 8_000);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_past_that_changed_is_marked_and_todays_growth_is_not(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let metric = Metric::Views;
    let (first, today) = (date(2026, 3, 1), date(2026, 3, 2));
    let (morning, evening) = (at("2026-03-02T08:00:00Z"), at("2026-03-02T20:00:00Z"));
    record(&mut db, five, &[Told::whole(metric, &[line("", &[(first, 10), (today, 1)])])], Some(morning))
        .await
        .unwrap();
    set_state(&pool, five, metric, Ok(()), morning).await.unwrap();
    assert_eq!(revisions::list(&pool, five, metric).await.unwrap(), []);

    let told = [line("", &[(first, 12), (today, 5)])];
    for _ in 0..2 {
        record(&mut db, five, &[Told::whole(metric, &told)], Some(evening)).await.unwrap();
        set_state(&pool, five, metric, Ok(()), evening).await.unwrap();
    }
    let revision = revisions::Revision {
        dimension: String::new(),
        at: at("2026-03-01T00:00:00Z"),
        old: 10,
        new: 12,
        observed_at: evening,
    };
    assert_eq!(revisions::list(&pool, five, metric).await.unwrap(), [revision]);
    assert_eq!(list(&pool, five, metric, first, today).await.unwrap()[""][&first], 12);

    let hour = |value| Line { dimension: String::new(), points: vec![(At::Instant(morning), value)] };
    record(&mut db, five, &[Told::hours(metric, &[hour(3)])], Some(evening)).await.unwrap();
    record(&mut db, five, &[Told::hours(metric, &[hour(4)])], Some(at("2026-03-03T00:00:00Z")))
        .await
        .unwrap();
    assert_eq!(revisions::list(&pool, five, metric).await.unwrap().len(), 2);
    let hours = list_single_hours(&pool, five, metric, morning, evening).await.unwrap();
    assert_eq!(hours[""], BTreeMap::from([(morning, 4)]), "hours and days do not mix");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_told_of_many_metrics_at_once_does_not_mix(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let (first, today) = (date(2026, 3, 1), date(2026, 3, 2));
    let (noon, evening) = (at("2026-03-01T12:00:00Z"), at("2026-03-02T20:00:00Z"));
    let views = [line("", &[(first, 1), (today, 2)])];
    let sources = [line("url", &[(first, 3)]), line("search", &[(first, 4), (today, 5)])];
    let hours = [Line { dimension: String::new(), points: vec![(At::Instant(noon), 6)] }];
    let told = [
        Told::whole(Metric::Views, &views),
        Told::whole(Metric::ViewsBySource, &sources[..1]),
        Told::hours(Metric::Views, &hours),
    ];
    assert_eq!(record(&mut db, five, &told, Some(evening)).await.unwrap().new, 4);
    // One series of a metric is known and the other is not.
    let told = [Told::whole(Metric::ViewsBySource, &sources), told[0], told[2]];
    let counts = record(&mut db, five, &told, Some(evening)).await.unwrap();
    assert_eq!(counts, Counts { new: 2, changed: 0, unchanged: 4 });
    assert_eq!(record(&mut db, five, &[], Some(evening)).await.unwrap(), Counts::default());

    let outcomes = [
        (Metric::Views, Ok(None)),
        (Metric::ViewsBySource, Ok(None)),
        (Metric::Shares, Err("Not enough data")),
    ];
    set_states(&mut db, five, &outcomes.into(), evening).await.unwrap();
    assert_eq!(state(&pool, five, Metric::Views).await.unwrap().known_since, Some(first));
    let shares = state(&pool, five, Metric::Shares).await.unwrap();
    assert_eq!((shares.as_of, shares.error), (None, Some(("Not enough data".to_owned(), evening))));
    // Of what is told differently, the day that was over when it was known last is revised, and each hour.
    let revised = [line("", &[(first, 7), (today, 8)])];
    let hours = [Line { dimension: String::new(), points: vec![(At::Instant(noon), 9)] }];
    let told = [Told::hours(Metric::Views, &hours), Told::whole(Metric::Views, &revised)];
    record(&mut db, five, &told, Some(evening)).await.unwrap();
    let marked: Vec<_> = revisions::list(&pool, five, Metric::Views)
        .await
        .unwrap()
        .into_iter()
        .map(|one| (one.at, one.old, one.new))
        .collect();
    assert_eq!(marked, [(at("2026-03-01T00:00:00Z"), 1, 7), (noon, 6, 9)]);
}
