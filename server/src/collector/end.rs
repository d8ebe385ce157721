//! How runs end, and when what they collect is due again.

use app::model::{AccountId, Collector, Right, RunState};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::halves::Half;
use super::harvest::Harvest;
use super::record::{hand_on, ignore_missing, record};
use super::{Assignment, CollectError, Context, history, posts};
use crate::store::accounts::{self, AccountState};
use crate::store::channels::Lost;
use crate::store::runs::{self, Outcome};
use crate::store::schedules::FirstHalf;
use crate::store::snapshots::Answer;
use crate::store::{self, Counts, channels, schedules, snapshots};
use crate::telegram::convert::LAYER;
use crate::telegram::fault::{Fault, Verdict};
use crate::timetable;

/// The first retry after a failure that may pass by itself; each further one waits twice as long.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(60);
/// The longest text that is kept as a run's error.
const MAX_ERROR_CHARS: usize = 2000;

/// Records what was gathered, ends the run and says when it is due again: one transaction.
pub(super) async fn recorded(
    context: &Context,
    assignment: Assignment,
    harvest: &Harvest,
    asked_at: Timestamp,
    requests: u32,
) -> Result<(), CollectError> {
    let now = context.clock.now();
    let mut db = context.pool.begin().await?;
    let counts = record(&mut db, assignment.channel, harvest, asked_at, now).await?;
    let state = if harvest.problems.is_empty() { RunState::Done } else { RunState::Partial };
    let error = (!harvest.problems.is_empty()).then(|| shortened(&harvest.problems.join(" ")));
    let outcome = Outcome { state, requests, counts, error };
    if !runs::finish(&mut *db, assignment.run, &outcome, now).await? {
        // Somebody ended it meanwhile (the account was unlinked, the lease passed on) and said that nothing was kept.
        db.rollback().await?;
        tracing::warn!(run = %assignment.run, "it was ended before it was done; nothing of it is kept");
        return Ok(());
    }
    let Assignment { run, channel, collector } = assignment;
    if let Some((schedule, failures)) = schedules::find_with_failures(&mut *db, channel, collector).await? {
        // It went well, so whatever it was parked for is over. Unless the right is gone: what was queued before may
        // still go well (Telegram may show what it does not promise), but nothing would ever be queued again, and nobody
        // would be told.
        let starts_over = schedule.parked_reason.is_some()
            && collector.allowed_by(channels::rights(&mut *db, channel).await?);
        if starts_over {
            schedules::unpark(&mut *db, channel, &[collector], now).await?;
        }
        // What was missing may be there in a minute. If it never comes, the retries thin out to the interval.
        let patience = backoff(if starts_over { 0 } else { failures });
        let next = timetable::next_due(&schedule, run, now);
        for currency in &harvest.lost {
            hand_on(&mut db, channel, context.account, Lost::Revenue(*currency), now).await?;
        }
        let next = match collector {
            Collector::Posts => posts::next_due(&mut db, channel, now, next, patience).await?,
            Collector::History => history::next_due(&mut db, channel, now, next).await?,
            _ => next,
        };
        let half = Half::of(&mut db, assignment, context.account, now).await?;
        let is_good = harvest.problems.is_empty();
        if let Half::First(rest_through) = half {
            let first = FirstHalf { rest_through, is_good, recorded_at: Some(now) };
            schedules::go_on_with_rest(&mut *db, channel, collector, first, now).await?;
        } else if is_good && half != (Half::Rest { first_was_good: false }) {
            schedules::set_next_due(&mut *db, channel, collector, next, now).await?;
        } else {
            let next = next.min(now.saturating_add(patience).unwrap_or(Timestamp::MAX));
            schedules::set_retry_of_rest(&mut *db, channel, collector, next, now).await?;
        }
    }
    db.commit().await?;
    Ok(())
}

/// Ends a run that gathered nothing, and does what the fault asks for. Answers that could not be read are kept all the
/// same.
pub(super) async fn failed(
    context: &Context,
    assignment: Assignment,
    error: &CollectError,
    unread: &[(String, Vec<u8>)],
    requests: u32,
) -> Result<(), CollectError> {
    let now = context.clock.now();
    let mut db = context.pool.begin().await?;
    let answers: Vec<Answer<'_>> =
        unread.iter().map(|(kind, body)| Answer { kind, layer: LAYER, body }).collect();
    ignore_missing(snapshots::record(&mut db, assignment.channel, &answers, now, now).await.map(|_| ()))?;
    let outcome = Outcome {
        state: RunState::Failed,
        requests,
        counts: Counts::default(),
        error: Some(shortened(&format!("{}.", sentence(&error.to_string())))),
    };
    runs::finish(&mut *db, assignment.run, &outcome, now).await?;
    ignore_missing(follow(&mut db, context, assignment, error, now).await)?;
    db.commit().await?;
    Ok(())
}

