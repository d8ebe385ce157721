//! Flood waits: nothing is sent inside one, and what is not meant by it goes on.

use std::time::Duration;

use app::model::account::FloodWait;
use app::model::{ChannelId, Collector, RunState, Trigger, UnitCode};
use jiff::SignedDuration;
use server::collector::{self, Assignment};
use server::store::{balances, flood_waits, runs, schedules};
use sqlx::PgPool;
use telegram_dc::Options;

use crate::harness::{Harness, assert_done, manners, until, until_within};

/// Both accounts read its statistics.
const NEWS: ChannelId = ChannelId(1_420_000_001);

#[sqlx::test(migrations = "../migrations")]
async fn a_flood_wait_is_obeyed_to_the_second_of_the_clock(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().flood_wait("payments.getStarsRevenueStats", 3600, 1);
    let mut db = pool.acquire().await.unwrap();
    let now = world.clock.now();
    let run = runs::open(&mut db, channel, Collector::Revenue, world.account, Trigger::Manual, now)
        .await
        .unwrap()
        .id;
    let assignment = Assignment { run, channel, collector: Collector::Revenue };
    let task = tokio::spawn(async move { collector::collect(&context, assignment).await.unwrap() });
    until("the run waits", async || {
        runs::find(&pool, run).await.unwrap().unwrap().state == RunState::Waiting
    })
    .await;
    let step = runs::find(&pool, run).await.unwrap().unwrap().step.unwrap();
    assert!(
        step.starts_with("Telegram wants no payments.getStarsRevenueStats before 20 Nov, 13:00:"),
        "{step}"
    );
    let waits = flood_waits::list(&pool, world.account, world.clock.now()).await.unwrap();
    assert_eq!(waits.len(), 1, "{waits:?}");
    assert_eq!(waits[0].method, "payments.getStarsRevenueStats");
    let wait = waits[0].until.duration_since(now);
    assert!(wait >= SignedDuration::from_secs(3600) && wait < SignedDuration::from_secs(3630), "{wait:#}");

    let asked = world.dc.requests().all().len();
    world.dc.clock().advance(SignedDuration::from_secs(1800));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.dc.requests().all().len(), asked, "nothing is sent while Telegram wants quiet");
    world.dc.clock().advance(SignedDuration::from_secs(1830));
    task.await.unwrap();
    assert_done(&runs::find(&pool, run).await.unwrap().unwrap());
}

/// It earns TON and Stars.
const BOTH: ChannelId = ChannelId(1_420_000_002);

/// Lets only these collectors of a channel be due.
async fn only(pool: &PgPool, channel: ChannelId, collectors: &[Collector]) {
    let names: Vec<&str> = collectors.iter().map(|one| one.name()).collect();
    sqlx::query("update schedules set enabled = channel_id = $1 and collector = any($2)")
        .bind(channel.0)
        .bind(&names)
        .execute(pool)
        .await
        .unwrap();
}

/// A run that has to wait for an hour, in the middle of it, keeps nobody else waiting, and goes on where it was.
#[sqlx::test(migrations = "../migrations")]
async fn a_wait_for_one_method_keeps_nothing_else_waiting(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    only(&pool, channel, &[Collector::Statistics]).await;
    world.dc.faults().flood_wait("stats.loadAsyncGraph", 3600, 1);
    let worker = world.start_worker().await;
    let state = async |collector| {
        world.runs().await.into_iter().find(|run| run.collector == collector).map(|run| run.state)
    };
    until("the statistics wait", async || state(Collector::Statistics).await == Some(RunState::Waiting))
        .await;
    only(&pool, channel, Collector::ALL).await;
    let others: Vec<Collector> = Collector::ALL
        .iter()
        .copied()
        .filter(|one| {
            !one.methods().contains(&"stats.loadAsyncGraph") && one.exists_in(false) && one.is_on_by_default()
        })
        .collect();
    // One job was claimed ahead by the queue whose run waits; it is given back after a minute.
    until_within(90, "everything else is collected", async || {
        let mut done = true;
        for one in &others {
            done &= matches!(state(*one).await, Some(RunState::Done | RunState::Partial));
        }
        done
    })
    .await;
    assert_eq!(state(Collector::Statistics).await, Some(RunState::Waiting));
    assert_eq!(state(Collector::Hourly).await, None, "it would only wait too");

    world.advance(SignedDuration::from_secs(3601)).await;
    until("the statistics go on", async || state(Collector::Statistics).await == Some(RunState::Done)).await;
    until("what waited is collected", async || state(Collector::Hourly).await == Some(RunState::Done)).await;
    worker.shutdown().await;
    let all = world.runs().await;
    let run = all.iter().find(|run| run.collector == Collector::Statistics).unwrap();
    assert!(run.waited_seconds >= 3590, "{run:?}");
    // What others asked meanwhile is not counted among what it asked.
    let all_asked: i64 = all.iter().map(|run| i64::from(run.requests)).sum();
    assert!(i64::try_from(world.dc.requests().all().len()).unwrap() >= all_asked, "{all:?}");
    let graphs = 12;
    assert!(run.requests <= 1 + graphs + 4, "it went on where it was: {run:?}");
    assert_eq!(world.dc.requests().inside_flood_wait(), 0);
}

