//! The composition root: everything a command needs, made in the one order that works. Secrets and files are read,
//! addresses taken and output opened while still root, then privileges are dropped, and only then do threads exist.

mod key;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection, PgPool};

use crate::clock::Clock;
use crate::seal::SealKey;
use crate::store::migrations;
use crate::telegram::client::{Manners, SIMULATED_API_ID};
use crate::telegram::dc_file::DcFile;
use crate::worker::WorkerConfig;
use crate::{config, jobs, postgres, privileges};

/// Connections of one process. The worker and the web share them.
const CONNECTIONS: u32 = 12;

/// What flags, environment and file say.
#[derive(Debug)]
pub struct Settings {
    /// Where the dashboard is.
    pub web: config::Web,
    /// Where things are kept.
    pub storage: config::Storage,
    /// Who we are to Telegram.
    pub telegram: config::Telegram,
}

/// Settings with every file read and every privilege dropped; no thread exists yet.
#[derive(Debug)]
pub struct Prepared {
    /// The data directory, ours.
    pub data_dir: PathBuf,
    /// The data centres to use instead of Telegram's.
    pub dc_file: Option<DcFile>,
    database_url: Option<SecretString>,
    secret_key: Option<SecretString>,
    manners: Manners,
    keep_snapshots: SignedDuration,
}

/// Everything a command needs, running.
#[derive(Debug)]
pub struct Boot {
    /// Our database, migrated.
    pub pool: PgPool,
    /// Seals the Telegram session.
    pub seal: Arc<SealKey>,
    /// Tells the time.
    pub clock: Clock,
    /// The data centres to use instead of Telegram's.
    pub dc_file: Option<DcFile>,
    /// How to behave towards Telegram.
    pub manners: Manners,
    /// Our own directory.
    pub data_dir: PathBuf,
    /// How long snapshots that say nothing of their own are kept.
    pub keep_snapshots: SignedDuration,
}

impl Settings {
    /// Reads what needs reading and becomes an unprivileged user. Call before any thread exists, after taking what
    /// needs root (addresses, output files).
    pub fn prepare(self) -> Result<Prepared> {
        let data_dir = self.storage.data_dir()?;
        let dc_file = self
            .telegram
            .telegram_dc_file
            .as_deref()
            .map(DcFile::read)
            .transpose()
            .context("TELEGRAM_DC_FILE")?;
        let manners = self.manners()?;
        let prepared = Prepared {
            dc_file,
            manners,
            keep_snapshots: SignedDuration::from_hours(i64::from(self.storage.snapshot_keep_days) * 24),
            database_url: self.storage.database_url()?,
            secret_key: self.storage.secret_key()?,
            data_dir: data_dir.clone(),
        };
        privileges::prepare(&data_dir)?;
        Ok(prepared)
    }

    /// Polite by default. The hash is asked for now, though only signing in sends it, so that half a set-up is
    /// noticed at the start.
    fn manners(&self) -> Result<Manners> {
        let id = match (self.telegram.telegram_api_id, self.telegram.api_hash()?) {
            (Some(id), Some(_)) => id,
            (None, None) => SIMULATED_API_ID,
            (Some(_), None) => bail!("TELEGRAM_API_ID is set, TELEGRAM_API_HASH is not; set both or neither"),
            (None, Some(_)) => bail!("TELEGRAM_API_HASH is set, TELEGRAM_API_ID is not; set both or neither"),
        };
        let polite = Manners::polite(id);
        let gap = self.telegram.telegram_request_gap_ms.map(|ms| Duration::from_millis(ms.into()));
        Ok(Manners { gap: gap.unwrap_or(polite.gap), ..polite })
    }
}

impl Prepared {
    /// Starts the runtime, opens everything, runs the command, and leaves everything closed behind it.
    pub fn run(self, command: impl AsyncFnOnce(Boot) -> Result<()>) -> Result<()> {
        runtime()?.block_on(async {
            let (pool, private) = self.open_database().await?;
            let booted = self.boot(pool.clone()).await;
            let result = match booted {
                Ok(boot) => command(boot).await,
                Err(error) => Err(error),
            };
            pool.close().await;
            match private {
                // The command's own error is the one to be told.
                Some(private) if result.is_err() => {
                    private.leave().await.unwrap_or_else(|error| tracing::error!("{error}"));
                    result
                }
                Some(private) => Ok(private.leave().await?),
                None => result,
            }
        })
    }

    async fn open_database(&self) -> Result<(PgPool, Option<postgres::Private>)> {
        let Some(url) = &self.database_url else {
            let private = postgres::Private::join(&self.data_dir).await?;
            let pool = match private.pool(CONNECTIONS).await {
                Ok(pool) => pool,
                Err(error) => {
                    private.leave().await?;
                    return Err(error.into());
                }
            };
            return Ok((pool, Some(private)));
        };
        // The error of a connection may repeat parts of the URL, but never its password.
        // One connection first: it says what is wrong, where the pool would only say that it waited.
        let first = PgConnection::connect(url.expose_secret()).await.context(
            "CHANNELSCOPE_DATABASE_URL: the database does not answer; check the URL and that PostgreSQL runs",
        )?;
        first.close().await?;
        let pool = postgres::pool::options(CONNECTIONS).connect(url.expose_secret()).await.context(
            "CHANNELSCOPE_DATABASE_URL: the database does not answer; check the URL and that PostgreSQL runs",
        )?;
        Ok((pool, None))
    }

    async fn boot(self, pool: PgPool) -> Result<Boot> {
        migrations::migrate(&pool).await?;
        jobs::migrate(&pool).await?;
        let seal = key::open(&pool, &self.data_dir, self.secret_key.as_ref()).await?;
        let clock = match self.dc_file.as_ref().and_then(|file| file.clock.as_deref()) {
            Some(address) => Clock::world(address).await.context("TELEGRAM_DC_FILE")?,
            None => Clock::system(),
        };
        Ok(Boot {
            pool,
            seal: Arc::new(seal),
            clock,
            dc_file: self.dc_file,
            manners: self.manners,
            data_dir: self.data_dir,
            keep_snapshots: self.keep_snapshots,
        })
    }
}

impl Boot {
    /// What a worker of this process needs.
    pub fn worker_config(&self) -> WorkerConfig {
        let config = WorkerConfig::new(
            self.pool.clone(),
            self.seal.clone(),
            self.clock.clone(),
            self.dc_file.clone(),
            self.manners.clone(),
        );
        WorkerConfig { keep_snapshots: self.keep_snapshots, ..config }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")
}
