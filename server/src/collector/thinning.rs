//! Thinning what Telegram said: a snapshot goes when it is old and everything it says is said by its neighbours as well.
//! The policy is in [`policy`]; what is derived from what stays is the same.
//!
//! By kind:
//! - graphs of a channel or group, its hours, its cards, who did most, balances, and graphs of single posts and polls are
//!   compared point by point;
//! - what a channel is, field by field, but for what is the account's own and state numbers;
//! - the status of boosts, stories on show, giveaways, public forwards, invite links, similar channels, ads, and whatever
//!   could not be read are never thinned: they are kept only when they differ from what was said before, so that no two
//!   of them agree.

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

/// So many snapshots at most go in one transaction.
const BATCH: usize = 500;

/// Thins the snapshots of a channel that were last said longer than `keep` ago and were not judged yet: in short
/// transactions, each of which counts what goes in it. Ended in the middle, the next look goes on: the oldest of a kind
/// go first, so that those that are left are judged as they were.
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
        let may_go = judge(pool, channel, facts.is_group, &kind, from, cutoff).await?;
        for batch in may_go.chunks(BATCH) {
            let mut db = pool.begin().await?;
            let gone = thinning::remove(&mut *db, channel, &kind, batch).await?;
            thinning::count(&mut *db, channel, gone, now).await?;
            db.commit().await?;
            all += gone;
        }
    }
    thinning::set_judged(pool, channel, cutoff, now).await?;
    Ok(all)
}

/// Those of a kind that may go, oldest first.
async fn judge(
    pool: &PgPool,
    channel: ChannelId,
    is_group: bool,
    kind: &str,
    from: Option<Timestamp>,
    cutoff: Timestamp,
) -> Result<Vec<Timestamp>, CollectError> {
    let mut db = pool.acquire().await?;
    let mut thinner = Thinner::new(cutoff);
    let mut kept = thinning::list(&mut db, channel, kind, from);
    while let Some(one) = kept.try_next().await? {
        let judged_before = from.is_some_and(|from| one.seen_at < from);
        if !thinner.add(said(&one, channel, is_group), judged_before) {
            break;
        }
    }
    Ok(thinner.may_go())
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
        // If that can be compared, all of it is beside series.
        Reread::Facts(_) | Reread::Other => true,
        Reread::Unreadable(_) => false,
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
