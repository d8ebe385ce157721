//! Asking Telegram, politely, on behalf of one account.
//!
//! Only the questions below can be asked: each is a method, and each method's request is on the list in
//! [`allowed`]. All of them read but those that sign in and out; none marks anything as seen or changes anything else at
//! Telegram.

mod allowed;
mod audience;
mod finding;
mod item_questions;
mod line;
mod login;
mod probe;
mod questions;
mod quiet;
mod surroundings;

pub use login::{CodeSent, LoginError, SignedIn};
pub use probe::{Clues, Probed, Shape};
pub use questions::ChannelRef;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use allowed::Allowed;
use app::model::ChannelId;
use grammers_tl_types::{Deserializable as _, Serializable as _, enums, functions};
use jiff::Timestamp;
use line::Line;
use quiet::Quiet;
use tokio::sync::watch;

use super::convert::salvage;
use super::fault::{Fault, UnreadAnswer};
use super::session::AccountSession;
use crate::clock::Clock;

/// So often one data centre may point to another for one question.
const MOST_MOVES: usize = 3;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Manners {
    /// The application's id at Telegram (`TELEGRAM_API_ID`).
    pub api_id: i32,
    /// The least time between the starts of two requests to one data centre.
    pub gap: Duration,
    /// How long a connection may take to come up, and how long an answer may take.
    pub patience: Duration,
}

/// What the application of a simulated Telegram calls itself. It is never said to the real one.
pub const SIMULATED_API_ID: i32 = 1;

impl Manners {
    /// May an account be connected with these? One at Telegram itself needs the id of a real application.
    pub const fn may_ask(&self, simulated: bool) -> bool {
        simulated || self.api_id != SIMULATED_API_ID
    }

    /// One second between requests, 30 seconds for an answer.
    pub const fn polite(api_id: i32) -> Self {
        Self { api_id, gap: Duration::from_secs(1), patience: Duration::from_secs(30) }
    }
}

/// What Telegram answered, as we understand it and as it said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// What it means.
    pub value: T,
    /// The TL bytes.
    pub body: Vec<u8>,
    /// The data centre that answered.
    pub dc: i32,
}

impl<T> Answer<T> {
    /// The same answer, meaning something else.
    fn map<U>(self, read: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { value: read(self.value), body: self.body, dc: self.dc }
    }
}

