//! Posts and what they were before, from their bytes, and what was counted under them. Numbers under posts are kept as
//! they were said, one by one: only the sum of the reactions is derived from others. Where the bytes of a post came with a
//! look that was a sample, they say the sample too.

use std::collections::BTreeMap;

use app::model::{ChannelId, PostCounters};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use crate::collector::posts::albums;
use crate::store;
use crate::store::posts::whole::{self, Kept, Sample, Version};
use crate::store::posts::{Content, Told};
use crate::telegram::convert::posts::reread;

/// A post, and an age.
type SampleKey = (i32, i32);

/// As bytes say.
#[derive(Debug, Default)]
pub(super) struct Wanting {
    posts: Vec<Kept>,
    versions: Vec<Version>,
    samples: Vec<Sample>,
}

pub(super) async fn compare(
    db: &mut PgConnection,
    channel: ChannelId,
    tally: &mut Tally,
) -> store::Result<Wanting> {
    let mut wanting = Wanting::default();
    let mut counted = BTreeMap::new();
    let mut counts = KindComparison::new("posts");
    let mut rows = whole::list(&mut *db, channel);
    while let Some(kept) = rows.try_next().await? {
        match told(&kept.raw, kept.told_at) {
            Ok(told) => {
                add_sample(&mut counted, kept.id, kept.told_at, &told);
                let said = Kept { content: told.content, ..kept.clone() };
                if counts.count(Some(&kept), &said) {
                    wanting.posts.push(said);
                }
            }
            Err(reason) => tally.refuse(&mut counts, reason),
        }
    }
    drop(rows);
    tally.add(counts);

    let mut counts = KindComparison::new("post_versions");
    let mut rows = whole::versions(&mut *db, channel);
    while let Some(kept) = rows.try_next().await? {
        match told(&kept.raw, kept.told_at) {
            Ok(told) => {
                add_sample(&mut counted, kept.post, kept.told_at, &told);
                let Content { edited_at, message_ids, text, .. } = told.content;
                let said = Version { edited_at, message_ids, text, ..kept.clone() };
                if counts.count(Some(&kept), &said) {
                    wanting.versions.push(said);
                }
            }
            Err(reason) => tally.refuse(&mut counts, reason),
        }
    }
    drop(rows);
    tally.add(counts);

    let mut counts = KindComparison::new("post_samples");
    wanting.samples = compare_samples(&counted, whole::samples(db, channel).await?, &mut counts);
    tally.add(counts);
    Ok(wanting)
}

/// The post that messages make.
fn told(raw: &[Vec<u8>], told_at: Option<Timestamp>) -> Result<Told, String> {
    let seen_at = told_at.unwrap_or(Timestamp::UNIX_EPOCH);
    let messages: Result<Vec<_>, String> = raw.iter().map(|raw| Ok((reread(raw)?, seen_at))).collect();
    match <[Told; 1]>::try_from(albums::posts(messages?)) {
        Ok([told]) => Ok(told),
        Err(_) => Err("its messages are not one post".to_owned()),
    }
}

fn add_sample(
    counted: &mut BTreeMap<SampleKey, PostCounters>,
    post: i32,
    told_at: Option<Timestamp>,
    told: &Told,
) {
    if told_at.is_some() {
        counted.insert((post, told.age()), told.counters.clone());
    }
}

/// The first look at a post is a sample, whenever it is; a later one only sometimes.
fn compare_samples(
    said: &BTreeMap<SampleKey, PostCounters>,
    kept: Vec<Sample>,
    counts: &mut KindComparison,
) -> Vec<Sample> {
    let mut wanting = Vec::new();
    let mut first: BTreeMap<i32, i32> = BTreeMap::new();
    for sample in kept {
        let least = first.entry(sample.post).or_insert(sample.age);
        *least = sample.age.min(*least);
        let counters = said.get(&(sample.post, sample.age)).cloned();
        let counters = counters.unwrap_or_else(|| with_sum(sample.counters.clone()));
        let derived = Sample { counters, ..sample };
        if counts.count(Some(&sample), &derived) {
            wanting.push(derived);
        }
    }
    for ((post, age), counters) in said {
        if first.get(post).is_none_or(|least| age < least) {
            counts.missing += 1;
            first.insert(*post, *age);
            wanting.push(Sample { post: *post, age: *age, counters: counters.clone() });
        }
    }
    wanting
}

/// Of those who reacted, the sum is what their reactions add up to, without paid ones.
fn with_sum(counters: PostCounters) -> PostCounters {
    if counters.reactions.is_none() && counters.reactions_by.is_empty() {
        return counters;
    }
    let unpaid = counters.reactions_by.iter().filter(|(reaction, _)| *reaction != "paid");
    let sum = unpaid.fold(0_i32, |sum, (_, count)| sum.saturating_add(*count));
    PostCounters { reactions: Some(sum), ..counters }
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for said in &self.posts {
            whole::restore(&mut *db, channel, said).await?;
        }
        for said in &self.versions {
            whole::restore_version(&mut *db, channel, said).await?;
        }
        for said in &self.samples {
            whole::restore_sample(&mut *db, channel, said).await?;
        }
        Ok(())
    }
}
