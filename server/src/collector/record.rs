use app::model::{AccountId, ChannelId, Collector, Metric, Right, Rights};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::harvest::{Harvest, Times};
use crate::store::balances::Recorded;
use crate::store::channels::{ChannelFacts, Lost};
use crate::store::samples::{Line, Told};
use crate::store::snapshots::Answer;
use crate::store::{self, Counts, balances, channels, samples, schedules, snapshots, transactions};
use crate::telegram::convert::LAYER;

/// Records a harvest, inside the caller's transaction. The same harvest again changes nothing. `asked_at` is when
/// asking Telegram began: metrics are known as of then, not as of the recording.
pub(super) async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    harvest: &Harvest,
    asked_at: Timestamp,
    now: Timestamp,
) -> store::Result<Counts> {
    let mut counts = Counts::default();
    if let Some((facts, access)) = &harvest.facts {
        // What one account lost, another may still have: what all of them together may see decides.
        let before = channels::rights(&mut *db, channel).await?;
        channels::record_facts(&mut *db, facts, now).await?;
        channels::record_access(&mut *db, channel, access, now).await?;
        let after = channels::rights(&mut *db, channel).await?;
        follow_rights(db, facts, before, after, now).await?;
        follow_reading(db, channel, now).await?;
    }
    let answers: Vec<Answer<'_>> =
        harvest.snapshots.iter().map(|(kind, body)| Answer { kind, layer: LAYER, body }).collect();
    snapshots::record(db, channel, &answers, asked_at, now).await?;
    counts += record_metrics(db, channel, &harvest.metrics, asked_at, now).await?;
    for one in &harvest.balances {
        counts += match balances::record(db, channel, one).await? {
            Recorded::New => Counts { new: 1, ..Counts::default() },
            Recorded::Same => Counts { unchanged: 1, ..Counts::default() },
        };
    }
    counts += transactions::record(db, channel, &harvest.rows, now).await?;
    for one in &harvest.records {
        counts += one.record(db, channel, Times { asked_at, now }).await?;
    }
    Ok(counts)
}

async fn record_metrics(
    db: &mut PgConnection,
    channel: ChannelId,
    metrics: &[(Metric, Result<Vec<Line>, String>)],
    asked_at: Timestamp,
    now: Timestamp,
) -> store::Result<Counts> {
    if metrics.is_empty() {
        return Ok(Counts::default());
    }
    let told: Vec<Told<'_>> = metrics
        .iter()
        .filter_map(|(metric, outcome)| Some(Told::whole(*metric, outcome.as_ref().ok()?)))
        .collect();
    let counts = samples::record(&mut *db, channel, &told, Some(now)).await?;
    let outcomes = metrics
        .iter()
        .map(|(metric, outcome)| (*metric, outcome.as_ref().map(|_| ()).map_err(String::as_str)))
        .collect();
    samples::set_states(db, channel, &outcomes, asked_at).await?;
    Ok(counts)
}

/// Hands on to another account what this one has lost in a channel, if another has it ([`channels::pass_right_on`]). What
/// only this one had is parked.
pub(super) async fn hand_on(
    db: &mut PgConnection,
    channel: ChannelId,
    account: AccountId,
    lost: Lost,
    now: Timestamp,
) -> store::Result<bool> {
    let before = channels::rights(&mut *db, channel).await?;
    if !channels::pass_right_on(&mut *db, channel, account, lost).await? {
        return Ok(false);
    }
    let after = channels::rights(&mut *db, channel).await?;
    let (facts, _) = channels::facts(&mut *db, channel).await?;
    follow_rights(db, &facts, before, after, now).await?;
    Ok(true)
}

/// A channel was looked at, so whoever looked may read it: what was parked because nobody could goes on.
pub(super) async fn follow_reading(
    db: &mut PgConnection,
    channel: ChannelId,
    now: Timestamp,
) -> store::Result<()> {
    let readers = Collector::ALL.iter().copied().filter(|one| one.right() == Right::Member);
    schedules::unpark(db, channel, &readers.collect::<Vec<_>>(), now).await
}

/// A right that was taken away parks what needs it, with the sentence that says what to do; a right that was given
/// takes it up, or schedules it if there never was one. What a person paused stays paused.
pub(super) async fn follow_rights(
    db: &mut PgConnection,
    facts: &ChannelFacts,
    before: Rights,
    after: Rights,
    now: Timestamp,
) -> store::Result<()> {
    let channel = facts.id;
    for collector in Collector::ALL.iter().filter(|one| one.exists_in(facts.is_group)) {
        match (collector.allowed_by(before), collector.allowed_by(after)) {
            (true, false) => {
                let reason = format!(
                    "Telegram no longer lets the account read this ({collector}): give it the right again, and it goes on by itself."
                );
                ignore_missing(schedules::park(&mut *db, channel, *collector, &reason).await)?;
            }
            (false, true) => {
                schedules::unpark(&mut *db, channel, &[*collector], now).await?;
                schedules::add_defaults(&mut *db, channel, &[*collector], now).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A collector without a schedule has nothing to park.
pub(super) fn ignore_missing(result: store::Result<()>) -> store::Result<()> {
    match result {
        Err(store::Error::NotFound(_)) => Ok(()),
        result => result,
    }
}
