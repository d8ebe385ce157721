//! Who we are to Telegram.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{Error, SecretSource, read_secret};

/// The Telegram section.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Telegram")]
pub struct Telegram {
    /// The application's id, from my.telegram.org.
    ///
    /// Read from `TELEGRAM_API_ID`.
    #[arg(long = "telegram-api-id", env = "TELEGRAM_API_ID", global = true, value_name = "ID")]
    pub telegram_api_id: Option<i32>,

    /// The application's hash.
    ///
    /// Read from `TELEGRAM_API_HASH`.
    #[arg(
        long = "telegram-api-hash",
        env = "TELEGRAM_API_HASH",
        hide_env_values = true,
        global = true,
        value_name = "HASH"
    )]
    pub telegram_api_hash: Option<SecretString>,

    /// A file with the application's hash.
    ///
    /// Read from `TELEGRAM_API_HASH_FILE`.
    #[arg(
        long = "telegram-api-hash-file",
        env = "TELEGRAM_API_HASH_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub telegram_api_hash_file: Option<PathBuf>,

    /// Use the data centres of this file instead of Telegram's: for tests. What is collected so is marked simulated.
    ///
    /// Read from `TELEGRAM_DC_FILE`.
    #[arg(long = "telegram-dc-file", env = "TELEGRAM_DC_FILE", global = true, value_name = "FILE")]
    pub telegram_dc_file: Option<PathBuf>,

    /// The least time between two requests to one data centre, in milliseconds [default: 1000; for the demo 10].
    ///
    /// Read from `TELEGRAM_REQUEST_GAP_MS`.
    #[arg(
        long = "telegram-request-gap-ms",
        env = "TELEGRAM_REQUEST_GAP_MS",
        global = true,
        value_name = "MS"
    )]
    pub telegram_request_gap_ms: Option<u32>,
}

impl Telegram {
    /// The application's hash, from wherever it was given.
    pub fn api_hash(&self) -> Result<Option<SecretString>, Error> {
        read_secret(SecretSource {
            variable: "TELEGRAM_API_HASH",
            file_variable: "TELEGRAM_API_HASH_FILE",
            value: self.telegram_api_hash.as_ref(),
            file: self.telegram_api_hash_file.as_deref(),
        })
    }
}
