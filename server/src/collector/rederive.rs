//! What is derived, derived again from what Telegram said, and compared: series, balances, cards, who did most in a group,
//! graphs of single posts, what the channel is, and what only one collector gathers from answers; ledger rows, posts,
//! boosts and admin events from the bytes they were kept with.

mod admin_log;
mod answers;
mod boosts;
mod details;
mod forwards;
mod giveaways;
mod invites;
mod ledger;
mod posts;
mod rows;
mod similar;
mod stories;
mod timeline;

use std::collections::BTreeMap;

use app::model::{ChannelId, Metric};
use futures::TryStreamExt as _;
use serde::Serialize;
use sqlx::{PgConnection, PgPool};

use super::facts::{facts, whole as whole_facts};
use super::harvest::stored;
use super::{CollectError, hourly};
use crate::store;
use crate::store::channel_facts::{self, Facts};
use crate::store::channels::{self, ChannelFacts};
use crate::store::samples::Line;
use crate::store::samples::whole::{self, Samples};
use crate::store::snapshots::{self, Kept};
use crate::telegram::convert::reread::{Reread, reread};
use answers::Answers;
use details::Details;
use rows::Rows;
use timeline::{Timeline, Wanted};

/// How a channel's data compares with what Telegram said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Whose.
    pub channel_id: i64,
    /// One for each metric and resolution that is kept or derived.
    pub metrics: Vec<MetricComparison>,
    /// One for each kind of row that is kept or derived beside series: `balances`, `cards`, `group_tops`,
    /// `channel_facts`, the points of `item_graphs`, and what only one collector gathers from answers; `transactions`,
    /// `posts`, `boosts`, what they were before, `post_samples` and `admin_events` from the bytes of rows.
    pub kinds: Vec<KindComparison>,
    /// Facts that are not as they were last said: `title`, `username`, `is_group`, `subscribers`.
    pub facts: Vec<&'static str>,
    /// Snapshots that were read.
    pub snapshots: u32,
    /// Why some of them, or parts of them, say nothing.
    pub unreadable: Vec<String>,
    /// What was missing or different was put right.
    pub written: bool,
}

/// Values of a metric, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MetricComparison {
    /// Which.
    pub metric: &'static str,
    /// Of days, weeks, hours, or hours of the day.
    pub resolution: &'static str,
    /// Kept as they were said.
    pub equal: u64,
    /// Said, and not kept.
    pub missing: u64,
    /// Kept otherwise than they were said last.
    pub different: u64,
    /// Kept, and in no snapshot. They stay: unknown is not wrong.
    pub extra: u64,
}

/// Rows of a kind, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindComparison {
    /// Which.
    pub kind: &'static str,
    /// Kept as they were said.
    pub equal: u64,
    /// Said, and not kept.
    pub missing: u64,
    /// Kept otherwise than they were said last.
    pub different: u64,
    /// Kept, and in no snapshot. They stay: unknown is not wrong.
    pub extra: u64,
}

impl KindComparison {
    const fn new(kind: &'static str) -> Self {
        Self { kind, equal: 0, missing: 0, different: 0, extra: 0 }
    }

    const fn is_empty(&self) -> bool {
        self.equal + self.missing + self.different + self.extra == 0
    }

    /// Counts one that was said. `true`: it is not kept so.
    fn count<T: PartialEq>(&mut self, kept: Option<&T>, said: &T) -> bool {
        match kept {
            Some(kept) if kept == said => self.equal += 1,
            Some(_) => self.different += 1,
            None => self.missing += 1,
        }
        kept != Some(said)
    }

    fn add_extra(&mut self, count: usize) {
        self.extra += u64::try_from(count).unwrap_or(u64::MAX);
    }
}

impl Comparison {
    /// There is something to put right.
    pub fn differs(&self) -> bool {
        !self.facts.is_empty()
            || self.metrics.iter().any(|one| one.missing + one.different > 0)
            || self.kinds.iter().any(|one| one.missing + one.different > 0)
    }

    /// Everything that is kept is as it was said.
    pub fn is_equal(&self) -> bool {
        !self.differs()
            && self.metrics.iter().all(|one| one.extra == 0)
            && self.kinds.iter().all(|one| one.extra == 0)
    }
}

/// Derives a channel's data again and compares; with `write`, puts right what is missing or different, in one
/// transaction. Nothing is deleted.
///
/// # Errors
/// The store's.
pub async fn rederive(pool: &PgPool, channel: ChannelId, write: bool) -> Result<Comparison, CollectError> {
    let mut db = pool.acquire().await?;
    if !write {
        let mut reading = store::begin_reading(&mut db).await?;
        return compared(&mut reading, channel, write).await;
    }
    let mut writing = pool.begin().await?;
    // Nobody records for the channel meanwhile.
    channels::lock(&mut writing, channel).await?;
    let comparison = compared(&mut writing, channel, write).await?;
    writing.commit().await?;
    Ok(comparison)
}

