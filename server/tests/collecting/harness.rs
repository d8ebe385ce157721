use std::sync::Arc;
use std::time::{Duration, Instant};

use app::model::{AccountId, ChannelId, Collector, Run, RunState, Schedule, Trigger};
use jiff::SignedDuration;
use secrecy::SecretString;
use server::clock::Clock;
use server::collector::discover::Choice;
use server::collector::vault::StoreVault;
use server::collector::{self, Assignment, Context, link};
use server::seal::SealKey;
use server::store::{accounts, runs, schedules};
use server::telegram::client::{Client, Manners};
use server::telegram::dc_file::DcFile;
use server::telegram::session::{AccountSession, Keeper};
use server::worker::{self, WorkerConfig, WorkerHandle};
use sqlx::PgPool;
use telegram_dc::{AccessUser, DataCentre, Options, TruthChannel};

/// A simulated Telegram, a database, and an account that links the two.
pub(crate) struct Harness {
    pub(crate) dc: DataCentre,
    pub(crate) pool: PgPool,
    pub(crate) seal: Arc<SealKey>,
    pub(crate) clock: Clock,
    pub(crate) file: DcFile,
    pub(crate) account: AccountId,
}

/// Quick, but one request at a time all the same.
pub(crate) fn manners() -> Manners {
    Manners { api_id: 1, gap: Duration::ZERO, patience: Duration::from_secs(5) }
}

impl Harness {
    /// A world of so many days, at noon, with its account linked.
    pub(crate) async fn linked(pool: PgPool, days: u32) -> Self {
        Self::linked_in(pool, Options { days, ..Options::default() }).await
    }

    /// The same in another world.
    pub(crate) async fn linked_in(pool: PgPool, options: Options) -> Self {
        let start_clock = Some("2026-11-20T12:00:00Z".parse().unwrap());
        let dc = DataCentre::start(Options { start_clock, ..options }).await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("access.json");
        dc.access().write(&path).unwrap();
        let file = DcFile::read(&path).unwrap();
        let clock = Clock::world(file.clock.as_deref().unwrap()).await.unwrap();
        let seal = Arc::new(SealKey::parse(&"5a".repeat(32), "the test's key").unwrap());
        let account = link::link_ready(&pool, &seal, &file, &clock, manners(), Choice::All).await.unwrap();
        Self { dc, pool, seal, clock, file, account }
    }

    /// Links one of the crowd.
    pub(crate) async fn link_operator(&self, number: u16) -> AccountId {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("operator.json");
        self.dc.access_of(number).unwrap().write(&path).unwrap();
        let file = DcFile::read(&path).unwrap();
        link::link_ready(&self.pool, &self.seal, &file, &self.clock, manners(), Choice::All).await.unwrap()
    }

    /// Holds the account's connection, as a worker would.
    pub(crate) async fn connect(&self, manners: Manners) -> Context {
        self.connect_as(self.account, manners).await
    }

    /// Holds the connection of another account.
    pub(crate) async fn connect_as(&self, account: AccountId, manners: Manners) -> Context {
        let vault = StoreVault { pool: self.pool.clone(), account, clock: self.clock.clone() };
        let keeper = Keeper { account, seal: Arc::clone(&self.seal), vault: Arc::new(vault) };
        let session = AccountSession::open(keeper, Some(&self.file.addresses())).await.unwrap();
        let client = Client::new(Arc::new(session), manners, self.clock.clone());
        Context::new(self.pool.clone(), self.clock.clone(), client, account)
    }

    /// Links the second account of the world, which looks after some of the channels of the first.
    pub(crate) async fn link_second(&self) -> AccountId {
        self.link_by_phone(self.dc.access().others[0].clone()).await
    }

    /// Links an account with a new session: phone, code, password.
    pub(crate) async fn link_by_phone(&self, user: AccessUser) -> AccountId {
        let client = link::unbound(Some(&self.file), manners(), &self.clock).await.unwrap();
        let sent = client.send_code(&user.phone, &SecretString::from("simulated")).await.unwrap();
        client.sign_in(&user.phone, &sent, &user.code).await.unwrap();
        client.check_password(&SecretString::from(user.password)).await.unwrap();
        link::link_signed_in(&self.pool, &self.seal, &self.clock, &client, Choice::All).await.unwrap()
    }

    /// Moves the world, and waits until the product's clock has followed.
    pub(crate) async fn advance(&self, by: SignedDuration) {
        self.dc.clock().advance(by);
        let then = self.dc.clock().now();
        while self.clock.now() < then {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs one collector for one channel, to its end.
    pub(crate) async fn collect(&self, context: &Context, channel: ChannelId, collector: Collector) -> Run {
        let mut db = self.pool.acquire().await.unwrap();
        let opened =
            runs::open(&mut db, channel, collector, context.account, Trigger::Manual, self.clock.now())
                .await
                .unwrap();
        let assignment = Assignment { run: opened.id, channel, collector };
        collector::collect(context, assignment).await.unwrap();
        runs::find(&self.pool, opened.id).await.unwrap().unwrap()
    }

    /// The channel of the world that has everything.
    pub(crate) fn richest(&self) -> TruthChannel {
        let channels = self.dc.truth().channels();
        channels
            .into_iter()
            .filter(|one| one.stats && one.ton && one.stars)
            .max_by_key(|one| one.subscribers)
            .unwrap()
    }

    pub(crate) async fn schedule(&self, channel: ChannelId, collector: Collector) -> Schedule {
        schedules::find(&self.pool, channel, collector).await.unwrap().unwrap()
    }

    pub(crate) async fn account(&self) -> accounts::Account {
        accounts::find(&self.pool, self.account).await.unwrap().unwrap()
    }

    pub(crate) async fn start_worker(&self) -> WorkerHandle {
        self.start_worker_on(self.pool.clone()).await
    }

    pub(crate) async fn start_worker_on(&self, pool: PgPool) -> WorkerHandle {
        self.start_worker_as(pool, manners()).await
    }

    pub(crate) async fn start_worker_with(&self, manners: Manners) -> WorkerHandle {
        self.start_worker_as(self.pool.clone(), manners).await
    }

    async fn start_worker_as(&self, pool: PgPool, manners: Manners) -> WorkerHandle {
        let (seal, file) = (Arc::clone(&self.seal), Some(self.file.clone()));
        let mut config = WorkerConfig::new(pool, seal, self.clock.clone(), file, manners);
        config.look_every = Duration::from_millis(100);
        config.lease = Duration::from_secs(3);
        worker::start(config).await.unwrap()
    }

    pub(crate) async fn runs(&self) -> Vec<Run> {
        runs::list(&self.pool, 1000).await.unwrap()
    }
}

/// Waits until it is so, at most half a minute.
pub(crate) async fn until(what: &str, is_so: impl AsyncFnMut() -> bool) {
    until_within(30, what, is_so).await;
}

/// Waits until it is so, at most so many seconds.
pub(crate) async fn until_within(seconds: u64, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(seconds), "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// It ended well, with everything.
pub(crate) fn assert_done(run: &Run) {
    assert_eq!((run.state, run.error.as_deref()), (RunState::Done, None), "{run:?}");
}

/// Nothing is due.
pub(crate) async fn schedules_off(pool: &PgPool) {
    sqlx::query("update schedules set enabled = false").execute(pool).await.unwrap();
}
