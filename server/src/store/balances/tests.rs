use app::model::{Nano, UsdRate};
use jiff::Timestamp;
use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

fn said(observed_at: Timestamp, current: i128) -> Balances {
    Balances {
        unit_code: UnitCode::Ton,
        available: Nano(1),
        current: Nano(current),
        overall: Nano(i128::from(i64::MAX) * 1_000_000_000),
        withdrawal_enabled: true,
        next_withdrawal_at: None,
        usd_rate: Some(UsdRate("3.25".parse().unwrap())),
        observed_at,
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_numbers_again_are_one_row(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    assert_eq!(latest(&mut db, five, UnitCode::Ton).await.unwrap(), None);
    let (first, second, third) =
        (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"));
    assert_eq!(record(&mut db, five, &said(first, 5)).await.unwrap(), Recorded::New);
    assert_eq!(latest(&mut db, five, UnitCode::Ton).await.unwrap(), Some(said(first, 5)));
    assert_eq!(record(&mut db, five, &said(second, 5)).await.unwrap(), Recorded::Same);
    assert_eq!(latest(&mut db, five, UnitCode::Ton).await.unwrap(), Some(said(second, 5)));
    assert_eq!(record(&mut db, five, &said(third, 6)).await.unwrap(), Recorded::New);
    assert_eq!(list_latest(&pool).await.unwrap(), [(five, said(third, 6))]);
    assert_eq!(latest(&mut db, five, UnitCode::Stars).await.unwrap(), None);
    let rows =
        sqlx::query_scalar!(r#"select count(*) as "count!" from balances"#).fetch_one(&pool).await.unwrap();
    assert_eq!(rows, 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_rate_from_long_ago_is_not_the_balance_s(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    record(&mut db, five, &said(at("2026-03-01T00:00:00Z"), 5)).await.unwrap();
    let unpriced = Balances { usd_rate: None, ..said(at("2026-03-02T00:00:01Z"), 5) };
    record(&mut db, five, &unpriced).await.unwrap();
    assert_eq!(latest(&mut db, five, UnitCode::Ton).await.unwrap(), Some(unpriced));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_clock_that_stands_still_keeps_the_last_word(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let moment = at("2026-03-01T00:00:00Z");
    record(&mut db, five, &said(moment, 5)).await.unwrap();
    assert_eq!(record(&mut db, five, &said(moment, -6)).await.unwrap(), Recorded::New);
    assert_eq!(latest(&mut db, five, UnitCode::Ton).await.unwrap(), Some(said(moment, -6)));
}
