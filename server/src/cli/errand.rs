//! What commands ask Telegram that is no run: whoever holds the account's connection asks, the running server or,
//! without one, this process.

use std::time::Duration;

use anyhow::{Result, bail};
use app::model::AccountId;
use indicatif::ProgressBar;
use tokio::time::Instant;

use super::serve::shutdown_signal;
use crate::boot::Boot;
use crate::store::accounts::{self, AccountState};
use crate::store::leases;
use crate::worker::{self, WorkerConfig};

/// A person interrupts what takes too long; nobody waits longer than this.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Asks while somebody holds the connection of the account, or of any; `ask` is told until when to wait.
pub(super) async fn through_somebody<T>(
    boot: &Boot,
    account: Option<AccountId>,
    ask: impl AsyncFnOnce(Instant) -> Result<T>,
) -> Result<T> {
    somebody_can(boot, account).await?;
    // Takes a connection only if nobody holds it.
    let worker = worker::start(WorkerConfig { plans: false, ..boot.worker_config() }).await?;
    let bar = ProgressBar::new_spinner();
    bar.set_message("asking Telegram");
    bar.enable_steady_tick(Duration::from_millis(200));
    let asked = tokio::select! {
        asked = ask(Instant::now() + PATIENCE) => asked,
        () = shutdown_signal() => Err(anyhow::anyhow!("interrupted; what was asked is still to be answered")),
    };
    bar.finish_and_clear();
    worker.shutdown().await;
    asked
}

/// A simulated account lives with its data centre: without it, only a running server can ask.
async fn somebody_can(boot: &Boot, only: Option<AccountId>) -> Result<()> {
    let mut known = accounts::list(&boot.pool).await?;
    known.retain(|account| {
        account.state == AccountState::Active && only.is_none_or(|only| only == account.id)
    });
    for account in &known {
        let is_served = leases::held_until(&boot.pool, account.id).await?.is_some();
        let is_reachable =
            account.simulated == boot.dc_file.is_some() && boot.manners.may_ask(account.simulated);
        if is_served || is_reachable {
            return Ok(());
        }
    }
    match &known[..] {
        // Asking says what is wrong.
        [] => Ok(()),
        [account, ..] if account.simulated => bail!(
            "account {} is simulated, and no running server has it: start the demo, or name its data centres with \
             TELEGRAM_DC_FILE",
            account.id
        ),
        [account, ..] if boot.dc_file.is_none() => bail!(
            "account {} lives at Telegram itself, and no running server has it: set TELEGRAM_API_ID and TELEGRAM_API_HASH",
            account.id
        ),
        [account, ..] => {
            bail!("account {} lives at Telegram itself: TELEGRAM_DC_FILE must not be set", account.id)
        }
    }
}
