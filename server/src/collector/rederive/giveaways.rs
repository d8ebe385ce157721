//! Giveaways: what a message said of one, then how Telegram said that it stands; and those that are paid for.

use std::collections::BTreeMap;

use app::model::{ChannelId, Giveaway, GiveawayId, GiveawayState};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use crate::store;
use crate::store::giveaways::{list, whole, with_what_is_known};
use crate::store::snapshots::Kept;
use crate::telegram::convert::boosts::reread_status;
use crate::telegram::convert::giveaways::{reread_info, reread_message};

/// When it was said first and last.
type Seen = (Timestamp, Timestamp);

/// What the answers say together.
#[derive(Debug, Default)]
pub(super) struct Giveaways {
    messages: BTreeMap<GiveawayId, (Giveaway, Seen)>,
    /// How they stand has the last word.
    infos: BTreeMap<GiveawayId, (Giveaway, Seen)>,
    prepaid: BTreeMap<GiveawayId, (Giveaway, Seen)>,
}

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Wanting(Vec<(Giveaway, Seen)>);

impl Giveaways {
    pub(super) fn add_message(&mut self, id: i32, kept: &Kept) -> Result<(), String> {
        add(&mut self.messages, reread_message(&kept.body, id)?, (kept.taken_at, kept.seen_at));
        Ok(())
    }

    pub(super) fn add_info(&mut self, id: i32, kept: &Kept) -> Result<(), String> {
        add(&mut self.infos, reread_info(&kept.body, id)?, (kept.taken_at, kept.seen_at));
        Ok(())
    }

    /// All that are paid for are listed: one that is not any more was launched.
    pub(super) fn add_prepaid(&mut self, kept: &Kept) -> Result<(), String> {
        let listed = reread_status(&kept.body)?.prepaid;
        for (id, (before, _)) in &mut self.prepaid {
            if listed.iter().all(|one| one.id != *id) {
                before.state = GiveawayState::Launched;
            }
        }
        for one in listed {
            add(&mut self.prepaid, one, (kept.taken_at, kept.seen_at));
        }
        Ok(())
    }

    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
        tally: &mut Tally,
    ) -> store::Result<Wanting> {
        let mut said = self.messages;
        for (_, (one, seen)) in self.infos.into_iter().chain(self.prepaid) {
            add(&mut said, one, seen);
        }
        let mut counts = KindComparison::new("giveaways");
        let rows = list(db, channel).await?;
        let kept: BTreeMap<GiveawayId, Giveaway> =
            rows.into_iter().map(|one| (one.giveaway.id, one.giveaway)).collect();
        counts.add_extra(kept.keys().filter(|id| !said.contains_key(id)).count());
        let said = said.into_values();
        let wanting = said.filter(|(one, _)| counts.count(kept.get(&one.id), one)).collect();
        tally.add(counts);
        Ok(Wanting(wanting))
    }
}

fn add(said: &mut BTreeMap<GiveawayId, (Giveaway, Seen)>, one: Giveaway, (first, last): Seen) {
    let one = match said.get(&one.id) {
        Some((before, seen)) => (with_what_is_known(&one, before), (seen.0.min(first), seen.1.max(last))),
        None => (one, (first, last)),
    };
    said.insert(one.0.id, one);
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for (one, seen) in &self.0 {
            whole::restore(&mut *db, channel, one, *seen).await?;
        }
        Ok(())
    }
}
