//! Where a run has to wait for long (a flood wait), others of its account go on: they ask other methods. The queue runs one
//! job at a time, so that another serves it meanwhile.

use std::sync::Arc;
use std::time::Duration;

use app::model::AccountId;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::jobs::{Queue, Work};

/// No account waits with more methods at once, or it is not welcome at all.
const MOST: usize = 4;

/// How often it is looked whether all of them are still there.
const LOOK: Duration = Duration::from_secs(5);

/// The additional queues of one account.
#[derive(Debug)]
pub(super) struct Spares {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Spares {
    /// Serves with one more queue for each run that waits.
    pub(super) fn attend(
        pool: PgPool,
        account: AccountId,
        work: Arc<dyn Work>,
        waiting: watch::Receiver<usize>,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(attend(pool, account, work, waiting, stopped));
        Self { stop, task }
    }

    /// Takes no more jobs and lets those under way end.
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!("the spare queues ended badly: {error}");
        }
    }
}

async fn attend(
    pool: PgPool,
    account: AccountId,
    work: Arc<dyn Work>,
    mut waiting: watch::Receiver<usize>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut serving: Vec<Queue> = Vec::new();
    let mut ending: Vec<JoinHandle<()>> = Vec::new();
    loop {
        let wanted = (*waiting.borrow_and_update()).min(MOST);
        serving.retain(|queue| !queue.is_finished());
        while serving.len() < wanted {
            match Queue::help(&pool, account, Arc::clone(&work)).await {
                Ok(queue) => serving.push(queue),
                // The rest waits too, then.
                Err(error) => {
                    tracing::error!("another queue of account {account} could not be served: {error}");
                    break;
                }
            }
        }
        while serving.len() > wanted {
            ending.extend(serving.pop().map(|queue| tokio::spawn(queue.stop())));
        }
        ending.retain(|task| !task.is_finished());
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => break,
            changed = waiting.changed() => if changed.is_err() { break },
            // One may not have come up, or have ended with the database.
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    ending.extend(serving.into_iter().map(|queue| tokio::spawn(queue.stop())));
    for task in ending {
        if let Err(error) = task.await {
            tracing::error!("a spare queue of account {account} ended badly: {error}");
        }
    }
}