/// The only client of an account: Telegram kills a key that is used from two places. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    session: Arc<AccountSession>,
    manners: Manners,
    lines: Mutex<HashMap<i32, Arc<tokio::sync::Mutex<Line>>>>,
    /// Where the statistics of channels were found, if that is not where they were looked for.
    moved: Mutex<HashMap<ChannelId, i32>>,
    requests: AtomicU32,
    quiet: Quiet,
    closed: watch::Sender<bool>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("session", &self.inner.session).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that is not connected yet; the first question connects it. `clock` tells when flood waits are over.
    pub fn new(session: Arc<AccountSession>, manners: Manners, clock: Clock) -> Self {
        let inner = Inner {
            session,
            manners,
            lines: Mutex::default(),
            moved: Mutex::default(),
            requests: AtomicU32::new(0),
            quiet: Quiet::new(clock),
            closed: watch::Sender::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The session it speaks with.
    pub fn session(&self) -> &AccountSession {
        &self.inner.session
    }

    /// Requests sent so far, those that failed included.
    pub fn requests(&self) -> u32 {
        self.inner.requests.load(Ordering::Relaxed)
    }

    /// A method is not asked before then: [`Fault::FloodWait`] is the answer.
    pub fn keep_quiet(&self, method: &str, until: Timestamp) {
        self.inner.quiet.keep(method, until);
    }

    /// Until when a method is not asked, if that is still to come.
    pub fn quiet_until(&self, method: &str) -> Option<Timestamp> {
        self.inner.quiet.running(method)
    }

    /// Hangs up, and answers everything from now on with [`Fault::Stopped`]. A question under way ends with it.
    pub async fn close(&self) {
        self.inner.closed.send_replace(true);
        self.hang_up().await;
    }

    /// Hangs up. The next question connects again.
    pub async fn hang_up(&self) {
        let lines: Vec<_> = self.lines().drain().map(|(_, line)| line).collect();
        for line in lines {
            line.lock().await.hang_up();
        }
        self.keep_session().await;
    }

    /// Is it closed?
    pub fn is_closed(&self) -> bool {
        *self.inner.closed.borrow()
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, HashMap<i32, Arc<tokio::sync::Mutex<Line>>>> {
        self.inner.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks in a data centre; imports the authorisation there if Telegram misses it, follows one migration.
    async fn ask_in<R: Allowed>(&self, dc: i32, request: &R) -> Result<Answer<R::Return>, Fault> {
        let answer = match self.ask_once(dc, request).await {
            Err(fault) if fault.is_unregistered() => {
                self.inner.session.set_imported(dc, false);
                self.import_authorization(dc).await?;
                self.ask_once(dc, request).await
            }
            answer => answer,
        };
        self.keep_session().await;
        answer.map_err(|fault| self.settled(fault))
    }

    /// Asks in a data centre, and where the answer says it is to be asked.
    async fn ask_following<R: Allowed>(&self, dc: i32, request: &R) -> Result<Answer<R::Return>, Fault> {
        let mut answer = self.ask_in(dc, request).await;
        for _ in 0..MOST_MOVES {
            match answer {
                Err(Fault::Migrate { dc }) => answer = self.ask_in(dc, request).await,
                answer => return answer,
            }
        }
        answer
    }

    async fn ask_home<R: Allowed>(&self, request: &R) -> Result<Answer<R::Return>, Fault> {
        self.ask_following(self.inner.session.home_dc(), request).await
    }

    /// Asks where the statistics of a channel were found last, else where they are said to be, else at home.
    async fn ask_statistics<R: Allowed>(
        &self,
        channel: ChannelId,
        stats_dc: Option<i32>,
        request: &R,
    ) -> Result<Answer<R::Return>, Fault> {
        let moved = self.moved().get(&channel).copied();
        let dc = moved.or(stats_dc).unwrap_or_else(|| self.inner.session.home_dc());
        let answer = self.ask_following(dc, request).await?;
        if answer.dc != dc {
            self.moved().insert(channel, answer.dc);
        }
        Ok(answer)
    }

    fn moved(&self) -> std::sync::MutexGuard<'_, HashMap<ChannelId, i32>> {
        self.inner.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An authorisation that is missing right after its import is a sign-out.
    fn settled(&self, fault: Fault) -> Fault {
        match fault {
            fault if fault.is_unregistered() => Fault::SignedOut { name: "AUTH_KEY_UNREGISTERED".to_owned() },
            fault => fault,
        }
    }

    /// Copies the login from home to another data centre (<https://core.telegram.org/api/datacenter>).
    async fn import_authorization(&self, dc: i32) -> Result<(), Fault> {
        let home = self.inner.session.home_dc();
        let exported = self.ask_once(home, &functions::auth::ExportAuthorization { dc_id: dc }).await?.value;
        let enums::auth::ExportedAuthorization::Authorization(exported) = exported;
        let import = functions::auth::ImportAuthorization { id: exported.id, bytes: exported.bytes };
        self.ask_once(dc, &import).await?;
        self.inner.session.set_imported(dc, true);
        Ok(())
    }

    /// One request, one at a time in each data centre. A connection that died while it was not used is rebuilt
    /// and asked again, once: nothing on the list does harm when it arrives twice.
    async fn ask_once<R: Allowed>(&self, dc: i32, request: &R) -> Result<Answer<R::Return>, Fault> {
        let line = Arc::clone(self.lines().entry(dc).or_default());
        let mut closed = self.inner.closed.subscribe();
        let ask = async {
            let mut line = line.lock().await;
            let used_before = line.is_connected();
            match self.send(&mut line, dc, request).await {
                Err(Fault::Dropped { .. }) if used_before => self.send(&mut line, dc, request).await,
                answer => answer,
            }
        };
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => Err(Fault::Stopped),
            answer = ask => answer,
        }
    }

    async fn send<R: Allowed>(
        &self,
        line: &mut Line,
        dc: i32,
        request: &R,
    ) -> Result<Answer<R::Return>, Fault> {
        let Inner { session, manners, requests, quiet, .. } = &*self.inner;
        quiet.refuse(R::NAME)?;
        line.keep_gap(manners.gap).await;
        requests.fetch_add(1, Ordering::Relaxed);
        let body = functions::InvokeWithoutUpdates { query: Bytes(request.to_bytes()) }.to_bytes();
        let home = dc == session.home_dc();
        let answer = line.send(session, manners, dc, body).await.and_then(|answer| {
            answer.map_err(|error| Fault::from_invocation(error, home, R::NAME, R::NEEDS))
        });
        let answer = answer.and_then(|body| match R::Return::from_bytes(&body) {
            Ok(value) => Ok(Answer { value, body, dc }),
            Err(error) => {
                let detail = format!("{} ({})", R::NAME, salvage::reason(&error));
                Err(Fault::Undecodable { detail, answer: Some(UnreadAnswer { method: R::NAME, raw: body }) })
            }
        });
        if let Err(fault) = &answer {
            tracing::debug!(dc, request = R::NAME, "{fault}");
            if let Fault::FloodWait { seconds, .. } = fault {
                quiet.begin(R::NAME, *seconds);
            }
            if fault.breaks_connection() {
                line.hang_up();
            }
        }
        answer
    }

    /// A session that cannot be kept now is kept after the next answer.
    async fn keep_session(&self) {
        if let Err(error) = self.inner.session.keep().await {
            tracing::warn!("{error}");
        }
    }
}

/// A request that is serialised already.
struct Bytes(Vec<u8>);

impl grammers_tl_types::Serializable for Bytes {
    fn serialize(&self, buf: &mut impl Extend<u8>) {
        buf.extend(self.0.iter().copied());
    }
}
