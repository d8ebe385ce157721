use sqlx::PgPool;

use super::*;
use crate::store::testing::{account, at, channel, connection, flood_wait};
use app::model::{Collector, RunState, Trigger};

const USER: TelegramUserId = TelegramUserId(7);

#[sqlx::test(migrations = "../migrations")]
async fn linking_again_keeps_the_number(pool: PgPool) {
    let first = add(&pool, USER, "Anna", false, at("2026-03-01T00:00:00Z")).await.unwrap();
    set_state(&mut *connection(&pool).await, first, AccountState::NeedsLinking, at("2026-03-02T00:00:00Z"))
        .await
        .unwrap();
    let again = add(&pool, USER, "Anna B.", false, at("2026-03-03T00:00:00Z")).await.unwrap();
    assert_eq!(first, again);
    let expected = Account {
        id: first,
        telegram_user_id: USER,
        display_name: "Anna B.".into(),
        simulated: false,
        state: AccountState::Active,
        state_since: at("2026-03-03T00:00:00Z"),
        flood_waits: Vec::new(),
        linked_at: at("2026-03-03T00:00:00Z"),
    };
    assert_eq!(list(&pool).await.unwrap(), [expected]);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_state_again_is_no_news(pool: PgPool) {
    let id = account(&pool, 7).await;
    for day in ["2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z"] {
        set_state(&mut *connection(&pool).await, id, AccountState::NeedsLinking, at(day)).await.unwrap();
    }
    let account = find(&pool, id).await.unwrap().unwrap();
    assert_eq!(
        (account.state, account.state_since),
        (AccountState::NeedsLinking, at("2026-03-02T00:00:00Z"))
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn an_account_says_what_it_may_not_ask(pool: PgPool) {
    let id = account(&pool, 7).await;
    assert_eq!(find(&pool, id).await.unwrap().unwrap().quiet_until(), None);
    let until = at("2026-03-01T01:00:00Z");
    let wait = flood_wait(&pool, id, "stats.loadAsyncGraph", until).await;
    flood_wait(&pool, id, "a.b", at("2026-03-01T00:01:00Z")).await;
    let account = find(&pool, id).await.unwrap().unwrap();
    assert_eq!((account.flood_waits.len(), account.quiet_until()), (2, Some(until)));
    assert_eq!(account.flood_waits[1], wait);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_not_there_is_said(pool: PgPool) {
    let id = AccountId(404);
    let now = at("2026-03-01T00:00:00Z");
    assert_eq!(find(&pool, id).await.unwrap(), None);
    for error in [
        forget(&pool, id).await.unwrap_err(),
        set_state(&mut *connection(&pool).await, id, AccountState::Active, now).await.unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "Account 404 was not found");
    }
    let id = account(&pool, 7).await;
    forget(&pool, id).await.unwrap();
    assert_eq!(find(&pool, id).await.unwrap(), None);
}

/// An open run of an account that is gone keeps its channel from being collected through another.
#[sqlx::test(migrations = "../migrations")]
async fn an_account_that_goes_takes_its_open_runs_with_it(pool: PgPool) {
    let now = at("2026-03-01T00:00:00Z");
    let (five, other) = (channel(&pool, 5).await, account(&pool, 8).await);
    let mut db = connection(&pool).await;
    let kept = runs::open(&mut db, five, Collector::Facts, other, Trigger::Schedule, now).await.unwrap().id;
    for forgotten in [false, true] {
        let mine = account(&pool, 7).await;
        let queued =
            runs::open(&mut db, five, Collector::Ledger, mine, Trigger::Schedule, now).await.unwrap();
        let running =
            runs::open(&mut db, five, Collector::Revenue, mine, Trigger::Schedule, now).await.unwrap();
        assert!(!queued.joined && !running.joined);
        runs::start(&pool, running.id, mine, now).await.unwrap();
        let reason = if forgotten {
            forget(&pool, mine).await.unwrap();
            UNLINKED
        } else {
            set_state(&mut db, mine, AccountState::NeedsLinking, now).await.unwrap();
            let error = runs::open(&mut db, five, Collector::Ledger, mine, Trigger::Schedule, now).await;
            assert!(error.unwrap_err().to_string().contains("linked again"));
            SIGNED_OUT
        };
        for run in [queued.id, running.id] {
            let run = runs::find(&pool, run).await.unwrap().unwrap();
            assert_eq!((run.state, run.error.as_deref()), (RunState::Failed, Some(reason)));
            assert!(run.finished_at.unwrap() >= now);
        }
    }
    assert_eq!(runs::find(&pool, kept).await.unwrap().unwrap().state, RunState::Queued);
}
