//! Where things are kept.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{Error, SecretSource, read_secret};

/// The storage section.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct Storage {
    /// The PostgreSQL to use: `postgres://user:password@host/database`. Without it, a private one is kept in the data
    /// directory.
    ///
    /// Read from `CHANNELSCOPE_DATABASE_URL`.
    #[arg(
        long,
        env = "CHANNELSCOPE_DATABASE_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    pub database_url: Option<SecretString>,

    /// A file with the database URL.
    ///
    /// Read from `CHANNELSCOPE_DATABASE_URL_FILE`.
    #[arg(long, env = "CHANNELSCOPE_DATABASE_URL_FILE", global = true, value_name = "FILE")]
    pub database_url_file: Option<PathBuf>,

    /// Where the private PostgreSQL and the key file live [default: /var/lib/channelscope for root, else
    /// $XDG_DATA_HOME/channelscope].
    ///
    /// Read from `CHANNELSCOPE_DATA_DIR`.
    #[arg(long, env = "CHANNELSCOPE_DATA_DIR", global = true, value_name = "DIRECTORY")]
    pub data_dir: Option<PathBuf>,

    /// How long, in days, snapshots of Telegram's answers that say nothing of their own are kept.
    ///
    /// Read from `CHANNELSCOPE_SNAPSHOT_KEEP_DAYS`.
    #[arg(
        long,
        env = "CHANNELSCOPE_SNAPSHOT_KEEP_DAYS",
        global = true,
        value_name = "DAYS",
        default_value_t = 90,
        value_parser = clap::value_parser!(u32).range(1..=100_000)
    )]
    pub snapshot_keep_days: u32,

    /// The key that seals the Telegram session: 32 bytes in base64 or as 64 hexadecimal digits. Without it, one is made at the first start and
    /// kept as secret.key in the data directory.
    ///
    /// Read from `CHANNELSCOPE_SECRET_KEY`.
    #[arg(long, env = "CHANNELSCOPE_SECRET_KEY", hide_env_values = true, global = true, value_name = "KEY")]
    pub secret_key: Option<SecretString>,

    /// A file with the key.
    ///
    /// Read from `CHANNELSCOPE_SECRET_KEY_FILE`.
    #[arg(long, env = "CHANNELSCOPE_SECRET_KEY_FILE", global = true, value_name = "FILE")]
    pub secret_key_file: Option<PathBuf>,
}

impl Storage {
    /// The database to use; `None`: the private one.
    pub fn database_url(&self) -> Result<Option<SecretString>, Error> {
        read_secret(SecretSource {
            variable: "CHANNELSCOPE_DATABASE_URL",
            file_variable: "CHANNELSCOPE_DATABASE_URL_FILE",
            value: self.database_url.as_ref(),
            file: self.database_url_file.as_deref(),
        })
    }

    /// The key, if one was given.
    pub fn secret_key(&self) -> Result<Option<SecretString>, Error> {
        read_secret(SecretSource {
            variable: "CHANNELSCOPE_SECRET_KEY",
            file_variable: "CHANNELSCOPE_SECRET_KEY_FILE",
            value: self.secret_key.as_ref(),
            file: self.secret_key_file.as_deref(),
        })
    }

    /// The data directory, given or by custom.
    pub fn data_dir(&self) -> Result<PathBuf, Error> {
        if let Some(given) = &self.data_dir {
            return std::path::absolute(given)
                .map_err(|error| Error::DataDir { path: given.clone(), reason: error.to_string() });
        }
        if nix::unistd::geteuid().is_root() {
            return Ok(PathBuf::from("/var/lib/channelscope"));
        }
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
        std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(home)
            .map(|base| base.join("channelscope"))
            .ok_or(Error::Invalid {
                variable: "CHANNELSCOPE_DATA_DIR",
                reason: "is not set, and neither is HOME; set it to a directory to keep data in".to_owned(),
            })
    }
}
