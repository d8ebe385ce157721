//! Runs end, whatever happens, and nothing runs that is not wanted any more.

use std::time::Duration;

use app::model::{ChannelId, Collector, RunState};
use server::collector::{self, Assignment, CollectError};
use server::store::{channels, runs};
use server::worker;
use sqlx::PgPool;

use crate::harness::{Harness, manners, schedules_off, until_within};

/// Whoever had it in hand was cut off from the database when it had to end the run, and not from the queue.
#[sqlx::test(migrations = "../migrations")]
async fn a_queued_run_without_a_job_gets_one(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    schedules_off(&pool).await;
    server::jobs::migrate(&pool).await.unwrap();
    let channel = ChannelId(world.richest().id);
    let run = worker::enqueue_now(&pool, channel, Collector::Facts, &world.clock).await.unwrap();
    let kept = worker::enqueue_now(&pool, channel, Collector::Boosts, &world.clock).await.unwrap();
    let lost = "delete from graphile_worker._private_jobs where key like '%facts'";
    assert_eq!(sqlx::query(lost).execute(&pool).await.unwrap().rows_affected(), 1);
    let worker = world.start_worker().await;
    until_within(15, "both are done", async || {
        let mut states = Vec::new();
        for run in [run, kept] {
            states.push(runs::find(&pool, run).await.unwrap().unwrap().state);
        }
        states == [RunState::Done; 2]
    })
    .await;
    worker.shutdown().await;
}

#[sqlx::test(migrations = "../migrations")]
async fn a_run_whose_end_cannot_be_recorded_is_ended_as_soon_as_it_can(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    schedules_off(&pool).await;
    server::jobs::migrate(&pool).await.unwrap();
    let channel = ChannelId(world.richest().id);
    let run = worker::enqueue_now(&pool, channel, Collector::Facts, &world.clock).await.unwrap();
    sqlx::query("alter table schedules rename to hidden").execute(&pool).await.unwrap();
    let worker = world.start_worker().await;
    until_within(15, "it was asked", async || world.dc.requests().count("channels.getFullChannel") > 1).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(!runs::find(&pool, run).await.unwrap().unwrap().state.is_over());
    sqlx::query("alter table hidden rename to schedules").execute(&pool).await.unwrap();
    until_within(15, "it is over", async || runs::find(&pool, run).await.unwrap().unwrap().state.is_over())
        .await;
    let run = runs::find(&pool, run).await.unwrap().unwrap();
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().contains("could not be kept"));
    worker.shutdown().await;
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_not_ticked_is_not_asked_for(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    schedules_off(&pool).await;
    server::jobs::migrate(&pool).await.unwrap();
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    channels::set_collected(&pool, channel, false).await.unwrap();
    let error = worker::enqueue_now(&pool, channel, Collector::Posts, &world.clock).await.unwrap_err();
    assert!(error.to_string().contains("is not collected: tick it first"), "{error}");
    // It was queued before the tick was taken away.
    let run = world.collect(&context, channel, Collector::Posts).await;
    assert_eq!((run.state, run.requests), (RunState::Failed, 0));
    assert_eq!(run.error.as_deref(), Some("The channel is not collected any more."));
}

/// A panic is no reason to ask Telegram everything again at once.
#[sqlx::test(migrations = "../migrations")]
async fn what_failed_unexpectedly_is_put_off(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    server::jobs::migrate(&pool).await.unwrap();
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for minutes in [1, 2, 4] {
        let run = worker::enqueue_now(&pool, channel, Collector::Facts, &world.clock).await.unwrap();
        let assignment = Assignment { run, channel, collector: Collector::Facts };
        collector::give_up(&context, assignment, &CollectError::Unexpected).await.unwrap();
        let run = runs::find(&pool, run).await.unwrap().unwrap();
        assert_eq!(run.state, RunState::Failed);
        assert!(run.error.unwrap().starts_with("The collector failed unexpectedly"));
        let next = world.schedule(channel, Collector::Facts).await.next_due_at;
        let wait = world.clock.now().duration_until(next).as_secs();
        assert!((minutes * 60 - 30..=minutes * 60).contains(&wait), "{minutes} minutes: {wait} s");
    }
}
