//! One of the data centres: whether it is up, what time it has, which salts it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::keyring::Keyring;
use crate::mtproto::msg_id::MsgIds;
use crate::shared::Shared;

/// What all connections to one data centre share.
#[derive(Debug)]
pub(crate) struct DcState {
    pub(crate) id: i32,
    pub(crate) msg_ids: MsgIds,
    up: watch::Sender<bool>,
    /// Whether somebody ordered it down, so that only an order brings it back.
    held_down: AtomicBool,
    /// By how many seconds its clock is ahead of the machine's.
    ahead: AtomicI64,
    /// How often the salts were changed out of turn.
    salts: AtomicU64,
}

impl DcState {
    pub(crate) fn new(id: i32) -> Self {
        Self {
            id,
            msg_ids: MsgIds::default(),
            up: watch::Sender::new(true),
            held_down: AtomicBool::new(false),
            ahead: AtomicI64::new(0),
            salts: AtomicU64::new(0),
        }
    }

    /// The time it has, which message ids and salts follow: the machine's unless a fault says otherwise.
    pub(crate) fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        now.checked_add(ahead).unwrap_or(now)
    }

    pub(crate) fn is_up(&self) -> bool {
        *self.up.borrow()
    }

    /// Returns once it is down.
    pub(crate) async fn gone_down(&self) {
        let _ = self.up.subscribe().wait_for(|up| !up).await;
    }

    /// Which of the changes of salts was the last.
    pub(crate) fn salts(&self) -> u64 {
        self.salts.load(Ordering::Relaxed)
    }

    pub(crate) fn set_up(&self, up: bool) {
        self.held_down.store(!up, Ordering::Relaxed);
        self.up.send_replace(up);
    }

    pub(crate) fn rotate_salts(&self) {
        self.salts.fetch_add(1, Ordering::Relaxed);
    }

    /// Down for so long, unless it is down already: then whoever did that also says until when.
    pub(crate) fn go_down_for(self: &Arc<Self>, time: Duration) {
        if !self.up.send_if_modified(|up| std::mem::replace(up, false)) {
            return;
        }
        let dc = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            if !dc.held_down.load(Ordering::Relaxed) {
                dc.up.send_replace(true);
            }
        });
    }

    /// Moves its clock ahead; the clients' next messages are in order all the same.
    pub(crate) fn gain(&self, seconds: i64, keys: &Keyring) {
        self.set_ahead(self.ahead.load(Ordering::Relaxed) + seconds, keys);
    }

    /// Sets its clock; `keys` forget in which order its clients sent their messages.
    fn set_ahead(&self, seconds: i64, keys: &Keyring) {
        self.ahead.store(seconds, Ordering::Relaxed);
        self.msg_ids.restart();
        keys.forget_order(self.id);
    }
}

/// What can go wrong with a data centre as a whole.
#[derive(Clone, Debug)]
pub struct Dc {
    shared: Arc<Shared>,
    state: Arc<DcState>,
}

impl Dc {
    /// `None` if there is no such data centre.
    pub(crate) fn find(shared: &Arc<Shared>, id: i32) -> Option<Self> {
        Some(Self { shared: shared.clone(), state: shared.dcs.get(&id)?.clone() })
    }

    /// Closes all connections; new ones are closed as soon as they are made.
    pub fn goes_down(&self) {
        self.state.set_up(false);
    }

    /// Takes connections again.
    pub fn comes_back(&self) {
        self.state.set_up(true);
    }

    /// Makes all salts invalid, those given out for later included: the next message of every client gets
    /// `bad_server_salt` with the new one.
    pub fn rotates_salts(&self) {
        self.state.rotate_salts();
    }

    /// From now on its clock is ahead of the machine's by that many seconds, or behind if they are negative; 0 sets
    /// it right. Its message ids and salts follow; clients with the other time get `bad_msg_notification` 16 (too
    /// low) if it is more than 300 s ahead, 17 (too high) if it is more than 30 s behind. The world's clock is
    /// another one and stays as it is.
    pub fn clock_is_ahead(&self, seconds: i64) {
        self.state.set_ahead(seconds, &self.shared.keys);
    }
}
