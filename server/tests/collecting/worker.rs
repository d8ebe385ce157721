use std::collections::BTreeSet;
use std::time::Duration;

use app::model::{ChannelId, Collector, Run, RunState, Trigger};
use jiff::SignedDuration;
use server::collector::discover::Choice;
use server::collector::link::{LinkError, link_ready};
use server::store::accounts::AccountState;
use server::store::{collecting, leases, runs, schedules};
use server::telegram::client::{Manners, SIMULATED_API_ID};
use server::worker::{self, WorkerConfig};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use telegram_dc::{Crowd, Options, Outcome};

use crate::harness::{Harness, assert_done, manners, schedules_off, until, until_within};

/// Seconds for a first round of everything in every channel, on a busy machine.
const PATIENCE: u64 = 180;

/// What a channel's first runs are, in this order; each where the account may see it.
const FIRST: [Collector; 6] = [
    Collector::Facts,
    Collector::Revenue,
    Collector::Ledger,
    Collector::Statistics,
    Collector::Posts,
    Collector::History,
];

/// What is due at least four times a day.
fn is_frequent(collector: Collector) -> bool {
    collector.default_every_seconds() <= 6 * 3600 && collector != Collector::History
}

async fn all_collected(world: &Harness) -> bool {
    let runs = world.runs().await;
    let schedules = schedules::list(&world.pool).await.unwrap();
    schedules.iter().filter(|one| one.enabled).all(|one| {
        runs.iter().any(|run| {
            run.channel_id == one.channel_id && run.collector == one.collector && run.state == RunState::Done
        })
    })
}

#[sqlx::test(migrations = "../migrations")]
async fn a_worker_collects_what_is_due_and_what_is_asked_for(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let worker = world.start_worker().await;
    until_within(PATIENCE, "everything that is due is collected", async || all_collected(&world).await).await;
    let runs = world.runs().await;
    assert!(runs.iter().all(|run| run.trigger == Trigger::Schedule));
    let schedules: Vec<_> =
        schedules::list(&pool).await.unwrap().into_iter().filter(|one| one.enabled).collect();
    // A post may have come to an age at which it is looked at again.
    let once = |of: Collector| of != Collector::Posts;
    assert_eq!(
        runs.iter().filter(|run| once(run.collector)).count(),
        schedules.iter().filter(|one| once(one.collector)).count(),
        "each once"
    );

    let mut with_all = 0;
    for channel in schedules.iter().map(|one| one.channel_id).collect::<BTreeSet<_>>() {
        let began = FIRST.iter().filter_map(|collector| {
            let of = |run: &&Run| run.channel_id == channel && run.collector == *collector;
            runs.iter().filter(of).filter_map(|run| run.started_at).min()
        });
        let began: Vec<_> = began.collect();
        assert!(began.is_sorted(), "channel {channel}: {began:?}");
        with_all += usize::from(began.len() == FIRST.len());
    }
    assert!(with_all >= 2, "only {with_all} channels have all of them");

    let channel = ChannelId(world.richest().id);
    let run = worker::enqueue_now(&pool, channel, Collector::Facts, &world.clock).await.unwrap();
    until("the run that was asked for is over", async || {
        runs::find(&pool, run).await.unwrap().unwrap().state.is_over()
    })
    .await;
    assert_done(&runs::find(&pool, run).await.unwrap().unwrap());

    world.dc.clock().advance(SignedDuration::from_hours(7));
    until_within(PATIENCE, "a quarter of a day later what is frequent is collected again", async || {
        let runs = world.runs().await;
        let frequent = schedules.iter().filter(|one| is_frequent(one.collector));
        frequent.into_iter().all(|one| {
            let of = |run: &&Run| run.channel_id == one.channel_id && run.collector == one.collector;
            runs.iter().filter(of).filter(|run| run.state == RunState::Done).count() >= 2
        })
    })
    .await;
    worker.shutdown().await;
    assert_eq!(leases::held_until(&pool, world.account).await.unwrap(), None, "given back");
}

#[sqlx::test(migrations = "../migrations")]
async fn two_workers_never_use_one_key_at_once(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let (first, second) = (world.start_worker().await, world.start_worker().await);
    until_within(PATIENCE, "everything that is due is collected", async || all_collected(&world).await).await;
    first.shutdown().await;
    world.dc.clock().advance(SignedDuration::from_hours(7));
    let known = world.runs().await.len();
    until_within(PATIENCE, "the other one takes over", async || {
        let runs = world.runs().await;
        runs.len() > known && runs.iter().all(|run| run.state.is_over())
    })
    .await;
    second.shutdown().await;
    let duplicated = Outcome::Refused("AUTH_KEY_DUPLICATED".to_owned());
    assert!(world.dc.requests().all().iter().all(|request| request.outcome != duplicated));
    assert!(world.runs().await.iter().all(|run| run.state == RunState::Done), "{:?}", world.runs().await);
}

