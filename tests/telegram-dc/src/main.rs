//! The stand-alone data centre.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use jiff::civil::Date;
use telegram_dc::{Crowd, DataCentre, FaultOrder, Options};
use tokio::signal::unix::{SignalKind, signal};

/// A simulated Telegram on loopback: real MTProto, a seeded world, no credentials.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The base address: data centre N listens on port + N, the clock on the port itself (0: any free ports)
    #[arg(long, default_value = "127.0.0.1:4430")]
    listen: SocketAddr,
    /// Everything random in the world comes from here
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many whole days the channels have lived
    #[arg(long, default_value_t = 400)]
    days: u32,
    /// Where to write what a client needs to connect (readable for its owner only)
    #[arg(long)]
    access_file: Option<PathBuf>,
    /// The world's time at the start, such as 2026-03-01T12:00:00Z [default: now]
    #[arg(long)]
    start_clock: Option<Timestamp>,
    /// The first day of the world, to meet the same one after a restart [default: --days ago]
    #[arg(long)]
    first_day: Option<Date>,
    /// Serve what the answers ought to add up to, over HTTP
    #[arg(long)]
    truth_listen: Option<SocketAddr>,
    /// Something that goes wrong, such as flood-wait:stats.getBroadcastStats:30:2; may be given several times, and at
    /// run time as POST /fault/... to the address of --truth-listen
    #[arg(long)]
    fault: Vec<FaultOrder>,
    /// The share of requests that something goes wrong with by chance, from 0 to 1
    #[arg(long, default_value_t = 0.0)]
    chaos: f64,
    /// Let chance end logins too: one hit in fifty does, and somebody has to link again
    #[arg(long)]
    chaos_ends_logins: bool,
    /// More accounts with so many channels each, such as 10x100; what their clients need goes to the access file with
    /// .0, .1 and so on at its end
    #[arg(long, value_parser = crowd)]
    crowd: Option<Crowd>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .init();
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("telegram-dc: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Accounts times channels.
fn crowd(text: &str) -> Result<Crowd, String> {
    let parts = text.split_once('x').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    let (accounts, channels) =
        parts.ok_or("say how many accounts with how many channels each, such as 10x100")?;
    Ok(Crowd { accounts, channels })
}

/// Serves until somebody interrupts.
async fn serve(arguments: Arguments) -> anyhow::Result<()> {
    let crowd = arguments.crowd.unwrap_or_default();
    let centre = DataCentre::start(Options {
        listen: arguments.listen,
        seed: arguments.seed,
        days: arguments.days,
        start_clock: arguments.start_clock,
        first_day: arguments.first_day,
        truth_listen: arguments.truth_listen,
        faults: arguments.fault,
        chaos: arguments.chaos,
        chaos_ends_logins: arguments.chaos_ends_logins,
        crowd,
        ..Options::default()
    })
    .await?;
    for dc in &centre.access().dcs {
        tracing::info!("data centre {} on {}:{}", dc.id, dc.host, dc.port);
    }
    if let Some(address) = centre.truth_address() {
        tracing::info!("the truth on http://{address}/truth/channels");
    }
    if let Some(path) = &arguments.access_file {
        centre.access().write(path)?;
        tracing::info!("access file {}", path.display());
        for (number, access) in
            (0..crowd.accounts).filter_map(|number| Some((number, centre.access_of(number)?)))
        {
            let mut path = path.clone().into_os_string();
            path.push(format!(".{number}"));
            access.write(Path::new(&path))?;
        }
    }
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    centre.shutdown().await;
    Ok(())
}
