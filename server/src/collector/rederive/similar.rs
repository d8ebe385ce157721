//! Similar channels: who was shown from when until when, and how many there were.

use std::collections::{BTreeMap, BTreeSet};

use app::model::ChannelId;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use super::timeline::{Timeline, Wanted};
use crate::collector::similar::listed;
use crate::store;
use crate::store::similar::{Shown, list, whole};
use crate::store::snapshots::Kept;
use crate::telegram::convert::similar::{Similar as Said, reread};

/// Who, and since when.
type Key = (ChannelId, Timestamp);

/// What the answers say together.
#[derive(Debug, Default)]
pub(super) struct Similar {
    /// Those who are shown now, and when they were last seen.
    shown: BTreeMap<ChannelId, (Shown, Timestamp)>,
    gone: Vec<(Shown, Timestamp)>,
    totals: Timeline<i32>,
}

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Wanting {
    shown: Vec<(Shown, Timestamp)>,
    totals: Vec<Wanted<i32>>,
}

impl Similar {
    pub(super) fn add(&mut self, kept: &Kept) -> Result<(), String> {
        self.add_said(reread(&kept.body)?, kept.taken_at, kept.seen_at);
        Ok(())
    }

    fn add_said(&mut self, said: Said, taken_at: Timestamp, seen_at: Timestamp) {
        if let Some(total) = said.total {
            self.totals.add(total, taken_at, seen_at);
        }
        let mut there = BTreeSet::new();
        for (place, one) in (1..).zip(said.channels) {
            // Who is listed twice has the first place.
            if !there.insert(one.id) {
                continue;
            }
            let mut listed = listed(one);
            let before = self.shown.remove(&listed.id).map(|(before, _)| before);
            let known = before.as_ref().and_then(|before| before.listed.subscribers);
            listed.subscribers = listed.subscribers.or(known);
            let appeared_at = before.map_or(taken_at, |before| before.appeared_at);
            self.shown.insert(listed.id, (Shown { listed, place, appeared_at, gone_at: None }, seen_at));
        }
        let missing: Vec<ChannelId> = self.shown.keys().filter(|id| !there.contains(id)).copied().collect();
        for (shown, seen_at) in missing.iter().filter_map(|id| self.shown.remove(id)) {
            self.gone.push((Shown { gone_at: Some(taken_at), ..shown }, seen_at));
        }
    }

    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
        tally: &mut Tally,
    ) -> store::Result<Wanting> {
        let mut wanting = Wanting::default();
        let key = |shown: &Shown| -> Key { (shown.listed.id, shown.appeared_at) };
        let rows = list(&mut *db, channel).await?.into_iter();
        let mut kept: BTreeMap<Key, Shown> = rows.map(|shown| (key(&shown), shown)).collect();
        let mut counts = KindComparison::new("similar_channels");
        for (shown, seen_at) in self.gone.into_iter().chain(self.shown.into_values()) {
            if counts.count(kept.remove(&key(&shown)).as_ref(), &shown) {
                wanting.shown.push((shown, seen_at));
            }
        }
        counts.add_extra(kept.len());
        tally.add(counts);

        let mut counts = KindComparison::new("similar_totals");
        wanting.totals = self.totals.compare(&whole::totals(db, channel).await?, &mut counts);
        tally.add(counts);
        Ok(wanting)
    }
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for (shown, seen_at) in &self.shown {
            whole::restore(&mut *db, channel, shown, *seen_at).await?;
        }
        for Wanted { observed_at, seen_at, value } in self.totals {
            whole::restore_total(&mut *db, channel, value, (observed_at, seen_at)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::store::similar::record;
    use crate::store::testing::{channel, connection};
    use crate::telegram::convert::similar::SimilarChannel;

    fn said(total: i32, ids: &[i64], subscribers: Option<i64>) -> Said {
        let one = |id: &i64| SimilarChannel {
            id: ChannelId(*id),
            title: format!("{id} of {total}"),
            username: None,
            subscribers,
        };
        Said { total: Some(total), channels: ids.iter().map(one).collect() }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn who_goes_and_comes_back_is_derived_as_it_was_recorded(pool: PgPool) {
        let five = channel(&pool, 5).await;
        let mut db = connection(&pool).await;
        let mut similar = Similar::default();
        let months = [
            said(3, &[1, 2], Some(7)),
            said(3, &[2], None),
            said(4, &[3, 1, 1], Some(8)),
            said(4, &[], None),
            said(2, &[2, 1], None),
        ];
        for (month, said) in (1..).zip(months) {
            let at = Timestamp::from_second(1_800_000_000 + month * 2_600_000).unwrap();
            let listed: Vec<_> = said.channels.iter().cloned().map(listed).collect();
            record(&mut db, five, said.total, &listed, at).await.unwrap();
            similar.add_said(said, at, at);
        }
        let mut tally = Tally::default();
        let wanting = similar.compare(&mut db, five, &mut tally).await.unwrap();
        assert!(wanting.shown.is_empty() && wanting.totals.is_empty(), "{wanting:?}");
        let counts: Vec<_> = tally.counts().iter().map(|one| (one.kind, one.equal, one.extra)).collect();
        assert_eq!(counts, [("similar_channels", 6, 0), ("similar_totals", 3, 0)]);
    }
}
