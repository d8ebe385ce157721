use sqlx::PgPool;

use super::*;
use crate::store::testing::at;

fn usd(text: &str) -> UsdRate {
    UsdRate(text.parse().unwrap())
}

async fn told(pool: &PgPool, at_text: &str, rate: &str) {
    record(pool, UnitCode::Ton, RateSource::Telegram, at(at_text), usd(rate)).await.unwrap();
}

async fn near(pool: &PgPool, at_text: &str) -> Option<String> {
    let rate = nearest(pool, UnitCode::Ton, RateSource::Telegram, at(at_text)).await.unwrap();
    rate.map(|rate| rate.usd_rate.0.to_string())
}

#[sqlx::test(migrations = "../migrations")]
async fn the_nearest_within_a_day_counts(pool: PgPool) {
    told(&pool, "2026-03-01T00:00:00Z", "3.0142").await;
    told(&pool, "2026-03-01T12:00:00Z", "3.5").await;
    for (moment, expected) in [
        ("2026-02-27T23:59:59Z", None),
        ("2026-02-28T00:00:00Z", Some("3.0142")),
        ("2026-03-01T05:59:59Z", Some("3.0142")),
        ("2026-03-01T06:00:00Z", Some("3.0142")),
        ("2026-03-01T06:00:01Z", Some("3.5")),
        ("2026-03-02T12:00:00Z", Some("3.5")),
        ("2026-03-02T12:00:01Z", None),
    ] {
        assert_eq!(near(&pool, moment).await.as_deref(), expected, "{moment}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_first_word_of_a_moment_stands(pool: PgPool) {
    told(&pool, "2026-03-01T00:00:00Z", "3.1").await;
    told(&pool, "2026-03-01T00:00:00Z", "9").await;
    assert_eq!(near(&pool, "2026-03-01T00:00:00Z").await.as_deref(), Some("3.1"));
    let latest = latest(&pool, UnitCode::Ton, RateSource::Telegram).await.unwrap().unwrap();
    assert_eq!((latest.usd_rate, latest.observed_at), (usd("3.1"), at("2026-03-01T00:00:00Z")));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_simulated_rate_prices_nothing_real(pool: PgPool) {
    let moment = at("2026-03-01T00:00:00Z");
    record(&pool, UnitCode::Ton, RateSource::Simulated, moment, usd("9")).await.unwrap();
    assert_eq!(near(&pool, "2026-03-01T00:00:00Z").await, None);
    assert!(nearest(&pool, UnitCode::Ton, RateSource::Simulated, moment).await.unwrap().is_some());
    assert_eq!(nearest(&pool, UnitCode::Stars, RateSource::Simulated, moment).await.unwrap(), None);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_rate_is_more_than_nothing(pool: PgPool) {
    let moment = at("2026-03-01T00:00:00Z");
    let error = record(&pool, UnitCode::Ton, RateSource::Telegram, moment, usd("0")).await.unwrap_err();
    assert_eq!(error.to_string(), "A rate is greater than zero");
}
