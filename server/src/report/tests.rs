use app::model::{Nano, TransactionKind, TransactionState, UnitCode, UsdRate};
use jiff::civil::date;
use sqlx::PgPool;

use super::*;
use crate::store::rates::{self, RateSource};
use crate::store::testing::{at, channel, connection};
use crate::store::transactions::Told;

/// A row with a title, everything that may be unknown unknown.
pub(crate) fn row(title: &str) -> Row {
    Row {
        ledger_id: "5/TON/a/in".into(),
        channel_id: 5,
        channel_title: title.into(),
        kind: "ad_revenue",
        status: "done",
        period_start_utc: None,
        period_end_utc: None,
        booked_at_utc: at("2026-03-01T00:00:00Z"),
        local_date: date(2026, 3, 1),
        unit_code: "TON",
        amount_nano: Nano(12_500_000_000),
        amount_decimal: "12.500000000".into(),
        rate: None,
        rate_currency: None,
        rate_source: None,
        rate_at_utc: None,
        fiat_amount: None,
        withdrawal_url: None,
        balance_after_nano: None,
        source_tl_hash: "00".into(),
        local_tz: "UTC".into(),
        simulated: false,
    }
}

fn told(id: &str, nanos: i128, booked_at: &str) -> Told {
    Told {
        unit_code: UnitCode::Ton,
        id: id.into(),
        is_refund: false,
        kind: TransactionKind::AdRevenue,
        state: TransactionState::Done,
        amount: Nano(nanos),
        booked_at: at(booked_at),
        period_start: None,
        period_end: None,
        settled_at: None,
        url: None,
        layer: 230,
        raw: id.into(),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn days_are_the_viewers_and_rates_the_recorded(pool: PgPool) {
    let mut db = connection(&pool).await;
    let five = channel(&pool, 5).await;
    let rows = [
        told("before", 1_000_000_000, "2026-02-28T22:59:59Z"),
        told("first", 2_000_000_000, "2026-02-28T23:00:00Z"),
        told("last", -500_000_000, "2026-03-01T22:59:59Z"),
        told("after", 9, "2026-03-01T23:00:00Z"),
    ];
    transactions::record(&mut db, five, &rows, at("2026-03-02T00:00:00Z")).await.unwrap();
    let rate = UsdRate("3.0142".parse().unwrap());
    rates::record(&pool, UnitCode::Ton, RateSource::Telegram, at("2026-02-28T12:00:00Z"), rate)
        .await
        .unwrap();

    let request = Request {
        channel: Some(five),
        unit_code: None,
        from: date(2026, 3, 1),
        to: date(2026, 3, 1),
        tz: TimeZone::get("Europe/Berlin").unwrap(),
    };
    let rows = revenue(&pool, &request).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.ledger_id.as_str()).collect::<Vec<_>>(),
        ["5/TON/first/in", "5/TON/last/out"]
    );
    let [first, last] = &rows[..] else { panic!("two rows") };
    assert_eq!((first.local_date, first.local_tz.as_str()), (date(2026, 3, 1), "Europe/Berlin"));
    assert_eq!(first.balance_after_nano, Some(Nano(3_000_000_000)), "what came before the period counts");
    assert_eq!(first.rate.as_deref(), Some("3.0142"));
    assert_eq!(first.fiat_amount.as_deref(), Some("6.0284"));
    assert_eq!((first.rate_currency, first.rate_source.as_deref()), (Some("USD"), Some("telegram")));
    assert_eq!(last.balance_after_nano, Some(Nano(2_500_000_000)));
    assert_eq!((&last.rate, &last.fiat_amount), (&None, &None), "35 hours are too far");

    let everything =
        Request { channel: None, from: date(2026, 1, 1), to: date(2026, 12, 31), ..request.clone() };
    assert_eq!(revenue(&pool, &everything).await.unwrap().len(), 4);
    let stars = Request { unit_code: Some(UnitCode::Stars), ..everything };
    assert_eq!(revenue(&pool, &stars).await.unwrap(), []);
}
