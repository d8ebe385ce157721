//! What is derived beside series: balances, cards, who did most in a group, and graphs of single posts and stories.

use std::collections::{BTreeMap, HashMap};

use app::model::{Balances, Card, CardName, ChannelId, Item, ItemGraph, UnitCode};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::timeline::{Timeline, Wanted};
use crate::collector::{group_statistics, item_statistics, revenue};
use crate::store::item_statistics::Line;
use crate::store::snapshots::Kept;
use crate::store::{self, balances, cards, group_tops};
use crate::telegram::convert::reread;

/// Whose place in which list of which period (first instant, end).
type TopKey = ((Timestamp, Timestamp), &'static str, i64);
/// Of which item, what it counts, its dimension, and the width of its points, seconds.
type LineKey = (Item, ItemGraph, String, i32);
type Points = BTreeMap<i32, i64>;

/// What the answers say together, the later instead of the earlier.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// Which item was asked for by the number of a message or story, and when that was posted.
    items: HashMap<Item, (Item, Timestamp)>,
    balances: BTreeMap<UnitCode, Timeline<Balances>>,
    cards: BTreeMap<CardName, Timeline<Card>>,
    tops: BTreeMap<TopKey, (group_tops::Top, Timestamp)>,
    lines: BTreeMap<LineKey, Points>,
    /// When an item's graph was told last.
    lines_at: Option<Timestamp>,
}

/// What is missing or different.
#[derive(Debug, Default)]
pub(super) struct Wanting {
    balances: Vec<Wanted<Balances>>,
    cards: Vec<Wanted<Card>>,
    tops: Vec<(TopKey, group_tops::Top, Timestamp)>,
    lines: Vec<Line>,
    lines_at: Option<Timestamp>,
}

impl Details {
    pub(super) async fn new(db: &mut PgConnection, channel: ChannelId) -> store::Result<Self> {
        let items = store::item_statistics::by_message_or_story(db, channel).await?;
        Ok(Self { items, ..Self::default() })
    }

    /// Which item was asked for by the number of a message or story, and when that was posted.
    pub(super) const fn items(&self) -> &HashMap<Item, (Item, Timestamp)> {
        &self.items
    }

    /// Adds what an answer says. What cannot be read of it is said.
    pub(super) fn add(&mut self, kept: &Kept) -> Vec<String> {
        let (taken_at, seen_at) = (kept.taken_at, kept.seen_at);
        let said = match reread::details(&kept.kind, &kept.body) {
            Ok(said) => said,
            Err(reason) => return vec![reason],
        };
        for card in said.cards {
            self.cards.entry(card.name).or_default().add(card, taken_at, seen_at);
        }
        if let Some((period, tops)) = said.tops {
            for top in tops.into_iter().map(group_statistics::stored) {
                self.tops.insert((period, top.deeds.list(), top.user_id), (top, taken_at));
            }
        }
        if let Some(said) = said.revenue {
            let timeline = self.balances.entry(said.unit_code).or_default();
            timeline.add(comparable(revenue::balances(&said, taken_at)), taken_at, seen_at);
        }
        if let Some((asked, lines)) = said.item {
            // Of an item that is not known nothing is kept.
            if let Some((item, posted_at)) = self.items.get(&asked).copied() {
                self.lines_at = self.lines_at.max(Some(seen_at));
                for line in lines.iter().filter_map(|line| item_statistics::stored(item, posted_at, line)) {
                    let key = (line.item, line.graph, line.dimension, line.step_seconds);
                    self.lines.entry(key).or_default().extend(line.points);
                }
            }
        }
        said.problems
    }

