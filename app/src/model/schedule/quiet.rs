//! Quiet hours: when nothing is collected by schedule.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// From then until then, every day in that time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// The first minute of it.
    pub from: Time,
    /// The first minute after it; before `from` if it goes over midnight.
    pub until: Time,
    /// IANA name.
    pub time_zone: String,
}

impl QuietHours {
    /// `22:00-07:00` in a time zone.
    ///
    /// # Errors
    /// [`BadQuietHours`].
    pub fn parse(span: &str, time_zone: &str) -> Result<Self, BadQuietHours> {
        let bad = || BadQuietHours::Span(span.to_owned());
        let (from, until) = span.split_once(['-', '–']).ok_or_else(bad)?;
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| bad());
        let (from, until) = (time(from)?, time(until)?);
        if from == until {
            return Err(BadQuietHours::Empty);
        }
        TimeZone::get(time_zone).map_err(|_| BadQuietHours::Zone(time_zone.to_owned()))?;
        Ok(Self { from, until, time_zone: time_zone.to_owned() })
    }

    /// Is it quiet at that moment? A zone that is not known any more makes no quiet.
    pub fn include(&self, at: Timestamp) -> bool {
        let Ok(zone) = TimeZone::get(&self.time_zone) else { return false };
        let time = at.to_zoned(zone).time();
        if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{} {}", self.from.strftime("%H:%M"), self.until.strftime("%H:%M"), self.time_zone)
    }
}

/// Why quiet hours cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadQuietHours {
    /// Not a span of time.
    #[error("“{0}” are no quiet hours; write them like 23:00-07:00")]
    Span(String),
    /// No time between.
    #[error("quiet hours cannot end when they begin; to collect nothing at all, pause the schedules")]
    Empty,
    /// No such zone.
    #[error("“{0}” is not a time zone; write it like Europe/Berlin or UTC")]
    Zone(String),
}

#[cfg(test)]
mod tests {
    use super::QuietHours;

    #[test]
    fn quiet_goes_over_midnight_in_its_own_zone() {
        let quiet = QuietHours::parse("23:00-07:30", "Europe/Berlin").unwrap();
        let is = |at: &str| quiet.include(at.parse().unwrap());
        assert!(is("2026-07-01T21:00:00Z") && is("2026-07-02T05:29:59Z"), "in summer two hours ahead");
        assert!(!is("2026-07-01T20:59:59Z") && !is("2026-07-02T05:30:00Z"));
        assert!(is("2026-01-01T22:00:00Z") && !is("2026-01-01T21:59:00Z"), "in winter one");
        let noon = QuietHours::parse("12:00–13:00", "UTC").unwrap();
        assert!(noon.include("2026-01-01T12:59:59Z".parse().unwrap()));
        assert!(!noon.include("2026-01-01T13:00:00Z".parse().unwrap()));
        assert_eq!(noon.to_string(), "12:00–13:00 UTC");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |span, zone| QuietHours::parse(span, zone).unwrap_err().to_string();
        assert!(said("23-7", "UTC").contains("write them like 23:00-07:00"));
        assert!(said("25:00-07:00", "UTC").contains("“25:00-07:00” are no quiet hours"));
        assert!(said("07:00-07:00", "UTC").contains("cannot end when they begin"));
        assert!(said("23:00-07:00", "Mars").contains("“Mars” is not a time zone"));
    }
}
