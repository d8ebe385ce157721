use app::model::UsdRate;
use proptest::prelude::*;
use sqlx::PgPool;

use super::*;
use crate::store::rates::{self, RateSource};
use crate::store::testing::{at, channel, connection};

fn told(id: &str, kind: TransactionKind, nanos: i128, booked_at: &str) -> Told {
    Told {
        unit_code: UnitCode::Ton,
        id: id.into(),
        is_refund: false,
        kind,
        state: TransactionState::Done,
        amount: Nano(nanos),
        booked_at: at(booked_at),
        period_start: None,
        period_end: None,
        settled_at: None,
        url: None,
        layer: 230,
        raw: format!("{id} {nanos}").into(),
    }
}

fn all(channel: ChannelId) -> Filter {
    Filter { channel: Some(channel), ..Filter::default() }
}

/// (id, balance after), newest first.
async fn balances(pool: &PgPool, channel: ChannelId) -> Vec<(String, i128)> {
    let rows = list(pool, all(channel)).await.unwrap();
    rows.into_iter().map(|row| (row.transaction.id, row.transaction.balance_after.unwrap().0)).collect()
}

const NOW: &str = "2026-04-01T00:00:00Z";

#[sqlx::test(migrations = "../migrations")]
async fn a_row_goes_from_pending_to_done_once(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let pending = Told {
        state: TransactionState::Pending,
        ..told("w", TransactionKind::Withdrawal, -5, "2026-03-01T00:00:00Z")
    };
    let earned = told("a", TransactionKind::AdRevenue, 9, "2026-02-01T00:00:00Z");
    let rows = [pending.clone(), earned.clone(), earned.clone()];
    let first = record(&mut db, five, &rows, at(NOW)).await.unwrap();
    assert_eq!(first, Counts { new: 2, ..Counts::default() }, "pages may overlap");
    let again = record(&mut db, five, &rows, at(NOW)).await.unwrap();
    assert_eq!(again, Counts { unchanged: 2, ..Counts::default() });
    assert!(are_known(&mut db, five, &rows).await.unwrap());
    assert_eq!(oldest_pending(&pool, five, UnitCode::Ton).await.unwrap(), Some(at("2026-03-01T00:00:00Z")));
    assert_eq!(oldest_pending(&pool, five, UnitCode::Stars).await.unwrap(), None);

    let done = Told {
        state: TransactionState::Done,
        settled_at: Some(at("2026-03-02T00:00:00Z")),
        url: Some("https://tonscan.org/tx/1".into()),
        raw: b"done".to_vec(),
        ..pending
    };
    assert!(!are_known(&mut db, five, std::slice::from_ref(&done)).await.unwrap(), "it says something else");
    let in_stars = Told { unit_code: UnitCode::Stars, ..earned.clone() };
    assert!(!are_known(&mut db, five, &[in_stars]).await.unwrap(), "it is another row");
    let moved_file = Told { raw: b"another reference".to_vec(), ..earned.clone() };
    assert!(are_known(&mut db, five, &[moved_file]).await.unwrap());
    let changed = record(&mut db, five, &[done, earned], at(NOW)).await.unwrap();
    assert_eq!(changed, Counts { changed: 1, unchanged: 1, new: 0 });
    let row = list(&pool, all(five)).await.unwrap().remove(0).transaction;
    assert_eq!((row.id.as_str(), row.state, row.amount), ("w", TransactionState::Done, Nano(-5)));
    assert_eq!(row.url.as_deref(), Some("https://tonscan.org/tx/1"));
    assert_eq!(row.source_tl_hash.len(), 64);
    assert_eq!(oldest_pending(&pool, five, UnitCode::Ton).await.unwrap(), None);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_row_was_is_kept_and_a_file_that_moved_is_no_version(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let days = [1, 2, 3, 4, 5].map(|day| at(&format!("2026-03-0{day}T00:00:00Z")));
    let pending = Told {
        state: TransactionState::Pending,
        ..told("w", TransactionKind::Withdrawal, -5, "2026-03-01T00:00:00Z")
    };
    let moved = Told { raw: b"moved".to_vec(), layer: 231, ..pending.clone() };
    let failed = Told { state: TransactionState::Failed, raw: b"failed".to_vec(), ..pending.clone() };
    // The same bytes, understood otherwise.
    let other = Told { kind: TransactionKind::Other, ..failed.clone() };
    let done = Told { state: TransactionState::Done, raw: b"done".to_vec(), ..pending.clone() };
    for (row, day) in [pending, moved, failed, other, done].into_iter().zip(days) {
        record(&mut db, five, std::slice::from_ref(&row), day).await.unwrap();
        record(&mut db, five, &[row], day).await.unwrap();
    }
    let versions = sqlx::query!(
        r#"select state, kind, raw, layer, changed_at, replaced_at, amount_nano::text as "amount!"
           from transaction_versions where channel_id = 5 and id = 'w' order by replaced_at"#
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let versions: Vec<_> = versions
        .into_iter()
        .map(|row| {
            assert_eq!(row.amount, "-5");
            let raw = String::from_utf8(row.raw).unwrap();
            (row.state, row.kind, raw, row.layer, row.changed_at.to_jiff(), row.replaced_at.to_jiff())
        })
        .collect();
    let version = |state: &str, kind: &str, raw: &str, layer, from, until| {
        (state.to_owned(), kind.to_owned(), raw.to_owned(), layer, days[from], days[until])
    };
    let expected = [
        version("pending", "withdrawal", "moved", 231, 0, 2),
        version("failed", "other", "failed", 230, 3, 4),
    ];
    assert_eq!(versions, expected);
}

#[sqlx::test(migrations = "../migrations")]
async fn bytes_we_read_nothing_in_are_kept_but_are_no_change(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let row = told("a", TransactionKind::AdRevenue, 9, "2026-02-01T00:00:00Z");
    record(&mut db, five, std::slice::from_ref(&row), at("2026-03-01T00:00:00Z")).await.unwrap();
    let other = Told { raw: b"other".to_vec(), layer: 231, ..row };
    let counts = record(&mut db, five, &[other], at(NOW)).await.unwrap();
    assert_eq!(counts, Counts { unchanged: 1, ..Counts::default() });
    let kept = sqlx::query!("select raw, layer, changed_at, first_seen_at from transactions")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!((kept.raw.as_slice(), kept.layer), (b"other".as_slice(), 231));
    assert_eq!(kept.changed_at.to_jiff(), at("2026-03-01T00:00:00Z"));
    assert_eq!(kept.first_seen_at, kept.changed_at);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_not_kept_exactly_so_is_compared(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let a = told("a", TransactionKind::AdRevenue, 9, "2026-02-01T00:00:00Z");
    let b = told("b", TransactionKind::AdRevenue, 7, "2026-02-02T00:00:00Z");
    let rows = [a.clone(), b.clone()];
    record(&mut db, five, &rows, at(NOW)).await.unwrap();
    let later = at("2026-04-02T00:00:00Z");
    let hashes = async || {
        sqlx::query_scalar::<_, i64>("select count(told_sha256) from transactions")
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    // As it was before there were hashes.
    sqlx::query("update transactions set told_sha256 = null").execute(&pool).await.unwrap();
    assert!(are_known(&mut db, five, &rows).await.unwrap());
    let again = record(&mut db, five, &rows, later).await.unwrap();
    assert_eq!((again, hashes().await), (Counts { unchanged: 2, ..Counts::default() }, 2));
    let changed_at =
        sqlx::query_scalar!("select max(changed_at) from transactions").fetch_one(&pool).await.unwrap();
    assert_eq!(moment(changed_at), Some(at(NOW)));
    // The same bytes, read otherwise: that is written, and nothing was revised.
    let otherwise = Told { kind: TransactionKind::Gift, ..a };
    let mixed = [otherwise, b];
    assert!(!are_known(&mut db, five, &mixed).await.unwrap());
    let read = record(&mut db, five, &mixed, later).await.unwrap();
    assert_eq!(read, Counts { changed: 1, unchanged: 1, ..Counts::default() });
    assert!(
        are_known(&mut db, five, &mixed).await.unwrap() && !are_known(&mut db, five, &rows).await.unwrap()
    );
    let versions =
        sqlx::query_scalar!("select count(*) from transaction_versions").fetch_one(&pool).await.unwrap();
    assert_eq!(versions, Some(0));
    // What was put right by its bytes is compared once more.
    let kept =
        whole::Kept { told: rows[0].clone(), is_outgoing: false, replaced_at: None, has_known_kind: true };
    whole::restore(&mut db, five, &kept).await.unwrap();
    assert_eq!(hashes().await, 1);
    assert!(are_known(&mut db, five, &rows).await.unwrap());
}

/// Hashes are kept: the next version has the same ones, whichever kinds it knows besides.
#[test]
fn a_row_hashes_as_it_always_did() {
    let row = Told { is_refund: true, ..told("a", TransactionKind::Other, -9, "2026-02-01T00:00:00Z") };
    assert_eq!(known::hash(&row)[..4], [78, 5, 29, 111]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_failed_row_does_not_move_the_balance_unless_its_refund_does(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let failed = Told {
        state: TransactionState::Failed,
        ..told("w", TransactionKind::Withdrawal, -6, "2026-03-02T00:00:00Z")
    };
    let earned = told("a", TransactionKind::AdRevenue, 10, "2026-03-01T00:00:00Z");
    let later = told("b", TransactionKind::Other, 1, "2026-03-04T00:00:00Z");
    record(&mut db, five, &[earned, failed.clone(), later], at(NOW)).await.unwrap();
    assert_eq!(balances(&pool, five).await, [("b".into(), 11), ("w".into(), 10), ("a".into(), 10)]);

    let refund = Told {
        is_refund: true,
        state: TransactionState::Done,
        kind: TransactionKind::WithdrawalRefund,
        amount: Nano(6),
        booked_at: at("2026-03-03T00:00:00Z"),
        ..failed
    };
    record(&mut db, five, &[refund], at(NOW)).await.unwrap();
    let expected = [("b", 11), ("w", 10), ("w", 4), ("a", 10)].map(|(id, sum)| (id.to_owned(), sum));
    assert_eq!(balances(&pool, five).await, expected);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_sum_leaves_out_what_failed_and_other_currencies(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let rows = [
        told("a", TransactionKind::AdRevenue, 10, "2026-02-28T23:59:59Z"),
        told("b", TransactionKind::AdRevenue, 20, "2026-03-01T00:00:00Z"),
        told("c", TransactionKind::Withdrawal, -25, "2026-03-31T23:59:59Z"),
        told("d", TransactionKind::AdRevenue, 40, "2026-04-01T00:00:00Z"),
        Told {
            unit_code: UnitCode::Stars,
            ..told("e", TransactionKind::PaidMedia, 99, "2026-03-05T00:00:00Z")
        },
    ];
    record(&mut db, five, &rows, at(NOW)).await.unwrap();
    let failed = Told {
        state: TransactionState::Failed,
        ..told("f", TransactionKind::Withdrawal, -7, "2026-03-05T00:00:00Z")
    };
    record(&mut db, five, &[failed], at(NOW)).await.unwrap();
    let known = sums(&pool, five, UnitCode::Ton).await.unwrap();
    assert_eq!(known, Sums { total: Nano(45), known_rows: 5 });
    let nothing = sums(&pool, ChannelId(404), UnitCode::Ton).await.unwrap();
    assert_eq!(nothing, Sums::default());
}

#[sqlx::test(migrations = "../migrations")]
async fn the_filter_hides_rows_but_not_their_past(pool: PgPool) {
    let (five, six) = (channel(&pool, 5).await, channel(&pool, 6).await);
    let mut db = connection(&pool).await;
    let rows = [
        told("a", TransactionKind::AdRevenue, 10, "2026-03-01T00:00:00Z"),
        told("b", TransactionKind::AdRevenue, 20, "2026-03-02T00:00:00Z"),
    ];
    record(&mut db, five, &rows, at(NOW)).await.unwrap();
    record(&mut db, six, &rows[..1], at(NOW)).await.unwrap();
    let filter = Filter { from: Some(at("2026-03-02T00:00:00Z")), ..all(five) };
    let shown = list(&pool, filter).await.unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].transaction.balance_after, Some(Nano(30)));
    let until = Filter { until: Some(at("2026-03-02T00:00:00Z")), ..Filter::default() };
    assert_eq!(list(&pool, until).await.unwrap().len(), 2, "both channels");
    let stars = Filter { unit_code: Some(UnitCode::Stars), ..Filter::default() };
    assert_eq!(list(&pool, stars).await.unwrap(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_row_is_priced_with_the_rate_of_its_day(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let row = told("a", TransactionKind::AdRevenue, 410_000_000, "2026-03-01T12:00:00Z");
    record(&mut db, five, &[row], at(NOW)).await.unwrap();
    let rate = |text: &str| UsdRate(text.parse().unwrap());
    let price = async || {
        let entry = list(&pool, all(five)).await.unwrap().remove(0);
        entry.transaction.usd.map(|usd| usd.to_string())
    };
    rates::record(&pool, UnitCode::Ton, RateSource::Telegram, at(NOW), rate("9")).await.unwrap();
    rates::record(&pool, UnitCode::Ton, RateSource::Simulated, at("2026-03-01T12:00:00Z"), rate("8"))
        .await
        .unwrap();
    assert_eq!(price().await, None, "never today's, never a simulated one");
    rates::record(&pool, UnitCode::Ton, RateSource::Telegram, at("2026-03-02T12:00:00Z"), rate("7"))
        .await
        .unwrap();
    assert_eq!(price().await.as_deref(), Some("2.87"));
    rates::record(&pool, UnitCode::Ton, RateSource::Telegram, at("2026-03-01T00:00:00Z"), rate("2.75"))
        .await
        .unwrap();
    assert_eq!(price().await.as_deref(), Some("1.1275"), "0.41 TON is no billion dollars");
}

#[sqlx::test(migrations = "../migrations")]
async fn amounts_beyond_64_bits_are_exact(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let huge = i128::from(i64::MAX) * 1_000_000_000 + 1;
    let rows = [
        told("a", TransactionKind::AdRevenue, huge, "2026-03-01T00:00:00Z"),
        told("b", TransactionKind::AdRevenue, huge, "2026-03-02T00:00:00Z"),
    ];
    record(&mut db, five, &rows, at(NOW)).await.unwrap();
    assert_eq!(balances(&pool, five).await, [("b".into(), huge * 2), ("a".into(), huge)]);
    let too_much = told("c", TransactionKind::AdRevenue, i128::MAX, "2026-03-03T00:00:00Z");
    assert!(record(&mut db, five, &[too_much], at(NOW)).await.is_err(), "refused, not cut");
    assert_eq!(balances(&pool, five).await.len(), 2);
}

proptest! {
    #[test]
    fn a_refund_and_its_row_are_two_rows(nanos in 1i128..1_000_000, refund in any::<bool>()) {
        let row = told("a", TransactionKind::Withdrawal, -nanos, "2026-03-01T00:00:00Z");
        let other = Told { is_refund: refund, amount: Nano(nanos), ..row.clone() };
        prop_assert_ne!(row.key(), other.key());
        prop_assert!(!row.says_the_same(&other));
        let other_bytes = Told { raw: Vec::new(), layer: 1, ..row.clone() };
        prop_assert!(row.says_the_same(&other_bytes));
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_nearest_rate_within_a_day_prices_a_row(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    for (moment, rate) in [("2026-03-01T00:00:00Z", "3.0142"), ("2026-03-01T12:00:00Z", "3.5")] {
        let rate = UsdRate(rate.parse().unwrap());
        rates::record(&pool, UnitCode::Ton, RateSource::Telegram, at(moment), rate).await.unwrap();
    }
    let expected = [
        ("2026-02-27T23:59:59Z", None),
        ("2026-02-28T00:00:00Z", Some("3.0142")),
        ("2026-03-01T05:59:59Z", Some("3.0142")),
        // Two are as near: the earlier.
        ("2026-03-01T06:00:00Z", Some("3.0142")),
        ("2026-03-01T06:00:01Z", Some("3.5")),
        ("2026-03-02T12:00:00Z", Some("3.5")),
        ("2026-03-02T12:00:01Z", None),
    ];
    let rows = expected.map(|(moment, _)| told(moment, TransactionKind::AdRevenue, 10, moment));
    record(&mut db, five, &rows, at(NOW)).await.unwrap();
    let priced = list(&pool, Filter::default()).await.unwrap();
    for (moment, rate) in expected {
        let row = priced.iter().map(|entry| &entry.transaction).find(|row| row.id == moment).unwrap();
        let found = row.rate.map(|rate| rate.usd_rate.0.to_string());
        assert_eq!(found.as_deref(), rate, "{moment}");
    }
}
