//! Two accounts see one channel, and one of them loses what it may see in the middle of a run.

use app::model::{ChannelId, Collector, RunState};
use server::store::channels::{self, find_access};
use server::store::schedules;
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners, until};

/// Both accounts read its statistics; only the first one its revenue.
const NEWS: ChannelId = ChannelId(1_420_000_001);

#[sqlx::test(migrations = "../migrations")]
async fn a_right_lost_in_a_run_goes_to_the_other_account(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let second = world.link_second().await;
    let (of_first, of_second) = (world.connect(manners()).await, world.connect_as(second, manners()).await);
    let through = async |collector| {
        channels::access(&pool, NEWS, collector, world.clock.now()).await.unwrap().unwrap().account
    };
    assert_eq!(through(Collector::Statistics).await, world.account, "it may see more");

    world.dc.faults().rpc_error("stats.getBroadcastStats", 400, "CHAT_ADMIN_REQUIRED", 1);
    let run = world.collect(&of_first, NEWS, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().starts_with("The account may not read the statistics of this channel"));
    let schedule = world.schedule(NEWS, Collector::Statistics).await;
    assert_eq!(schedule.parked_reason, None);
    assert!(schedule.next_due_at <= world.clock.now());
    let due = schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
    let next =
        |wanted| due.iter().find(|one| (one.channel, one.collector) == (NEWS, wanted)).unwrap().account;
    assert_eq!(next(Collector::Statistics), second);
    assert_eq!(next(Collector::Hourly), second, "it needs the same right");
    assert_eq!(next(Collector::Revenue), world.account, "it still has the others");
    assert_done(&world.collect(&of_second, NEWS, Collector::Statistics).await);
    assert_eq!(world.schedule(NEWS, Collector::Statistics).await.parked_reason, None);

    // Nobody else is left.
    world.dc.faults().rpc_error("stats.getBroadcastStats", 400, "CHAT_ADMIN_REQUIRED", 1);
    assert_eq!(world.collect(&of_second, NEWS, Collector::Statistics).await.state, RunState::Failed);
    let reason = world.schedule(NEWS, Collector::Statistics).await.parked_reason.unwrap();
    assert!(reason.starts_with("The account may not read the statistics of this channel"), "{reason}");
    // A right of which the other account has nothing.
    world.dc.faults().rpc_error("payments.getStarsTransactions", 400, "CHAT_ADMIN_REQUIRED", 2);
    assert_eq!(world.collect(&of_first, NEWS, Collector::Ledger).await.state, RunState::Failed);
    let reason = world.schedule(NEWS, Collector::Ledger).await.parked_reason.unwrap();
    assert!(reason.contains("read the ledger of this channel"), "{reason}");

    // The right was given back: the next look at the facts says so.
    assert_done(&world.collect(&of_first, NEWS, Collector::Facts).await);
    assert_eq!(through(Collector::Statistics).await, world.account);
}

/// Nobody has to do anything: the worker that holds both connections goes on with the other one.
#[sqlx::test(migrations = "../migrations")]
async fn a_worker_goes_on_with_the_other_account(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let second = world.link_second().await;
    sqlx::query("update schedules set enabled = channel_id = $1 and collector = 'statistics'")
        .bind(NEWS.0)
        .execute(&pool)
        .await
        .unwrap();
    world.dc.faults().rpc_error("stats.getBroadcastStats", 400, "CHAT_ADMIN_REQUIRED", 1);
    let worker = world.start_worker().await;
    until("it is collected", async || world.runs().await.iter().any(|run| run.state == RunState::Done)).await;
    worker.shutdown().await;
    let runs: Vec<(i64, String)> =
        sqlx::query_as("select account_id, state from runs order by id").fetch_all(&pool).await.unwrap();
    assert_eq!(runs, [(world.account.0, "failed".to_owned()), (second.0, "done".to_owned())]);
}