#[sqlx::test(migrations = "../migrations")]
async fn runs_that_a_dead_process_left_are_ended_and_collected_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let mut db = pool.acquire().await.unwrap();
    let now = world.clock.now();
    let left = runs::open(&mut db, channel, Collector::Facts, world.account, Trigger::Schedule, now)
        .await
        .unwrap()
        .id;
    runs::start(&pool, left, world.account, now).await.unwrap();
    let worker = world.start_worker().await;
    until_within(PATIENCE, "everything that is due is collected", async || all_collected(&world).await).await;
    worker.shutdown().await;
    assert_eq!(runs::find(&pool, left).await.unwrap().unwrap().state, RunState::Failed);
}

/// The worker's whole runtime is dropped in the middle of a run: no lease is given back, no job is returned.
#[sqlx::test(migrations = "../migrations")]
async fn another_worker_goes_on_where_a_killed_one_stopped(pool: PgPool) {
    let world = std::sync::Arc::new(Harness::linked(pool.clone(), 60).await);
    world.dc.faults().delay("channels.getFullChannel", std::time::Duration::from_secs(4), 1);
    let doomed = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let options = pool.connect_options();
    let theirs = std::sync::Arc::clone(&world);
    doomed.spawn(async move {
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(5)
            .connect_with((*options).clone())
            .await
            .unwrap();
        let _running = theirs.start_worker_on(pool).await;
        std::future::pending::<()>().await;
    });
    until("a run is under way", async || world.runs().await.iter().any(|run| run.state == RunState::Running))
        .await;
    doomed.shutdown_background();
    let worker = world.start_worker().await;
    // The lease runs out after three seconds; the queue alone would wait for half a minute.
    until_within(15, "the next one is collected", async || {
        world.runs().await.iter().any(|run| run.state == RunState::Done)
    })
    .await;
    until_within(PATIENCE, "everything that is due is collected", async || all_collected(&world).await).await;
    worker.shutdown().await;
    let runs = world.runs().await;
    assert_eq!(runs.iter().filter(|run| run.state == RunState::Failed).count(), 1, "{runs:?}");
}

/// It died between taking the job and beginning the run: nobody but the next holder can know.
#[sqlx::test(migrations = "../migrations")]
async fn a_job_in_the_hands_of_a_dead_process_runs_as_soon_as_the_connection_is_held(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    schedules_off(&pool).await;
    server::jobs::migrate(&pool).await.unwrap();
    let channel = ChannelId(world.richest().id);
    let run = worker::enqueue_now(&pool, channel, Collector::Facts, &world.clock).await.unwrap();
    for statement in [
        "insert into graphile_worker._private_workers (id, last_heartbeat_at) values ('dead', now())",
        "update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now(), attempts = 1",
    ] {
        assert_eq!(sqlx::query(statement).execute(&pool).await.unwrap().rows_affected(), 1, "{statement}");
    }
    let worker = world.start_worker().await;
    until_within(15, "the job is done", async || {
        runs::find(&pool, run).await.unwrap().unwrap().state == RunState::Done
    })
    .await;
    worker.shutdown().await;
}

/// The id of nobody's application is never said to the real Telegram.
#[sqlx::test(migrations = "../migrations")]
async fn a_real_account_is_not_connected_without_an_api_id(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    sqlx::query("update accounts set simulated = false").execute(&pool).await.unwrap();
    let mut config = WorkerConfig::new(
        pool.clone(),
        world.seal.clone(),
        world.clock.clone(),
        None,
        Manners::polite(SIMULATED_API_ID),
    );
    config.plans = false;
    let worker = worker::start(config).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(leases::held_until(&pool, world.account).await.unwrap(), None);
    worker.shutdown().await;
    assert!(Manners::polite(SIMULATED_API_ID).may_ask(true) && Manners::polite(17_349).may_ask(false));
}

#[sqlx::test(migrations = "../migrations")]
async fn linking_again_keeps_the_account_and_waits_for_no_running_process(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let link =
        async || link_ready(&pool, &world.seal, &world.file, &world.clock, manners(), Choice::All).await;
    assert_eq!(link().await.unwrap(), world.account);
    let worker = world.start_worker().await;
    until("the connection is held", async || {
        leases::held_until(&pool, world.account).await.unwrap().is_some()
    })
    .await;
    assert!(matches!(link().await, Err(LinkError::InUse(account)) if account == world.account));
    worker.shutdown().await;
    assert_eq!(link().await.unwrap(), world.account);
}

