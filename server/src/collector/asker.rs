use std::time::Duration;

use app::model::RunId;
use jiff::{SignedDuration, Timestamp};

use super::{CollectError, Context};
use crate::store::{accounts, runs};
use crate::telegram::fault::Fault;

/// How often the clock is looked at while Telegram wants quiet. The clock may be the world's, so the wait cannot be
/// slept through.
const LOOK: Duration = Duration::from_millis(250);

/// Asks on behalf of a run, and waits when Telegram says so: nothing else may ask on this account meanwhile, so the
/// run keeps its place and goes on where it was.
pub(super) struct Asker<'a> {
    pub(super) context: &'a Context,
    pub(super) run: RunId,
    /// How many requests the client had made before the run.
    pub(super) before: u32,
}

impl Asker<'_> {
    /// Asks until there is an answer that is not a flood wait.
    pub(super) async fn ask<T, A>(&self, question: impl Fn() -> A) -> Result<T, CollectError>
    where
        A: Future<Output = Result<T, Fault>>,
    {
        loop {
            let answer = question().await;
            // Those who wait for the run see it get on.
            runs::set_requests(&self.context.pool, self.run, self.requests()).await?;
            match answer {
                Err(Fault::FloodWait { seconds }) => {
                    let until = self.now().saturating_add(SignedDuration::from_secs(seconds.into()));
                    let until = until.unwrap_or(Timestamp::MAX);
                    accounts::set_quiet_until(&self.context.pool, self.context.account, until).await?;
                    self.wait_until_quiet_is_over().await?;
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// Waits while Telegram wants quiet of the account.
    pub(super) async fn wait_until_quiet_is_over(&self) -> Result<(), CollectError> {
        let Context { pool, account, .. } = self.context;
        while let Some(until) = accounts::quiet_until(pool, *account, self.now()).await? {
            runs::wait(pool, self.run).await?;
            while self.now() < until {
                if self.context.client.is_closed() {
                    return Err(Fault::Stopped.into());
                }
                tokio::time::sleep(LOOK).await;
            }
            runs::start(pool, self.run, *account, self.now()).await?;
        }
        Ok(())
    }

    /// Requests made by the run so far.
    fn requests(&self) -> u32 {
        self.context.client.requests().saturating_sub(self.before)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.context.clock.now()
    }
}
