use app::model::{Balances, Collector, Interval, TransactionKind, TransactionState, UsdRate};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::*;
use crate::store::accounts::{self, AccountState};
use crate::store::channels::{ChannelFacts, record_access, record_facts};
use crate::store::samples::{At, Line};
use crate::store::testing::{access, account, at, channel, connection, facts, record_lines, set_state};
use crate::store::transactions::Told;

const NOW: &str = "2026-03-31T15:00:00Z";

fn backend(pool: &PgPool) -> StoreBackend {
    let viewer = Viewer { login: "anna".into(), csrf_token: "token".into() };
    StoreBackend::new(pool.clone(), at(NOW), Some(viewer))
}

fn period(tz: &str) -> Period {
    Period { from: date(2026, 3, 1), to: date(2026, 3, 31), interval: Interval::Day, tz: tz.into() }
}

async fn known(
    pool: &PgPool,
    of: ChannelId,
    metric: Metric,
    from: Date,
    days: i64,
    value: impl Fn(i64) -> i64,
) {
    let points = (0..days).map(|day| (At::Day(from.checked_add(day.days()).unwrap()), value(day))).collect();
    let mut db = connection(pool).await;
    record_lines(&mut db, of, metric, &[Line { dimension: String::new(), points }]).await.unwrap();
    set_state(pool, of, metric, Ok(()), at(NOW)).await.unwrap();
}

#[sqlx::test(migrations = "../migrations")]
async fn the_signed_out_are_refused_everywhere(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let nobody = StoreBackend::new(pool, at(NOW), None);
    let period = period("UTC");
    assert_eq!(nobody.viewer(), None);
    assert_eq!(nobody.portfolio().await, Err(ApiError::SignedOut));
    assert_eq!(nobody.channels().await, Err(ApiError::SignedOut));
    assert_eq!(nobody.channel(five).await, Err(ApiError::SignedOut));
    assert_eq!(nobody.series(five, Metric::Views, &period).await, Err(ApiError::SignedOut));
    assert_eq!(nobody.revenue(five, UnitCode::Ton, &period).await, Err(ApiError::SignedOut));
    assert_eq!(nobody.schedules().await, Err(ApiError::SignedOut));
    assert_eq!(nobody.runs(10).await, Err(ApiError::SignedOut));
}

#[sqlx::test(migrations = "../migrations")]
async fn questions_that_make_no_sense_get_a_sentence(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let backend = backend(&pool);
    let moon = period("Moon/Base");
    for error in [
        backend.series(five, Metric::Views, &moon).await.unwrap_err(),
        backend.revenue(five, UnitCode::Ton, &moon).await.unwrap_err(),
    ] {
        let sentence = "tz: “Moon/Base” is not a time zone; write it like Europe/Berlin or UTC.";
        assert_eq!(error, ApiError::Invalid(sentence.into()));
    }
    let missing = ApiError::NotFound("Channel 404".into());
    assert_eq!(backend.channel(ChannelId(404)).await.unwrap_err(), missing);
    assert_eq!(backend.series(ChannelId(404), Metric::Views, &period("UTC")).await.unwrap_err(), missing);
    assert_eq!(backend.revenue(ChannelId(404), UnitCode::Ton, &period("UTC")).await.unwrap_err(), missing);
}

