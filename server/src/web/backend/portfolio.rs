//! The first page.

use std::collections::BTreeSet;

use app::model::{Balances, Channel, ChannelId, ChannelSummary, Metric, Nano, Portfolio, UnitCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use crate::store::accounts::{self, AccountState};
use crate::store::rates::{self, RateSource};
use crate::store::series::buckets::whole_days;
use crate::store::series::known::Known;
use crate::store::{Result, balances, channels, schedules};

/// How old a rate may be and still say what a balance is worth now.
const RATE_HOLDS: SignedDuration = SignedDuration::from_hours(24);

/// Every collected channel, their sums, and what a person has to do. Beside real channels, simulated ones are not
/// summed: their money is none.
pub(super) async fn get(db: &mut PgConnection, now: Timestamp) -> Result<Portfolio> {
    let channels = summaries(db, now).await?;
    let of =
        |simulated| channels.iter().map(|one| &one.channel).filter(move |one| one.simulated == simulated);
    let simulated = of(false).next().is_none() && of(true).next().is_some();
    let summed: BTreeSet<ChannelId> = of(simulated).map(|channel| channel.id).collect();
    let known: Vec<Balances> = balances::list_latest(&mut *db)
        .await?
        .into_iter()
        .filter(|(id, balances)| balances.unit_code == UnitCode::Ton && summed.contains(id))
        .map(|(_, balances)| balances)
        .collect();
    let available = known.iter().map(|balances| Some(balances.available));
    let rate = rates::latest(&mut *db, UnitCode::Ton, RateSource::of(simulated)).await?;
    let rate = rate.filter(|rate| rate.observed_at.duration_until(now).abs() <= RATE_HOLDS);
    Ok(Portfolio {
        available: available.reduce(|sum, one| sum?.checked_add(one?).ok()).flatten(),
        usd_rate: rate.map(|rate| rate.usd_rate),
        as_of: known.iter().map(|balances| balances.observed_at).min(),
        needs_you: needs_you(db).await?,
        channels,
    })
}

/// Every collected channel, largest first.
pub(super) async fn summaries(db: &mut PgConnection, now: Timestamp) -> Result<Vec<ChannelSummary>> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let mut summaries = Vec::new();
    for channel in channels::list(&mut *db).await? {
        summaries.push(summary(db, channel, today).await?);
    }
    Ok(summaries)
}

async fn summary(db: &mut PgConnection, channel: Channel, today: Date) -> Result<ChannelSummary> {
    // The ends of 31 days lie 30 days apart.
    let mut sparkline = daily(db, &channel, Metric::Subscribers, today, 31).await?;
    let change_30d = match sparkline[..] {
        [Some(before), .., Some(newest)] if sparkline.len() == 31 => newest.checked_sub(before),
        _ => None,
    };
    sparkline.drain(..sparkline.len().saturating_sub(30));
    let views_7d = total(&daily(db, &channel, Metric::ViewsBySource, today, 7).await?);
    let ad_revenue = total(&daily(db, &channel, Metric::AdRevenue, today, 30).await?);
    Ok(ChannelSummary {
        channel,
        sparkline,
        change_30d,
        views_7d,
        ad_revenue_30d: ad_revenue.map(|nanos| Nano(nanos.into())),
    })
}

/// The last `count` whole days of a metric, all dimensions together.
async fn daily(
    db: &mut PgConnection,
    channel: &Channel,
    metric: Metric,
    today: Date,
    count: i64,
) -> Result<Vec<Option<i64>>> {
    let known = Known::of(&mut *db, channel.id, metric).await?;
    let as_of = known.state.as_of;
    let days = whole_days(today, as_of.map(|moment| moment.to_zoned(TimeZone::UTC).date()), count);
    let (Some(from), Some(to)) = (days.first(), days.last()) else { return Ok(Vec::new()) };
    let lines = known.by_day(db, *from, *to).await?;
    Ok(days
        .iter()
        .map(|day| {
            lines
                .values()
                .filter_map(|line| line.get(day).copied())
                .map(Some)
                .reduce(|sum, value| sum?.checked_add(value?))
                .flatten()
        })
        .collect())
}

/// The sum of days, unknown when one of them is: a week of six days is no week.
fn total(days: &[Option<i64>]) -> Option<i64> {
    days.iter().copied().reduce(|sum, value| sum?.checked_add(value?)).flatten()
}

/// Sentences about what waits for a person.
async fn needs_you(db: &mut PgConnection) -> Result<Vec<String>> {
    let signed_out = accounts::list(&mut *db)
        .await?
        .into_iter()
        .filter(|account| account.state == AccountState::NeedsLinking)
        .map(|account| {
            format!(
                "Telegram ended the session of {}; link the account again to go on collecting.",
                account.display_name
            )
        });
    let parked = schedules::list(&mut *db).await?.into_iter().filter_map(|schedule| {
        let reason = schedule.parked_reason?;
        let what = schedule.collector.title();
        Some(format!("{what} of {}: not collected. {reason}", schedule.channel_title))
    });
    Ok(signed_out.chain(parked).collect())
}
