use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use app::model::RunId;
use jiff::{SignedDuration, Timestamp};

use super::harvest::unread_kind;
use super::turns::Turn;
use super::{Assignment, CollectError, Context, NOT_COLLECTED};
use crate::store::runs::{self, Started};
use crate::telegram::fault::{Fault, UnreadAnswer};

/// How often the clock is looked at while Telegram wants quiet. The clock may be the world's, so the wait cannot be
/// slept through.
const LOOK: Duration = Duration::from_millis(250);

/// A longer wait lets other runs of the account go on meanwhile: they ask other methods.
const LONG: SignedDuration = SignedDuration::from_secs(30);

/// Asks on behalf of a run, and waits when Telegram says so: the run goes on where it was.
pub(super) struct Asker<'a> {
    pub(super) context: &'a Context,
    assignment: Assignment,
    /// It is the run's turn to ask.
    turn: Turn<'a>,
    /// How many requests the client had made before the run, and for others while it waited.
    others: AtomicU32,
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
    /// For a run whose turn it is.
    pub(super) fn new(context: &'a Context, assignment: Assignment, turn: Turn<'a>) -> Self {
        let progress = Mutex::new(Progress { step: None, told_at: Instant::now() });
        let others = AtomicU32::new(context.client.requests());
        Self { context, assignment, turn, others, progress, unread: Mutex::default() }
    }

    /// Says what the next requests are about: `the graph growth, 3 of 12`. It is written down with one of the next answers.
    pub(super) fn step(&self, text: String) {
        self.progress().step = Some(text);
    }

    fn run(&self) -> RunId {
        self.assignment.run
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
        Ok(runs::set_progress(&self.context.pool, self.run(), self.requests(), step.as_deref()).await?)
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
                Err(Fault::FloodWait { method, seconds }) => self.wait(method, seconds).await?,
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

    /// Is there any use in beginning? Not while one of the collector's methods has to wait for long: the run may as well be
    /// put off, or be another account's.
    ///
    /// # Errors
    /// That wait.
    pub(super) fn may_begin(&self) -> Result<(), CollectError> {
        let now = self.now();
        let wait = |method: &&'static str| {
            let until = self.context.client.quiet_until(method)?;
            let wait = now.duration_until(until);
            (wait >= LONG).then(|| (*method, u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)))
        };
        match self.assignment.collector.methods().iter().find_map(wait) {
            Some((method, seconds)) => Err(Fault::FloodWait { method, seconds }.into()),
            None => Ok(()),
        }
    }

    /// Waits until a method may be asked again.
    ///
    /// # Errors
    /// The wait itself where the run has asked nothing yet and would have to wait for long: it may as well be put off,
    /// or be another account's.
    async fn wait(&self, method: &'static str, seconds: u32) -> Result<(), CollectError> {
        let Context { pool, account, client, .. } = self.context;
        let Some(until) = client.quiet_until(method) else { return Ok(()) };
        let since = self.now();
        self.context.keep_wait(pool, method).await?;
        let is_long = since.duration_until(until) >= LONG;
        if is_long && self.requests() == 0 {
            return Err(Fault::FloodWait { method, seconds }.into());
        }
        let step = format!("Telegram wants no {method} before {}", until.strftime("%-d %b, %H:%M:%S UTC"));
        runs::set_progress(pool, self.run(), self.requests(), Some(&step)).await?;
        runs::wait(pool, self.run()).await?;
        if is_long {
            let asked = client.requests();
            self.turn.lend(self.sleep_until(until)).await;
            self.others.fetch_add(client.requests().saturating_sub(asked), Ordering::Relaxed);
        } else {
            self.sleep_until(until).await;
        }
        if client.is_closed() {
            return Err(Fault::Stopped.into());
        }
        match runs::start(pool, self.run(), *account, self.now()).await? {
            Started::Begun => {}
            Started::NotCollected => return Err(CollectError::NotAvailable(NOT_COLLECTED)),
            // Somebody ended it meanwhile, and said why.
            Started::Over => return Err(Fault::Stopped.into()),
        }
        runs::add_wait(pool, self.run(), since.duration_until(self.now()).as_secs()).await?;
        Ok(())
    }

    async fn sleep_until(&self, until: Timestamp) {
        while self.now() < until && !self.context.client.is_closed() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Requests made by the run so far.
    pub(super) fn requests(&self) -> u32 {
        self.context.client.requests().saturating_sub(self.others.load(Ordering::Relaxed))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.context.clock.now()
    }
}
