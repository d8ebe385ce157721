//! `payments.getStarsRevenueStats`: balances, the rate of the moment and the revenue graphs, in each currency that
//! the account may see.

use app::model::{Balances, UnitCode};
use jiff::Timestamp;

use super::CollectError;
use super::asker::Asker;
use super::currencies::{Tally, currencies};
use super::graphs::{self, Parent};
use super::harvest::Harvest;
use crate::store::channels::Access;
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::revenue::RevenueStats;

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let mut harvest = Harvest::default();
    let mut tally = Tally::default();
    for unit in currencies(access)? {
        tally.add(unit, gather_in(asker, channel, unit, &mut harvest).await)?;
    }
    tally.end(&mut harvest)?;
    Ok(harvest)
}

async fn gather_in(
    asker: &Asker<'_>,
    channel: ChannelRef,
    unit: UnitCode,
    harvest: &mut Harvest,
) -> Result<(), CollectError> {
    let client = &asker.context.client;
    let answer = asker.ask(|| client.stars_revenue_stats(channel, unit)).await?;
    let stats = answer.value;
    harvest.snapshots.push((Parent::Revenue(unit).kind(), answer.body));
    harvest.balances.push(balances(&stats, asker.now()));
    graphs::gather(asker, channel, Parent::Revenue(unit), stats.graphs, answer.dc, harvest).await
}

/// The balances that an answer states.
pub(super) fn balances(stats: &RevenueStats, observed_at: Timestamp) -> Balances {
    Balances {
        unit_code: stats.unit_code,
        available: stats.available,
        current: stats.current,
        overall: stats.overall,
        withdrawal_enabled: stats.withdrawal_enabled,
        next_withdrawal_at: stats.next_withdrawal_at,
        usd_rate: stats.usd_rate,
        observed_at,
    }
}
