//! `channelscope demo`: the product on a simulated Telegram account, without credentials. The data centre runs in
//! this process; everything from the MTProto connection on is the real thing.

use std::future::Future;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use telegram_dc::{DataCentre, Options};

use crate::boot::Boot;
use crate::collector::discover::Choice;
use crate::collector::link::link_ready;
use crate::store::accounts;
use crate::telegram::dc_file::DcFile;
use crate::web::DemoLink;
use crate::{server, worker};

/// Which world to simulate.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// The same seed is the same world.
    pub seed: u64,
    /// How many days the channels have lived.
    pub days: u32,
    /// Where to serve the truth, if anywhere.
    pub truth_listen: Option<SocketAddr>,
}

/// What a demo's data directory remembers, so that the next start meets the same world, one day older.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    seed: u64,
    days: u32,
    first_day: Date,
}

/// Runs until `shutdown`. Prints `Sign in: URL` as soon as the page can be opened.
pub async fn run(
    mut boot: Boot,
    world: World,
    listener: TcpListener,
    base_url: &str,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let remembered = remember(&boot.data_dir.join("demo.json"), world)?;
    let telegram = DataCentre::start(Options {
        seed: world.seed,
        days: world.days,
        first_day: Some(remembered.first_day),
        truth_listen: world.truth_listen,
        ..Options::default()
    })
    .await?;
    let file = dc_file(&telegram)?;
    // The keys follow from the seed, so an account that is linked already stays so.
    if accounts::list(&boot.pool).await?.is_empty() {
        link_ready(&boot.pool, &boot.seal, &file, &boot.clock, boot.manners.clone(), Choice::All).await?;
    }
    boot.dc_file = Some(file);
    let link = DemoLink::new()?;
    let mut out = std::io::stdout();
    writeln!(out, "Sign in: {}", link.url(base_url))?;
    out.flush()?;
    let worker = worker::start(boot.worker_config()).await?;
    let served = server::serve(&boot, listener, base_url, Some(link), shutdown).await;
    worker.shutdown().await;
    telegram.shutdown().await;
    served
}

/// The simulated world's access file, as the real client reads it.
fn dc_file(telegram: &DataCentre) -> Result<DcFile> {
    Ok(serde_json::from_value(serde_json::to_value(telegram.access())?)?)
}

fn remember(file: &Path, world: World) -> Result<Remembered> {
    let World { seed, days, .. } = world;
    match std::fs::read(file) {
        Ok(text) => {
            let remembered: Remembered = serde_json::from_slice(&text).with_context(|| {
                format!("{} is damaged; remove the data directory to begin again", file.display())
            })?;
            ensure!(
                (remembered.seed, remembered.days) == (seed, days),
                "the demo in {} was made with --seed {} --days {}; use these, another CHANNELSCOPE_DATA_DIR, or remove it",
                file.parent().unwrap_or(file).display(),
                remembered.seed,
                remembered.days
            );
            Ok(remembered)
        }
        Err(_) => {
            let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
            let first_day = today.checked_sub(jiff::Span::new().try_days(i64::from(days))?)?;
            let remembered = Remembered { seed, days, first_day };
            std::fs::write(file, serde_json::to_vec(&remembered)?)
                .with_context(|| format!("can't write {}", file.display()))?;
            Ok(remembered)
        }
    }
}
