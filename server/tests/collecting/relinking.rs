//! A session that its owner ended, and what becomes of collecting when the account is linked again.

use app::model::{ChannelId, Collector, RunState};
use jiff::SignedDuration;
use server::store::accounts::AccountState;
use server::store::schedules;
use server::store::transactions::{self, Filter};
use sqlx::PgPool;
use telegram_dc::Unit;

use crate::harness::{Harness, until};

#[sqlx::test(migrations = "../migrations")]
async fn an_account_that_is_linked_again_goes_on_where_it_ended(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let wanted = [Collector::Facts, Collector::Ledger];
    let names = wanted.map(Collector::name);
    sqlx::query("update schedules set enabled = false where channel_id <> $1 or collector <> all($2)")
        .bind(channel.0)
        .bind(&names[..])
        .execute(&pool)
        .await
        .unwrap();
    let nothing_is_due = async || schedules::due(&pool, world.clock.now(), 100).await.unwrap().is_empty();
    let is_calm = async || nothing_is_due().await && world.runs().await.iter().all(|run| run.state.is_over());
    let worker = world.start_worker().await;
    until("both are collected", async || world.runs().await.len() >= 2 && is_calm().await).await;
    let known = sqlx::query_scalar::<_, i64>("select count(*) from transactions");
    let before = known.fetch_one(&pool).await.unwrap();

    // The owner ends the session in another app; it is met at the next question.
    world.dc.faults().revoke_session();
    world.advance(SignedDuration::from_hours(24 * 3)).await;
    until("the account needs linking", async || world.account().await.state == AccountState::NeedsLinking)
        .await;
    let ended = world.account().await.state_since;
    until("nothing goes on", async || world.runs().await.iter().all(|run| run.state.is_over())).await;
    let runs = world.runs().await.len();
    world.advance(SignedDuration::from_hours(24)).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(world.runs().await.len(), runs, "nobody is asked without a session");
    assert_eq!(world.account().await.state_since, ended, "it says since when");

    // Linked with a new session it is the same account, with the same schedules, and the worker that ran all the while
    // takes it up.
    let again = world.link_by_phone(world.dc.access().user.clone()).await;
    assert_eq!(again, world.account);
    let account = world.account().await;
    assert!(account.state == AccountState::Active && account.state_since > ended, "{account:?}");
    until("both are collected again", async || {
        let runs = world.runs().await;
        let done = runs.iter().filter(|run| run.state == RunState::Done).count();
        done >= 4 && is_calm().await
    })
    .await;
    worker.shutdown().await;
    let on: Vec<bool> =
        sqlx::query_scalar("select enabled from schedules where channel_id <> $1 or collector <> all($2)")
            .bind(channel.0)
            .bind(&names[..])
            .fetch_all(&pool)
            .await
            .unwrap();
    assert!(!on.is_empty() && on.iter().all(|on| !on), "what was switched off stays off");
    // The four days between are there, each row once.
    let filter = Filter { channel: Some(channel), ..Filter::default() };
    let mut rows: Vec<_> = transactions::list(&pool, filter)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| (entry.transaction.id, entry.transaction.amount.0))
        .collect();
    let truth = world.dc.truth();
    let told = [Unit::Ton, Unit::Stars].into_iter().flat_map(|unit| truth.ledger(channel.0, unit));
    let mut told: Vec<_> = told.map(|row| (row.id, row.nano)).collect();
    rows.sort();
    told.sort();
    assert!(
        rows == told && i64::try_from(rows.len()).unwrap() > before,
        "{} rows, not {}",
        rows.len(),
        told.len()
    );
    assert_eq!(world.dc.requests().harm(), [""; 0]);
}
