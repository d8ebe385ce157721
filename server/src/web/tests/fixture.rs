//! Fixed answers for pages, and a router around them.

use std::sync::Arc;

use app::Assets;
use app::backend::{Answer, Backend, Viewer};
use app::error::ApiError;
use app::model::account::{Accounts, FloodWait, LinkedAccount};
use app::model::revenue::RecordedRate;
use app::model::run::Trigger;
use app::model::schedule::{QuietHours, Schedules};
use app::model::{
    AccountId, Balances, Boosts, Channel, ChannelId, ChannelSummary, Collector, Errand, ErrandId,
    KnownChannel, Metric, Nano, Period, Portfolio, Post, Revenue, Run, RunId, RunState, Schedule,
    SeenGiveaway, SeriesSet, Transaction, TransactionKind, TransactionState, UnitCode, UsdRate,
};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::Timestamp;
use leptos::config::LeptosOptions;
use sqlx::PgPool;
use tower::ServiceExt as _;

use crate::clock::Clock;
use crate::store::{users, web_sessions};
use crate::web::token::Token;
use crate::web::{DemoLink, WebState, auth, router};

mod known;
mod series;

use series::series;

/// A title as bad as they come: markup, right-to-left text, emoji, quotes.
pub(crate) const HOSTILE: &str = "</title><script>alert('1')</script> أخبار 📰 \"<b>";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-23T12:05:00Z")
}

pub(crate) fn assets() -> Assets {
    Assets {
        options: LeptosOptions::builder().output_name("channelscope").site_pkg_dir("pkg/test").build(),
        stylesheet: "/pkg/test/main.css".to_owned(),
    }
}

pub(crate) fn state(pool: PgPool) -> WebState {
    WebState::new(pool, Clock::manual(now()), assets(), "http://localhost:3000")
}

pub(crate) fn with_fixture(state: WebState) -> WebState {
    state.with_backend(Arc::new(|viewer| {
        // The token of a form is masked with randomness; the snapshot wants it fixed.
        let viewer = viewer.map(|viewer| Viewer { csrf_token: "form-token".to_owned(), ..viewer });
        Arc::new(Fixture { viewer })
    }))
}

