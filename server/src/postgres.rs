//! The private PostgreSQL: a cluster of our own under the data directory, for people who run nothing else.
//!
//! Several processes of one installation may need it at once (the server, a command beside it). So nobody owns it:
//! every process holds a shared lock on `postgres.users` while it uses the cluster, whoever finds none running starts
//! it, and the last one out stops it. The kernel drops the lock of a killed process, so `kill -9` needs no clean-up:
//! the next process finds the cluster alive, or a stale `postmaster.pid`, and carries on.
//!
//! It listens on a Unix socket only, keeps `fsync` on, and its superuser's password never leaves the data directory.

mod binaries;
mod lock;
pub mod pool;

use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use postgresql_embedded::{PostgreSQL, SettingsBuilder};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgPool};

/// What can go wrong with the private cluster, each in one sentence with its fix.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No server binaries.
    #[error(
        "PostgreSQL is not installed: install it (Debian: apt-get install postgresql), or name a running one with \
         CHANNELSCOPE_DATABASE_URL"
    )]
    NotInstalled,
    /// The data directory can't be used.
    #[error("the data directory {}: {source}; choose another with CHANNELSCOPE_DATA_DIR", path.display())]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Unix sockets have short names.
    #[error(
        "the data directory's path is too long for PostgreSQL's socket ({} bytes, at most 90): choose a shorter one with CHANNELSCOPE_DATA_DIR",
        .0.as_os_str().len()
    )]
    PathTooLong(PathBuf),
    /// The cluster was made by another major version.
    #[error(
        "the database in {} was made by PostgreSQL {made_by}, which is not installed: install postgresql-{made_by}", path.display()
    )]
    OtherVersion {
        /// The cluster.
        path: PathBuf,
        /// The major version that made it.
        made_by: String,
    },
    /// PostgreSQL itself said no.
    #[error("the private PostgreSQL did not start: {reason}; its log is {}", log.display())]
    Start {
        /// What it said.
        reason: String,
        /// Where it logs.
        log: PathBuf,
    },
    /// PostgreSQL itself did not want to end.
    #[error("the private PostgreSQL did not stop: {reason}; its log is {}", log.display())]
    Stop {
        /// What it said.
        reason: String,
        /// Where it logs.
        log: PathBuf,
    },
    /// The path goes through a shell's hands unquoted.
    #[error(
        "the data directory {} has a character that PostgreSQL's starter can't take; use letters, digits, - _ . and /",
        .0.display()
    )]
    Unquotable(PathBuf),
    /// It runs, but does not answer.
    #[error("the private PostgreSQL runs but does not answer: {0}")]
    Connect(#[source] sqlx::Error),
}

/// The name of the database inside the cluster.
const DATABASE: &str = "channelscope";
/// There is no TCP, but the socket's name carries a port.
const PORT: u16 = 5432;
/// How long a crashed cluster may take to recover before we give up.
const START_TIMEOUT: Duration = Duration::from_secs(120);
/// `sun_path` holds 107 bytes; the socket's file name takes 14 of them and the directory `/s` two.
const LONGEST_DATA_DIR: usize = 90;

/// A use of the private cluster. [`Private::leave`] stops the cluster if nobody else uses it.
#[derive(Debug)]
pub struct Private {
    data_dir: PathBuf,
    installation: PathBuf,
    password: String,
    users: lock::Shared,
}

