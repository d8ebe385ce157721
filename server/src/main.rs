//! The `channelscope` program.

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("CHANNELSCOPE_LOG").unwrap_or_else(|_| {
        EnvFilter::new("info,graphile_worker=warn,postgresql_embedded=warn,sqlx=warn,grammers_mtproto=warn,grammers_mtsender=warn")
    });
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match server::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One sentence on one line: the causes say why, the innermost what to do.
            eprintln!("channelscope: {error:#}");
            ExitCode::FAILURE
        }
    }
}
