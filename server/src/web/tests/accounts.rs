//! What the accounts page's form does.

use app::model::{ChannelId, Collector};
use axum::http::{StatusCode, header};
use sqlx::PgPool;

use super::fixture::{get, now, post, signed_in, state};
use crate::store::channels::{self, record_access};
use crate::store::testing::{access, account, channel};
use crate::store::{accounts, schedules};

#[sqlx::test(migrations = "../migrations")]
async fn ticks_say_what_is_collected(pool: PgPool) {
    let account = account(&pool, 7).await;
    for id in [5, 6] {
        channel(&pool, id).await;
        record_access(&pool, ChannelId(id), &access(account), now()).await.unwrap();
    }
    channels::set_collected(&pool, ChannelId(6), false).await.unwrap();
    let state = state(pool.clone());
    let cookie = signed_in(&state).await;
    let page = get(&state, "/accounts", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("in use") && page.body.contains("statistics, ad revenue, Stars revenue"));
    let (_, rest) = page.body.split_once(r#"name="csrf_token" value=""#).unwrap();
    let token = rest.split('"').next().unwrap();
    let collected = async || -> Vec<i64> {
        channels::list(&pool).await.unwrap().into_iter().map(|one| one.id.0).collect()
    };
    assert_eq!(collected().await, [5]);

    let save = async |form: &str| {
        post(&state, "/accounts/channels", &cookie, &format!("csrf_token={token}&{form}")).await
    };
    let saved = save("shown-5=1&shown-6=1&collect-6=1").await;
    assert_eq!((saved.status, saved.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/accounts"));
    assert_eq!(collected().await, [6]);
    assert!(schedules::find(&pool, ChannelId(6), Collector::Ledger).await.unwrap().is_some());
    // What was not on the page stays as it is.
    save("shown-5=1&collect-5=1").await;
    assert_eq!(collected().await, [5, 6]);

    let missing = save("shown-5=1&shown-404=1&collect-404=1").await;
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    assert!(missing.body.contains("Channel 404 was not found. Nothing was changed."), "{}", missing.body);
    assert_eq!(collected().await, [5, 6]);
    let foreign = post(&state, "/accounts/channels", &cookie, "csrf_token=x&shown-5=1").await;
    assert_eq!((foreign.status, collected().await), (StatusCode::FORBIDDEN, vec![5, 6]));

    let mut db = pool.acquire().await.unwrap();
    accounts::set_state(&mut db, account, accounts::AccountState::NeedsLinking, now()).await.unwrap();
    let page = get(&state, "/accounts", &cookie).await;
    assert!(page.body.contains("Telegram has signed it out: link it again."), "{}", page.body);
}
