//! Runs of an account go one after the other: whose turn it is asks. Who has to wait for long lets others go before.

use std::sync::{Arc, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The turns of one account, shared by all who ask through its connection.
#[derive(Clone, Debug)]
pub struct Turns {
    free: Arc<Semaphore>,
    waiting: Arc<watch::Sender<usize>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(1)), waiting: Arc::default() }
    }
}

impl Turns {
    /// Waits until it is one's turn.
    pub(super) async fn take(&self) -> Turn<'_> {
        Turn { turns: self, held: std::sync::Mutex::new(self.acquire().await) }
    }

    async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        // Never closed, so never refused.
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// How many have begun and let others go before for now.
    pub fn waiting(&self) -> watch::Receiver<usize> {
        self.waiting.subscribe()
    }
}

/// It is one's turn, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    held: std::sync::Mutex<Option<OwnedSemaphorePermit>>,
}

impl Turn<'_> {
    /// Lets others go before until `over`; then waits for the next turn.
    pub(super) async fn lend(&self, over: impl Future<Output = ()>) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(held);
        let waiting = Waiting::begin(&self.turns.waiting);
        over.await;
        drop(waiting);
        let again = self.turns.acquire().await;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = again;
    }
}

/// Counted among those who wait, however that ends.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn begin(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_lets_others_go_and_then_waits_for_its_turn() {
        let turns = Turns::default();
        let first = turns.take().await;
        let free = || turns.free.available_permits();
        assert_eq!((free(), *turns.waiting().borrow()), (0, 0));
        first
            .lend(async {
                assert_eq!(*turns.waiting().borrow(), 1);
                let second = turns.take().await;
                assert_eq!(free(), 0);
                drop(second);
            })
            .await;
        assert_eq!((free(), *turns.waiting().borrow()), (0, 0));
        drop(first);
        assert_eq!(free(), 1);
    }
}
