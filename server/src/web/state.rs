//! What the web side of the program knows.

use std::sync::Arc;

use app::Assets;
use app::backend::{Backend, Viewer};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use sqlx::PgPool;

use super::DemoLink;
use super::backend::StoreBackend;
use super::limit::SignInLimit;
use crate::clock::Clock;

/// Makes the backend of a request from who asks.
pub type MakeBackend = Arc<dyn Fn(Option<Viewer>) -> Arc<dyn Backend> + Send + Sync>;

/// Shared by every request; cheap to clone.
#[derive(Clone)]
pub struct WebState {
    /// The database.
    pub pool: PgPool,
    /// The product's clock.
    pub clock: Clock,
    /// Where the site's files are.
    pub assets: Assets,
    /// Cookies are marked secure: people reach us over https.
    pub secure_cookies: bool,
    /// The demo's sign-in link, where there is a demo.
    pub demo_link: Option<DemoLink>,
    /// Answers the pages' questions.
    pub make_backend: MakeBackend,
    /// Turns true when the program is to end: what would go on for ever ends then.
    pub(crate) ending: tokio::sync::watch::Sender<bool>,
    /// Counts sign-ins.
    pub(crate) limit: SignInLimit,
    /// Password checks at once: each takes 19 MiB and a processor.
    pub(crate) checks: Arc<tokio::sync::Semaphore>,
}

impl WebState {
    /// The state of a program that is reached at `base_url`.
    pub fn new(pool: PgPool, clock: Clock, assets: Assets, base_url: &str) -> Self {
        let make_backend: MakeBackend = {
            let (pool, clock) = (pool.clone(), clock.clone());
            Arc::new(move |viewer| Arc::new(StoreBackend::new(pool.clone(), clock.now(), viewer)))
        };
        Self {
            pool,
            clock,
            assets,
            secure_cookies: base_url.starts_with("https://"),
            demo_link: None,
            make_backend,
            ending: tokio::sync::watch::Sender::new(false),
            limit: SignInLimit::default(),
            checks: Arc::new(tokio::sync::Semaphore::new(2)),
        }
    }

    /// With another least time between two requests to Telegram, for what pages say of the pace.
    #[must_use]
    pub fn with_gap(self, gap: std::time::Duration) -> Self {
        let (pool, clock) = (self.pool.clone(), self.clock.clone());
        let gap_ms = u64::try_from(gap.as_millis()).unwrap_or(u64::MAX);
        self.with_backend(Arc::new(move |viewer| {
            Arc::new(StoreBackend::new(pool.clone(), clock.now(), viewer).with_gap_ms(gap_ms))
        }))
    }

    /// Ends the streams of pages that are looked at: the program is about to end.
    pub fn end_streams(&self) {
        self.ending.send_replace(true);
    }

    /// With other answers than the store's: for tests of pages.
    #[must_use]
    pub fn with_backend(self, make_backend: MakeBackend) -> Self {
        Self { make_backend, ..self }
    }

    /// With a demo's sign-in link.
    #[must_use]
    pub fn with_demo_link(self, link: DemoLink) -> Self {
        Self { demo_link: Some(link), ..self }
    }
}

impl FromRef<WebState> for LeptosOptions {
    fn from_ref(state: &WebState) -> Self {
        state.assets.options.clone()
    }
}
