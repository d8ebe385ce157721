//! Presets: how eager collecting is, all schedules at once.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Collector, Schedule, jitter, room};
use crate::model::AccountId;

/// How eager collecting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Half as often as normal; but new posts are looked for every half hour, and the admin log is read as often as normal.
    Gentle,
    /// What a collector's own interval says.
    Normal,
    /// Twice as often as normal.
    Eager,
}

impl Preset {
    /// All, the gentlest first.
    pub const ALL: [Self; 3] = [Self::Gentle, Self::Normal, Self::Eager];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gentle => "gentle",
            Self::Normal => "normal",
            Self::Eager => "eager",
        }
    }

    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Gentle => "Gentle",
            Self::Normal => "Normal",
            Self::Eager => "Eager",
        }
    }

    /// Seconds between runs of a collector.
    pub const fn every_seconds(self, of: Collector) -> i32 {
        let normal = of.default_every_seconds();
        match (self, of) {
            (Self::Gentle, Collector::Posts) => 1800,
            // What was not read in time Telegram has forgotten.
            (Self::Gentle, Collector::AdminLog) => normal,
            (Self::Gentle, _) => normal.saturating_mul(2),
            (Self::Normal, _) => normal,
            (Self::Eager, _) => normal / 2,
        }
    }

    /// The preset that all these schedules follow, if there is one. What is switched off does not count.
    pub fn of(schedules: &[Schedule]) -> Option<Self> {
        let follows = |preset: &Self| {
            schedules
                .iter()
                .filter(|one| one.enabled)
                .all(|one| one.cron.is_none() && one.every_seconds == preset.every_seconds(one.collector))
        };
        Self::ALL.into_iter().find(follows)
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a preset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a preset; there are gentle, normal and eager")]
pub struct UnknownPreset(pub String);

impl FromStr for Preset {
    type Err = UnknownPreset;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| UnknownPreset(text.to_owned()))
    }
}

/// What schedules ask of Telegram, about: each collector's typical number of requests is an estimate. What comes to an
/// end is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Requests in 24 hours.
    pub requests_per_day: u64,
    /// Requests when everything runs once.
    pub requests_per_round: u64,
    /// Of these, the most that one account makes. Accounts ask side by side: it is the last to be through.
    pub longest_round: u64,
    /// The most requests in 24 hours that one account makes.
    pub busiest_day: u64,
    /// How many accounts ask.
    pub accounts: usize,
}

impl Cost {
    /// Of collectors with the seconds between their runs, and the accounts that ask.
    fn of(runs: impl Iterator<Item = (Option<AccountId>, Collector, i32)>) -> Self {
        let mut cost = Self::default();
        // Of each account: in a round, in a day.
        let mut shares: BTreeMap<Option<AccountId>, (u64, u64)> = BTreeMap::new();
        for (account, collector, every_seconds) in
            runs.filter(|(_, collector, _)| !collector.comes_to_an_end())
        {
            let requests = u64::from(collector.typical_requests());
            let every = u64::try_from(every_seconds).unwrap_or(1).max(1);
            // Rounded to the nearest.
            let a_day = (requests * 86_400 + every / 2) / every;
            cost.requests_per_day += a_day;
            cost.requests_per_round += requests;
            let (share_of_round, share_of_day) = shares.entry(account).or_default();
            *share_of_round += requests;
            *share_of_day += a_day;
        }
        cost.longest_round = shares.values().map(|(of_round, _)| *of_round).max().unwrap_or(0);
        cost.busiest_day = shares.values().map(|(_, of_day)| *of_day).max().unwrap_or(0);
        // What nobody may ask now counts as if one of them, or one to come, did.
        cost.accounts = shares.keys().flatten().count().max(usize::from(!shares.is_empty()));
        cost
    }

