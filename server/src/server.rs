//! The web server: pages, API and static files on one address.

use std::future::{Future, IntoFuture};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result};
use app::Assets;
use leptos::config::LeptosOptions;

use crate::boot::Boot;
use crate::store::web_sessions;
use crate::web::{self, DemoLink, WebState, static_files};

/// How long open requests may take to finish when the program is to end.
const DRAIN: Duration = Duration::from_secs(10);

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
        WebState::new(boot.pool.clone(), boot.clock.clone(), assets(listener.local_addr()?), base_url)
            .with_gap(boot.manners.gap);
    if let Some(link) = demo_link {
        state = state.with_demo_link(link);
    }
    let streams = state.clone();
    let router = web::router(state.clone(), web::api::router(state));
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let (tell, told) = tokio::sync::oneshot::channel();
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            shutdown.await;
            streams.end_streams();
            // It fails only when serving has ended already, and nobody needs to know.
            let _: Result<(), ()> = tell.send(());
        })
        .into_future();
    tokio::select! {
        served = serving => served.context("serving the dashboard"),
        () = drained(told) => {
            tracing::warn!("some connections were still open; they were cut off");
            Ok(())
        }
    }
}

/// Some time after the end was asked for: a client that never finishes must not keep the program alive.
async fn drained(told: tokio::sync::oneshot::Receiver<()>) {
    match told.await {
        Ok(()) => tokio::time::sleep(DRAIN).await,
        Err(_) => std::future::pending().await,
    }
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
