//! What an account may do in a channel, and see of it.

use jiff::Timestamp;

use super::cast::{Holder, Role};
use super::{Channel, Unit};

impl Channel<'_> {
    /// What the account may do in it by now.
    pub(crate) fn role(&self, now: Timestamp) -> Role {
        if self.world.holder == Holder::Deputy {
            return if self.splits_revenue() { Role::Admin } else { self.spec.deputy };
        }
        self.owners_role(now)
    }

    fn splits_revenue(&self) -> bool {
        self.world.splits_revenue && self.spec.stars && self.spec.ads_permille > 0
    }

    /// Whether the account sees what the channel earns in a unit, and it earns something.
    pub(crate) fn shows_revenue(&self, unit: Unit, now: Timestamp) -> bool {
        let earns = match unit {
            Unit::Ton => self.spec.ads_permille > 0,
            Unit::Stars => self.spec.stars,
        };
        let sees = match (self.role(now), self.splits_revenue()) {
            (Role::Owner, true) => unit == Unit::Ton,
            (Role::Admin, true) => unit == Unit::Stars,
            (role, _) => role == Role::Owner,
        };
        earns && sees
    }

    /// What the account to which most channels belong may do in it by now, whoever asks.
    pub(super) fn owners_role(&self, now: Timestamp) -> Role {
        let ended = i64::from(self.world.day_number(now)) >= i64::from(self.world.rights_end);
        if self.spec.loses_rights && ended { Role::Member } else { self.spec.role }
    }
}
