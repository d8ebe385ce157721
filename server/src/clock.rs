//! The clock that everything due asks. Real time, except where a simulated Telegram brings its own.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;

/// How often the world's clock is read. Between two readings it runs on at the machine's pace.
const POLL: Duration = Duration::from_millis(250);
/// What a reading may differ by from how it runs on: the way of the answer is not always as long, and waits that follow the
/// clock would not be. A world's clock runs at the machine's pace, or jumps.
const JITTER: SignedDuration = SignedDuration::from_secs(1);
/// How long one reading may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest line a clock may answer.
const MAX_LINE: u64 = 64;

/// Tells the time. Cheap to clone; clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    World(Arc<World>),
    Manual(Arc<Mutex<Timestamp>>),
}

#[derive(Debug)]
struct World {
    reading: Mutex<Reading>,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    said: Timestamp,
    at: Instant,
}

impl World {
    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes by a new reading from now on, if the clock has jumped.
    fn take(&self, new: Reading) {
        let mut reading = self.reading();
        let runs_on = reading.at(new.at);
        if runs_on.duration_until(new.said).abs() >= JITTER {
            *reading = new;
        }
    }
}

impl Reading {
    /// What the clock says at a moment that is not before the reading.
    fn at(self, moment: Instant) -> Timestamp {
        self.said.checked_add(moment.saturating_duration_since(self.at)).unwrap_or(self.said)
    }
}

/// Why a world's clock cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// Nobody answers.
    #[error("the clock at {address} of the simulated Telegram does not answer: {source}")]
    Unreachable {
        /// Where it should be.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The answer is not a time.
    #[error(
        "the clock at {address} of the simulated Telegram says “{said}”, not a time in Unix milliseconds"
    )]
    NotATime {
        /// Where it is.
        address: String,
        /// What it said.
        said: String,
    },
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands until it is moved: for tests.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(start))))
    }

    /// The clock of a simulated Telegram: connect, read one line of Unix milliseconds. Read once before this
    /// returns, then in the background for as long as a clone lives.
    ///
    /// # Errors
    /// [`ClockError`], for the first reading; a later one that fails is logged and tried again.
    pub async fn world(address: &str) -> Result<Self, ClockError> {
        let world = Arc::new(World { reading: Mutex::new(read(address).await?) });
        tokio::spawn(follow(address.to_owned(), Arc::downgrade(&world)));
        Ok(Self(Source::World(world)))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Manual(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
            Source::World(world) => world.reading().at(Instant::now()),
        }
    }

    /// Moves a manual clock; the others do not move.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(time) = &self.0 {
            let mut time = time.lock().unwrap_or_else(PoisonError::into_inner);
            *time = time.checked_add(by).unwrap_or(*time);
        }
    }
}

async fn follow(address: String, world: Weak<World>) {
    let mut answered = true;
    loop {
        tokio::time::sleep(POLL).await;
        if world.strong_count() == 0 {
            return;
        }
        let reading = read(&address).await;
        let Some(world) = world.upgrade() else { return };
        match &reading {
            Ok(reading) => world.take(*reading),
            Err(error) if answered => tracing::warn!("{error}; time runs on from the last answer"),
            Err(_) => {}
        }
        answered = reading.is_ok();
    }
}

async fn read(address: &str) -> Result<Reading, ClockError> {
    let unreachable = |source| ClockError::Unreachable { address: address.to_owned(), source };
    let line = tokio::time::timeout(PATIENCE, async {
        let stream = TcpStream::connect(address).await?;
        let mut line = String::new();
        BufReader::new(stream.take(MAX_LINE)).read_line(&mut line).await?;
        Ok::<_, io::Error>(line)
    })
    .await
    .map_err(|_| unreachable(io::ErrorKind::TimedOut.into()))?
    .map_err(unreachable)?;
    let said = line.trim().parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    match said {
        Some(said) => Ok(Reading { said, at: Instant::now() }),
        None => Err(ClockError::NotATime {
            address: address.to_owned(),
            said: line.trim().escape_debug().collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    async fn answering(lines: &'static [&'static str]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            for line in lines.iter().chain(std::iter::repeat(&lines[lines.len() - 1])) {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.write_all(line.as_bytes()).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn the_world_is_followed_when_it_jumps() {
        let clock = Clock::world(&answering(&["1000000000000\n", "1700000000000\n"]).await).await.unwrap();
        assert_eq!(clock.now().as_second(), 1_000_000_000);
        tokio::time::sleep(POLL * 3).await;
        assert!((1_700_000_000..1_700_000_010).contains(&clock.now().as_second()), "{}", clock.now());
    }

    #[tokio::test]
    async fn an_answer_that_was_long_on_its_way_moves_nothing() {
        let address = answering(&["1700000000000\n", "1700000000100\n"]).await;
        let clock = Clock::world(&address).await.unwrap();
        let mut last = clock.now();
        for _ in 0..3 {
            tokio::time::sleep(POLL).await;
            let passed = last.duration_until(clock.now());
            assert!(passed >= SignedDuration::try_from(POLL).unwrap(), "only {passed:#} of {POLL:?}");
            last = clock.now();
        }
    }

    #[tokio::test]
    async fn nonsense_is_refused_in_a_sentence() {
        let address = answering(&["half past nine\n"]).await;
        let error = Clock::world(&address).await.unwrap_err().to_string();
        assert!(error.ends_with("says “half past nine”, not a time in Unix milliseconds"), "{error}");
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_moved() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        clock.clone().advance(SignedDuration::from_hours(6));
        assert_eq!(clock.now().to_string(), "1970-01-01T06:00:00Z");
    }
}
