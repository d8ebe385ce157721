//! What the accounts page's forms do.

use app::model::{ChannelId, Collector, ErrandAnswer, ErrandId};
use axum::http::{StatusCode, header};
use sqlx::PgPool;

use super::fixture::{get, now, post, signed_in, state};
use crate::store::channels::{self, record_access};
use crate::store::errands::{self, Question};
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
    let since = "2026-11-20T08:15:00Z".parse().unwrap();
    accounts::set_state(&mut db, account, accounts::AccountState::NeedsLinking, since).await.unwrap();
    let page = get(&state, "/accounts", &cookie).await;
    let said = r#"Telegram has signed it out: link it again. Since <time datetime="2026-11-20T08:15:00Z">20 Nov 2026, 08:15 UTC"#;
    assert!(page.body.contains(said), "{}", page.body);
}

/// Answers whatever is asked next, as the holder of the connection would.
fn answer_next(pool: &PgPool, is_good: bool, text: &str) -> tokio::task::JoinHandle<ErrandId> {
    let (pool, text) = (pool.clone(), text.to_owned());
    tokio::spawn(async move {
        loop {
            let open = sqlx::query_scalar("select id from errands where ended_at is null");
            if let Some(id) = open.fetch_optional(&pool).await.unwrap() {
                let answer = ErrandAnswer { is_good, text, channel: None };
                errands::finish(&pool, ErrandId(id), &answer, now()).await.unwrap();
                return ErrandId(id);
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
}

#[sqlx::test(migrations = "../migrations")]
async fn a_link_is_asked_about_and_the_page_says_what_came_of_it(pool: PgPool) {
    crate::jobs::migrate(&pool).await.unwrap();
    let state = state(pool.clone());
    let cookie = signed_in(&state).await;
    let page = get(&state, "/accounts", &cookie).await;
    assert!(!page.body.contains("Add a channel by its link"), "nobody could be asked");
    let account = account(&pool, 7).await;
    channel(&pool, 5).await;
    record_access(&pool, ChannelId(5), &access(account), now()).await.unwrap();
    channels::set_collected(&pool, ChannelId(5), false).await.unwrap();
    let page = get(&state, "/accounts", &cookie).await;
    let (_, rest) = page.body.split_once(r#"name="csrf_token" value=""#).unwrap();
    let token = rest.split('"').next().unwrap();
    let add = async |link: &str| {
        post(&state, "/accounts/link", &cookie, &format!("csrf_token={token}&link={link}")).await
    };
    let asked = async || -> i64 {
        sqlx::query_scalar("select count(*) from errands").fetch_one(&pool).await.unwrap()
    };

    let foreign = post(&state, "/accounts/link", &cookie, "csrf_token=x&link=@somebody").await;
    assert_eq!((foreign.status, asked().await), (StatusCode::FORBIDDEN, 0));
    let foreign = post(&state, &format!("/accounts/{account}/refresh"), &cookie, "csrf_token=x").await;
    assert_eq!((foreign.status, asked().await), (StatusCode::FORBIDDEN, 0));
    let wrong = add("https://example.org/<x>").await;
    assert_eq!((wrong.status, asked().await), (StatusCode::BAD_REQUEST, 0));
    assert!(wrong.body.contains("names no channel") && wrong.body.contains(r#"value="https://example.org/"#));

    let added = add("https://t.me/c/5/7").await;
    assert_eq!((added.status, added.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/accounts?added=5"));
    assert_eq!((channels::list(&pool).await.unwrap().len(), asked().await), (1, 0));
    let page = get(&state, "/accounts?added=5", &cookie).await;
    assert!(page.body.contains("“Channel 5” is collected from now on."), "{}", page.body);
    let page = get(&state, "/accounts?added=6", &cookie).await;
    assert!(!page.body.contains("is collected from now on"), "an address alone says nothing");

    for (is_good, text, role) in
        [(true, "It is &lt;there&gt;.", "status"), (false, "It is a person.", "alert")]
    {
        let answering = answer_next(&pool, is_good, &text.replace("&lt;", "<").replace("&gt;", ">"));
        let added = add("https://t.me/somebody").await;
        let target = format!("/accounts?errand={}", answering.await.unwrap());
        assert_eq!((added.status, added.header(header::LOCATION)), (StatusCode::SEE_OTHER, target.as_str()));
        let page = get(&state, &target, &cookie).await;
        assert!(
            page.body.contains(text) && page.body.contains(&format!(r#"role="{role}""#)),
            "{}",
            page.body
        );
    }

    let answering = answer_next(&pool, true, "It administers 3.");
    let path = format!("/accounts/{account}/refresh");
    let refreshed = post(&state, &path, &cookie, &format!("csrf_token={token}")).await;
    let target = format!("/accounts?errand={}", answering.await.unwrap());
    assert_eq!(refreshed.header(header::LOCATION), target);
    assert!(get(&state, &target, &cookie).await.body.contains("It administers 3."));
    let missing = post(&state, "/accounts/404/refresh", &cookie, &format!("csrf_token={token}")).await;
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    assert!(missing.body.contains("Account 404 was not found."), "{}", missing.body);

    let mut db = pool.acquire().await.unwrap();
    let open = errands::open(&mut db, account, &Question::Refresh, now()).await.unwrap();
    let page = get(&state, &format!("/accounts?errand={open}"), &cookie).await;
    assert!(page.body.contains("Telegram is still being asked"), "{}", page.body);
}