#[sqlx::test(migrations = "../migrations")]
async fn who_is_thrown_out_sees_nothing_and_the_other_account_goes_on(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let second = world.link_second().await;
    let (of_first, of_second) = (world.connect(manners()).await, world.connect_as(second, manners()).await);
    world.dc.faults().rpc_error("channels.getFullChannel", 400, "CHANNEL_PRIVATE", 1);
    assert_eq!(world.collect(&of_first, NEWS, Collector::Facts).await.state, RunState::Failed);
    assert_eq!(find_access(&pool, NEWS, world.account).await.unwrap(), None);
    // What only it could see says so.
    let reason = world.schedule(NEWS, Collector::Revenue).await.parked_reason.unwrap();
    assert!(reason.contains("no longer lets the account read this"), "{reason}");

    // What was queued for the first account before is asked for by the other.
    for collector in [Collector::Similar, Collector::Statistics] {
        let asked = world.dc.requests().all().len();
        assert_eq!(world.collect(&of_first, NEWS, collector).await.state, RunState::Failed);
        assert_eq!(world.dc.requests().all().len(), asked, "nothing is asked without access");
        let schedule = world.schedule(NEWS, collector).await;
        assert_eq!((schedule.parked_reason, schedule.next_due_at <= world.clock.now()), (None, true));
    }
    let due = schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
    for collector in [Collector::Facts, Collector::Similar, Collector::Statistics] {
        let one = due.iter().find(|one| (one.channel, one.collector) == (NEWS, collector)).unwrap();
        assert_eq!(one.account, second, "{collector}");
        assert_done(&world.collect(&of_second, NEWS, collector).await);
    }

    // The last account keeps what is known of its access, and a person hears of it.
    world.dc.faults().rpc_error("channels.getFullChannel", 400, "CHANNEL_PRIVATE", 1);
    assert_eq!(world.collect(&of_second, NEWS, Collector::Facts).await.state, RunState::Failed);
    assert!(find_access(&pool, NEWS, second).await.unwrap().is_some());
    let reason = world.schedule(NEWS, Collector::Facts).await.parked_reason.unwrap();
    assert!(reason.contains("CHANNEL_PRIVATE"), "{reason}");

    // It is let in again: everything that anybody in it may read goes on.
    world.dc.faults().rpc_error("messages.getHistory", 400, "CHANNEL_PRIVATE", 1);
    assert_eq!(world.collect(&of_second, NEWS, Collector::Posts).await.state, RunState::Failed);
    assert!(world.schedule(NEWS, Collector::Posts).await.parked_reason.is_some());
    assert_done(&world.collect(&of_second, NEWS, Collector::Facts).await);
    for collector in [Collector::Facts, Collector::Posts] {
        assert_eq!(world.schedule(NEWS, collector).await.parked_reason, None, "{collector}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_frozen_goes_to_the_other_account_and_nothing_else_does(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let second = world.link_second().await;
    let of_first = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.getBroadcastStats", 420, "FROZEN_METHOD_INVALID", 1);
    assert_eq!(world.collect(&of_first, NEWS, Collector::Statistics).await.state, RunState::Failed);
    assert_eq!(world.schedule(NEWS, Collector::Statistics).await.parked_reason, None);
    let due = schedules::due(&pool, world.clock.now(), 1000).await.unwrap();
    let next =
        |wanted| due.iter().find(|one| (one.channel, one.collector) == (NEWS, wanted)).unwrap().account;
    assert_eq!((next(Collector::Statistics), next(Collector::Revenue)), (second, world.account));
    // Nobody else can.
    world.dc.faults().rpc_error("payments.getStarsTransactions", 420, "FROZEN_METHOD_INVALID", 2);
    assert_eq!(world.collect(&of_first, NEWS, Collector::Ledger).await.state, RunState::Failed);
    assert!(world.schedule(NEWS, Collector::Ledger).await.parked_reason.is_some());
}
