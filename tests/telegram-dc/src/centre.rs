use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Span;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accounts::Accounts;
use crate::clock::{self, Clock};
use crate::dc::{Dc, DcState};
use crate::faults::FaultState;
use crate::keyring::Keyring;
use crate::mtproto::connection;
use crate::phone;
use crate::push;
use crate::shared::Shared;
use crate::srp;
use crate::truth::http;
use crate::world::crowd::{MOST_CHANNELS, MOST_OPERATORS};
use crate::world::{Holder, SELF_ID, Unit, World};
use crate::{
    Access, AccessUser, Crowd, DcAddress, Error, FAR_DC, Faults, HOME_DC, Options, RequestLog, STATS_DC,
    Truth,
};

/// The data centres there are.
pub(crate) const DCS: [i32; 3] = [FAR_DC, HOME_DC, STATS_DC];

/// No world is older, in days.
const MOST_DAYS: u32 = 4_000;

/// A simulated Telegram that is being served. It ends with [`DataCentre::shutdown`], or when dropped.
#[derive(Debug)]
pub struct DataCentre {
    access: Access,
    shared: Arc<Shared>,
    truth_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl DataCentre {
    /// Makes the world and listens for clients.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Listen`] or [`Error::Port`] if the addresses cannot be had, [`Error::Days`] if the
    /// world would be too short or too long, [`Error::Chaos`] if the share is none.
    pub async fn start(mut options: Options) -> Result<Self, Error> {
        if !(1..=MOST_DAYS).contains(&options.days) {
            return Err(Error::Days { days: options.days });
        }
        let Crowd { accounts, channels } = options.crowd;
        if accounts > MOST_OPERATORS || channels > MOST_CHANNELS {
            return Err(Error::Crowd { accounts, channels });
        }
        let chaos_ppm = ppm(options.chaos)?;
        let mut listeners = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for dc in DCS {
            let listener = listen(beside(options.listen, dc)?).await?;
            addresses.insert(dc, local(&listener, options.listen)?);
            listeners.insert(dc, listener);
        }
        let clock_listener = listen(options.listen).await?;
        let clock_address = local(&clock_listener, options.listen)?;
        let truth_listener = match options.truth_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let truth_address = truth_listener.as_ref().and_then(|listener| listener.local_addr().ok());

        let orders = std::mem::take(&mut options.faults);
        let shared = Arc::new(share(options, addresses, chaos_ppm));
        orders.iter().for_each(|order| Faults::new(shared.clone()).order(order));
        let access = access(&shared, clock_address);
        let (stop, stopped) = watch::channel(false);
        let mut tasks: Vec<_> = listeners
            .into_iter()
            .filter_map(|(dc, listener)| shared.dcs.get(&dc).map(|dc| (dc.clone(), listener)))
            .map(|(dc, listener)| tokio::spawn(accept(shared.clone(), dc, listener, stopped.clone())))
            .collect();
        tasks.push(tokio::spawn(push::watch(shared.clone())));
        tasks.push(tokio::spawn(clock::serve(shared.clock.clone(), clock_listener)));
        if let Some(listener) = truth_listener {
            let truth = Truth::new(&shared);
            let sources =
                http::Sources { truth, shared: shared.clone(), faults: Faults::new(shared.clone()) };
            tasks.push(tokio::spawn(http::serve(sources, listener)));
        }
        Ok(Self { access, shared, truth_address, stop, tasks })
    }

    /// What a client needs to connect.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What a client of one of the crowd needs; `None` if there is no such one.
    #[must_use]
    pub fn access_of(&self, operator: u16) -> Option<Access> {
        let account = self.shared.accounts.all().find(|one| one.holder == Holder::Operator(operator))?;
        let ready = self.shared.keys.ready_of_operator(operator);
        let (user, others, spare) = (account.user.clone(), Vec::new(), Vec::new());
        Some(Access { user, others, ready, spare, ..self.access.clone() })
    }

    /// The world's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// What the answers to the account's owner ought to add up to.
    #[must_use]
    pub fn truth(&self) -> Truth {
        Truth::new(&self.shared)
    }

    /// What the answers to another account ought to add up to; `None` if nobody has that id.
    #[must_use]
    pub fn truth_of(&self, user_id: i64) -> Option<Truth> {
        Truth::of(&self.shared, user_id)
    }

    /// Makes things go wrong on purpose.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(self.shared.clone())
    }

    /// Plays the owner's phone, which scans a QR code: `tg://login?token=…`, or the token alone in base64url.
    ///
    /// # Errors
    /// [`Error::Scan`] with Telegram's name for what is wrong with it.
    pub fn scan_qr(&self, code: &str) -> Result<(), Error> {
        phone::scan(&self.shared, code)
    }

