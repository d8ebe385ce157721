//! Boosts and what they were before, from their bytes; how a channel stood, from answers.

use app::model::{BoostStatus, ChannelId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use super::timeline::{Timeline, Wanted};
use crate::collector::boosts::status;
use crate::store;
use crate::store::boosts::Told;
use crate::store::boosts::whole::{self, Kept};
use crate::store::snapshots;
use crate::telegram::convert::boosts::{reread, reread_status};

/// Boosts as their bytes say.
#[derive(Debug, Default)]
pub(super) struct Wanting(Vec<Kept>);

pub(super) async fn compare(
    db: &mut PgConnection,
    channel: ChannelId,
    tally: &mut Tally,
) -> store::Result<Wanting> {
    let mut now = KindComparison::new("boosts");
    let mut before = KindComparison::new("boost_versions");
    let mut wanting = Vec::new();
    for kept in whole::list(db, channel).await? {
        let counts = if kept.replaced_at.is_none() { &mut now } else { &mut before };
        match reread(&kept.told.raw) {
            Ok(boost) if boost.id == kept.told.boost.id => {
                let said = Kept { told: Told { boost, ..kept.told.clone() }, ..kept };
                if counts.count(Some(&kept), &said) {
                    wanting.push(said);
                }
            }
            Ok(_) => tally.refuse(counts, "it is another boost in its bytes".to_owned()),
            Err(reason) => tally.refuse(counts, reason),
        }
    }
    tally.add(now);
    tally.add(before);
    Ok(Wanting(wanting))
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for said in &self.0 {
            whole::restore(&mut *db, channel, said).await?;
        }
        Ok(())
    }
}

/// How the channel stood, one after the other.
#[derive(Debug, Default)]
pub(super) struct Statuses(Timeline<BoostStatus>);

/// What is said, without when.
const NEVER: Timestamp = Timestamp::UNIX_EPOCH;

impl Statuses {
    pub(super) fn add(&mut self, kept: &snapshots::Kept) -> Result<(), String> {
        self.0.add(status(&reread_status(&kept.body)?, NEVER), kept.taken_at, kept.seen_at);
        Ok(())
    }

    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
        tally: &mut Tally,
    ) -> store::Result<WantingStatuses> {
        let mut counts = KindComparison::new("boost_statuses");
        let kept = whole::statuses(db, channel).await?.into_iter();
        let kept: Vec<_> =
            kept.map(|row| (row.observed_at, BoostStatus { observed_at: NEVER, ..row })).collect();
        let wanted = self.0.compare(&kept, &mut counts);
        tally.add(counts);
        Ok(WantingStatuses(wanted))
    }
}

/// Statuses that are missing or different.
#[derive(Debug)]
pub(super) struct WantingStatuses(Vec<Wanted<BoostStatus>>);

impl WantingStatuses {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for Wanted { observed_at, seen_at, value } in self.0 {
            let status = BoostStatus { observed_at, ..value };
            whole::restore_status(&mut *db, channel, &status, seen_at).await?;
        }
        Ok(())
    }
}
