//! The `channelscope` program.

use std::io::IsTerminal;
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("CHANNELSCOPE_LOG").unwrap_or_else(|_| {
        EnvFilter::new("info,graphile_worker=warn,postgresql_embedded=warn,sqlx=warn,sqlx_postgres::options::pgpass=error,grammers_mtproto=warn,grammers_mtsender=warn")
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match server::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("channelscope: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes on one line. Many an error repeats its cause; nobody wants to read it twice.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