    /// One of the data centres, to make something happen to it as a whole.
    ///
    /// # Panics
    /// If there is no such data centre: there are [`FAR_DC`], [`HOME_DC`] and [`STATS_DC`].
    #[must_use]
    pub fn dc(&self, id: i32) -> Dc {
        let dc = Dc::find(&self.shared, id);
        dc.unwrap_or_else(|| panic!("there is no data centre {id}, only {DCS:?}"))
    }

    /// Pushes a message from Telegram itself (`updateServiceNotification`) to all sessions that get updates; to how
    /// many. `kind` is what Telegram calls the type, such as `AUTH_KEY_DROP_DUPLICATE`.
    pub fn push_service_notification(&self, kind: &str, text: &str) -> usize {
        push::service_notification(&self.shared, kind, text)
    }

    /// Pushes the balance of a channel (`updateStarsRevenueStatus`) though it has not changed; to how many sessions.
    /// Changes are pushed without being asked for, and so are new posts.
    pub fn push_balance(&self, channel_id: i64, unit: Unit) -> usize {
        push::balance(&self.shared, channel_id, unit)
    }

    /// How many connections ended by a panic, which would be a bug of the data centre. A test asserts that none did.
    #[must_use]
    pub fn panics(&self) -> u64 {
        self.shared.panics.load(Ordering::Relaxed)
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> RequestLog {
        self.shared.requests.clone()
    }

    /// Where the truth is served over HTTP, if it is.
    #[must_use]
    pub fn truth_address(&self) -> Option<SocketAddr> {
        self.truth_address
    }

    /// Closes all connections and stops listening; afterwards the addresses are free.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for DataCentre {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Data centre *n* listens *n* ports above the base, or on any free port.
fn beside(base: SocketAddr, dc: i32) -> Result<SocketAddr, Error> {
    let mut address = base;
    if base.port() != 0 {
        let port = u16::try_from(dc).ok().and_then(|dc| base.port().checked_add(dc));
        address.set_port(port.ok_or(Error::Port { port: base.port() })?);
    }
    Ok(address)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => Error::Busy { address },
        _ => Error::Listen { address, source },
    })
}

fn local(listener: &TcpListener, address: SocketAddr) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|source| Error::Listen { address, source })
}

/// A share as millionths.
fn ppm(share: f64) -> Result<u32, Error> {
    if !(0.0..=1.0).contains(&share) {
        return Err(Error::Chaos { share });
    }
    format!("{:.0}", share * 1e6).parse().map_err(|_| Error::Chaos { share })
}

fn share(options: Options, addresses: BTreeMap<i32, SocketAddr>, chaos_ppm: u32) -> Shared {
    let clock = Clock::starting_at(options.start_clock);
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    let first_day = options.first_day.unwrap_or_else(|| today.saturating_sub(Span::new().days(options.days)));
    let user = AccessUser {
        id: SELF_ID,
        phone: "99966200001".to_owned(),
        code: "22222".to_owned(),
        password: srp::PASSWORD.to_owned(),
    };
    let world = World::new(options.seed, first_day, options.days, options.rights_last_days)
        .splitting_revenue(options.splits_revenue);
    Shared {
        addresses,
        accounts: Accounts::new(user, world, options.crowd),
        keys: Keyring::new(options.seed, &DCS, HOME_DC, options.crowd.accounts),
        clock,
        faults: FaultState::new(options.seed, chaos_ppm, options.chaos_ends_logins),
        requests: RequestLog::default(),
        exports: Default::default(),
        sent_codes: Default::default(),
        login_tokens: Default::default(),
        srp: Default::default(),
        subscribers: Default::default(),
        panics: Default::default(),
        dcs: DCS.iter().map(|id| (*id, Arc::new(DcState::new(*id)))).collect(),
        options,
    }
}

fn access(shared: &Shared, clock: SocketAddr) -> Access {
    let address = |(id, address): (&i32, &SocketAddr)| DcAddress {
        id: *id,
        host: address.ip().to_string(),
        port: address.port(),
    };
    Access {
        home_dc: HOME_DC,
        dcs: shared.addresses.iter().map(address).collect(),
        user: shared.accounts.owner().user.clone(),
        others: shared.accounts.others().map(|account| account.user.clone()).collect(),
        ready: shared.keys.ready(),
        spare: shared.keys.spare(),
        clock: clock.to_string(),
    }
}

async fn accept(
    shared: Arc<Shared>,
    dc: Arc<DcState>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(dc = dc.id, %error, "cannot accept a connection");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stop.changed() => return,
        };
        if dc.is_up() {
            tokio::spawn(connection::serve(shared.clone(), dc.clone(), stream, stop.clone()));
        }
    }
}
