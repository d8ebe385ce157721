use std::collections::BTreeMap;

use app::model::{ChannelId, Collector, Metric, Nano, Rights, TransactionKind, TransactionState, UnitCode};
use jiff::civil::Date;
use server::store::transactions::{self, Filter};
use server::store::{balances, channels, samples, schedules, sessions};
use sqlx::PgPool;
use telegram_dc::{Role, RowKind, RowState, TruthDay, Unit};

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn linking_finds_the_administered_channels_and_nothing_private(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let truth = world.dc.truth();
    let mut expected: Vec<i64> =
        truth.channels().iter().filter(|one| one.role != Role::Member).map(|one| one.id).collect();
    let mut found: Vec<i64> = channels::list(&pool).await.unwrap().iter().map(|one| one.id.0).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(channels::list(&pool).await.unwrap().iter().all(|one| one.simulated));

    for one in truth.channels().iter().filter(|one| one.role != Role::Member) {
        for collector in Collector::ALL {
            let schedule = schedules::find(&pool, ChannelId(one.id), *collector).await.unwrap();
            let rights = Rights {
                is_admin: true,
                can_view_stats: one.stats,
                can_view_revenue: one.ton,
                can_view_stars_revenue: one.stars,
            };
            let possible = collector.exists_in(one.supergroup) && collector.allowed_by(rights);
            assert_eq!(
                schedule.map(|one| one.enabled),
                possible.then_some(collector.is_on_by_default()),
                "{collector} of {}",
                one.title
            );
        }
    }
    let sealed = sessions::find(&pool, world.account).await.unwrap().unwrap();
    let key = world.dc.access().ready_key(2).unwrap();
    assert!(!sealed.bytes.windows(16).any(|window| window == &key[..16]), "the session is not sealed");
    assert_eq!(world.dc.requests().unknown(), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_collected_is_true_to_the_nanoton(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 400).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    for collector in Collector::ALL.iter().filter(|one| one.exists_in(false)) {
        assert_done(&world.collect(&context, channel, *collector).await);
    }
    assert_eq!(channels::get(&pool, channel).await.unwrap().subscribers, i64::try_from(one.subscribers).ok());

    let truth = world.dc.truth();
    let days = truth.days(one.id);
    days_are_true(&world, channel, &days).await;
    for (unit, unit_code) in [(Unit::Ton, UnitCode::Ton), (Unit::Stars, UnitCode::Stars)] {
        let told = truth.balances(one.id, unit);
        let mut db = pool.acquire().await.unwrap();
        let known = balances::latest(&mut db, channel, unit_code).await.unwrap().unwrap();
        assert_eq!(
            (known.current, known.available, known.overall),
            (Nano(told.current_nano), Nano(told.available_nano), Nano(told.overall_nano))
        );
        assert!(known.usd_rate.is_some());
        ledger_is_true(&world, channel, unit, unit_code).await;
    }
    for marker in truth.private_markers() {
        let kept = "select count(*) from snapshots where position(convert_to($1, 'UTF8') in body) > 0";
        let kept: i64 = sqlx::query_scalar(kept).bind(marker).fetch_one(&pool).await.unwrap();
        assert_eq!(kept, 0, "a private chat was stored");
    }
    assert_eq!(world.dc.requests().unknown(), []);
    assert_eq!(world.dc.requests().count("auth.importAuthorization"), 1, "the login was carried over once");
}

type Count = fn(&TruthDay) -> u64;
type Counts = fn(&TruthDay) -> &BTreeMap<String, u64>;

async fn days_are_true(world: &Harness, channel: ChannelId, days: &[TruthDay]) {
    let (first, last) = (days[0].date, days[days.len() - 1].date);
    let whole: Vec<&TruthDay> = days.iter().filter(|day| !day.partial).collect();
    let plain: [(Metric, Count); 6] = [
        (Metric::Subscribers, |day| day.subscribers),
        (Metric::Joined, |day| day.joined),
        (Metric::Left, |day| day.left),
        (Metric::Views, |day| day.views),
        (Metric::Shares, |day| day.shares),
        (Metric::AdRevenue, |day| day.revenue_nano),
    ];
    for (metric, of) in plain {
        let lines = samples::list(&world.pool, channel, metric, first, last).await.unwrap();
        assert_eq!(lines.len(), 1, "{metric}");
        same_days(metric, &lines[""], whole.iter().map(|day| (day.date, of(day))).collect());
    }
    let sources: [(Metric, Counts); 3] = [
        (Metric::ViewsBySource, |day| &day.views_by_source),
        (Metric::JoinedBySource, |day| &day.joined_by_source),
        (Metric::Languages, |day| &day.viewers_by_language),
    ];
    for (metric, of) in sources {
        let lines = samples::list(&world.pool, channel, metric, first, last).await.unwrap();
        for name in of(whole[0]).keys() {
            let key = name.to_lowercase().replace(' ', "_");
            same_days(metric, &lines[&key], whole.iter().map(|day| (day.date, of(day)[name])).collect());
        }
    }
    let hours = samples::list_hours(&world.pool, channel, Metric::ViewsByHour).await.unwrap();
    assert_eq!(hours["y0"].len(), 24);
}

/// Every known day is as in the truth, and Telegram's window is wholly there: 90 days, or the whole life.
fn same_days(metric: Metric, known: &BTreeMap<Date, i64>, truth: BTreeMap<Date, u64>) {
    let common: Vec<_> = known.iter().filter(|(day, _)| truth.contains_key(day)).collect();
    assert!(common.len() >= 89, "{metric} has {} days", common.len());
    for (day, value) in common {
        assert_eq!(u64::try_from(*value).unwrap(), truth[day], "{metric} of {day}");
    }
}

async fn ledger_is_true(world: &Harness, channel: ChannelId, unit: Unit, unit_code: UnitCode) {
    let filter = Filter { channel: Some(channel), unit_code: Some(unit_code), ..Filter::default() };
    let mut known: Vec<_> = transactions::list(&world.pool, filter)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.transaction)
        .map(|row| (row.booked_at.as_second(), row.id, row.amount.0, row.kind, row.state))
        .collect();
    let mut truth: Vec<_> = world
        .dc
        .truth()
        .ledger(channel.0, unit)
        .into_iter()
        .map(|row| (row.date, row.id, row.nano, kind(&row.kind), state(&row.kind)))
        .collect();
    known.sort_by_key(|row| (row.0, row.1.clone(), row.2));
    truth.sort_by_key(|row| (row.0, row.1.clone(), row.2));
    assert!(truth.len() > 10, "a ledger worth comparing");
    assert_eq!(known, truth);
}

