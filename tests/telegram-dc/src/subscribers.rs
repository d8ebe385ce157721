//! The sessions that want to hear of what happens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc};

use crate::HOME_DC;
use crate::keyring::{Key, Login};
use crate::mtproto::connection::Outgoing;
use crate::mtproto::reply::Reply;

/// So many sessions hear of it at most.
const MOST: usize = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Subscribers {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// By key and session.
    sessions: HashMap<([u8; 8], i64), Subscriber>,
    /// Everything until this moment (world time) has been told.
    told: Option<Timestamp>,
}

#[derive(Debug)]
struct Subscriber {
    key: Arc<Key>,
    connection: mpsc::Sender<Outgoing>,
}

impl Subscribers {
    /// The session hears from now on, on this connection.
    pub(crate) fn add(
        &self,
        key: &Arc<Key>,
        session: i64,
        connection: &mpsc::Sender<Outgoing>,
        now: Timestamp,
    ) {
        let mut state = self.state();
        if state.sessions.is_empty() {
            state.told = Some(now);
            self.arrived.notify_one();
        }
        if state.sessions.len() < MOST || state.sessions.contains_key(&(key.id, session)) {
            let subscriber = Subscriber { key: key.clone(), connection: connection.clone() };
            state.sessions.insert((key.id, session), subscriber);
        }
    }

    /// The session goes on on this connection.
    pub(crate) fn follow(&self, key: &Key, session: i64, connection: &mpsc::Sender<Outgoing>) {
        if let Some(subscriber) = self.state().sessions.get_mut(&(key.id, session)) {
            subscriber.connection = connection.clone();
        }
    }

    /// The connection is lost.
    pub(crate) fn remove(&self, connection: &mpsc::Sender<Outgoing>) {
        self.state().sessions.retain(|_, subscriber| !subscriber.connection.same_channel(connection));
    }

    /// Sends an `Updates` to those of them at home that are signed in and whose keys it is for; to how many.
    pub(crate) fn tell(&self, updates: &[u8], is_for: impl Fn(&Key) -> bool) -> usize {
        self.tell_if(updates, |key| key.dc == HOME_DC && key.login() == Login::Bound && is_for(key))
    }

    /// Sends an `Updates` to the sessions of one key, signed in or not.
    pub(crate) fn tell_key(&self, key: &Key, updates: &[u8]) -> usize {
        self.tell_if(updates, |theirs| theirs.id == key.id)
    }

    fn tell_if(&self, updates: &[u8], is_for: impl Fn(&Key) -> bool) -> usize {
        let mut state = self.state();
        let over = [Login::Revoked, Login::Duplicated];
        state.sessions.retain(|_, subscriber| !over.contains(&subscriber.key.login()));
        let meant = state.sessions.iter().filter(|(_, subscriber)| is_for(&subscriber.key));
        let told = meant.filter(|((_, session), Subscriber { key, connection })| {
            let replies = vec![Reply::push(updates.to_vec())];
            let outgoing = Outgoing { key: key.clone(), session: *session, replies, lost: false };
            connection.try_send(outgoing).is_ok()
        });
        told.count()
    }

    /// Does anybody listen whose keys it would be for?
    pub(crate) fn has(&self, is_for: impl Fn(&Key) -> bool) -> bool {
        self.state().sessions.values().any(|subscriber| is_for(&subscriber.key))
    }

    /// Waits for the first of them.
    pub(crate) async fn arrive(&self) {
        while self.state().sessions.is_empty() {
            self.arrived.notified().await;
        }
    }

    /// Since when something has to be told, which is about to be done; `None` if nobody listens, or if it is less
    /// than `least` ago. A clock that was put back begins again.
    pub(crate) fn tell_until(&self, now: Timestamp, least: SignedDuration) -> Option<Timestamp> {
        let mut state = self.state();
        if state.sessions.is_empty() {
            return None;
        }
        let passed = state.told.map(|told| now.duration_since(told));
        if passed.is_some_and(|passed| !passed.is_negative() && passed < least) {
            return None;
        }
        let since = state.told.replace(now);
        since.filter(|since| *since < now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