/// The wait outlives the process that was told of it, and is the account's alone: another collects meanwhile.
#[sqlx::test(migrations = "../migrations")]
async fn while_one_account_has_to_wait_another_collects(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let second = world.link_second().await;
    only(&pool, NEWS, &[Collector::Statistics]).await;
    let wait = FloodWait {
        method: "stats.getBroadcastStats".to_owned(),
        until: world.clock.now().saturating_add(SignedDuration::from_hours(2)).unwrap(),
    };
    flood_waits::record(&pool, world.account, &wait, world.clock.now()).await.unwrap();
    let due = async || schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
    assert_eq!(due().await.iter().map(|one| one.account).collect::<Vec<_>>(), [second]);
    let worker = world.start_worker().await;
    until("it is collected", async || world.runs().await.iter().any(|run| run.state == RunState::Done)).await;

    // A run that was queued before is put off without a request, and then is the other's.
    let now = world.clock.now();
    let mut db = pool.acquire().await.unwrap();
    worker.shutdown().await;
    let run = runs::open(&mut db, NEWS, Collector::Statistics, world.account, Trigger::Schedule, now)
        .await
        .unwrap()
        .id;
    let context = world.connect(manners()).await;
    for wait in flood_waits::list(&pool, world.account, now).await.unwrap() {
        context.client.keep_quiet(&wait.method, wait.until);
    }
    let asked = world.dc.requests().all().len();
    let assignment = Assignment { run, channel: NEWS, collector: Collector::Statistics };
    collector::collect(&context, assignment).await.unwrap();
    let run = runs::find(&pool, run).await.unwrap().unwrap();
    assert_eq!((run.state, run.requests), (RunState::Failed, 0));
    assert!(run.error.as_ref().unwrap().contains("before the next stats.getBroadcastStats"), "{run:?}");
    assert_eq!(world.dc.requests().all().len(), asked);
    assert_eq!(due().await.iter().map(|one| one.account).collect::<Vec<_>>(), [second]);
    let accounts: Vec<i64> = sqlx::query_scalar("select account_id from runs where state = 'done'")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(accounts, [second.0]);
    assert_eq!(world.dc.requests().inside_flood_wait(), 0);
}

/// One account sees the TON, the other the Stars: both are collected in each round, each by who sees it.
#[sqlx::test(migrations = "../migrations")]
async fn each_currency_is_collected_by_an_account_that_sees_it(pool: PgPool) {
    let world =
        Harness::linked_in(pool.clone(), Options { days: 60, splits_revenue: true, ..Options::default() })
            .await;
    let second = world.link_second().await;
    only(&pool, BOTH, &[Collector::Revenue, Collector::Ledger]).await;
    let worker = world.start_worker().await;
    let rounds = async || {
        let done: Vec<(String, i64)> = sqlx::query_as(
            "select collector, account_id from runs where state = 'done' order by collector, id",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        done
    };
    until("both accounts have collected both", async || rounds().await.len() >= 4).await;
    // Nothing is due any more: the round is over.
    assert_eq!(schedules::due(&pool, world.clock.now(), 1000).await.unwrap(), []);
    let both = |name: &str| [(name.to_owned(), world.account.0), (name.to_owned(), second.0)];
    assert_eq!(rounds().await, [both("ledger"), both("revenue")].concat());
    for unit in [UnitCode::Ton, UnitCode::Stars] {
        assert!(
            balances::latest(&mut pool.acquire().await.unwrap(), BOTH, unit).await.unwrap().is_some(),
            "{unit:?}"
        );
        let rows: i64 =
            sqlx::query_scalar("select count(*) from transactions where channel_id = $1 and unit_code = $2")
                .bind(BOTH.0)
                .bind(unit.code())
                .fetch_one(&pool)
                .await
                .unwrap();
        assert!(rows > 0, "{unit:?}");
    }
    // The next round goes the same way.
    world.advance(SignedDuration::from_hours(24)).await;
    until("the next round is over", async || rounds().await.len() >= 8).await;
    worker.shutdown().await;
    let again = rounds().await;
    assert_eq!(
        again.iter().filter(|(_, account)| *account == second.0).count(),
        again.len() / 2,
        "{again:?}"
    );
}

/// What one account may not see any more in one currency, the other one collects, and the first keeps the rest.
#[sqlx::test(migrations = "../migrations")]
async fn one_currency_that_is_lost_goes_to_the_other_account(pool: PgPool) {
    let world =
        Harness::linked_in(pool.clone(), Options { days: 60, splits_revenue: true, ..Options::default() })
            .await;
    let second = world.link_second().await;
    only(&pool, BOTH, &[Collector::Revenue]).await;
    // As if it could see both by what was last known.
    sqlx::query("update channel_accounts set can_view_stars_revenue = true where channel_id = $1")
        .bind(BOTH.0)
        .execute(&pool)
        .await
        .unwrap();
    let (first, other) = (world.connect(manners()).await, world.connect_as(second, manners()).await);
    let run = world.collect(&first, BOTH, Collector::Revenue).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().starts_with("Nothing in Stars: the account may not read the revenue"));
    let due = schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
    assert_eq!(due.iter().map(|one| one.account).collect::<Vec<_>>(), [second]);
    assert_done(&world.collect(&other, BOTH, Collector::Revenue).await);
    assert!(world.schedule(BOTH, Collector::Revenue).await.next_due_at > world.clock.now());
    assert!(
        balances::latest(&mut pool.acquire().await.unwrap(), BOTH, UnitCode::Stars).await.unwrap().is_some()
    );
    assert_done(&world.collect(&first, BOTH, Collector::Revenue).await);
}