    /// Of schedules as they are set; those that are switched off or wait for a person ask nothing. One at times of
    /// the day counts with `every_seconds`, which then says how far apart they are on average.
    pub fn of_schedules(schedules: &[Schedule]) -> Self {
        let active = schedules.iter().filter(|one| one.enabled && one.parked_reason.is_none());
        let every = |one: &Schedule| match one.cron {
            Some(_) => one.every_seconds,
            None => apart(one.every_seconds),
        };
        Self::of(active.map(|one| (one.account, one.collector, every(one))))
    }

    /// Of schedules if they followed a preset.
    pub fn of_preset(preset: Preset, schedules: &[Schedule]) -> Self {
        let active = schedules.iter().filter(|one| one.enabled && one.parked_reason.is_none());
        Self::of(active.map(|one| (one.account, one.collector, apart(preset.every_seconds(one.collector)))))
    }

    /// How long a round takes accounts that leave so many milliseconds between two requests, in seconds.
    pub const fn round_seconds(self, gap_ms: u64) -> u64 {
        (self.longest_round * gap_ms).div_ceil(1000)
    }

    /// How many requests an account can make in 24 hours that leaves so many milliseconds between two of them; `None`
    /// without a pace.
    pub const fn most_per_day(gap_ms: u64) -> Option<u64> {
        86_400_000_u64.checked_div(gap_ms)
    }

    /// Is it more than an account can ask at that pace? Then what is not urgent falls behind its schedule.
    pub fn is_too_much(self, gap_ms: u64) -> bool {
        Self::most_per_day(gap_ms).is_some_and(|most| self.busiest_day > most)
    }
}

