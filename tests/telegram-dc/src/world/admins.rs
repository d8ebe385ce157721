//! Who runs a channel: its owner, some others, and in supergroups somebody who is tried out.

use jiff::Timestamp;

use super::people::one_of;
use super::{Channel, DEPUTY_ID, Kind, Role, invite, midnight};

/// Trainees are promoted at this second of the UTC day, every four days, and demoted two days later.
pub(crate) const TRIAL_SECOND: i64 = 10 * 3_600;
pub(crate) const TRIAL_EVERY: u32 = 4;
pub(crate) const TRIAL_DAYS: u32 = 2;

/// How many were thrown out of a channel, one every so many days from the first.
const THROWN_OUT: u32 = 3;
const THROWN_OUT_EVERY: u32 = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admin {
    pub(crate) user: i64,
    pub(crate) owner: bool,
    /// Unix seconds.
    pub(crate) since: i64,
    /// What stands beside their name.
    pub(crate) rank: Option<&'static str>,
}

/// Somebody who may not come back, or may not write until a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Barred {
    pub(crate) user: i64,
    /// The administrator who decided so.
    pub(crate) by: i64,
    /// Unix seconds.
    pub(crate) since: i64,
    /// Unix seconds; for ever if absent, and then they are out.
    pub(crate) until: Option<i64>,
}

/// The owner first, then the others.
pub(crate) fn of(channel: &Channel<'_>, now: Timestamp) -> Vec<Admin> {
    let mut admins = permanent(channel);
    if channel.owners_role(now) == Role::Member {
        admins.retain(|one| one.user != channel.spec.account);
    }
    admins.extend(trainee(channel, now));
    admins
}

/// Those who were administrators from the beginning: both that have invite links, the deputy where it is one, and in
/// supergroups two more.
pub(crate) fn permanent(channel: &Channel<'_>) -> Vec<Admin> {
    let (seed, spec) = (channel.world.seed, channel.spec);
    let [owner, second] = invite::admins(channel);
    let others = if spec.kind == Kind::Supergroup { 2 } else { 0 };
    let born = midnight(channel.world.first_day);
    let mut ids = vec![owner, second];
    ids.extend((spec.deputy == Role::Admin).then_some(DEPUTY_ID));
    ids.extend((0..others).map(|place| one_of(seed, "other admin", spec.id, 0, place).id));
    (0_i64..)
        .zip(ids)
        .map(|(place, user)| Admin {
            user,
            owner: place == 0,
            since: born + place * 90_000,
            rank: (place == 1).then_some("модератор 🛡"),
        })
        .collect()
}

/// Whose trial begins on a day.
pub(crate) fn trainee_of(channel: &Channel<'_>, day: u32) -> i64 {
    one_of(channel.world.seed, "trainee", channel.spec.id, 0, u64::from(day)).id
}

fn trainee(channel: &Channel<'_>, now: Timestamp) -> Option<Admin> {
    let started = midnight(channel.world.first_day) + TRIAL_SECOND;
    let passed = u32::try_from((now.as_second() - started).div_euclid(86_400)).ok()?;
    let day = passed - passed % TRIAL_EVERY;
    let since = started + i64::from(day) * 86_400;
    let tried = channel.spec.kind == Kind::Supergroup && passed - day < TRIAL_DAYS;
    let user = trainee_of(channel, day);
    tried.then_some(Admin { user, owner: false, since, rank: Some("на испытании") })
}

/// Who was thrown out of a channel, latest first; supergroups have a log of it.
pub(crate) fn thrown_out(channel: &Channel<'_>, now: Timestamp) -> Vec<Barred> {
    let (seed, spec) = (channel.world.seed, channel.spec);
    let by = permanent(channel)[0].user;
    (1..=THROWN_OUT)
        .map(|place| {
            let since = midnight(channel.world.first_day) + i64::from(place * THROWN_OUT_EVERY) * 86_400;
            let user = one_of(seed, "thrown out", spec.id, 0, u64::from(place)).id;
            Barred { user, by, since, until: None }
        })
        .filter(|barred| barred.since <= now.as_second())
        .rev()
        .collect()
}
