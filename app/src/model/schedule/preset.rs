//! Presets: how eager collecting is, all schedules at once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Collector, Schedule};

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

/// What schedules ask of Telegram, about: each collector's typical number of requests is an estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Requests in 24 hours.
    pub requests_per_day: u64,
    /// Requests when everything runs once.
    pub requests_per_round: u64,
}

impl Cost {
    /// Of collectors with their intervals in seconds.
    pub fn of(runs: impl IntoIterator<Item = (Collector, i32)>) -> Self {
        runs.into_iter().fold(Self::default(), |sum, (collector, every_seconds)| {
            let requests = u64::from(collector.typical_requests());
            let every = u64::try_from(every_seconds).unwrap_or(1).max(1);
            Self {
                // Rounded to the nearest.
                requests_per_day: sum.requests_per_day + (requests * 86_400 + every / 2) / every,
                requests_per_round: sum.requests_per_round + requests,
            }
        })
    }

    /// Of schedules as they are set; those that are switched off or wait for a person ask nothing. One at times of
    /// the day counts with `every_seconds`, which then says how far apart they are on average.
    pub fn of_schedules(schedules: &[Schedule]) -> Self {
        let active = schedules.iter().filter(|one| one.enabled && one.parked_reason.is_none());
        Self::of(active.map(|one| (one.collector, one.every_seconds)))
    }

    /// Of schedules if they followed a preset.
    pub fn of_preset(preset: Preset, schedules: &[Schedule]) -> Self {
        let active = schedules.iter().filter(|one| one.enabled && one.parked_reason.is_none());
        Self::of(active.map(|one| (one.collector, preset.every_seconds(one.collector))))
    }

    /// How long a round takes one account that leaves so many milliseconds between two requests, in seconds.
    pub const fn round_seconds(self, gap_ms: u64) -> u64 {
        (self.requests_per_round * gap_ms).div_ceil(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_preset_the_admin_log_is_read_every_twelve_hours() {
        let hours = Preset::ALL.map(|preset| preset.every_seconds(Collector::AdminLog) / 3600);
        assert_eq!(hours, [12, 12, 6]);
        assert_eq!(Preset::Gentle.every_seconds(Collector::Invites), 24 * 3600);
    }
}