#[sqlx::test(migrations = "../migrations")]
async fn linking_again_waits_until_telegram_wants_no_more_quiet(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let link =
        async || link_ready(&pool, &world.seal, &world.file, &world.clock, manners(), Choice::All).await;
    world.dc.faults().flood_wait("channels.getFullChannel", 600, 1);
    let error = link().await.unwrap_err();
    assert!(matches!(error, LinkError::Quiet { .. }), "{error}");
    let quiet = world.account().await.quiet_until().unwrap();
    let asked = world.dc.requests().count("channels.getFullChannel");
    let error = link().await.unwrap_err();
    assert!(
        matches!(error, LinkError::Quiet { account, until } if account == world.account && until == quiet)
    );
    assert!(error.to_string().contains(&quiet.to_string()), "{error}");
    assert_eq!(world.dc.requests().count("channels.getFullChannel"), asked, "it is not sent");
    assert_eq!(world.dc.requests().inside_flood_wait(), 0);
    world.dc.clock().advance(SignedDuration::from_secs(601));
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(link().await.unwrap(), world.account);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_session_that_cannot_be_opened_needs_linking(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    sqlx::query("update account_sessions set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)")
        .execute(&pool)
        .await
        .unwrap();
    let worker = world.start_worker().await;
    until("it is said that the account has to be linked again", async || {
        world.account().await.state == AccountState::NeedsLinking
    })
    .await;
    worker.shutdown().await;
    assert!(world.runs().await.iter().all(|run| run.state == RunState::Failed), "{:?}", world.runs().await);
}

#[sqlx::test(migrations = "../migrations")]
async fn channels_get_the_schedules_of_collectors_that_are_new(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    let channel = ChannelId(world.richest().id);
    schedules::pause(&pool, channel, Collector::Facts).await.unwrap();
    let before = schedules::list(&pool).await.unwrap().len();
    // As if an earlier version, which knew no ledgers, had linked the account.
    sqlx::query("delete from schedules where collector = 'ledger'").execute(&pool).await.unwrap();
    let worker = world.start_worker().await;
    until("the schedules are complete again", async || schedules::list(&pool).await.unwrap().len() == before)
        .await;
    worker.shutdown().await;
    assert!(!world.schedule(channel, Collector::Facts).await.enabled, "what a person set stays");
}

#[sqlx::test(migrations = "../migrations")]
async fn in_quiet_hours_only_what_is_asked_for_is_collected(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 20).await;
    // The world's clock says noon.
    let quiet = app::model::schedule::QuietHours::parse("11:00-13:00", "UTC").unwrap();
    collecting::set_quiet_hours(&pool, Some(&quiet)).await.unwrap();
    let worker = world.start_worker().await;
    let channel = ChannelId(world.richest().id);
    let run = worker::enqueue_now(&pool, channel, Collector::Facts, &world.clock).await.unwrap();
    until("what was asked for is collected", async || {
        runs::find(&pool, run).await.unwrap().unwrap().state == RunState::Done
    })
    .await;
    // Ten looks of the planner.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(world.runs().await.len(), 1, "{:?}", world.runs().await);
    world.dc.clock().advance(SignedDuration::from_mins(61));
    until("what was put off is collected", async || world.runs().await.len() > 10).await;
    worker.shutdown().await;
}

#[sqlx::test(migrations = "../migrations")]
async fn after_days_of_downtime_everything_is_collected_once(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 20).await;
    let worker = world.start_worker().await;
    until_within(PATIENCE, "everything that is due is collected", async || all_collected(&world).await).await;
    worker.shutdown().await;
    let before = world.runs().await.len();
    world.dc.clock().advance(SignedDuration::from_hours(24 * 10));
    let due = async || schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
    until("the clock is read again", async || due().await.len() > 50).await;
    let due = due().await;
    let urgencies: Vec<_> = due.iter().map(|one| one.urgency).collect();
    assert!(urgencies.is_sorted(), "money and young posts first, then the rest: {urgencies:?}");
    let worker = world.start_worker().await;
    until_within(PATIENCE, "everything is caught up with", async || {
        let due = schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
        due.is_empty() && world.runs().await.iter().all(|run| run.state.is_over())
    })
    .await;
    worker.shutdown().await;
    let runs = world.runs().await;
    for one in due.iter().filter(|one| one.collector != Collector::Posts) {
        let of = |run: &&Run| run.channel_id == one.channel && run.collector == one.collector;
        assert_eq!(runs[..runs.len() - before].iter().filter(of).count(), 1, "{one:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn more_accounts_than_the_pool_has_connections_still_collect(
    options: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let pool = options.max_connections(2).connect_with(connect).await.unwrap();
    let crowd = Crowd { accounts: 4, channels: 1 };
    let world = Harness::linked_in(pool.clone(), Options { days: 30, crowd, ..Options::default() }).await;
    for number in 0..crowd.accounts {
        world.link_operator(number).await;
    }
    // Facts only, of everybody.
    for one in schedules::list(&pool).await.unwrap() {
        if one.collector != Collector::Facts {
            schedules::pause(&pool, one.channel_id, one.collector).await.unwrap();
        }
    }
    let worker = world.start_worker_on(pool).await;
    until("everybody's channels are collected", async || all_collected(&world).await).await;
    worker.shutdown().await;
}

/// What runs for ever on a small server costs little while there is nothing to do.
#[sqlx::test(migrations = "../migrations")]
async fn without_anything_to_do_the_database_is_left_alone(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    schedules_off(&pool).await;
    let worker = world.start_worker().await;
    until("the connection is held", async || {
        leases::held_until(&pool, world.account).await.unwrap().is_some()
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let transactions = async || {
        let said =
            "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
        sqlx::query_scalar::<_, i64>(said).fetch_one(&pool).await.unwrap()
    };
    let before = transactions().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let made = transactions().await - before;
    worker.shutdown().await;
    println!("{made} transactions in five seconds");
    assert!((10..500).contains(&made), "{made} transactions in five seconds");
}
