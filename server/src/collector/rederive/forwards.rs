//! Public forwards of posts and stories.

use std::collections::BTreeMap;

use app::model::{ChannelId, Item};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use crate::collector::item_statistics::forwards::stored;
use crate::store;
use crate::store::item_forwards::{Forward, whole};
use crate::store::snapshots::Kept;
use crate::telegram::convert::public_forwards::reread;

/// What was forwarded, where to, and what it became there.
type Key = (Item, ChannelId, Item);
/// When it was said first and last.
type Seen = (Timestamp, Timestamp);

/// What the pages say, each forward with when its page was said first and last.
#[derive(Debug, Default)]
pub(super) struct Forwards(Vec<(Seen, Forward)>);

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Wanting(Vec<(Seen, Forward)>);

impl Forwards {
    /// Of an item that is not known nothing is kept.
    pub(super) fn add(&mut self, item: Option<&(Item, Timestamp)>, kept: &Kept) -> Result<(), String> {
        let Some((item, _)) = item else { return Ok(()) };
        let page = reread(&kept.body)?;
        let seen = (kept.taken_at, kept.seen_at);
        self.0.extend(page.forwards.into_iter().map(|one| (seen, stored(*item, one))));
        Ok(())
    }

    /// A forward moves from page to page, so what was said last of it is on the page that was seen last.
    fn newest(mut self) -> BTreeMap<Key, (Seen, Forward)> {
        self.0.sort_by_key(|((_, seen_at), _)| *seen_at);
        let mut newest: BTreeMap<Key, (Seen, Forward)> = BTreeMap::new();
        for ((first, last), one) in self.0 {
            let known = newest.remove(&key(&one));
            let first = known.as_ref().map_or(first, |((before, _), _)| first.min(*before));
            let views = one.views.or(known.and_then(|(_, before)| before.views));
            newest.insert(key(&one), ((first, last), Forward { views, ..one }));
        }
        newest
    }

    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
        tally: &mut Tally,
    ) -> store::Result<Wanting> {
        let mut counts = KindComparison::new("item_forwards");
        let rows = whole::list(db, channel).await?.into_iter();
        let mut kept: BTreeMap<Key, Forward> = rows.map(|one| (key(&one), one)).collect();
        let said = self.newest().into_values();
        let wanting = said.filter(|(_, one)| counts.count(kept.remove(&key(one)).as_ref(), one)).collect();
        counts.add_extra(kept.len());
        tally.add(counts);
        Ok(Wanting(wanting))
    }
}

const fn key(one: &Forward) -> Key {
    (one.item, one.peer, one.peer_item)
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for (seen, one) in &self.0 {
            whole::restore(&mut *db, channel, one, *seen).await?;
        }
        Ok(())
    }
}
