use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The world's clock. It runs at the machine's pace, can be moved and can be stopped; message ids and salts do not
/// follow it.
#[derive(Clone, Debug)]
pub struct Clock {
    pace: Arc<Mutex<Pace>>,
    moved: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Pace {
    /// How far it is ahead of the machine's clock.
    lead: SignedDuration,
    /// Where it stands, if it was stopped.
    stopped: Option<Timestamp>,
}

impl Pace {
    fn now(&self) -> Timestamp {
        let real = Timestamp::now();
        self.stopped.unwrap_or_else(|| real.checked_add(self.lead).unwrap_or(real))
    }

    fn set(&mut self, moment: Timestamp) {
        self.lead = moment.duration_since(Timestamp::now());
        self.stopped = self.stopped.map(|_| moment);
    }
}

impl Clock {
    pub(crate) fn starting_at(start: Option<Timestamp>) -> Self {
        let clock = Self { pace: Arc::default(), moved: Arc::default() };
        if let Some(start) = start {
            clock.set(start);
        }
        clock
    }

    /// The moment it is in the world.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.pace().now()
    }

    /// Makes it `moment` in the world; time runs on from there, unless it was stopped.
    pub fn set(&self, moment: Timestamp) {
        self.pace().set(moment);
        self.moved.notify_one();
    }

    /// Moves the world forward, or back.
    pub fn advance(&self, by: SignedDuration) {
        let mut pace = self.pace();
        let now = pace.now();
        pace.set(now.checked_add(by).unwrap_or(now));
        self.moved.notify_one();
    }

    /// Time stands still from now on; it can still be moved. What is compared then cannot change meanwhile.
    pub fn stop(&self) {
        let mut pace = self.pace();
        pace.stopped = Some(pace.now());
    }

    /// Time runs on from where it stands.
    pub fn go_on(&self) {
        let mut pace = self.pace();
        if let Some(stopped) = pace.stopped.take() {
            pace.set(stopped);
        }
        drop(pace);
        self.moved.notify_one();
    }

    /// Returns once somebody has moved it. One may wait.
    pub(crate) async fn moved(&self) {
        self.moved.notified().await;
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn it_stands_where_it_was_stopped_and_can_be_moved() {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(None);
        clock.stop();
        clock.set(start);
        assert_eq!(clock.now(), start);
        clock.advance(SignedDuration::from_hours(1));
        assert_eq!(clock.now(), start + SignedDuration::from_hours(1));
    }

    #[test]
    fn it_goes_on_from_where_it_stood() {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(Some(start));
        clock.stop();
        clock.advance(SignedDuration::from_hours(24));
        let stood = clock.now();
        clock.go_on();
        std::thread::sleep(std::time::Duration::from_millis(20));
        let since = clock.now().duration_since(stood);
        assert!(since >= SignedDuration::from_millis(20) && since < SignedDuration::from_secs(5), "{since}");
    }

    #[test]
    fn it_runs_on_from_where_it_was_set() {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(Some(start));
        clock.advance(SignedDuration::from_hours(24));
        let late = clock.now().duration_since(start) - SignedDuration::from_hours(24);
        assert!(late >= SignedDuration::ZERO && late < SignedDuration::from_secs(5), "{late}");
    }
}
