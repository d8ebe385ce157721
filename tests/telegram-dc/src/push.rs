//! Tells subscribers what happens in the world, as its clock goes on.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use crate::keyring::Key;
use crate::rpc::push;
use crate::shared::Shared;
use crate::world::Unit;

/// How often it is looked whether something has happened (wall time); a clock that is moved is noticed at once.
const EVERY: Duration = Duration::from_secs(15);

/// What happens within so much world time is told together: looking costs something.
const TOGETHER: SignedDuration = SignedDuration::from_secs(10);

/// Looks for news until it is stopped, and sleeps while nobody wants them.
pub(crate) async fn watch(shared: Arc<Shared>) {
    loop {
        shared.subscribers.arrive().await;
        tokio::select! {
            () = shared.clock.moved() => {}
            () = sleep(EVERY) => {}
        }
        tell_news(&shared);
    }
}

fn tell_news(shared: &Shared) {
    let now = shared.clock.now();
    let Some(since) = shared.subscribers.tell_until(now, TOGETHER) else { return };
    for account in shared.accounts.all() {
        // Working it out costs something.
        if !shared.subscribers.has(|key| key.holder() == account.holder) {
            continue;
        }
        for updates in push::news(&account.world, since, now) {
            shared.subscribers.tell(&updates, |key| key.holder() == account.holder);
        }
    }
}

/// Tells the client that shows a QR code that it was scanned.
pub(crate) fn login_token(shared: &Shared, key: &Key) {
    shared.subscribers.tell_key(key, &push::login_token(shared.clock.now()));
}

/// Pushes a message from Telegram itself; to how many sessions.
pub(crate) fn service_notification(shared: &Shared, kind: &str, text: &str) -> usize {
    shared.subscribers.tell(&push::service_notification(kind, text, shared.clock.now()), |_| true)
}

/// Pushes the balance of a channel as it is; to how many sessions. Nobody is told if it has none.
pub(crate) fn balance(shared: &Shared, channel_id: i64, unit: Unit) -> usize {
    let now: Timestamp = shared.clock.now();
    let owner = shared.accounts.owner();
    let channel = owner.world.channel(channel_id);
    let updates = channel.and_then(|channel| push::balance(&channel, unit, now));
    updates.map_or(0, |updates| shared.subscribers.tell(&updates, |key| key.holder() == owner.holder))
}
