use std::sync::Arc;
use std::time::Duration;

use grammers_mtsender::{ConnectionParams, InvocationError, NoRetries, SenderPool, SenderPoolHandle};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Manners;
use crate::telegram::fault::Fault;
use crate::telegram::session::AccountSession;

/// The connection to one data centre. Its own pool: in grammers, one data centre that does not answer holds up all
/// others of its pool. Whoever has the lock is the only one who asks.
#[derive(Default)]
pub(super) struct Line {
    pool: Option<Pool>,
    last: Option<Instant>,
}

struct Pool {
    handle: SenderPoolHandle,
    runner: JoinHandle<()>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.runner.abort();
    }
}

impl Line {
    /// There is a connection, as far as we know.
    pub(super) fn is_connected(&self) -> bool {
        self.pool.as_ref().is_some_and(|pool| !pool.runner.is_finished())
    }

    /// Closes it; the next request builds it again.
    pub(super) fn hang_up(&mut self) {
        self.pool = None;
    }

    /// Waits until the last request is `gap` ago.
    pub(super) async fn keep_gap(&mut self, gap: Duration) {
        if let Some(last) = self.last {
            tokio::time::sleep_until(last + gap).await;
        }
        self.last = Some(Instant::now());
    }

    /// Sends a serialised request. The outer error is ours: no answer in time. grammers has no limits of its own.
    pub(super) async fn send(
        &mut self,
        session: &Arc<AccountSession>,
        manners: &Manners,
        dc: i32,
        body: Vec<u8>,
    ) -> Result<Result<Vec<u8>, InvocationError>, Fault> {
        let fresh = !self.is_connected();
        if fresh {
            self.pool = Some(connect(session, manners));
        }
        let Some(pool) = &self.pool else { return Err(Fault::Stopped) };
        let after = if fresh { manners.patience * 2 } else { manners.patience };
        let answer = tokio::time::timeout(after, pool.handle.raw_invoke_in_dc(dc, body)).await;
        match answer {
            Err(_) => Err(Fault::Timeout { after }),
            Ok(answer) => {
                forget_refused_key(session, dc, &answer);
                Ok(answer)
            }
        }
    }
}

/// Telegram does not know our key for a data centre other than home any more: the next connection makes a new one.
fn forget_refused_key(session: &AccountSession, dc: i32, answer: &Result<Vec<u8>, InvocationError>) {
    use crate::telegram::session::SessionError;
    if let Err(InvocationError::Session(error)) = answer
        && let Some(SessionError::KeyRefused { .. }) = error.downcast_ref()
    {
        session.forget_key(dc);
    }
}

/// Updates are not wanted: their receiver is dropped, and grammers drops them in turn.
fn connect(session: &Arc<AccountSession>, manners: &Manners) -> Pool {
    let params = ConnectionParams {
        device_model: "Channelscope".to_owned(),
        system_version: std::env::consts::OS.to_owned(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        // Names in charts come in this language, and series are told apart by them.
        system_lang_code: "en".to_owned(),
        lang_code: "en".to_owned(),
        retry_policy: Box::new(NoRetries),
        ..ConnectionParams::default()
    };
    let SenderPool { runner, handle, updates: _ } =
        SenderPool::with_configuration(Arc::clone(session), manners.api_id, params);
    Pool { handle: handle.thin, runner: tokio::spawn(runner.run()) }
}
