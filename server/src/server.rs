//! The web server: pages, API and static files on one address.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};

use anyhow::{Context, Result};
use app::Assets;
use axum::routing::get;
use leptos::config::LeptosOptions;

use crate::boot::Boot;
use crate::store::web_sessions;
use crate::web::{self, DemoLink, WebState, static_files};

/// Serves until `shutdown`, then lets open requests finish.
pub async fn serve(
    boot: &Boot,
    listener: TcpListener,
    base_url: &str,
    demo_link: Option<DemoLink>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    // Whoever came through a demo's link loses the way in when that demo has ended.
    web_sessions::forget_stale(&boot.pool, boot.clock.now(), true).await?;
    let mut state =
        WebState::new(boot.pool.clone(), boot.clock.clone(), assets(listener.local_addr()?), base_url);
    if let Some(link) = demo_link {
        state = state.with_demo_link(link);
    }
    let files = axum::Router::new().route("/pkg/{*path}", get(static_files::serve));
    let router = web::router(state.clone(), web::api::router(state).merge(files));
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(shutdown)
        .await
        .context("serving the dashboard")
}

/// Where the embedded site is. Made in code: what Leptos would read from the environment or from files beside the
/// program does not exist here.
fn assets(address: SocketAddr) -> Assets {
    let package = static_files::package().unwrap_or_else(|| {
        tracing::warn!(
            "this program was built without its site: pages have no styles and charts do not move"
        );
        "pkg/none".to_owned()
    });
    let stylesheet = format!("/{package}/channelscope.css");
    let options =
        LeptosOptions::builder().output_name("channelscope").site_pkg_dir(package).site_addr(address).build();
    Assets { options, stylesheet }
}
