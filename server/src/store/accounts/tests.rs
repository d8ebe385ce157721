use sqlx::PgPool;

use super::*;
use crate::store::testing::{account, at};

const USER: TelegramUserId = TelegramUserId(7);

#[sqlx::test(migrations = "../migrations")]
async fn linking_again_keeps_the_number(pool: PgPool) {
    let first = add(&pool, USER, "Anna", false, at("2026-03-01T00:00:00Z")).await.unwrap();
    set_state(&pool, first, AccountState::NeedsLinking, at("2026-03-02T00:00:00Z")).await.unwrap();
    let again = add(&pool, USER, "Anna B.", false, at("2026-03-03T00:00:00Z")).await.unwrap();
    assert_eq!(first, again);
    let expected = Account {
        id: first,
        telegram_user_id: USER,
        display_name: "Anna B.".into(),
        simulated: false,
        state: AccountState::Active,
        state_since: at("2026-03-03T00:00:00Z"),
        quiet_until: None,
        linked_at: at("2026-03-03T00:00:00Z"),
    };
    assert_eq!(list(&pool).await.unwrap(), [expected]);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_state_again_is_no_news(pool: PgPool) {
    let id = account(&pool, 7).await;
    for day in ["2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z"] {
        set_state(&pool, id, AccountState::NeedsLinking, at(day)).await.unwrap();
    }
    let account = find(&pool, id).await.unwrap().unwrap();
    assert_eq!(
        (account.state, account.state_since),
        (AccountState::NeedsLinking, at("2026-03-02T00:00:00Z"))
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_wait_only_grows_and_then_is_over(pool: PgPool) {
    let id = account(&pool, 7).await;
    let now = at("2026-03-01T00:00:00Z");
    assert_eq!(quiet_until(&pool, id, now).await.unwrap(), None);
    set_quiet_until(&pool, id, at("2026-03-01T01:00:00Z")).await.unwrap();
    set_quiet_until(&pool, id, at("2026-03-01T00:00:30Z")).await.unwrap();
    assert_eq!(quiet_until(&pool, id, now).await.unwrap(), Some(at("2026-03-01T01:00:00Z")));
    assert_eq!(quiet_until(&pool, id, at("2026-03-01T01:00:00Z")).await.unwrap(), None);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_not_there_is_said(pool: PgPool) {
    let id = AccountId(404);
    let now = at("2026-03-01T00:00:00Z");
    assert_eq!(find(&pool, id).await.unwrap(), None);
    for error in [
        forget(&pool, id).await.unwrap_err(),
        set_state(&pool, id, AccountState::Active, now).await.unwrap_err(),
        set_quiet_until(&pool, id, now).await.unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "Account 404 was not found");
    }
    let id = account(&pool, 7).await;
    forget(&pool, id).await.unwrap();
    assert_eq!(find(&pool, id).await.unwrap(), None);
}
