use std::net::SocketAddr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::FaultOrder;

/// The data centre where the simulated account lives.
pub const HOME_DC: i32 = 2;

/// The data centre that keeps statistics, as `channelFull.stats_dc` says.
pub const STATS_DC: i32 = 4;

/// A third data centre: it keeps some photos, and the statistics of the supergroup.
pub const FAR_DC: i32 = 1;

/// Accounts beside the two that everybody knows, with many channels each, for measuring. All are signed in
/// ([`crate::DataCentre::access_of`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crowd {
    /// How many accounts, up to 100.
    pub accounts: u16,
    /// How many channels each of them owns, up to 1,000.
    pub channels: u16,
}

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The base address: data centre *n* listens on port + *n* and the clock on the port itself; port 0 takes free
    /// ports for all of them.
    pub listen: SocketAddr,
    /// Everything random in the world comes from here.
    pub seed: u64,
    /// How many whole days the channels have lived when the world starts (1 to 4000).
    pub days: u32,
    /// The world's time at the start; `None` follows the machine's clock.
    pub start_clock: Option<Timestamp>,
    /// The first UTC day of the channels' lives. `None` counts `days` back from the world's day at the start; give
    /// the same day again to meet the same world after a restart.
    pub first_day: Option<Date>,
    /// How many days, today included, the graphs other than growth reach back: Telegram forgets the rest.
    pub graph_days: u32,
    /// How many days the growth graph reaches back; `None` shows the whole life.
    pub growth_days: Option<u32>,
    /// For how many seconds of world time a graph token can be exchanged.
    pub token_seconds: i64,
    /// On which day after those the world starts with the account loses its rights in one channel.
    pub rights_last_days: u32,
    /// Whether the second account helps with the channels that earn TON and Stars, and sees the Stars, the first one the
    /// TON only.
    pub splits_revenue: bool,
    /// Whether the account has two-step verification, so that a login wants its password.
    pub two_step: bool,
    /// Where to serve the truth over HTTP, if anywhere.
    pub truth_listen: Option<SocketAddr>,
    /// What goes wrong from the start.
    pub faults: Vec<FaultOrder>,
    /// The share of requests that something happens to by chance, from 0 to 1: short flood waits, lost connections,
    /// late, spoilt and unknown answers, errors of the server and of the layer, a data centre that is down for half a
    /// second or has another time, changed salts, expired graph tokens. What happens when follows from the seed.
    pub chaos: f64,
    /// Whether chance may also end an account's logins, which does not pass: one hit in fifty does.
    pub chaos_ends_logins: bool,
    /// More accounts, for measuring.
    pub crowd: Crowd,
}

impl Default for Options {
    /// Seed 7, 400 days, free ports on 127.0.0.1, the machine's clock.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 7,
            days: 400,
            start_clock: None,
            first_day: None,
            graph_days: 90,
            growth_days: None,
            token_seconds: 3600,
            rights_last_days: 30,
            splits_revenue: false,
            two_step: true,
            truth_listen: None,
            faults: Vec::new(),
            chaos: 0.0,
            chaos_ends_logins: false,
            crowd: Crowd::default(),
        }
    }
}
