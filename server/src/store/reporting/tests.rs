use app::model::{Metric, Nano, TransactionKind, TransactionState, UnitCode};
use jiff::civil::date;
use sqlx::{Connection as _, PgPool};

use crate::store::samples::{self, At, Line};
use crate::store::testing::{at, channel, connection, record_lines};
use crate::store::transactions::{self, Told};

const READER: &str = "channelscope_reader";

#[sqlx::test(migrations = "../migrations")]
async fn the_views_say_what_the_tables_know(pool: PgPool) {
    let mut db = connection(&pool).await;
    let five = channel(&pool, 5).await;
    let line = |points| Line { dimension: "url".into(), points };
    let days = vec![(At::Day(date(2026, 2, 28)), 7), (At::Day(date(2026, 3, 1)), 9)];
    record_lines(&mut db, five, Metric::ViewsBySource, &[line(days)]).await.unwrap();
    let hours = vec![(At::Instant(at("2026-03-01T05:00:00Z")), 2)];
    samples::record(
        &mut db,
        five,
        &[samples::Told::hours(Metric::ViewsBySource, &[line(hours)])],
        Some(at("2026-03-02T00:00:00Z")),
    )
    .await
    .unwrap();
    record_lines(&mut db, five, Metric::ViewsByHour, &[line(vec![(At::Hour(23), 4)])]).await.unwrap();
    let told = Told {
        unit_code: UnitCode::Ton,
        id: "a".into(),
        is_refund: false,
        kind: TransactionKind::AdRevenue,
        state: TransactionState::Done,
        amount: Nano(12_345_678_901_234_567_890_123),
        booked_at: at("2026-03-01T00:00:00Z"),
        period_start: None,
        period_end: None,
        settled_at: None,
        url: None,
        layer: 230,
        raw: vec![1],
    };
    transactions::record(&mut db, five, &[told], at("2026-03-02T00:00:00Z")).await.unwrap();

    let daily = sqlx::query!(
        r#"select channel_id as "channel_id!", metric as "metric!", dimension as "dimension!", day::text as "day!",
                  value as "value!"
           from reporting.daily order by day"#
    )
    .fetch_all(&mut *db)
    .await
    .unwrap();
    let daily: Vec<_> = daily.iter().map(|row| (row.metric.as_str(), row.day.as_str(), row.value)).collect();
    assert_eq!(daily, [("views_by_source", "2026-02-28", 7), ("views_by_source", "2026-03-01", 9)]);
    let series = sqlx::query!(
        r#"select resolution as "resolution!", at as "at!", value as "value!" from reporting.series order by at, value"#
    )
    .fetch_all(&mut *db)
    .await
    .unwrap();
    let series: Vec<_> =
        series.iter().map(|row| (row.resolution.as_str(), row.at.to_jiff().to_string(), row.value)).collect();
    let expected = [("day", "2026-02-28T00", 7), ("day", "2026-03-01T00", 9), ("hour", "2026-03-01T05", 2)];
    assert_eq!(series, expected.map(|(name, hour, value)| (name, format!("{hour}:00:00Z"), value)));
    let hour = sqlx::query!(r#"select hour as "hour!", value as "value!" from reporting.hours_of_day"#)
        .fetch_one(&mut *db)
        .await
        .unwrap();
    assert_eq!((hour.hour, hour.value), (23, 4));
    let amount = sqlx::query_scalar!(r#"select trim_scale(amount)::text as "amount!" from reporting.ledger"#);
    assert_eq!(amount.fetch_one(&mut *db).await.unwrap(), "12345678901234.567890123");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_reader_reads_the_views_and_nothing_else(pool: PgPool) {
    let mut db = connection(&pool).await;
    let relations = sqlx::query!(
        r#"select nspname::text as "schema!", relname::text as "name!", has_table_privilege($1, pg_class.oid, 'select') as "reads!",
                  has_table_privilege($1, pg_class.oid, 'insert, update, delete, truncate') as "writes!"
           from pg_class join pg_namespace on pg_namespace.oid = relnamespace
           where nspname in ('public', 'reporting') and relkind in ('r', 'v', 'p', 'm')"#,
        READER,
    )
    .fetch_all(&mut *db)
    .await
    .unwrap();
    assert!(relations.iter().any(|one| one.name == "account_sessions"));
    for one in &relations {
        assert_eq!(one.reads, one.schema == "reporting", "{}.{}", one.schema, one.name);
        assert!(!one.writes, "{}.{}", one.schema, one.name);
    }

    let mut reading = db.begin().await.unwrap();
    sqlx::query("set local role channelscope_reader").execute(&mut *reading).await.unwrap();
    for view in relations.iter().filter(|one| one.schema == "reporting") {
        let all = sqlx::AssertSqlSafe(format!("select * from reporting.{}", view.name));
        sqlx::query(all).fetch_all(&mut *reading).await.unwrap();
    }
    for secret in ["account_sessions", "accounts", "users", "api_tokens", "web_sessions", "channel_accounts"]
    {
        let mut attempt = reading.begin().await.unwrap();
        let all = sqlx::AssertSqlSafe(format!("select * from {secret}"));
        let refused = sqlx::query(all).fetch_all(&mut *attempt).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{refused}");
    }
}