/// How far apart runs are on average, in seconds, that are due earlier than their interval says.
const fn apart(every_seconds: i32) -> i32 {
    every_seconds - room(every_seconds) - jitter(every_seconds) / 2
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::ChannelId;

    /// Of a channel that has everything, at a preset.
    fn schedules(channel: i64, preset: Preset) -> Vec<Schedule> {
        let of_channels = Collector::ALL.iter().copied().filter(|one| one.exists_in(false));
        let schedule = |collector: Collector| Schedule {
            channel_id: ChannelId(channel),
            channel_title: String::new(),
            collector,
            every_seconds: preset.every_seconds(collector),
            cron: None,
            time_zone: None,
            enabled: collector.is_on_by_default(),
            next_due_at: Timestamp::UNIX_EPOCH,
            last_run: None,
            last_state: None,
            last_finished_at: None,
            last_seconds: None,
            last_good_at: None,
            parked_reason: None,
            account: Some(AccountId(1)),
        };
        of_channels.map(schedule).collect()
    }

    fn cost(requests_per_day: u64, requests_per_round: u64) -> Cost {
        Cost {
            requests_per_day,
            requests_per_round,
            longest_round: requests_per_round,
            busiest_day: requests_per_day,
            accounts: 1,
        }
    }

    #[test]
    fn a_channel_with_everything_costs_what_goes_on_for_ever() {
        // Posts 175, post statistics 82, hours 45, statistics 33, the ledger 25, balances 17, story statistics 16, boosts,
        // giveaways, invite links and stories 12 each, facts and the admin log 4 each. Older posts, some 250 while they
        // are read, are not among them.
        let costs = Preset::ALL.map(|preset| Cost::of_schedules(&schedules(1, preset)));
        assert_eq!(costs, [cost(190, 72), cost(449, 72), cost(903, 72)]);
        let normal = schedules(1, Preset::Normal);
        assert_eq!(Preset::ALL.map(|preset| Cost::of_preset(preset, &normal)), costs);
        assert_eq!(costs[1].round_seconds(1000), 72);
    }

    #[test]
    fn times_of_the_day_are_kept_to_and_intervals_cut_short() {
        let mut posts = schedules(1, Preset::Normal);
        posts.retain(|one| one.collector == Collector::Posts);
        assert_eq!(Cost::of_schedules(&posts).requests_per_day, 175);
        posts[0].cron = Some("*/10 * * * *".to_owned());
        assert_eq!(Cost::of_schedules(&posts).requests_per_day, 144);
    }

    #[test]
    fn older_posts_cost_nothing_in_the_long_run() {
        let mut without = schedules(1, Preset::Normal);
        let with = Cost::of_schedules(&without);
        without.retain(|one| one.collector != Collector::History);
        assert_eq!(Cost::of_schedules(&without), with);
        without.clear();
        assert_eq!(Cost::of_schedules(&without), Cost::default());
    }

    #[test]
    fn several_channels_cost_the_sum_and_what_does_not_run_costs_nothing() {
        let mut all: Vec<Schedule> = (1..=3).flat_map(|channel| schedules(channel, Preset::Normal)).collect();
        assert_eq!(Cost::of_schedules(&all), cost(3 * 449, 3 * 72));
        // Four times 8 requests and a little, and 175 times one.
        for one in &mut all {
            match (one.channel_id.0, one.collector) {
                (2, Collector::Statistics) => one.parked_reason = Some("The right is gone.".to_owned()),
                (3, Collector::Posts) => one.enabled = false,
                _ => {}
            }
        }
        assert_eq!(Cost::of_schedules(&all), cost(3 * 449 - 33 - 175, 3 * 72 - 8 - 1));
        assert_eq!(Cost::of_preset(Preset::Gentle, &all), cost(3 * 190 - 16 - 52, 3 * 72 - 8 - 1));
    }

    /// Accounts ask side by side: the one that has most to ask says how long a round takes.
    #[test]
    fn a_round_is_over_when_the_account_with_most_to_ask_is_through() {
        let mut all: Vec<Schedule> = (1..=3).flat_map(|channel| schedules(channel, Preset::Normal)).collect();
        let of_one = Cost::of_schedules(&all);
        // The second channel is another account's, which may not see the money of the third.
        for one in &mut all {
            let of_second = one.channel_id.0 == 2
                || (one.channel_id.0 == 3 && one.collector.right() != super::super::Right::Revenue);
            if of_second {
                one.account = Some(AccountId(2));
            }
        }
        let of_two = Cost::of_schedules(&all);
        // Of the third the first account only asks balances and ledger, 17 and 25 requests a day.
        let (longest_round, busiest_day) = (2 * 72 - 2 - 3, 2 * 449 - 17 - 25);
        assert_eq!(of_two, Cost { longest_round, busiest_day, accounts: 2, ..of_one });
        assert_eq!((of_one.round_seconds(1000), of_two.round_seconds(1000)), (216, 139));
        // One that nobody can ask now is reckoned as if it were an account's.
        all.iter_mut().for_each(|one| one.account = None);
        assert_eq!(Cost::of_schedules(&all), of_one);
    }

    #[test]
    fn what_an_account_can_ask_in_a_day_is_too_little_for_hundreds_of_eager_channels() {
        let of = |channels: i64, preset| {
            let all: Vec<Schedule> = (1..=channels).flat_map(|channel| schedules(channel, preset)).collect();
            Cost::of_schedules(&all)
        };
        assert_eq!(Cost::most_per_day(1000), Some(86_400));
        assert!(!of(192, Preset::Normal).is_too_much(1000), "86,208");
        assert!(of(193, Preset::Normal).is_too_much(1000), "86,657");
        assert!(!of(193, Preset::Gentle).is_too_much(1000));
        assert!(!of(193, Preset::Normal).is_too_much(997), "86,659");
        assert!(!of(193, Preset::Normal).is_too_much(0));
    }

    #[test]
    fn whatever_the_preset_the_admin_log_is_read_every_twelve_hours() {
        let hours = Preset::ALL.map(|preset| preset.every_seconds(Collector::AdminLog) / 3600);
        assert_eq!(hours, [12, 12, 6]);
        assert_eq!(Preset::Gentle.every_seconds(Collector::Invites), 24 * 3600);
    }
}
