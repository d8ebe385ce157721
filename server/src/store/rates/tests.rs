use sqlx::PgPool;

use super::*;
use crate::store::testing::at;

fn usd(text: &str) -> UsdRate {
    UsdRate(text.parse().unwrap())
}

async fn told(pool: &PgPool, at_text: &str, rate: &str) {
    record(pool, UnitCode::Ton, RateSource::Telegram, at(at_text), usd(rate)).await.unwrap();
}

#[sqlx::test(migrations = "../migrations")]
async fn the_first_word_of_a_moment_stands(pool: PgPool) {
    told(&pool, "2026-03-01T00:00:00Z", "3.1").await;
    told(&pool, "2026-03-01T00:00:00Z", "9").await;
    let latest = latest(&pool, UnitCode::Ton, RateSource::Telegram).await.unwrap().unwrap();
    assert_eq!((latest.usd_rate, latest.observed_at), (usd("3.1"), at("2026-03-01T00:00:00Z")));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_simulated_rate_prices_nothing_real(pool: PgPool) {
    let moment = at("2026-03-01T00:00:00Z");
    record(&pool, UnitCode::Ton, RateSource::Simulated, moment, usd("9")).await.unwrap();
    assert_eq!(latest(&pool, UnitCode::Ton, RateSource::Telegram).await.unwrap(), None);
    assert!(latest(&pool, UnitCode::Ton, RateSource::Simulated).await.unwrap().is_some());
    assert_eq!(latest(&pool, UnitCode::Stars, RateSource::Simulated).await.unwrap(), None);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_rate_is_more_than_nothing(pool: PgPool) {
    let moment = at("2026-03-01T00:00:00Z");
    let error = record(&pool, UnitCode::Ton, RateSource::Telegram, moment, usd("0")).await.unwrap_err();
    assert_eq!(error.to_string(), "A rate is greater than zero");
}
