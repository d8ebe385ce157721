//! Invite links, and who came through them.

use jiff::Timestamp;

use super::cast::OTHERS;
use super::dice::scale;
use super::ledger::identifier;
use super::people::member;
use super::subscription::{self, Subscriber};
use super::{Channel, Day, Dice, Role, midnight};

/// Where the numbers of those who came through a kind of link begin; bought ads begin at 0.
const PRIMARY: u64 = 50_000_000;
const REQUESTS: u64 = 60_000_000;
const OLD: u64 = 70_000_000;
const STALL: u64 = 80_000_000;
const SECOND: u64 = 90_000_000;

/// Requests of a day are decided at this second of the next.
const DECIDED: i64 = 86_400 + 18 * 3600;

/// The hash of a link to a private channel in which none of the accounts is.
pub(crate) const FOREIGN_INVITE: &str = "Closed_doors_1";

/// A link that anybody can follow while it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) hash: String,
    pub(crate) admin: i64,
    /// Unix seconds.
    pub(crate) created: i64,
    pub(crate) title: Option<String>,
    /// An administrator's primary link.
    pub(crate) permanent: bool,
    pub(crate) request_needed: bool,
    /// When it is revoked, Unix seconds; it may lie ahead.
    pub(crate) revoked_at: Option<i64>,
    /// When it ends, Unix seconds.
    pub(crate) expires: Option<i64>,
    pub(crate) usage_limit: Option<u32>,
    /// Whether it leads to a paid subscription.
    pub(crate) paid: bool,
    batches: Vec<Batch>,
    /// Who has asked to come in and waits, newest first.
    pub(crate) pending: Vec<Importer>,
    /// Who came and whose subscription has lapsed, newest first.
    pub(crate) lapsed: Vec<Importer>,
}

/// Somebody who came through a link, or asks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Importer {
    pub(crate) user: i64,
    /// Unix seconds.
    pub(crate) date: i64,
    /// Who let them in, if that was needed.
    pub(crate) approved_by: Option<i64>,
}

/// People who come together, so that nobody has to count them one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Batch {
    /// The first one's number among the channel's members.
    first: u64,
    count: u64,
    when: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Through the day that begins at this Unix second, as everything in the channel.
    Day(i64),
    /// All at this Unix second.
    At(i64),
}

impl Batch {
    fn so_far(&self, channel: &Channel<'_>, now: i64) -> u64 {
        match self.when {
            When::Day(midnight) => scale(self.count, channel.elapsed_ppm(now - midnight), 1_000_000),
            When::At(at) if at <= now => self.count,
            When::At(_) => 0,
        }
    }

    /// When the numbered one comes: as soon as so many have.
    fn date(&self, channel: &Channel<'_>, index: u64) -> i64 {
        match self.when {
            When::At(at) => at,
            When::Day(midnight) => {
                let (mut low, mut high) = (0, 86_399);
                while low < high {
                    let middle = (low + high) / 2;
                    if scale(self.count, channel.elapsed_ppm(middle), 1_000_000) > index {
                        high = middle;
                    } else {
                        low = middle + 1;
                    }
                }
                midnight + low
            }
        }
    }
}

impl Link {
    pub(crate) fn url(&self) -> String {
        format!("https://t.me/+{}", self.hash)
    }

    /// How many have come through it by now.
    pub(crate) fn usage(&self, channel: &Channel<'_>, now: i64) -> u64 {
        self.batches.iter().map(|batch| batch.so_far(channel, now)).sum()
    }

    /// The numbered one of those who came, the oldest being 0.
    pub(crate) fn importer(&self, channel: &Channel<'_>, mut index: u64) -> Option<Importer> {
        for batch in &self.batches {
            if index < batch.count {
                let user = member(channel.world.seed, channel.spec.id, batch.first + index).id;
                let approved_by = self.request_needed.then_some(self.admin);
                return Some(Importer { user, date: batch.date(channel, index), approved_by });
            }
            index -= batch.count;
        }
        None
    }

    /// How many came on each UTC day that has some, by the Unix second it begins with.
    pub(crate) fn by_day(&self, channel: &Channel<'_>, now: i64) -> Vec<(i64, u64)> {
        let mut days: Vec<(i64, u64)> = Vec::new();
        for batch in &self.batches {
            let (When::Day(second) | When::At(second)) = batch.when;
            let (midnight, count) = (second - second.rem_euclid(86_400), batch.so_far(channel, now));
            match days.last_mut() {
                Some((day, sum)) if *day == midnight => *sum += count,
                _ => days.push((midnight, count)),
            }
        }
        days.retain(|(_, count)| *count > 0);
        days
    }
}

/// The owner and the other administrator; one of them may be the account.
pub(crate) fn admins(channel: &Channel<'_>) -> [i64; 2] {
    let (world, spec) = (channel.world, channel.spec);
    let somebody = |purpose| world.somebody(purpose, spec.id, 0).id;
    match spec.role {
        Role::Owner => [spec.account, somebody("admin")],
        Role::Admin => [somebody("owner"), spec.account],
        Role::Member => [somebody("owner"), somebody("admin")],
    }
}

