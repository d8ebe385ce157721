use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The world's clock. It runs at the machine's pace and can be moved; message ids and salts do not follow it.
#[derive(Clone, Debug)]
pub struct Clock {
    lead: Arc<Mutex<SignedDuration>>,
    moved: Arc<Notify>,
}

impl Clock {
    pub(crate) fn starting_at(start: Option<Timestamp>) -> Self {
        let clock = Self { lead: Arc::default(), moved: Arc::default() };
        if let Some(start) = start {
            clock.set(start);
        }
        clock
    }

    /// The moment it is in the world.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let real = Timestamp::now();
        real.checked_add(self.lead()).unwrap_or(real)
    }

    /// Makes it `moment` in the world; time runs on from there.
    pub fn set(&self, moment: Timestamp) {
        *self.lead.lock().unwrap_or_else(PoisonError::into_inner) = moment.duration_since(Timestamp::now());
        self.moved.notify_one();
    }

    /// Moves the world forward, or back.
    pub fn advance(&self, by: SignedDuration) {
        let mut lead = self.lead.lock().unwrap_or_else(PoisonError::into_inner);
        *lead = lead.saturating_add(by);
        self.moved.notify_one();
    }

    /// Returns once somebody has moved it. One may wait.
    pub(crate) async fn moved(&self) {
        self.moved.notified().await;
    }

    fn lead(&self) -> SignedDuration {
        *self.lead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers each connection with the world's time in Unix milliseconds, one line, and closes it.
pub(crate) async fn serve(clock: Clock, listener: TcpListener) {
    loop {
        if let Ok((mut stream, _)) = listener.accept().await {
            let line = format!("{}\n", clock.now().as_millisecond());
            tokio::spawn(async move {
                let _ = stream.write_all(line.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::Clock;

    #[test]
    fn it_runs_on_from_where_it_was_set() {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(Some(start));
        clock.advance(SignedDuration::from_hours(24));
        let late = clock.now().duration_since(start) - SignedDuration::from_hours(24);
        assert!(late >= SignedDuration::ZERO && late < SignedDuration::from_secs(5), "{late}");
    }
}
