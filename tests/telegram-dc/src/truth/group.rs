//! What happened in a supergroup, day by day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::Truth;
use crate::world::{GroupDay, Kind, MESSAGE_TYPES};

/// One UTC day of a supergroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthGroupDay {
    /// The UTC day.
    pub date: Date,
    /// Whether the day is still running, so that its counts will grow.
    pub partial: bool,
    /// Members at its end, or now: those of the day before plus `joined` minus `left`.
    pub members: u64,
    /// How many joined.
    pub joined: u64,
    /// How many left, those who were thrown out among them.
    pub left: u64,
    /// Messages; the sum of `messages_by_type`.
    pub messages: u64,
    /// Messages by what they are.
    pub messages_by_type: BTreeMap<String, u64>,
    /// People who read something on the day.
    pub viewers: u64,
    /// People who wrote something on the day.
    pub posters: u64,
    /// Messages deleted by administrators.
    pub deleted: u64,
    /// Messages changed by whoever wrote them.
    pub edited: u64,
    /// Members thrown out.
    pub banned: u64,
    /// Members who may not write for a while.
    pub restricted: u64,
}

impl Truth {
    /// The supergroup's days from its first until today, which is partial. Empty for channels and unknown ids.
    #[must_use]
    pub fn group_days(&self, channel_id: i64) -> Vec<TruthGroupDay> {
        let channel = self.world.channel(channel_id).filter(|one| one.spec.kind == Kind::Supergroup);
        let days = channel.map_or_else(Vec::new, |channel| channel.group_days(self.clock.now()));
        let last = days.len().saturating_sub(1);
        days.iter().enumerate().map(|(index, day)| truth_of(day, index == last)).collect()
    }
}

fn truth_of(group: &GroupDay, partial: bool) -> TruthGroupDay {
    let by_type = MESSAGE_TYPES.iter().zip(group.messages_by);
    TruthGroupDay {
        date: group.day.date,
        partial,
        members: group.day.subscribers(),
        joined: group.day.joined(),
        left: group.day.left,
        messages: group.messages(),
        messages_by_type: by_type.map(|(name, count)| ((*name).to_owned(), count)).collect(),
        viewers: group.viewers,
        posters: group.posters,
        deleted: group.deleted,
        edited: group.edited,
        banned: group.banned,
        restricted: group.restricted,
    }
}
