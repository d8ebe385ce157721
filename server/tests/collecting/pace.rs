//! Telegram is asked politely: by default one thing at a time, and a second between the beginnings of two requests to one
//! data centre.

use std::time::Duration;

use app::model::{ChannelId, Collector, RunState};
use jiff::{SignedDuration, Timestamp};
use server::telegram::client::{Manners, SIMULATED_API_ID};
use server::worker::{self, WorkerConfig};
use sqlx::PgPool;
use telegram_dc::RequestRecord;

use crate::harness::{Harness, schedules_off, until_within};

/// So much later than it was sent a request may arrive on a busy machine; the next one is so much nearer then.
const LATE: SignedDuration = SignedDuration::from_millis(700);
/// How long Telegram thinks about the first question.
const THINKS: Duration = Duration::from_millis(2_500);

fn since(world: &Harness, begun: Timestamp) -> Vec<RequestRecord> {
    let mut all = world.dc.requests().all();
    // Every new connection begins with this; it is no question of ours.
    all.retain(|one| one.at >= begun && one.method != "help.getConfig");
    all
}

/// In each data centre a second apart, and nothing while the answer that comes late is awaited.
fn assert_polite(asked: &[RequestRecord], late: &str) {
    for dc in [1, 2, 4] {
        let times: Vec<Timestamp> = asked.iter().filter(|one| one.dc == dc).map(|one| one.at).collect();
        for (first, from) in times.iter().enumerate() {
            for (next, to) in times.iter().enumerate().skip(first + 1) {
                let apart = from.duration_until(*to);
                let least = SignedDuration::from_secs(i64::try_from(next - first).unwrap()) - LATE;
                assert!(apart >= least, "{apart:#}, not {least:#} in data centre {dc}: {asked:#?}");
            }
        }
    }
    let first = asked.iter().position(|one| one.method == late).unwrap();
    let apart = asked[first].at.duration_until(asked[first + 1].at);
    assert!(apart >= SignedDuration::try_from(THINKS).unwrap(), "two in flight, {apart:#} apart: {asked:#?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn by_default_a_worker_asks_one_thing_at_a_time_and_once_a_second(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    schedules_off(&pool).await;
    let channel = ChannelId(world.richest().id);
    let polite = Manners::polite(SIMULATED_API_ID);
    assert_eq!(polite.gap, Duration::from_secs(1));
    world.dc.faults().delay("channels.getFullChannel", THINKS, 1);
    let begun = Timestamp::now();
    let (seal, clock) = (std::sync::Arc::clone(&world.seal), world.clock.clone());
    let config = WorkerConfig::new(pool.clone(), seal, clock, Some(world.file.clone()), polite);
    let worker = worker::start(config).await.unwrap();
    let others = world.dc.truth().channels();
    let other = others.iter().find(|one| one.ton && !one.supergroup && one.id != channel.0).unwrap();
    for (channel, collector) in [
        (channel, Collector::Facts),
        (channel, Collector::Statistics),
        (ChannelId(other.id), Collector::Facts),
        (ChannelId(other.id), Collector::Revenue),
    ] {
        worker::enqueue_now(&pool, channel, collector, &world.clock).await.unwrap();
    }
    until_within(90, "all is collected", async || {
        let runs = world.runs().await;
        runs.len() == 4 && runs.iter().all(|run| run.state == RunState::Done)
    })
    .await;
    worker.shutdown().await;
    let asked = since(&world, begun);
    assert!(asked.len() >= 10 && asked.iter().any(|one| one.dc == 4), "{asked:#?}");
    assert_polite(&asked, "channels.getFullChannel");
}

/// Whatever asks with the client of an account, and however much at once.
#[sqlx::test(migrations = "../migrations")]
async fn what_is_asked_at_once_is_sent_one_after_the_other(pool: PgPool) {
    let world = Harness::linked(pool, 5).await;
    let context = world.connect(Manners::polite(SIMULATED_API_ID)).await;
    let client = &context.client;
    world.dc.faults().delay("users.getUsers", THINKS, 1);
    let begun = Timestamp::now();
    let answers =
        tokio::join!(client.self_user(), client.self_user(), client.self_user(), client.self_user());
    assert!(answers.0.is_ok() && answers.1.is_ok() && answers.2.is_ok() && answers.3.is_ok());
    let asked = since(&world, begun);
    assert_eq!(asked.len(), 4);
    assert_polite(&asked, "users.getUsers");
}