    /// Compares with what is kept: one count a kind, those of which nothing is said or kept left out.
    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
    ) -> store::Result<(Vec<KindComparison>, Wanting)> {
        let mut wanting = Wanting { lines_at: self.lines_at, ..Wanting::default() };

        let mut balances_counts = KindComparison::new("balances");
        let rows = balances::list(&mut *db, channel).await?;
        let mut by_unit: BTreeMap<UnitCode, Vec<(Timestamp, Balances)>> = BTreeMap::new();
        for row in rows {
            by_unit.entry(row.unit_code).or_default().push((row.observed_at, comparable(row)));
        }
        wanting.balances = compared(&self.balances, &by_unit, &mut balances_counts);

        let mut cards_counts = KindComparison::new("cards");
        let mut by_name: BTreeMap<CardName, Vec<(Timestamp, Card)>> = BTreeMap::new();
        for (observed_at, card) in cards::list(&mut *db, channel).await? {
            by_name.entry(card.name).or_default().push((observed_at, card));
        }
        wanting.cards = compared(&self.cards, &by_name, &mut cards_counts);

        let mut tops_counts = KindComparison::new("group_tops");
        let rows = group_tops::list_all(&mut *db, channel).await?;
        let kept: BTreeMap<TopKey, group_tops::Top> =
            rows.into_iter().map(|(period, top)| ((period, top.deeds.list(), top.user_id), top)).collect();
        for (key, (top, taken_at)) in &self.tops {
            if tops_counts.count(kept.get(key), top) {
                wanting.tops.push((*key, top.clone(), *taken_at));
            }
        }
        tops_counts.add_extra(kept.keys().filter(|key| !self.tops.contains_key(key)).count());

        let mut lines_counts = KindComparison::new("item_graphs");
        let rows = store::item_statistics::all_lines(&mut *db, channel).await?;
        let kept: BTreeMap<LineKey, Points> = rows
            .into_iter()
            .map(|line| {
                let key = (line.item, line.graph, line.dimension, line.step_seconds);
                (key, line.points.into_iter().collect())
            })
            .collect();
        let nothing = Points::new();
        for (key, said) in &self.lines {
            let known = kept.get(key).unwrap_or(&nothing);
            let points = said.iter().filter(|(at, value)| lines_counts.count(known.get(at), value));
            let points: Vec<(i32, i64)> = points.map(|(at, value)| (*at, *value)).collect();
            if !points.is_empty() {
                let (item, graph, dimension, step_seconds) = key.clone();
                wanting.lines.push(Line { item, graph, dimension, step_seconds, points });
            }
        }
        for (key, known) in &kept {
            let said = self.lines.get(key).unwrap_or(&nothing);
            lines_counts.add_extra(known.keys().filter(|at| !said.contains_key(at)).count());
        }
        let all = [balances_counts, cards_counts, tops_counts, lines_counts];
        Ok((all.into_iter().filter(|counts| !counts.is_empty()).collect(), wanting))
    }
}

impl Wanting {
    /// Puts it in its place, inside the caller's transaction.
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for Wanted { observed_at, seen_at, value } in self.balances {
            let row = Balances { observed_at, ..value };
            balances::restore(&mut *db, channel, &row, seen_at).await?;
        }
        for Wanted { observed_at, seen_at, value } in self.cards {
            cards::restore(&mut *db, channel, &value, observed_at, seen_at).await?;
        }
        for (((period_start, period_end), ..), top, taken_at) in self.tops {
            let told = group_tops::Told { period_start, period_end, tops: vec![top] };
            group_tops::record(&mut *db, channel, &told, taken_at).await?;
        }
        if let Some(now) = self.lines_at.filter(|_| !self.lines.is_empty()) {
            store::item_statistics::record_lines(&mut *db, channel, &self.lines, now).await?;
        }
        Ok(())
    }
}

/// What is said, without when and at which rate: a rate is kept by itself.
fn comparable(balances: Balances) -> Balances {
    Balances { usd_rate: None, observed_at: Timestamp::UNIX_EPOCH, ..balances }
}

fn compared<K: Ord, T: Clone + PartialEq>(
    said: &BTreeMap<K, Timeline<T>>,
    kept: &BTreeMap<K, Vec<(Timestamp, T)>>,
    counts: &mut KindComparison,
) -> Vec<Wanted<T>> {
    let mut wanted = Vec::new();
    for (key, timeline) in said {
        wanted.extend(timeline.compare(kept.get(key).map_or(&[][..], Vec::as_slice), counts));
    }
    for rows in kept.iter().filter(|(key, _)| !said.contains_key(key)).map(|(_, rows)| rows) {
        counts.add_extra(rows.len());
    }
    wanted
}
