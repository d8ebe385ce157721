use app::model::{AccountId, ChannelId, Collector, Metric, Right, Rights};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::graphs;
use super::harvest::{Harvest, ReadChart, Repeated, Times};
use crate::store::balances::Recorded;
use crate::store::channels::{ChannelFacts, Lost};
use crate::store::samples::{Chart, ChartHash, Line, Told};
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
    counts += record_metrics(db, channel, harvest, asked_at, now).await?;
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
    harvest: &Harvest,
    asked_at: Timestamp,
    now: Timestamp,
) -> store::Result<Counts> {
    let (mut counts, changed_meanwhile) = record_repeated(db, channel, &harvest.repeated, asked_at).await?;
    let metrics = || harvest.metrics.iter().chain(&changed_meanwhile);
    let told: Vec<Told<'_>> = metrics()
        .filter_map(|(metric, outcome)| Some(Told::whole(*metric, &outcome.as_ref().ok()?.0)))
        .collect();
    if metrics().next().is_none() {
        return Ok(counts);
    }
    counts += samples::record(&mut *db, channel, &told, Some(now)).await?;
    let outcomes = metrics()
        .map(|(metric, outcome)| (*metric, outcome.as_ref().map(chart).map_err(String::as_str)))
        .collect();
    samples::set_states(db, channel, &outcomes, asked_at).await?;
    Ok(counts)
}

/// Notes that charts said the same again. Those of which that is no longer so, as samples were written since the run looked,
/// are given back, read.
async fn record_repeated(
    db: &mut PgConnection,
    channel: ChannelId,
    repeated: &[Repeated],
    asked_at: Timestamp,
) -> store::Result<(Counts, Vec<(Metric, ReadChart)>)> {
    let told = repeated.iter().flat_map(Repeated::metrics).collect();
    let same = samples::told_again(db, channel, &told, asked_at).await?;
    let mut unchanged = 0_u32;
    let mut read = Vec::new();
    for one in repeated {
        let values: Option<Vec<u32>> = one.metrics().map(|(metric, _)| same.get(&metric).copied()).collect();
        if let Some(values) = values {
            unchanged = values.into_iter().fold(unchanged, u32::saturating_add);
            continue;
        }
        match graphs::read(one.shape, &one.json, one.chart) {
            Ok(metrics) => read.extend(metrics),
            Err(error) => {
                let refused = |metric| (metric, Err(error.to_string()));
                read.extend(one.shape.metrics().into_iter().map(refused));
            }
        }
    }
    Ok((Counts { unchanged, ..Counts::default() }, read))
}

/// The chart that lines are from.
fn chart((lines, hash): &(Vec<Line>, ChartHash)) -> Option<Chart> {
    let values = lines.iter().map(|line| line.points.len()).sum::<usize>();
    Some(Chart { hash: *hash, values: u32::try_from(values).ok()? })
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sqlx::PgPool;

    use super::*;
    use crate::store::samples::At;
    use crate::store::testing::{at, channel, connection, record_lines};
    use crate::telegram::convert::lines::{READING, Shape};

    fn repeated(json: &str) -> Harvest {
        let (shape, json) = (Shape::One(Metric::Views), json.to_owned());
        let chart = ChartHash::of(&json, READING);
        Harvest { repeated: vec![Repeated { shape, json, chart }], ..Harvest::default() }
    }

    /// Between the look at what is known and the recording, something else wrote samples.
    #[sqlx::test(migrations = "../migrations")]
    async fn a_chart_that_is_not_known_any_more_is_read_after_all(pool: PgPool) {
        let five = channel(&pool, 5).await;
        let mut db = connection(&pool).await;
        let noon = at("2026-03-02T12:00:00Z");
        let harvest = repeated(r#"{"columns":[["x",1725148800000,1725235200000],["y0",7,8]]}"#);
        let counts = record(&mut db, five, &harvest, noon, noon).await.unwrap();
        assert_eq!(counts, Counts { new: 2, ..Counts::default() });
        let counts = record(&mut db, five, &harvest, noon, noon).await.unwrap();
        assert_eq!(counts, Counts { unchanged: 2, ..Counts::default() });

        // Of the two metrics of a chart only one is not known any more: nothing counts twice.
        let json = r#"{"columns":[["x",1725148800000],["y0",5],["y1",3]]}"#.to_owned();
        let (shape, chart) =
            (Shape::Two([(Metric::Joined, "Joined"), (Metric::Left, "Left")]), ChartHash::of(&json, READING));
        let two = Harvest { repeated: vec![Repeated { shape, json, chart }], ..Harvest::default() };
        assert_eq!(record(&mut db, five, &two, noon, noon).await.unwrap().new, 2);
        let left = [Line { dimension: String::new(), points: vec![(At::Day(date(2024, 9, 1)), 4)] }];
        record_lines(&mut db, five, Metric::Left, &left).await.unwrap();
        let counts = record(&mut db, five, &two, noon, noon).await.unwrap();
        assert_eq!(counts, Counts { new: 0, changed: 1, unchanged: 1 });

        let absurd = repeated(r#"{"columns":[["x",0],["y0",NaN]]}"#);
        record(&mut db, five, &absurd, noon, noon).await.unwrap();
        let state = samples::state(&mut *db, five, Metric::Views).await.unwrap();
        assert!(state.as_of == Some(noon) && state.error.is_some(), "{state:?}");
    }
}
