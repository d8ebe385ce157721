use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use app::model::RunId;
use jiff::{SignedDuration, Timestamp};

use super::harvest::unread_kind;
use super::{CollectError, Context};
use crate::store::{accounts, runs};
use crate::telegram::fault::{Fault, UnreadAnswer};

/// How often the clock is looked at while Telegram wants quiet. The clock may be the world's, so the wait cannot be
/// slept through.
const LOOK: Duration = Duration::from_millis(250);

/// Asks on behalf of a run, and waits when Telegram says so: nothing else may ask on this account meanwhile, so the
/// run keeps its place and goes on where it was.
pub(super) struct Asker<'a> {
    pub(super) context: &'a Context,
    pub(super) run: RunId,
    /// How many requests the client had made before the run.
    before: u32,
    /// What those who wait for it are told.
    progress: Mutex<Progress>,
    /// Answers that could not be read: kind and TL bytes.
    unread: Mutex<Vec<(String, Vec<u8>)>>,
}

/// What a run is about, and when that was written down.
#[derive(Debug)]
struct Progress {
    step: Option<String>,
    told_at: Instant,
}

/// Progress is written down so often at most: nobody looks more often, and each time is a write to the disk.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// The most unreadable answers that are kept of a run.
const MOST_UNREAD: usize = 20;
/// Who came through a link is personal; what is not understood of it is not kept.
const NOT_KEPT: &str = "messages.getChatInviteImporters";

impl<'a> Asker<'a> {
    /// For a run, whose client had made so many requests before.
    pub(super) fn new(context: &'a Context, run: RunId, before: u32) -> Self {
        let progress = Mutex::new(Progress { step: None, told_at: Instant::now() });
        Self { context, run, before, progress, unread: Mutex::default() }
    }

    /// Says what the next requests are about: `the graph growth, 3 of 12`. It is written down with one of the next answers.
    pub(super) fn step(&self, text: String) {
        self.progress().step = Some(text);
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those who wait for the run see it get on.
    async fn tell(&self) -> Result<(), CollectError> {
        let step = {
            let mut progress = self.progress();
            if progress.told_at.elapsed() < TELL_EVERY {
                return Ok(());
            }
            progress.told_at = Instant::now();
            progress.step.clone()
        };
        Ok(runs::set_progress(&self.context.pool, self.run, self.requests(), step.as_deref()).await?)
    }

    /// Asks until there is an answer that is not a flood wait.
    pub(super) async fn ask<T, A>(&self, question: impl Fn() -> A) -> Result<T, CollectError>
    where
        A: Future<Output = Result<T, Fault>>,
    {
        loop {
            let answer = question().await;
            self.tell().await?;
            match answer {
                Err(Fault::FloodWait { seconds }) => {
                    let until = self.now().saturating_add(SignedDuration::from_secs(seconds.into()));
                    let until = until.unwrap_or(Timestamp::MAX);
                    accounts::set_quiet_until(&self.context.pool, self.context.account, until).await?;
                    self.wait_until_quiet_is_over().await?;
                }
                Err(fault) => {
                    if let Fault::Undecodable { answer: Some(answer), .. } = &fault {
                        self.keep(answer);
                    }
                    return Err(fault.into());
                }
                Ok(answer) => return Ok(answer),
            }
        }
    }

    fn keep(&self, answer: &UnreadAnswer) {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        if unread.len() < MOST_UNREAD && answer.method != NOT_KEPT {
            unread.push((unread_kind(answer.method, &answer.raw), answer.raw.clone()));
        }
    }

    /// The answers that could not be read, by kind, as they were sent.
    pub(super) fn into_unread(self) -> Vec<(String, Vec<u8>)> {
        self.unread.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while Telegram wants quiet of the account.
    pub(super) async fn wait_until_quiet_is_over(&self) -> Result<(), CollectError> {
        let Context { pool, account, .. } = self.context;
        while let Some(until) = accounts::quiet_until(pool, *account, self.now()).await? {
            runs::wait(pool, self.run).await?;
            let since = self.now();
            while self.now() < until {
                if self.context.client.is_closed() {
                    return Err(Fault::Stopped.into());
                }
                tokio::time::sleep(LOOK).await;
            }
            runs::start(pool, self.run, *account, self.now()).await?;
            runs::add_wait(pool, self.run, since.duration_until(self.now()).as_secs()).await?;
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