#[sqlx::test(migrations = "../migrations")]
async fn our_own_fault_is_a_reference(pool: PgPool) {
    sqlx::query!("alter table channels rename to gone").execute(&pool).await.unwrap();
    let error = backend(&pool).channels().await.unwrap_err();
    assert!(matches!(&error, ApiError::Internal { reference } if reference.len() == 32), "{error}");
    assert!(!error.to_string().contains("channels"));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_first_page_counts_whole_days(pool: PgPool) {
    let five = channel(&pool, 5).await;
    // Until today: 31 March is not over and does not count.
    known(&pool, five, Metric::Subscribers, date(2026, 2, 1), 59, |day| 1_000 + day).await;
    known(
        &pool,
        five,
        Metric::ViewsBySource,
        date(2026, 3, 20),
        12,
        |day| if day == 11 { 1_000_000 } else { 10 },
    )
    .await;
    known(&pool, five, Metric::AdRevenue, date(2026, 3, 2), 30, |_| 1_000).await;
    let portfolio = backend(&pool).portfolio().await.unwrap();
    let [summary] = &portfolio.channels[..] else { panic!("one channel") };
    assert_eq!(summary.sparkline.len(), 30);
    assert_eq!((summary.sparkline[0], summary.sparkline[29]), (Some(1_028), Some(1_057)));
    assert_eq!(summary.change_30d, Some(30), "from 28 February to 30 March");
    assert_eq!(summary.views_7d, Some(70));
    assert_eq!(summary.ad_revenue_30d, None, "1 March is unknown, and 29 days are no 30");
    assert_eq!((portfolio.available, portfolio.usd_rate, portfolio.needs_you.len()), (None, None, 0));
    assert_eq!(portfolio.as_of, None, "no balance is known");

    known(&pool, five, Metric::AdRevenue, date(2026, 3, 1), 1, |_| 500).await;
    let summaries = backend(&pool).channels().await.unwrap();
    assert_eq!(summaries[0].ad_revenue_30d, Some(Nano(29 * 1_000 + 500)));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_change_needs_both_its_ends(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let change = async || backend(&pool).channels().await.unwrap()[0].change_30d;
    known(&pool, five, Metric::Subscribers, date(2026, 3, 1), 30, |day| 1_000 + day).await;
    assert_eq!(change().await, None, "28 February is unknown");
    known(&pool, five, Metric::Subscribers, date(2026, 2, 28), 1, |_| 900).await;
    assert_eq!(change().await, Some(129));
    let six = channel(&pool, 6).await;
    known(&pool, six, Metric::Subscribers, date(2026, 2, 20), 38, |day| 1_000 + day).await;
    assert_eq!(backend(&pool).channels().await.unwrap()[1].change_30d, None, "30 March is unknown");
}

fn stated(available: i128, usd_rate: &str, observed_at: &str) -> Balances {
    Balances {
        unit_code: UnitCode::Ton,
        available: Nano(available),
        current: Nano(available),
        overall: Nano(available),
        withdrawal_enabled: true,
        next_withdrawal_at: None,
        usd_rate: Some(UsdRate(usd_rate.parse().unwrap())),
        observed_at: at(observed_at),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_sum_is_of_real_money_at_a_rate_of_today(pool: PgPool) {
    let mut db = connection(&pool).await;
    let simulated = ChannelFacts { simulated: true, ..facts(9) };
    record_facts(&pool, &simulated, at("2026-01-01T00:00:00Z")).await.unwrap();
    balances::record(&mut db, ChannelId(9), &stated(1_000, "9.9", "2026-03-31T14:00:00Z")).await.unwrap();
    let told = async || {
        let portfolio = backend(&pool).portfolio().await.unwrap();
        let rate = portfolio.usd_rate.map(|rate| rate.0.normalize().to_string());
        (portfolio.available, rate, portfolio.as_of)
    };
    let alone = (Some(Nano(1_000)), Some("9.9".to_owned()), Some(at("2026-03-31T14:00:00Z")));
    assert_eq!(told().await, alone, "simulated channels alone are summed");

    let (five, six) = (channel(&pool, 5).await, channel(&pool, 6).await);
    assert_eq!(told().await, (None, None, None), "beside real ones they are not");
    balances::record(&mut db, five, &stated(10, "3.1", "2026-03-30T14:00:00Z")).await.unwrap();
    let old = (Some(Nano(10)), None, Some(at("2026-03-30T14:00:00Z")));
    assert_eq!(told().await, old, "a rate of 25 hours ago says nothing of now");
    balances::record(&mut db, six, &stated(5, "3.2", "2026-03-31T13:00:00Z")).await.unwrap();
    let both = (Some(Nano(15)), Some("3.2".to_owned()), Some(at("2026-03-30T14:00:00Z")));
    assert_eq!(told().await, both, "as old as the oldest");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_waits_for_a_person_is_said(pool: PgPool) {
    let (five, account) = (channel(&pool, 5).await, account(&pool, 7).await);
    record_access(&pool, five, &access(account), at(NOW)).await.unwrap();
    schedules::add_defaults(&pool, five, Collector::ALL, at(NOW)).await.unwrap();
    schedules::park(&pool, five, Collector::Statistics, "the right to see statistics was taken away.")
        .await
        .unwrap();
    accounts::set_state(&mut pool.acquire().await.unwrap(), account, AccountState::NeedsLinking, at(NOW))
        .await
        .unwrap();
    assert_eq!(
        backend(&pool).portfolio().await.unwrap().needs_you,
        [
            "Telegram ended the session of Anna; link the account again to go on collecting.",
            "Statistics of Channel 5: not collected. the right to see statistics was taken away.",
        ]
    );
    assert_eq!(backend(&pool).schedules().await.unwrap().len(), Collector::ALL.len());
}

#[sqlx::test(migrations = "../migrations")]
async fn revenue_says_what_the_ledger_does_not_explain(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let row = |id: &str, nanos, booked_at| Told {
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
        raw: Vec::new(),
    };
    let rows = [row("a", 5, "2026-02-28T23:30:00Z"), row("b", 7, "2026-03-05T00:00:00Z")];
    transactions::record(&mut db, five, &rows, at(NOW)).await.unwrap();
    let unknown = backend(&pool).revenue(five, UnitCode::Ton, &period("UTC")).await.unwrap();
    assert_eq!((unknown.balances, unknown.unexplained), (None, None));

    let stated = Balances {
        unit_code: UnitCode::Ton,
        available: Nano(10),
        current: Nano(15),
        overall: Nano(15),
        withdrawal_enabled: true,
        next_withdrawal_at: None,
        usd_rate: Some(UsdRate("3.1".parse().unwrap())),
        observed_at: at(NOW),
    };
    balances::record(&mut db, five, &stated).await.unwrap();
    let ids = |revenue: &Revenue| revenue.transactions.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    let utc = backend(&pool).revenue(five, UnitCode::Ton, &period("UTC")).await.unwrap();
    assert_eq!((ids(&utc), utc.known_rows, utc.unexplained), (vec!["b".to_owned()], 2, Some(Nano(3))));
    assert_eq!(utc.balances, Some(stated));
    let berlin = backend(&pool).revenue(five, UnitCode::Ton, &period("Europe/Berlin")).await.unwrap();
    assert_eq!(ids(&berlin), ["b", "a"], "half past midnight in Berlin");
    let portfolio = backend(&pool).portfolio().await.unwrap();
    assert_eq!(portfolio.available, Some(Nano(10)));
    assert_eq!(portfolio.usd_rate, Some(UsdRate("3.1".parse().unwrap())));
}
