//! What the schedules page's forms do.

use app::model::schedule::Preset;
use app::model::{AccountId, ChannelId, Collector, RunState, Schedule};
use axum::http::{StatusCode, header};
use sqlx::PgPool;

use super::fixture::{Answered, get, now, post, signed_in, state};
use crate::store::channels::record_access;
use crate::store::testing::{access, account, channel};
use crate::store::{accounts, collecting, runs, schedules};
use crate::web::WebState;

struct Page {
    state: WebState,
    cookie: String,
    token: String,
    five: ChannelId,
    account: AccountId,
}

impl Page {
    async fn open(pool: PgPool) -> Self {
        let (five, account) = (channel(&pool, 5).await, account(&pool, 7).await);
        record_access(&pool, five, &access(account), now()).await.unwrap();
        schedules::add_defaults(&pool, five, Collector::ALL, now()).await.unwrap();
        crate::jobs::migrate(&pool).await.unwrap();
        let state = state(pool);
        let cookie = signed_in(&state).await;
        let page = get(&state, "/schedules", &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        let (_, rest) = page.body.split_once(r#"name="csrf_token" value=""#).unwrap();
        let token = rest.split('"').next().unwrap().to_owned();
        Self { state, cookie, token, five, account }
    }

    async fn post(&self, path: &str, form: &str) -> Answered {
        let form = format!("csrf_token={}&{form}", self.token);
        post(&self.state, &format!("/schedules/{path}"), &self.cookie, &form).await
    }

    async fn schedule(&self, collector: Collector) -> Schedule {
        schedules::find(&self.state.pool, self.five, collector).await.unwrap().unwrap()
    }
}

fn assert_back(answered: &Answered) {
    let location = answered.header(header::LOCATION);
    assert_eq!(
        (answered.status, location),
        (StatusCode::SEE_OTHER, "/schedules#channel-5"),
        "{}",
        answered.body
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn how_often_and_at_what_times(pool: PgPool) {
    let page = Page::open(pool).await;
    let of = Collector::Statistics;
    assert_back(&page.post("5/statistics", "kind=every&number=90&unit=minutes").await);
    assert_eq!(page.schedule(of).await.every_seconds, 5_400);
    assert_back(&page.post("5/statistics", "kind=times&cron=30+6+*+*+*&time_zone=Europe/Berlin").await);
    let set = page.schedule(of).await;
    assert_eq!((set.cron.as_deref(), set.every_seconds), (Some("30 6 * * *"), 86_400));
    assert!(set.next_due_at > now());
    let list = get(&page.state, "/schedules", &page.cookie).await.body;
    assert!(list.contains("at 30 6 * * * Europe/Berlin") && list.contains("set by hand"), "{list}");

    // What cannot be is said beside what was typed, and nothing changes.
    let wrong = page.post("5/statistics", "kind=times&cron=99+6+*+*+*&time_zone=Europe/Berlin").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(
        wrong.body.contains("are no times") && wrong.body.contains(r#"value="99 6 * * *""#),
        "{}",
        wrong.body
    );
    let wrong = page.post("5/statistics", "kind=every&number=0&unit=hours").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("An interval is a whole number of minutes, hours or days"), "{}", wrong.body);
    let missing = page.post("404/statistics", "kind=every&number=1&unit=hours").await;
    assert!(missing.body.contains("schedule of channel 404 was not found"), "{}", missing.body);
    assert_eq!(page.schedule(of).await, set);
}

#[sqlx::test(migrations = "../migrations")]
async fn pausing_resuming_and_running_now(pool: PgPool) {
    let page = Page::open(pool).await;
    let of = Collector::Boosts;
    assert_back(&page.post("5/boosts/pause", "").await);
    assert!(!page.schedule(of).await.enabled);
    assert_back(&page.post("5/boosts/resume", "").await);
    assert!(page.schedule(of).await.enabled);
    let run = page.post("5/boosts/run", "").await;
    assert_eq!((run.status, run.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/runs"));
    let runs = runs::list(&page.state.pool, 9).await.unwrap();
    assert_eq!(
        runs.iter().map(|run| (run.collector, run.state)).collect::<Vec<_>>(),
        [(of, RunState::Queued)]
    );

    let gone = accounts::AccountState::NeedsLinking;
    let mut db = page.state.pool.acquire().await.unwrap();
    accounts::set_state(&mut db, page.account, gone, now()).await.unwrap();
    let refused = page.post("5/facts/run", "").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("No linked account can collect channel 5"), "{}", refused.body);
}

#[sqlx::test(migrations = "../migrations")]
async fn presets_and_quiet_hours(pool: PgPool) {
    let page = Page::open(pool).await;
    assert_back(&page.post("preset", "preset=eager&channel=5").await);
    let all = schedules::list(&page.state.pool).await.unwrap();
    assert_eq!(Preset::of(&all), Some(Preset::Eager));
    let body = get(&page.state, "/schedules", &page.cookie).await.body;
    for (title, cost) in [("Gentle", "200"), ("Normal", "470"), ("Eager", "944")] {
        let told = format!("<dt>{title}</dt><dd>about {cost} requests a day, a round in 1\u{a0}min</dd>");
        assert!(body.contains(&told), "{told}: {body}");
    }
    assert_eq!(page.post("preset", "preset=greedy").await.status, StatusCode::BAD_REQUEST);

    let quiet =
        async || collecting::quiet_hours(&page.state.pool).await.unwrap().map(|quiet| quiet.to_string());
    let set = page.post("quiet", "from=23:00&until=07:00&time_zone=Europe/Berlin").await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    assert_eq!(quiet().await.as_deref(), Some("23:00–07:00 Europe/Berlin"));
    let wrong = page.post("quiet", "from=23:00&until=23:00&time_zone=UTC").await;
    assert!(wrong.body.contains("Quiet hours cannot end when they begin"), "{}", wrong.body);
    assert!(quiet().await.is_some());
    page.post("quiet", "off=true").await;
    assert_eq!(quiet().await, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_form_of_somebody_else_changes_nothing(pool: PgPool) {
    let page = Page::open(pool).await;
    for path in ["5/boosts/pause", "5/boosts/run", "5/boosts", "preset", "quiet"] {
        let path = format!("/schedules/{path}");
        let form = "csrf_token=x&preset=eager&kind=every&number=1&unit=hours&off=true";
        assert_eq!(
            post(&page.state, &path, &page.cookie, form).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let signed_out = post(&page.state, &path, "", form).await;
        assert_eq!(signed_out.header(header::LOCATION), "/login", "{path}");
    }
    let all = schedules::list(&page.state.pool).await.unwrap();
    assert_eq!(Preset::of(&all), Some(Preset::Normal));
    assert!(all.iter().all(|one| one.enabled == one.collector.is_on_by_default()));
}
