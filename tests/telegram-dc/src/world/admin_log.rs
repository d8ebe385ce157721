//! The log of what administrators and members did, which Telegram keeps for 48 hours.

use jiff::Timestamp;

use super::members::Members;
use super::{Channel, Kind, channel_log, group_log, invite};

/// How long an event can be read, in seconds.
pub(crate) const KEPT_SECONDS: i64 = 48 * 3_600;

/// Ids are this, a million for each of the channel's days, and the event's place in its day.
const FIRST_ID: i64 = 10_000_000_000_000;
const IDS_A_DAY: i64 = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogEvent {
    /// The same whenever it is asked for; grows with time.
    pub(crate) id: i64,
    /// Unix seconds.
    pub(crate) date: i64,
    /// Who did it.
    pub(crate) user: i64,
    pub(crate) action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Join,
    Leave,
    JoinByLink {
        /// The link's hash.
        link: String,
    },
    JoinByRequest {
        link: String,
        approved_by: i64,
    },
    Invite {
        user: i64,
    },
    /// Thrown out for good.
    Ban {
        user: i64,
        /// When they came, Unix seconds.
        came: i64,
    },
    /// Not allowed to write until then (Unix seconds).
    Restrict {
        user: i64,
        came: i64,
        until: i64,
    },
    Promote {
        user: i64,
    },
    Demote {
        user: i64,
    },
    Send(LogMessage),
    Edit {
        before: String,
        message: LogMessage,
    },
    Delete(LogMessage),
    Pin(LogMessage),
    Title {
        before: String,
        after: String,
    },
    About {
        before: String,
        after: String,
    },
    /// Another month of a paid subscription, until then (Unix seconds).
    Extend {
        came: i64,
        until: i64,
    },
}

impl Action {
    /// The hash of the link that somebody came through.
    pub(crate) fn link(&self) -> Option<&str> {
        match self {
            Self::JoinByLink { link } | Self::JoinByRequest { link, .. } => Some(link),
            _ => None,
        }
    }
}

/// A message as the log quotes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogMessage {
    pub(crate) id: i32,
    /// Unix seconds.
    pub(crate) date: i64,
    /// Who wrote it; posts are the channel's own.
    pub(crate) from: Option<i64>,
    pub(crate) text: String,
    /// When it was last changed, Unix seconds.
    pub(crate) edited: Option<i64>,
}

/// An event that has no id yet.
pub(super) struct Entry {
    pub(super) date: i64,
    pub(super) user: i64,
    pub(super) action: Action,
}

/// The events that can still be read, oldest first.
pub(crate) fn of(channel: &Channel<'_>, now: Timestamp) -> Vec<LogEvent> {
    let members = Members::new(*channel, now);
    let oldest = now.as_second() - KEPT_SECONDS;
    let first = members.day_of(oldest).unwrap_or(0);
    let links = invite::until(channel, now);
    let supergroup = channel.spec.kind == Kind::Supergroup;
    let mut events = Vec::new();
    for day in first..members.days().len() {
        let mut entries = if supergroup {
            group_log::on(channel, &members, &links, day)
        } else {
            channel_log::on(channel, &members, &links, day)
        };
        // What lies ahead comes after what has happened, so it does not change the places of the latter.
        entries.sort_by_key(|entry| entry.date);
        let number = i64::from(members.days()[day].number);
        let start = FIRST_ID + number * IDS_A_DAY;
        events.extend((start..).zip(entries).map(|(id, Entry { date, user, action })| LogEvent {
            id,
            date,
            user,
            action,
        }));
    }
    events.retain(|event| (oldest + 1..=now.as_second()).contains(&event.date));
    events
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use jiff::{SignedDuration, Timestamp};

    use super::KEPT_SECONDS;
    use crate::world::World;

    #[test]
    fn an_event_has_one_id_for_ever() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        for channel in world.channels() {
            let mut known = BTreeMap::new();
            // Also in the last second of a day, and in the first of the next.
            let start: Timestamp = "2025-11-28T23:59:58Z".parse().unwrap();
            for seconds in [0, 1, 2, 3, 20_000, 86_400, 86_401, 100_000, 172_802] {
                let now = start.checked_add(SignedDuration::from_secs(seconds)).unwrap();
                let events = channel.admin_log(now);
                let dates = events.iter().map(|event| event.date);
                assert!(dates.clone().all(|date| (0..KEPT_SECONDS).contains(&(now.as_second() - date))));
                assert!(events.is_sorted_by(|a, b| a.id < b.id && a.date <= b.date));
                for event in events {
                    assert_eq!(known.entry(event.id).or_insert_with(|| event.clone()), &event);
                }
            }
            let dates: Vec<i64> = known.values().map(|event| event.date).collect();
            assert!(dates.is_sorted(), "{}", channel.spec.id);
        }
    }
}