/// A response, read whole.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) async fn ask(state: &WebState, request: Request<Body>) -> Answered {
    let response = router(state.clone(), Router::new()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(to_bytes(body, 10_000_000).await.unwrap().to_vec()).unwrap();
    Answered { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn get(state: &WebState, path: &str, cookie: &str) -> Answered {
    ask(state, Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
}

pub(crate) async fn post(state: &WebState, path: &str, cookie: &str, form: &str) -> Answered {
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()));
    ask(state, request.unwrap()).await
}

/// Signs in with the demo's link: the cookie to send.
pub(crate) async fn signed_in(state: &WebState) -> String {
    let token = Token::random().unwrap();
    let end = now() + jiff::SignedDuration::from_hours(24 * 30);
    web_sessions::add(&state.pool, &token.sha256(), None, now(), end).await.unwrap();
    format!("channelscope_session={}", token.text())
}

pub(crate) async fn add_anna(state: &WebState) {
    let hash = auth::password::hash("correct horse").unwrap();
    users::add(&state.pool, "anna", &hash, now()).await.unwrap();
}

pub(crate) fn demo(state: WebState) -> (WebState, String) {
    let link = DemoLink::new().unwrap();
    let path = link.url("");
    (state.with_demo_link(link), path)
}

/// The id of [`lost`].
const LOST: i64 = 1_003;

/// Two channels; nothing about them ever changes.
struct Fixture {
    viewer: Option<Viewer>,
}

fn channel(id: i64, title: &str, owned: bool) -> Channel {
    Channel {
        id: ChannelId(id),
        title: title.to_owned(),
        username: owned.then(|| "news".to_owned()),
        is_group: false,
        subscribers: owned.then_some(1_214_332),
        can_view_stats: true,
        can_view_revenue: owned,
        can_view_stars_revenue: owned,
        is_admin: true,
        simulated: true,
        as_of: Some(now()),
    }
}

fn channels() -> Vec<ChannelSummary> {
    let news = ChannelSummary {
        channel: channel(1_001, "News of the day", true),
        sparkline: (0..30).map(|day| (day != 12).then_some(1_212_200 + day * 71 + day % 7 * 40)).collect(),
        change_30d: Some(2_132),
        views_7d: Some(1_182_734),
        ad_revenue_30d: Some(Nano(16_983_480_000)),
    };
    let hostile = ChannelSummary {
        channel: channel(1_002, HOSTILE, false),
        sparkline: vec![None; 30],
        change_30d: Some(-310),
        views_7d: None,
        ad_revenue_30d: None,
    };
    vec![news, hostile]
}

/// A channel that was collected once, and that no linked account may see any more. In no list.
fn lost() -> Channel {
    let rights_gone = channel(LOST, "Once ours", true);
    Channel { can_view_stats: false, can_view_revenue: false, can_view_stars_revenue: false, ..rights_gone }
}

/// The id of [`small`].
const SMALL: i64 = 1_004;

/// A channel of which Telegram shows no statistics and never did: its subscribers are counted. In no list.
fn small() -> Channel {
    Channel { id: ChannelId(SMALL), title: "A small one".to_owned(), username: None, ..lost() }
}

fn find(id: ChannelId) -> Result<Channel, ApiError> {
    channels()
        .into_iter()
        .map(|summary| summary.channel)
        .chain([lost(), small()])
        .find(|channel| channel.id == id)
        .ok_or_else(|| ApiError::NotFound(format!("Channel {id}")))
}

fn rate() -> UsdRate {
    UsdRate("3.0142".parse().unwrap())
}

fn transaction(id: &str, kind: TransactionKind, state: TransactionState, nano: i128, day: i8) -> Transaction {
    let booked_at = at(&format!("2026-11-{day:02}T04:10:00Z"));
    let is_earning = kind == TransactionKind::AdRevenue;
    let rate = (day > 5).then(|| RecordedRate { usd_rate: rate(), observed_at: booked_at });
    Transaction {
        id: id.to_owned(),
        is_refund: false,
        kind,
        state,
        unit_code: UnitCode::Ton,
        amount: Nano(nano),
        booked_at,
        period_start: is_earning.then(|| booked_at - jiff::SignedDuration::from_hours(7 * 24)),
        period_end: is_earning.then_some(booked_at),
        settled_at: None,
        url: (!is_earning).then(|| "https://tonscan.org/tx/1".to_owned()),
        rate,
        usd: rate.map(|rate| Nano(nano).to_usd(rate.usd_rate).unwrap()),
        balance_after: Some(Nano(214_000_000_000 + nano)),
        source_tl_hash: "00".repeat(32),
    }
}

fn transactions() -> Vec<Transaction> {
    use TransactionKind::{AdRevenue, Withdrawal};
    use TransactionState::{Done, Failed, Pending};
    vec![
        transaction("5", Withdrawal, Pending, -50_000_000_000, 21),
        transaction("4", AdRevenue, Done, 4_120_000_001, 18),
        transaction("3", Withdrawal, Failed, -12_500_000_000, 14),
        transaction("2", AdRevenue, Done, 3_980_500_000, 11),
        transaction("1", AdRevenue, Done, 4_000_000_000, 4),
    ]
}

/// Something was collected of it.
fn is_known(channel: &Channel) -> bool {
    channel.can_view_revenue || channel.id.0 == LOST
}

fn ready<T: Send + 'static>(result: Result<T, ApiError>) -> Answer<'static, T> {
    Box::pin(std::future::ready(result))
}

impl Backend for Fixture {
    fn viewer(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }

    fn now(&self) -> Timestamp {
        now()
    }

    fn portfolio(&self) -> Answer<'_, Portfolio> {
        ready(Ok(Portfolio {
            channels: channels(),
            available: Some(Nano(214_012_300_000)),
            usd_rate: Some(rate()),
            as_of: Some(now()),
            needs_you: vec!["Collect 214 TON of News of the day".to_owned()],
        }))
    }

    fn channels(&self) -> Answer<'_, Vec<ChannelSummary>> {
        ready(Ok(channels()))
    }

    fn channel(&self, id: ChannelId) -> Answer<'_, Channel> {
        ready(find(id))
    }

    fn series<'a>(&'a self, id: ChannelId, metric: Metric, period: &'a Period) -> Answer<'a, SeriesSet> {
        ready(find(id).map(|channel| {
            let is_counted = channel.id.0 == SMALL && metric == Metric::Subscribers;
            let is_known = is_known(&channel) || is_counted;
            SeriesSet {
                channel: id,
                metric,
                period: period.clone(),
                known_since: is_known.then_some(jiff::civil::date(2025, 10, 20)),
                as_of: Some(now()),
                error: (metric == Metric::ViewsBySource).then(|| "Not enough data to display.".to_owned()),
                series: if is_known { series(metric, period) } else { Vec::new() },
            }
        }))
    }

    fn revenue<'a>(&'a self, id: ChannelId, unit_code: UnitCode, period: &'a Period) -> Answer<'a, Revenue> {
        ready(find(id).map(|channel| {
            let is_known = unit_code == UnitCode::Ton && is_known(&channel);
            Revenue {
                channel,
                balances: is_known.then(|| Balances {
                    unit_code,
                    available: Nano(214_012_300_000),
                    current: Nano(264_012_300_000),
                    overall: Nano(3_812_400_000_123),
                    withdrawal_enabled: true,
                    next_withdrawal_at: None,
                    usd_rate: Some(rate()),
                    observed_at: now(),
                }),
                period: period.clone(),
                transactions: if is_known { transactions() } else { Vec::new() },
                known_rows: if is_known { 57 } else { 0 },
                unexplained: is_known.then_some(Nano(0)),
            }
        }))
    }

    fn posts<'a>(&'a self, id: ChannelId, _: &'a Period, _: i64) -> Answer<'a, Vec<Post>> {
        ready(find(id).map(|_| Vec::new()))
    }

    fn boosts(&self, id: ChannelId) -> Answer<'_, Boosts> {
        ready(find(id).map(|_| Boosts::default()))
    }

    fn giveaways(&self, id: ChannelId) -> Answer<'_, Vec<SeenGiveaway>> {
        ready(find(id).map(|_| Vec::new()))
    }

    fn known(&self, id: ChannelId) -> Answer<'_, app::model::known::Known> {
        ready(find(id).map(|_| known::known()))
    }

    fn schedules(&self) -> Answer<'_, Vec<Schedule>> {
        let one = |collector, minutes, parked: Option<&str>| Schedule {
            channel_id: ChannelId(1_001),
            channel_title: "News of the day".to_owned(),
            collector,
            every_seconds: Collector::default_every_seconds(collector),
            enabled: true,
            cron: None,
            time_zone: None,
            next_due_at: now() + jiff::SignedDuration::from_mins(minutes),
            last_run: Some(RunId(7)),
            last_state: Some(RunState::Done),
            last_finished_at: Some(now() - jiff::SignedDuration::from_mins(40)),
            last_seconds: Some(3),
            last_good_at: Some(now() - jiff::SignedDuration::from_mins(40)),
            parked_reason: parked.map(str::to_owned),
            account: Some(AccountId(1)),
        };
        ready(Ok(vec![
            one(Collector::Facts, 134, None),
            one(Collector::Statistics, -3, None),
            one(Collector::Ledger, 10, Some("The account is no longer an administrator of the channel.")),
        ]))
    }

    fn accounts(&self) -> Answer<'_, Accounts> {
        let account = LinkedAccount {
            id: AccountId(1),
            display_name: HOSTILE.to_owned(),
            simulated: true,
            needs_linking_since: None,
            flood_waits: vec![FloodWait {
                method: "stats.loadAsyncGraph".to_owned(),
                until: at("2999-01-01T00:00:00Z"),
            }],
            linked_at: at("2026-01-01T00:00:00Z"),
        };
        let signed_out = LinkedAccount {
            id: AccountId(2),
            display_name: "Anna".to_owned(),
            needs_linking_since: Some(at("2026-11-20T08:15:00Z")),
            ..account.clone()
        };
        let known = |(place, summary): (usize, ChannelSummary)| KnownChannel {
            channel: summary.channel,
            is_owned: place == 0,
            is_collected: place == 0,
        };
        let channels = channels().into_iter().enumerate().map(known).collect();
        ready(Ok(Accounts { accounts: vec![account, signed_out], channels }))
    }

    fn errand(&self, _: ErrandId) -> Answer<'_, Option<Errand>> {
        Box::pin(async { Ok(None) })
    }

    fn collecting(&self) -> Answer<'_, Schedules> {
        let schedules = self.schedules();
        Box::pin(async move {
            let quiet_hours = QuietHours::parse("23:00-07:00", "Europe/Berlin").ok();
            Ok(Schedules { schedules: schedules.await?, quiet_hours, gap_ms: 1000 })
        })
    }

    fn runs(&self, _limit: i64) -> Answer<'_, Vec<Run>> {
        let one = |id, state: RunState, error: Option<&str>| Run {
            waited_seconds: 0,
            step: (state == RunState::Running).then(|| "the graph growth, 1 of 12".to_owned()),
            id: RunId(id),
            channel_id: ChannelId(1_002),
            channel_title: HOSTILE.to_owned(),
            collector: Collector::Statistics,
            trigger: if id == 9 { Trigger::Manual } else { Trigger::Schedule },
            state,
            queued_at: at("2026-11-23T11:58:00Z"),
            started_at: Some(at("2026-11-23T11:58:02Z")),
            finished_at: state.is_over().then(|| at("2026-11-23T11:58:41Z")),
            requests: 14,
            values_new: if state.is_over() { 41 } else { 0 },
            values_changed: if state.is_over() { 2 } else { 0 },
            values_unchanged: if state.is_over() { 12_003 } else { 0 },
            error: error.map(str::to_owned),
        };
        ready(Ok(vec![
            one(9, RunState::Running, None),
            one(8, RunState::Done, None),
            one(7, RunState::Partial, Some("The graph of languages was not ready after 5 tries.")),
        ]))
    }
}