impl Private {
    /// Joins the cluster under `data_dir`, which belongs to the calling user, starting it (and making it) if needed.
    pub async fn join(data_dir: &Path) -> Result<Self, Error> {
        if data_dir.as_os_str().len() > LONGEST_DATA_DIR {
            return Err(Error::PathTooLong(data_dir.to_owned()));
        }
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
        if !data_dir.as_os_str().as_encoded_bytes().iter().all(is_plain) {
            return Err(Error::Unquotable(data_dir.to_owned()));
        }
        // Before anything is made: without PostgreSQL nothing is left behind.
        let cluster = data_dir.join("postgres");
        let installation = binaries::find(&cluster)?;
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::DataDir { path, source }
        };
        for private in [data_dir.to_owned(), data_dir.join("s")] {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&private).map_err(at(&private))?;
        }
        // Starting and stopping are done by one process at a time.
        let _turn = lock::exclusive(&data_dir.join("postgres.turn")).await.map_err(at(data_dir))?;
        let users = lock::shared(&data_dir.join("postgres.users")).await.map_err(at(data_dir))?;
        let password = password(&data_dir.join("postgres.password")).map_err(at(data_dir))?;
        let private = Self { data_dir: data_dir.to_owned(), installation, password, users };
        if !private.answers().await {
            private.start().await?;
        }
        private.create_database().await?;
        Ok(private)
    }

    /// A pool of at most `connections` connections to our database in the cluster.
    pub async fn pool(&self, connections: u32) -> Result<PgPool, Error> {
        pool::options(connections).connect_with(self.options(DATABASE)).await.map_err(Error::Connect)
    }

    /// Ends this use; stops the cluster cleanly if it was the last.
    pub async fn leave(self) -> Result<(), Error> {
        let data_dir = self.data_dir.clone();
        let at = |source| Error::DataDir { path: data_dir.clone(), source };
        let _turn = lock::exclusive(&self.data_dir.join("postgres.turn")).await.map_err(at)?;
        let (embedded, log) = (self.embedded(), self.log());
        if self.users.leave_last() {
            embedded.stop().await.map_err(|error| Error::Stop { reason: error.to_string(), log })?;
        } else {
            // Dropping the handle would stop the cluster under the others.
            std::mem::forget(embedded);
        }
        Ok(())
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.data_dir.join("s"))
            .port(PORT)
            .username("postgres")
            .password(&self.password)
            .database(database)
            .application_name("channelscope")
    }

    /// Does a live server of this cluster answer? `postmaster.pid` alone proves nothing.
    async fn answers(&self) -> bool {
        match self.options("postgres").connect().await {
            Ok(connection) => connection.close().await.is_ok(),
            Err(_) => false,
        }
    }

    async fn start(&self) -> Result<(), Error> {
        let mut embedded = self.embedded();
        let started = async {
            embedded.setup().await?;
            embedded.start().await
        };
        let result = started.await.map_err(|error| refused(&error.to_string(), self.log()));
        // Dropping the handle would stop the cluster, which by now is everybody's.
        std::mem::forget(embedded);
        result
    }

    async fn create_database(&self) -> Result<(), Error> {
        let mut connection = self.options("postgres").connect().await.map_err(Error::Connect)?;
        let created = sqlx::query("create database channelscope").execute(&mut connection).await;
        connection.close().await.map_err(Error::Connect)?;
        match created {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P04") => Ok(()),
            other => other.map(drop).map_err(Error::Connect),
        }
    }

    fn embedded(&self) -> PostgreSQL {
        let settings = SettingsBuilder::new()
            .installation_dir(self.installation.clone())
            .trust_installation_dir(true)
            .data_dir(self.cluster())
            .password_file(self.data_dir.join("postgres.password"))
            .password(self.password.clone())
            .socket_dir(self.data_dir.join("s"))
            .port(PORT)
            .temporary(false)
            .timeout(Some(START_TIMEOUT))
            // The library starts clusters with -F, for throw-away use; a setting after it wins.
            .config("fsync", "on")
            .config("listen_addresses", "''")
            .config("unix_socket_permissions", "0700")
            .config("log_timezone", "UTC")
            .config("timezone", "UTC")
            .config("shared_buffers", "32MB")
            .build();
        PostgreSQL::new(settings)
    }

    fn cluster(&self) -> PathBuf {
        self.data_dir.join("postgres")
    }

    fn log(&self) -> PathBuf {
        self.cluster().join("start.log")
    }
}

fn refused(reason: &str, log: PathBuf) -> Error {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    Error::Start { reason, log }
}

/// The superuser's password: made once, readable by the owner only.
fn password(file: &Path) -> std::io::Result<String> {
    match std::fs::read_to_string(file) {
        Ok(password) if !password.trim().is_empty() => Ok(password.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => {
            let mut bytes = [0_u8; 24];
            getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
            let password = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            std::io::Write::write_all(&mut options.open(file)?, password.as_bytes())?;
            Ok(password)
        }
    }
}
