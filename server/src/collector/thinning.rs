//! Thinning what Telegram said: a snapshot goes when it is old and everything it says of a series is said by its
//! neighbours as well. The policy is in [`policy`]; series derived from what stays are the same.

pub mod policy;

use app::model::{ChannelId, Resolution};
use futures::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::harvest::stored;
use super::{CollectError, hourly};
use crate::store::channels;
use crate::store::snapshots::Kept;
use crate::store::snapshots::thinning::{self, Gone};
use crate::telegram::convert::lines::MetricLines;
use crate::telegram::convert::reread::{Reread, beside, reread};
use policy::{Said, Says, Thinner};

/// How often a channel is looked through.
pub const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Thins the snapshots of a channel that were last said longer than `keep` ago and were not judged yet: one short
/// transaction a kind. Ended in the middle, the next look goes on.
///
/// # Errors
/// The store's.
pub async fn thin(
    pool: &PgPool,
    channel: ChannelId,
    keep: SignedDuration,
    now: Timestamp,
) -> Result<Gone, CollectError> {
    let cutoff = now.checked_sub(keep).unwrap_or(Timestamp::MIN);
    let (facts, _) = channels::facts(pool, channel).await?;
    let from = thinning::judged_until(pool, channel).await?;
    let mut all = Gone::default();
    for kind in thinning::kinds(pool, channel, from, cutoff).await? {
        let mut db = pool.begin().await?;
        let mut thinner = Thinner::new(cutoff);
        let mut kept = thinning::list(&mut db, channel, &kind, from);
        while let Some(one) = kept.try_next().await? {
            let judged_before = from.is_some_and(|from| one.seen_at < from);
            if !thinner.add(said(&one, channel, facts.is_group), judged_before) {
                break;
            }
        }
        drop(kept);
        let gone = thinner.may_go();
        if !gone.is_empty() {
            all += thinning::remove(&mut *db, channel, &kind, &gone).await?;
        }
        db.commit().await?;
    }
    thinning::note(pool, channel, cutoff, all, now).await?;
    Ok(all)
}

/// What a snapshot says, as far as it can be compared. One that says something else as well, or cannot be read, says
/// nothing comparable, and stays.
fn said(kept: &Kept, channel: ChannelId, is_group: bool) -> Said {
    let mut says = Says::default();
    let is_comparable = match reread(&kept.kind, channel, is_group, &kept.body) {
        Reread::Lines(metrics, problems) => {
            add(&mut says, metrics);
            problems.is_empty()
        }
        Reread::Hours(metrics) => {
            let asked_at = kept.asked_at.unwrap_or(kept.taken_at);
            for read in metrics {
                for line in hourly::over(read.lines, asked_at) {
                    says.add(read.metric, Resolution::Hour, &line.dimension, line.points);
                }
            }
            true
        }
        Reread::Facts(_) | Reread::Other | Reread::Unreadable(_) => false,
    };
    let beside = beside(&kept.kind, &kept.body).filter(|_| is_comparable);
    let says = beside.map(|beside| Says { beside, ..says });
    Said { taken_at: kept.taken_at, seen_at: kept.seen_at, says }
}

fn add(says: &mut Says, metrics: Vec<MetricLines>) {
    for read in metrics {
        for line in read.lines.into_iter().map(stored) {
            says.add(read.metric, read.metric.resolution(), &line.dimension, line.points);
        }
    }
}