async fn follow(
    db: &mut PgConnection,
    context: &Context,
    assignment: Assignment,
    error: &CollectError,
    now: Timestamp,
) -> store::Result<()> {
    let Assignment { channel, collector, .. } = assignment;
    let verdict = match error {
        // Nothing is wrong with it; it is still due, for whoever holds the connection next.
        CollectError::Fault(Fault::Stopped) => return Ok(()),
        CollectError::Fault(Fault::SignedOut { .. }) => {
            return accounts::set_state(db, context.account, AccountState::NeedsLinking, now).await;
        }
        CollectError::Fault(fault) => fault.verdict(),
        CollectError::Store(_) | CollectError::Database(_) | CollectError::Unexpected => Verdict::RetryLater,
        CollectError::NotAvailable(_) | CollectError::NoRight(_) => Verdict::Fail,
    };
    if let Some(lost) = lost(error, collector)
        && hand_on(&mut *db, channel, context.account, lost, now).await?
    {
        return schedules::set_retry(db, channel, collector, now).await;
    }
    let Some((schedule, failures)) = schedules::find_with_failures(&mut *db, channel, collector).await?
    else {
        return Ok(());
    };
    let half = Half::of(&mut *db, assignment, context.account, now).await?;
    let regular = timetable::next_due(&schedule, assignment.run, now);
    let next = match (verdict, half) {
        (Verdict::Park(reason), _) => {
            return schedules::park(db, channel, collector, &sentence(&reason)).await;
        }
        // One currency does not wait for another.
        (Verdict::RetryLater | Verdict::Fail, Half::First(rest_through)) => {
            let first = FirstHalf { rest_through, is_good: false, recorded_at: None };
            return schedules::go_on_with_rest(db, channel, collector, first, now).await;
        }
        (Verdict::RetryAfter(_), Half::Rest { .. }) => regular,
        (Verdict::RetryAfter(_), _) if is_others(&mut *db, assignment, context.account, now).await? => now,
        (Verdict::RetryAfter(wait), _) => {
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
            now.saturating_add(wait).unwrap_or(Timestamp::MAX)
        }
        (Verdict::RetryLater, _) => {
            now.saturating_add(backoff(failures)).unwrap_or(Timestamp::MAX).min(regular)
        }
        (Verdict::Fail, _) => regular,
    };
    schedules::set_retry(db, channel, collector, next).await
}

/// Another account need not wait, and collects it.
async fn is_others(
    db: &mut PgConnection,
    assignment: Assignment,
    account: AccountId,
    now: Timestamp,
) -> store::Result<bool> {
    let through = channels::access(db, assignment.channel, assignment.collector, now).await?;
    Ok(through.is_some_and(|through| through.account != account))
}

/// What the account has lost, where that is why the run failed.
fn lost(error: &CollectError, collector: Collector) -> Option<Lost> {
    let right = collector.right();
    match error {
        // Some methods are frozen, not all: another account may take over what they are for.
        CollectError::Fault(Fault::Frozen) => Some(Lost::Right(right)),
        CollectError::Fault(fault) if fault.is_thrown_out() => Some(Lost::Access(right)),
        // Not even that: the run was queued before the account was thrown out.
        CollectError::NoRight(_) if right == Right::Member => Some(Lost::Access(right)),
        CollectError::Fault(Fault::RightLost { .. }) | CollectError::NoRight(_) => Some(Lost::Right(right)),
        _ => None,
    }
}

fn backoff(failures: i32) -> SignedDuration {
    let doublings = u32::try_from(failures).unwrap_or(0).min(20);
    FIRST_RETRY.saturating_mul(1 << doublings)
}

/// With a capital, as people write.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_ERROR_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_later_and_later_without_overflow() {
        assert_eq!(backoff(0), SignedDuration::from_mins(1));
        assert_eq!(backoff(3), SignedDuration::from_mins(8));
        assert!(backoff(i32::MAX) > SignedDuration::from_hours(24));
    }
}
