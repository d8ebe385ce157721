//! Pages as a browser gets them.

use axum::http::{StatusCode, header};
use sqlx::PgPool;

use super::fixture::{HOSTILE, get, signed_in, state, with_fixture};

/// A page without what changes from response to response, a tag a line.
fn steady(body: &str, csp: &str) -> String {
    let nonce = csp.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    body.replace(nonce, "NONCE").replace('<', "\n<").replace("\n</", "</").trim_start().to_owned()
}

#[sqlx::test(migrations = "../migrations")]
async fn every_page_reads_as_it_should(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    for (name, path) in [
        ("portfolio", "/"),
        ("overview", "/channels/1001?from=2026-11-01&to=2026-11-23"),
        ("overview_without_rights", "/channels/1002?from=2026-11-01&to=2026-11-23"),
        ("revenue", "/channels/1001/revenue?from=2026-11-01&to=2026-11-23&tz=Europe/Berlin"),
        ("schedules", "/schedules"),
        ("schedule", "/schedules/1001/facts"),
        ("runs", "/runs"),
        ("accounts", "/accounts"),
    ] {
        let page = get(&state, path, &cookie).await;
        assert_eq!(
            (page.status, page.header(header::CONTENT_TYPE)),
            (StatusCode::OK, "text/html; charset=utf-8")
        );
        let csp = page.header(header::CONTENT_SECURITY_POLICY);
        insta::assert_snapshot!(name, steady(&page.body, csp));
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_collected_stays_when_the_right_goes(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    let kept = "Telegram no longer shows this to a linked account; what was collected until \
                23 Nov 2026, 12:05 UTC stays.";
    let overview = get(&state, "/channels/1003", &cookie).await.body;
    assert_eq!(overview.matches(kept).count(), 2, "statistics and money");
    for id in ["growth", "followers", "views", "ad-revenue"] {
        assert!(overview.contains(&format!("<figure id=\"{id}\"")), "{id}");
    }
    let revenue = get(&state, "/channels/1003/revenue", &cookie).await.body;
    assert!(
        revenue.contains(kept)
            && revenue.contains("Unexplained difference")
            && revenue.contains("Withdrawal")
    );
    let never = get(&state, "/channels/1002/revenue", &cookie).await.body;
    assert!(
        never.contains("This account may not see the channel's revenue")
            && !never.contains("no longer shows")
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn without_statistics_subscribers_are_shown_as_counted(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    let page = get(&state, "/channels/1004", &cookie).await.body;
    assert!(page.contains("Subscribers are as they were counted.") && !page.contains("no longer shows"));
    assert!(page.contains("<figure id=\"growth\"") && !page.contains("Followers joined and left"));
}

#[sqlx::test(migrations = "../migrations")]
async fn what_telegram_refused_stands_under_the_chart(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    let page = get(&state, "/channels/1001", &cookie).await.body;
    assert_eq!(page.matches("Telegram said: Not enough data to display.").count(), 1);
    assert!(page.contains("<figure id=\"views\""), "the last good data stays");
}

#[sqlx::test(migrations = "../migrations")]
async fn titles_are_text_whatever_they_contain(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    for path in ["/", "/channels/1002", "/channels/1002/revenue", "/runs"] {
        let page = get(&state, path, &cookie).await;
        assert!(
            page.body.contains("&lt;/title&gt;&lt;script&gt;alert('1')&lt;/script&gt; أخبار 📰"),
            "{path}"
        );
        assert!(!page.body.contains(HOSTILE) && !page.body.contains("<script>alert"), "{path}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn every_page_says_what_a_browser_may_do_with_it(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    let (one, two) = (get(&state, "/channels/1001", &cookie).await, get(&state, "/", &cookie).await);
    let csp = one.header(header::CONTENT_SECURITY_POLICY);
    assert!(csp.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{csp}");
    assert!(!csp.contains("unsafe-inline") && !csp.contains("'unsafe-eval'"), "{csp}");
    assert_ne!(csp, two.header(header::CONTENT_SECURITY_POLICY), "a nonce is used once");
    let nonce = csp.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    let scripts = one.body.matches("<script").count();
    assert_eq!(
        scripts,
        one.body.matches(&format!("nonce=\"{nonce}\"")).count(),
        "every script carries the nonce"
    );
    assert!(!one.body.contains(" style="), "the policy forbids style attributes");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(one.header(name), value);
    }
    assert!(!one.header("permissions-policy").is_empty());
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_not_there_says_so(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    for path in ["/no-such-page", "/channels/404", "/channels/news", "/channels/404/revenue"] {
        let page = get(&state, path, &cookie).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("was not found.") && page.body.contains(r#"href="/""#), "{path}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_wrong_period_is_named_and_the_data_stays(pool: PgPool) {
    let state = with_fixture(state(pool));
    let cookie = signed_in(&state).await;
    let page = get(&state, "/channels/1001?from=31.08.2026", &cookie).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("is not a date; write it like 2026-08-31"));
    assert!(page.body.contains("<svg"));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_empty_database_says_what_to_do(pool: PgPool) {
    let state = state(pool);
    let cookie = signed_in(&state).await;
    for (path, words) in [
        ("/", "No channel is collected yet"),
        ("/schedules", "Nothing is scheduled yet"),
        ("/runs", "Nothing was collected yet"),
    ] {
        let page = get(&state, path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(words), "{path}");
    }
}
