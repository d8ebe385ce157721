//! Stories and what is counted of them.

use std::collections::BTreeMap;

use app::model::ChannelId;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use super::timeline::{Timeline, Wanted};
use crate::collector::stories::{counted, stored};
use crate::store;
use crate::store::snapshots::Kept;
use crate::store::stories::{Counters, Story, whole};
use crate::telegram::convert::stories::{reread, reread_counters};

/// What the answers say together.
#[derive(Debug, Default)]
pub(super) struct Stories {
    /// By number: as it was said last, and when it was said first.
    stories: BTreeMap<i32, (Story, Timestamp)>,
    counters: BTreeMap<i32, Timeline<Counters>>,
}

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Wanting {
    stories: Vec<(Story, Timestamp)>,
    samples: Vec<(i32, Wanted<Counters>)>,
}

impl Stories {
    pub(super) fn add(&mut self, id: i32, kept: &Kept) -> Result<(), String> {
        if let Some(story) = reread(&kept.body)? {
            let first = self.stories.get(&id).map_or(kept.taken_at, |(_, first)| *first);
            self.stories.insert(id, (stored(&story), first));
        }
        Ok(())
    }

    pub(super) fn add_counters(&mut self, id: i32, kept: &Kept) -> Result<(), String> {
        let counters = counted(&reread_counters(&kept.body)?);
        self.counters.entry(id).or_default().add(counters, kept.taken_at, kept.seen_at);
        Ok(())
    }

    pub(super) async fn compare(
        mut self,
        db: &mut PgConnection,
        channel: ChannelId,
        tally: &mut Tally,
    ) -> store::Result<Wanting> {
        let mut wanting = Wanting::default();
        let mut counts = KindComparison::new("stories");
        let rows = store::stories::list(&mut *db, channel).await?;
        let kept: BTreeMap<i32, Story> = rows.into_iter().map(|(story, _)| (story.id, story)).collect();
        for (id, (story, first)) in &self.stories {
            if counts.count(kept.get(id), story) {
                wanting.stories.push((story.clone(), *first));
            }
        }
        counts.add_extra(kept.keys().filter(|id| !self.stories.contains_key(id)).count());
        tally.add(counts);

        // Of a story that is not known nothing is counted.
        self.counters.retain(|id, _| kept.contains_key(id) || self.stories.contains_key(id));
        let mut counts = KindComparison::new("story_samples");
        let mut samples: BTreeMap<i32, Vec<(Timestamp, Counters)>> = BTreeMap::new();
        for (id, observed_at, counters) in whole::samples(db, channel).await? {
            samples.entry(id).or_default().push((observed_at, counters));
        }
        for (id, timeline) in &self.counters {
            let kept = samples.remove(id).unwrap_or_default();
            let wanted = timeline.compare(&kept, &mut counts);
            wanting.samples.extend(wanted.into_iter().map(|wanted| (*id, wanted)));
        }
        counts.add_extra(samples.values().map(Vec::len).sum());
        tally.add(counts);
        Ok(wanting)
    }
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for (story, first) in &self.stories {
            whole::restore(&mut *db, channel, story, *first).await?;
        }
        for (id, Wanted { observed_at, seen_at, value }) in &self.samples {
            whole::restore_sample(&mut *db, channel, *id, value, (*observed_at, *seen_at)).await?;
        }
        Ok(())
    }
}
