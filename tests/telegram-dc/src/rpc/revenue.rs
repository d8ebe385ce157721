//! `payments.getStarsRevenueStats`, and what the balance methods have in common with it.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, peer, stats, transaction};
use crate::chart;
use crate::world::{Balances, Channel, Unit, least};

/// Telegram's `ton` flag.
pub(crate) fn unit(ton: bool) -> Unit {
    if ton { Unit::Ton } else { Unit::Stars }
}

/// The channel, if the account may see its revenue in that unit.
pub(crate) fn open_to<'a>(
    caller: &'a Caller<'_>,
    input: &e::InputPeer,
    unit: Unit,
) -> Result<Channel<'a>, RpcError> {
    let channel = peer::channel_peer(caller, input)?;
    if channel.shows_revenue(unit, caller.shared.clock.now()) {
        Ok(channel)
    } else {
        Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"))
    }
}

/// Billionths of a unit as Telegram writes them.
pub(crate) fn amount(unit: Unit, nano: i128) -> e::StarsAmount {
    match unit {
        Unit::Ton => t::StarsTonAmount { amount: i64::try_from(nano).unwrap_or(i64::MAX) }.into(),
        Unit::Stars => t::StarsAmount {
            amount: i64::try_from(nano / 1_000_000_000).unwrap_or(i64::MAX),
            nanos: i32::try_from(nano % 1_000_000_000).unwrap_or(0),
        }
        .into(),
    }
}

/// Balances as Telegram tells them.
pub(crate) fn status(unit: Unit, balances: &Balances) -> e::StarsRevenueStatus {
    // A withdrawal of Stars may have to wait; TON never says for how long.
    let later = balances.least_free_at.filter(|_| unit == Unit::Stars);
    t::StarsRevenueStatus {
        withdrawal_enabled: balances.available >= least(unit) || later.is_some(),
        current_balance: amount(unit, balances.current),
        available_balance: amount(unit, balances.available),
        overall_revenue: amount(unit, balances.overall),
        next_withdrawal_at: later.map(transaction::seconds),
    }
    .into()
}

pub(crate) fn get_stars_revenue_stats(
    caller: &Caller<'_>,
    request: f::payments::GetStarsRevenueStats,
) -> Result<e::payments::StarsRevenueStats, RpcError> {
    let now = caller.shared.clock.now();
    let unit = unit(request.ton);
    if matches!(request.peer, e::InputPeer::PeerSelf) {
        return Err(RpcError::new(400, "PEER_ID_INVALID"));
    }
    let channel = open_to(caller, &request.peer, unit)?;
    Ok(t::payments::StarsRevenueStats {
        top_hours_graph: (unit == Unit::Ton).then(|| impressions(caller, &channel, now)),
        revenue_graph: revenue(caller, &channel, unit, now),
        status: status(unit, &channel.balances(unit, now)),
        usd_rate: caller.world().usd_rate(unit, now),
    }
    .into())
}

/// What one unit of each currency is worth in US dollars.
pub(crate) fn get_currency_rates(
    caller: &Caller<'_>,
    _: f::payments::GetCurrencyRates,
) -> Result<e::payments::CurrencyRates, RpcError> {
    let (world, now) = (caller.world(), caller.shared.clock.now());
    let (ton, stars) = (world.usd_rate(Unit::Ton, now), world.usd_rate(Unit::Stars, now));
    let rate = |(currency, rate): (&str, f64)| t::CurrencyRate { currency: currency.to_owned(), rate }.into();
    let rates = [("TON", ton), ("XTR", stars), ("USD", 1.0), ("EUR", 1.0875), ("RUB", 0.0125)];
    Ok(t::payments::CurrencyRates { rates: rates.into_iter().map(rate).collect() }.into())
}

fn impressions(caller: &Caller<'_>, channel: &Channel<'_>, now: Timestamp) -> e::StatsGraph {
    stats::whole(caller, "ad_impressions", chart::ad_impressions(channel, now), None)
}

fn revenue(caller: &Caller<'_>, channel: &Channel<'_>, unit: Unit, now: Timestamp) -> e::StatsGraph {
    let days = caller.shared.options.graph_days;
    stats::whole(caller, "revenue", chart::revenue(channel, unit, days, now), None)
}
