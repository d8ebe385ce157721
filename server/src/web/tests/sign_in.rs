//! Getting in, staying in, getting out.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sqlx::PgPool;

use super::fixture::{add_anna, ask, demo, get, post, signed_in, state, with_fixture};

const RIGHT: &str = "login=+Anna+&password=correct+horse";

fn cookie_of(set_cookie: &str) -> &str {
    set_cookie.split(';').next().unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn the_right_password_opens_a_session_and_a_wrong_one_does_not(pool: PgPool) {
    let state = with_fixture(state(pool));
    add_anna(&state).await;
    let wrong = post(&state, "/login", "", "login=anna%22%3E&password=x&next=/runs").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.body.contains("Name and password do not match."), "{}", wrong.body);
    assert!(
        wrong.body.contains(r#"value="anna&quot;"#) && wrong.body.contains(r#"value="/runs""#),
        "{}",
        wrong.body
    );
    assert_eq!(wrong.header(header::SET_COOKIE), "");

    let right = post(&state, "/login", "", &format!("{RIGHT}&next=/runs")).await;
    assert_eq!((right.status, right.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/runs"));
    let cookie = right.header(header::SET_COOKIE);
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    let page = get(&state, "/runs", cookie_of(cookie)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("anna"));
}

#[sqlx::test(migrations = "../migrations")]
async fn over_https_the_cookie_is_secure(pool: PgPool) {
    let mut state = state(pool);
    state.secure_cookies = true;
    add_anna(&state).await;
    let right = post(&state, "/login", "", RIGHT).await;
    assert!(right.header(header::SET_COOKIE).ends_with("; Secure"));
}

#[sqlx::test(migrations = "../migrations")]
async fn nobody_is_led_to_another_site(pool: PgPool) {
    let state = state(pool);
    add_anna(&state).await;
    for next in ["https://evil.example", "//evil.example", "/%5Cevil.example", "/%09/evil.example"] {
        let right = post(&state, "/login", "", &format!("{RIGHT}&next={next}")).await;
        assert_eq!((right.status, right.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/"), "{next}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn guessing_is_slowed_down(pool: PgPool) {
    let state = state(pool);
    for _ in 0..10 {
        assert_eq!(
            post(&state, "/login", "", "login=anna&password=x").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let refused = post(&state, "/login", "", "login=anna&password=x").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.body.contains("Wait a minute, then try again."));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_signed_out_sign_in_first_and_come_back(pool: PgPool) {
    let state = with_fixture(state(pool));
    for (path, login) in [
        ("/", "/login"),
        (
            "/channels/1001?from=2026-01-01&to=2026-01-31",
            "/login?next=/channels/1001%3Ffrom%3D2026-01-01%26to%3D2026-01-31",
        ),
        ("/no-such-page", "/login?next=/no-such-page"),
    ] {
        let sent = get(&state, path, "").await;
        assert_eq!((sent.status, sent.header(header::LOCATION)), (StatusCode::SEE_OTHER, login));
    }
    let login = get(&state, "/login?next=/runs", "").await;
    assert_eq!(login.status, StatusCode::OK);
    assert!(!login.body.contains("channelscope_bg"), "the form needs no module");
    let back = get(&state, "/login", &signed_in(&state).await).await;
    assert_eq!((back.status, back.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/"));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_demos_link_is_redeemed_by_opening_it_not_by_looking_at_it(pool: PgPool) {
    let (state, path) = demo(with_fixture(state(pool)));
    let looked = ask(&state, Request::head(&path).body(Body::empty()).unwrap()).await;
    assert_eq!((looked.status, looked.header(header::SET_COOKIE)), (StatusCode::NO_CONTENT, ""));
    for _ in 0..2 {
        let opened = get(&state, &path, "").await;
        assert_eq!((opened.status, opened.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/"));
        let cookie = cookie_of(opened.header(header::SET_COOKIE)).to_owned();
        assert_eq!(get(&state, "/", &cookie).await.status, StatusCode::OK);
    }
    let wrong = get(&state, &format!("{}x", &path[..path.len() - 1]), "").await;
    assert_eq!((wrong.status, wrong.header(header::SET_COOKIE)), (StatusCode::NOT_FOUND, ""));
    assert!(wrong.body.contains("This sign-in link is not valid"), "{}", wrong.body);
}

#[sqlx::test(migrations = "../migrations")]
async fn without_a_demo_no_link_works(pool: PgPool) {
    let (_, path) = demo(state(pool.clone()));
    assert_eq!(get(&with_fixture(state(pool)), &path, "").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrations = "../migrations")]
async fn only_our_own_form_signs_out(pool: PgPool) {
    let state = state(pool);
    let cookie = signed_in(&state).await;
    assert_eq!(post(&state, "/logout", &cookie, "csrf_token=guess").await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&state, "/logout", &cookie, "").await.status, StatusCode::FORBIDDEN);
    let foreign =
        Request::post("/logout").header("sec-fetch-site", "cross-site").header(header::COOKIE, &cookie);
    assert_eq!(ask(&state, foreign.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);

    let page = get(&state, "/", &cookie).await;
    let (_, rest) = page.body.split_once(r#"name="csrf_token" value=""#).expect("a sign-out form");
    let token = rest.split('"').next().unwrap();
    let out = post(&state, "/logout", &cookie, &format!("csrf_token={token}")).await;
    assert_eq!((out.status, out.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/login"));
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(
        get(&state, "/", &cookie).await.status,
        StatusCode::SEE_OTHER,
        "the session is gone on the server too"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn health_needs_nobody(pool: PgPool) {
    let state = state(pool);
    for path in ["/health/live", "/health/ready"] {
        let health = get(&state, path, "").await;
        assert_eq!(health.status, StatusCode::OK, "{}", health.body);
        assert!(health.body.contains(r#""status":"ok""#));
    }
    state.pool.close().await;
    let health = get(&state, "/health/ready", "").await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(health.body.contains("The database does not answer"), "{}", health.body);
}
