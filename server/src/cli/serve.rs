//! `channelscope serve`, `work`, `migrate` and `demo`.

use anyhow::Result;

use crate::boot::Settings;
#[cfg(feature = "demo")]
use crate::demo;
use crate::store::{self, users};
use crate::{server, worker};

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Serve pages only; another process collects.
    #[arg(long)]
    no_worker: bool,
}

#[cfg(feature = "demo")]
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// The simulated world's seed: the same seed is the same world.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many days the simulated channels have lived.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=4000))]
    days: u32,
    /// Serve the simulated world's truth as JSON at this address, to compare with what was collected.
    #[arg(long, value_name = "ADDRESS")]
    truth_listen: Option<std::net::SocketAddr>,
}

impl Serve {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        let listener = settings.web.bind()?;
        let base_url = settings.web.base_url(listener.local_addr()?)?;
        settings.prepare()?.run(async move |boot| {
            if users::count(&boot.pool).await? == 0 {
                tracing::warn!("nobody can sign in yet; add somebody with: channelscope user add NAME");
            }
            let worker = if self.no_worker { None } else { Some(worker::start(boot.worker_config()).await?) };
            tracing::info!("the dashboard is at {base_url}");
            let served = server::serve(&boot, listener, &base_url, None, shutdown_signal()).await;
            if let Some(worker) = worker {
                worker.shutdown().await;
            }
            served
        })
    }
}

#[cfg(feature = "demo")]
impl Demo {
    pub(super) fn run(self, mut settings: Settings) -> Result<()> {
        let listener = settings.web.bind()?;
        let base_url = settings.web.base_url(listener.local_addr()?)?;
        if settings.storage.data_dir.is_none() {
            // Simulated data never mixes with real data by default.
            let mut name = settings.storage.data_dir()?.into_os_string();
            name.push("-demo");
            settings.storage.data_dir = Some(name.into());
        }
        // Nobody needs to be spared, and a newcomer is waiting.
        settings.telegram.telegram_request_gap_ms.get_or_insert(10);
        settings.telegram.telegram_dc_file = None;
        let world = demo::World { seed: self.seed, days: self.days, truth_listen: self.truth_listen };
        settings
            .prepare()?
            .run(async move |boot| demo::run(boot, world, listener, &base_url, shutdown_signal()).await)
    }
}

pub(super) fn work(settings: Settings) -> Result<()> {
    settings.prepare()?.run(async |boot| {
        let worker = worker::start(boot.worker_config()).await?;
        tracing::info!("collecting on schedule");
        shutdown_signal().await;
        worker.shutdown().await;
        Ok(())
    })
}

pub(super) fn migrate(settings: Settings) -> Result<()> {
    settings.prepare()?.run(async |boot| {
        // Booting has migrated already; this says where the database is.
        let applied = store::migrations::migrate(&boot.pool).await?;
        eprintln!("The database is at migration {}.", applied.to);
        Ok(())
    })
}

/// Ends with Ctrl-C or SIGTERM.
pub(super) async fn shutdown_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
