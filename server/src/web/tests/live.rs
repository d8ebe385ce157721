//! Pages that change while one looks.

use app::model::{Collector, Trigger};
use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode, header};
use futures::StreamExt as _;
use sqlx::PgPool;
use tower::ServiceExt as _;

use super::fixture::{now, signed_in, state};
use crate::store::runs;
use crate::store::testing::{account, channel};
use crate::web::router;

/// The next message of a stream, as text; `None` when it has ended.
async fn next(body: &mut BodyDataStream) -> Option<String> {
    let patience = std::time::Duration::from_secs(10);
    let data = tokio::time::timeout(patience, body.next()).await.expect("a message");
    data.transpose().unwrap().map(|data| String::from_utf8(data.to_vec()).unwrap())
}

#[sqlx::test(migrations = "../migrations")]
async fn runs_come_as_they_go_until_the_program_ends(pool: PgPool) {
    let (five, account) = (channel(&pool, 5).await, account(&pool, 7).await);
    let state = state(pool.clone());
    let cookie = signed_in(&state).await;
    let ask = |cookie: &str| {
        let request = Request::get("/runs/live").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        router(state.clone(), Router::new()).oneshot(request)
    };
    assert_eq!(ask("").await.unwrap().status(), StatusCode::UNAUTHORIZED);

    let answer = ask(&cookie).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = answer.into_body().into_data_stream();
    let first = next(&mut body).await.unwrap();
    assert!(first.starts_with("data: ") && first.contains("Nothing was collected yet"), "{first}");

    let mut db = pool.acquire().await.unwrap();
    let run = runs::open(&mut db, five, Collector::Ledger, account, Trigger::Manual, now()).await.unwrap().id;
    let queued = next(&mut body).await.unwrap();
    assert!(queued.contains("waits for its turn"), "{queued}");
    runs::start(&pool, run, account, now()).await.unwrap();
    runs::set_progress(&pool, run, 3, Some("the TON ledger, 200 rows so far")).await.unwrap();
    let mut running = next(&mut body).await.unwrap();
    if !running.contains("rows so far") {
        running = next(&mut body).await.unwrap();
    }
    assert!(running.contains("talking to Telegram") && running.contains("3 requests"), "{running}");

    state.end_streams();
    assert_eq!(next(&mut body).await, None);
}