/// Runs that would only wait as well do not take the place of those that need not.
#[sqlx::test(migrations = "../migrations")]
async fn who_would_only_wait_too_is_put_off(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let enable = async |collectors: &[&str]| {
        sqlx::query("update schedules set enabled = collector = any($1)")
            .bind(collectors)
            .execute(&pool)
            .await
            .unwrap();
    };
    enable(&["statistics"]).await;
    world.dc.faults().flood_wait("stats.loadAsyncGraph", 3600, 1);
    let worker = world.start_worker().await;
    let count = async |collector, state| {
        let runs = world.runs().await;
        runs.iter().filter(|run| (run.collector, run.state) == (collector, state)).count()
    };
    let all = schedules::list(&pool).await.unwrap().into_iter().filter(|one| one.enabled).count();
    assert!(all >= 4, "{all}");
    until_within(90, "one waits and the others are put off", async || {
        count(Collector::Statistics, RunState::Waiting).await == 1
            && count(Collector::Statistics, RunState::Failed).await >= all - 1 - 2
            && count(Collector::Statistics, RunState::Queued).await == 0
    })
    .await;
    enable(&["facts", "statistics"]).await;
    let facts = schedules::list(&pool).await.unwrap();
    let facts = facts.into_iter().filter(|one| one.collector == Collector::Facts).count();
    until_within(90, "facts are collected meanwhile", async || {
        count(Collector::Facts, RunState::Done).await >= facts
    })
    .await;
    assert_eq!(count(Collector::Statistics, RunState::Waiting).await, 1);
    world.advance(SignedDuration::from_secs(3601)).await;
    until("all statistics are collected", async || count(Collector::Statistics, RunState::Done).await >= all)
        .await;
    worker.shutdown().await;
    assert_eq!(world.dc.requests().inside_flood_wait(), 0);
}

/// A half of a round that goes wrong neither holds up the other nor has it asked for over and over.
#[sqlx::test(migrations = "../migrations")]
async fn a_half_that_goes_wrong_is_nothing_to_the_other(pool: PgPool) {
    let world =
        Harness::linked_in(pool.clone(), Options { days: 60, splits_revenue: true, ..Options::default() })
            .await;
    let second = world.link_second().await;
    only(&pool, BOTH, &[Collector::Revenue]).await;
    let (first, other) = (world.connect(manners()).await, world.connect_as(second, manners()).await);
    let due = async || -> Vec<_> {
        let due = schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
        due.iter().map(|one| one.account).collect()
    };
    let in_minutes = async || {
        let next = world.schedule(BOTH, Collector::Revenue).await.next_due_at;
        next.duration_since(world.clock.now()).as_mins()
    };
    let fail = || world.dc.faults().rpc_error("payments.getStarsRevenueStats", 400, "BALANCE_TOO_LOW", 1);

    // The rest fails: the first half is not asked again for that before its time.
    assert_done(&world.collect(&first, BOTH, Collector::Revenue).await);
    assert_eq!(due().await, [second]);
    fail();
    assert_eq!(world.collect(&other, BOTH, Collector::Revenue).await.state, RunState::Failed);
    assert!(in_minutes().await > 30, "{}", in_minutes().await);

    // The first half fails: the rest is collected, and the first half soon asked again.
    fail();
    assert_eq!(world.collect(&first, BOTH, Collector::Revenue).await.state, RunState::Failed);
    assert_eq!(due().await, [second]);
    assert_done(&world.collect(&other, BOTH, Collector::Revenue).await);
    let retry = in_minutes().await;
    assert!((1..=10).contains(&retry), "{retry}");

    // Again, and the retries thin out; when both go well, the next round is a regular one.
    fail();
    assert_eq!(world.collect(&first, BOTH, Collector::Revenue).await.state, RunState::Failed);
    assert_done(&world.collect(&other, BOTH, Collector::Revenue).await);
    assert!(in_minutes().await > retry, "{} after {retry}", in_minutes().await);
    assert_done(&world.collect(&first, BOTH, Collector::Revenue).await);
    assert_done(&world.collect(&other, BOTH, Collector::Revenue).await);
    assert!(in_minutes().await > 30, "{}", in_minutes().await);
    assert_eq!(due().await, []);
}