fn kind(kind: &RowKind) -> TransactionKind {
    match kind {
        RowKind::AdsProceeds { .. } => TransactionKind::AdRevenue,
        RowKind::Withdrawal { .. } => TransactionKind::Withdrawal,
        RowKind::WithdrawalRefund => TransactionKind::WithdrawalRefund,
        RowKind::Reaction { .. } => TransactionKind::PaidReaction,
        RowKind::Subscription { .. } => TransactionKind::Subscription,
        RowKind::PaidMessage { .. } | RowKind::LiveMessage { reaction: false, .. } => {
            TransactionKind::PaidMessage
        }
        RowKind::LiveMessage { reaction: true, .. } => TransactionKind::PaidReaction,
        RowKind::AdsSpending => TransactionKind::AdSpend,
        RowKind::AffiliateCommission { .. } => TransactionKind::AffiliateCommission,
        RowKind::SuggestedPost { .. } => TransactionKind::SuggestedPost,
        RowKind::GiftConverted { .. } => TransactionKind::Gift,
        RowKind::PaidMedia { .. } | RowKind::PaidMediaRefund { .. } => TransactionKind::PaidMedia,
        RowKind::Unsupported => TransactionKind::Other,
    }
}

fn state(kind: &RowKind) -> TransactionState {
    match kind {
        RowKind::Withdrawal { state: RowState::Pending } => TransactionState::Pending,
        RowKind::Withdrawal { state: RowState::Failed } => TransactionState::Failed,
        _ => TransactionState::Done,
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn collecting_twice_changes_nothing(pool: PgPool) {
    let world = Harness::linked(pool, 120).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    for collector in Collector::ALL.iter().filter(|one| one.exists_in(false)) {
        let mut first = world.collect(&context, channel, *collector).await;
        assert_done(&first);
        // These only ask for some items a run; the first time more are due.
        let several = [Collector::PostStatistics, Collector::StoryStatistics];
        while several.contains(collector) && first.requests > 0 {
            first = world.collect(&context, channel, *collector).await;
            assert_done(&first);
        }
        // And this for one of the lesser graphs.
        while *collector == Collector::Hourly && first.values_new > 0 {
            first = world.collect(&context, channel, *collector).await;
            assert_done(&first);
        }
        let second = world.collect(&context, channel, *collector).await;
        assert_done(&second);
        assert_eq!(second.values_new, 0, "{collector}: {second:?}");
        if *collector == Collector::Ledger {
            assert_eq!(second.values_changed, 0);
        } else {
            // Today is not over: its counts may have grown in between.
            assert!(second.values_changed < 60, "{collector}: {second:?}");
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_known_ledger_takes_few_requests_and_open_rows_are_read_again(pool: PgPool) {
    let world = Harness::linked(pool, 400).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let first = world.collect(&context, channel, Collector::Ledger).await;
    assert_done(&first);
    for _ in 0..6 {
        world.dc.clock().advance(jiff::SignedDuration::from_hours(24 * 5));
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        let later = world.collect(&context, channel, Collector::Ledger).await;
        assert_done(&later);
        assert!(later.requests < first.requests, "{} then {}", first.requests, later.requests);
        ledger_is_true(&world, channel, Unit::Ton, UnitCode::Ton).await;
        ledger_is_true(&world, channel, Unit::Stars, UnitCode::Stars).await;
    }
}
