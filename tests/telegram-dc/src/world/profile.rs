//! What else channels are known by and marked as.

use jiff::Timestamp;

use super::{Channel, boost};

/// A name of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: &'static str,
    /// Whether it leads to the channel; a collectible name may rest.
    pub(crate) active: bool,
    /// Whether it is the one that costs nothing.
    pub(crate) editable: bool,
}

/// Names bought beside the free one, by channel: one that is shown before it, one behind it, and one that rests.
const BOUGHT: [(i64, [&str; 3]); 2] = [
    (1_420_000_001, ["severny", "herald_north", "vestnik_old"]),
    (1_420_000_004, ["sicherheit", "web_schutz", "webschutz_alt"]),
];

/// Marks by Telegram's names for the flags.
const MARKS: [(i64, &[&str]); 4] = [
    (1_420_000_001, &["verified"]),
    (1_420_000_003, &["noforwards", "restricted_sponsored"]),
    (
        1_420_000_005,
        &["antispam", "hidden_prehistory", "join_to_send", "participants_hidden", "slowmode_enabled"],
    ),
    (1_420_000_008, &["autotranslation", "scam"]),
];

impl Channel<'_> {
    /// All names in the order in which Telegram shows them.
    pub(crate) fn names(&self) -> Vec<Name> {
        let free = self.spec.username.map(|text| Name { text, active: true, editable: true });
        let bought = |text, active| Name { text, active, editable: false };
        match BOUGHT.iter().find(|(id, _)| *id == self.spec.id) {
            Some((_, [first, second, resting])) => {
                let behind = [bought(second, true), bought(resting, false)];
                std::iter::once(bought(first, true)).chain(free).chain(behind).collect()
            }
            None => free.into_iter().collect(),
        }
    }

    /// Whether it is marked so, by Telegram's name of the flag.
    pub(crate) fn is_marked(&self, flag: &str) -> bool {
        self.marks().contains(&flag)
    }

    fn marks(&self) -> &'static [&'static str] {
        MARKS.iter().find(|(id, _)| *id == self.spec.id).map_or(&[], |(_, marks)| *marks)
    }

    /// Everything it is marked as, by Telegram's names of the flags, in alphabetical order; neither its kind nor what the
    /// account is in it.
    pub(crate) fn flags(&self) -> Vec<&'static str> {
        let spec = self.spec;
        let mut flags = self.marks().to_vec();
        let follows = [
            (!spec.authors.is_empty(), &["signatures"][..]),
            (spec.monoforum.is_some(), &["broadcast_messages_allowed"]),
            (spec.stars, &["paid_media_allowed", "paid_reactions_available"]),
        ];
        flags.extend(follows.iter().filter(|(is_so, _)| *is_so).flat_map(|(_, names)| *names));
        flags.sort_unstable();
        flags
    }

    /// Its level by the boosts that count now; none below the first.
    pub(crate) fn level(&self, now: Timestamp) -> Option<i32> {
        let mut boosts = boost::until(self, now);
        boosts.retain(|boost| boost.is_active(now.as_second()));
        let (level, _, _) = boost::level(boost::total(&boosts));
        i32::try_from(level).ok().filter(|level| *level > 0)
    }

    /// Whether it has a photo: channels that say nothing about themselves have none.
    pub(crate) fn has_photo(&self) -> bool {
        !self.spec.about.is_empty()
    }

    /// The name with which links to it end.
    pub(crate) fn main_name(&self) -> Option<&'static str> {
        self.names().iter().find(|name| name.active).map(|name| name.text)
    }
}