/// The links that have been made by now, newest first.
pub(crate) fn until(channel: &Channel<'_>, now: Timestamp) -> Vec<Link> {
    let days = channel.whole_days(now);
    let [owner, second] = admins(channel);
    let spec = channel.spec;
    let born = midnight(channel.world.first_day);
    let link = |name: &str, admin: i64, created: i64, batches: Vec<Batch>| Link {
        hash: hash(channel, name),
        admin,
        created,
        title: None,
        permanent: false,
        request_needed: false,
        revoked_at: None,
        expires: None,
        usage_limit: None,
        paid: false,
        batches,
        pending: Vec::new(),
        lapsed: Vec::new(),
    };
    let mut links = vec![
        Link { permanent: true, ..link("primary", owner, born, by_link(&days, PRIMARY, 6)) },
        Link { permanent: true, ..link("second", second, born, by_link(&days, SECOND, 9)) },
    ];
    if spec.target >= 500 {
        let posters = days.iter().filter(|day| (10..50).contains(&day.number)).cloned().collect::<Vec<_>>();
        let stall = Batch { first: STALL, count: 73, when: When::Day(born + 7 * 86_400) };
        links.push(Link {
            title: Some("Old posters".to_owned()),
            revoked_at: Some(born + 50 * 86_400),
            ..link("posters", owner, born + 10 * 86_400, by_link(&posters, OLD, 7))
        });
        links.push(Link {
            title: Some("Stall at <the> fair".to_owned()),
            expires: Some(born + 35 * 86_400),
            usage_limit: Some(100),
            ..link("stall", owner, born + 5 * 86_400, vec![stall])
        });
        links.push(Link {
            title: Some("По заявке".to_owned()),
            request_needed: true,
            pending: pending(channel, &days, now.as_second()),
            ..link("request", owner, born, approved(channel, &days))
        });
    }
    links.extend(campaigns(&days).into_iter().enumerate().map(|(partner, batches)| {
        let first = batches.first().map_or(born, |batch| match batch.when {
            When::Day(second) | When::At(second) => second,
        });
        let title = Some(format!("Ad in {}", OTHERS[partner].title));
        Link { title, ..link(&format!("campaign {partner}"), owner, first - 3_600, batches) }
    }));
    if spec.stars {
        let subscribers = subscription::subscribers(channel.world, spec, &days);
        links.push(Link {
            title: Some("Stammtisch".to_owned()),
            paid: true,
            lapsed: lapsed(&subscribers, now.as_second()),
            ..link("paid", owner, born, subscribers.iter().map(arrival).collect())
        });
    }
    links.retain(|link| link.created <= now.as_second());
    links.sort_by(|a, b| (b.created, &b.hash).cmp(&(a.created, &a.hash)));
    links
}

fn hash(channel: &Channel<'_>, name: &str) -> String {
    identifier(channel.world.seed, &format!("invite {name}"), channel.spec.id, 0)[..16].to_owned()
}

/// One in so many of those who came by a link to the channel came by this one.
fn by_link(days: &[Day], first: u64, one_in: u64) -> Vec<Batch> {
    let mut first = first;
    let batch = |day: &Day| {
        let batch = Batch { first, count: day.joined_by[0] / one_in, when: When::Day(midnight(day.date)) };
        first += batch.count;
        batch
    };
    days.iter().map(batch).collect()
}

/// Those whom bought ads brought, all of a day through the link of one of three partners.
fn campaigns(days: &[Day]) -> Vec<Vec<Batch>> {
    let mut partners: Vec<Vec<Batch>> = Vec::new();
    let mut first = 0;
    for (ordinal, day) in days.iter().filter(|day| day.bought > 0).enumerate() {
        if ordinal < 3 {
            partners.push(Vec::new());
        }
        partners[ordinal % 3].push(Batch { first, count: day.bought, when: When::Day(midnight(day.date)) });
        first += day.bought;
    }
    partners
}

/// How many ask on a day, and how many of them are let in.
fn requests(channel: &Channel<'_>, day: &Day) -> (u64, u64) {
    let asked = Dice::new(channel.world.seed, "requests", channel.spec.id, day.number).between(1, 6);
    (asked, asked - asked / 4)
}

fn approved(channel: &Channel<'_>, days: &[Day]) -> Vec<Batch> {
    let batch = |day: &Day| Batch {
        first: REQUESTS + u64::from(day.number) * 8,
        count: requests(channel, day).1,
        when: When::At(midnight(day.date) + DECIDED),
    };
    days.iter().map(batch).collect()
}

fn pending(channel: &Channel<'_>, days: &[Day], now: i64) -> Vec<Importer> {
    let undecided = days.iter().rev().take_while(|day| midnight(day.date) + DECIDED > now);
    let mut waiting: Vec<Importer> = undecided
        .flat_map(|day| {
            let (first, count) = (REQUESTS + u64::from(day.number) * 8, requests(channel, day).0);
            let asked = Batch { first, count, when: When::Day(midnight(day.date)) };
            (0..count)
                .map(|index| Importer {
                    user: member(channel.world.seed, channel.spec.id, first + index).id,
                    date: asked.date(channel, index),
                    approved_by: None,
                })
                .collect::<Vec<_>>()
        })
        .filter(|importer| importer.date <= now)
        .collect();
    waiting.sort_by_key(|importer| std::cmp::Reverse((importer.date, importer.user)));
    waiting
}

fn arrival(subscriber: &Subscriber) -> Batch {
    Batch { first: subscriber.member(), count: 1, when: When::At(subscriber.joined) }
}

fn lapsed(subscribers: &[Subscriber], now: i64) -> Vec<Importer> {
    let gone = subscribers.iter().rev().filter(|subscriber| subscriber.ends() <= now);
    gone.map(|subscriber| Importer { user: subscriber.user, date: subscriber.joined, approved_by: None })
        .collect()
}