async fn compared(
    db: &mut PgConnection,
    channel: ChannelId,
    write: bool,
) -> Result<Comparison, CollectError> {
    let (known, as_of) = channels::facts(&mut *db, channel).await?;
    let mut derived = Derived::default();
    let mut details = Details::new(&mut *db, channel).await?;
    let mut comparison = Comparison { channel_id: channel.0, ..Comparison::default() };
    let mut answers = Answers::default();
    let mut kept = snapshots::list(&mut *db, channel);
    while let Some(kept) = kept.try_next().await? {
        comparison.snapshots += 1;
        derived.add(&known, &kept, &mut comparison.unreadable);
        for reason in details.add(&kept).into_iter().chain(answers.add(&kept, details.items()).err()) {
            let reason = format!("{} of {}: {reason}", kept.kind, kept.taken_at);
            if !comparison.unreadable.contains(&reason) {
                comparison.unreadable.push(reason);
            }
        }
    }
    drop(kept);
    let samples = whole::list(&mut *db, channel).await?;
    comparison.metrics = counts(&samples, &derived.samples);
    let (kinds, wanting_details) = details.compare(&mut *db, channel).await?;
    comparison.kinds = kinds;
    let mut history = KindComparison::new("channel_facts");
    let kept = channel_facts::list(&mut *db, channel).await?;
    let wanting_facts = derived.history.compare(&kept, &mut history);
    comparison.kinds.extend(Some(history).filter(|history| !history.is_empty()));
    let (kinds, wanting_answers) = answers.compare(&mut *db, channel).await?;
    comparison.kinds.extend(kinds);
    let (kinds, wanting_rows, reasons) = Rows::compare(&mut *db, channel).await?;
    comparison.kinds.extend(kinds);
    comparison.unreadable.extend(reasons);
    let newest = derived.facts.filter(|(_, seen_at)| as_of.is_none_or(|as_of| as_of <= *seen_at));
    if let Some((said, _)) = &newest {
        comparison.facts = different_facts(&known, said);
    }
    if write && comparison.differs() {
        whole::restore(&mut *db, channel, &wanting(&samples, derived.samples)).await?;
        wanting_details.restore(&mut *db, channel).await?;
        for Wanted { observed_at, seen_at, value } in wanting_facts {
            channel_facts::restore(&mut *db, channel, &value, observed_at, seen_at).await?;
        }
        wanting_answers.restore(&mut *db, channel).await?;
        wanting_rows.restore(&mut *db, channel).await?;
        if let Some((said, seen_at)) = newest.filter(|_| !comparison.facts.is_empty()) {
            channels::record_facts(&mut *db, &said, seen_at).await?;
        }
        comparison.written = true;
    }
    Ok(comparison)
}

/// What the snapshots say together, the later instead of the earlier.
#[derive(Debug, Default)]
struct Derived {
    samples: Samples,
    /// And when that was said last.
    facts: Option<(ChannelFacts, jiff::Timestamp)>,
    history: Timeline<Facts>,
}

impl Derived {
    fn add(&mut self, known: &ChannelFacts, kept: &Kept, unreadable: &mut Vec<String>) {
        let mut refuse =
            |reason: &str| unreadable.push(format!("{} of {}: {reason}", kept.kind, kept.taken_at));
        match reread(&kept.kind, known.id, known.is_group, &kept.body) {
            Reread::Lines(metrics, problems) => {
                problems.iter().for_each(|problem| refuse(problem));
                for read in metrics {
                    let resolution = read.metric.resolution().name();
                    self.put(read.metric, resolution, read.lines.into_iter().map(stored));
                }
            }
            Reread::Hours(metrics) => {
                let asked_at = kept.asked_at.unwrap_or(kept.taken_at);
                for read in metrics {
                    let hours = hourly::over(read.lines, asked_at);
                    self.put(read.metric, app::model::Resolution::Hour.name(), hours.into_iter());
                }
            }
            Reread::Facts(full) => {
                self.history.add(whole_facts(&full), kept.taken_at, kept.seen_at);
                let mut said = facts(&full, known.simulated);
                let before = self.facts.take().and_then(|(before, _)| before.subscribers);
                said.subscribers = said.subscribers.or(before);
                self.facts = Some((said, kept.seen_at));
            }
            Reread::Other => {}
            Reread::Unreadable(reason) => refuse(&reason),
        }
    }

    fn put(&mut self, metric: Metric, resolution: &'static str, lines: impl Iterator<Item = Line>) {
        for line in lines {
            self.samples.entry((metric, resolution, line.dimension)).or_default().extend(line.points);
        }
    }
}

fn counts(known: &Samples, derived: &Samples) -> Vec<MetricComparison> {
    let mut counts: BTreeMap<(Metric, &'static str), MetricComparison> = BTreeMap::new();
    let (nothing, keys) = (BTreeMap::new(), known.keys().chain(derived.keys()));
    for key in keys.collect::<std::collections::BTreeSet<_>>() {
        let (metric, resolution, _) = key;
        let (known, derived) = (known.get(key).unwrap_or(&nothing), derived.get(key).unwrap_or(&nothing));
        let count = counts.entry((*metric, resolution)).or_insert_with(|| MetricComparison {
            metric: metric.name(),
            resolution,
            equal: 0,
            missing: 0,
            different: 0,
            extra: 0,
        });
        for (at, value) in derived {
            match known.get(at) {
                None => count.missing += 1,
                Some(known) if known == value => count.equal += 1,
                Some(_) => count.different += 1,
            }
        }
        count.extra += known.keys().filter(|at| !derived.contains_key(at)).map(|_| 1).sum::<u64>();
    }
    counts.into_values().collect()
}

/// What is derived and not known so.
fn wanting(known: &Samples, mut derived: Samples) -> Samples {
    for (key, points) in &mut derived {
        if let Some(known) = known.get(key) {
            points.retain(|at, value| known.get(at) != Some(value));
        }
    }
    derived.retain(|_, points| !points.is_empty());
    derived
}

fn different_facts(known: &ChannelFacts, said: &ChannelFacts) -> Vec<&'static str> {
    let fields = [
        ("title", known.title == said.title),
        ("username", known.username == said.username),
        ("is_group", known.is_group == said.is_group),
        ("subscribers", said.subscribers.is_none() || known.subscribers == said.subscribers),
    ];
    fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}
