//! `payments.starsRevenueStats`: balances, the rate of the moment, and graphs.

use app::model::{Metric, Nano, UnitCode, UsdRate};
use grammers_tl_types::enums as e;
use jiff::Timestamp;

use super::lines::Shape;
use super::moment;
use super::stats::{NamedGraph, graph_said};
use crate::telegram::fault::Fault;

/// What `payments.getStarsRevenueStats` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevenueStats {
    /// In which currency.
    pub unit_code: UnitCode,
    /// `available_balance`.
    pub available: Nano,
    /// `current_balance`.
    pub current: Nano,
    /// `overall_revenue`.
    pub overall: Nano,
    /// `withdrawal_enabled`.
    pub withdrawal_enabled: bool,
    /// `next_withdrawal_at`.
    pub next_withdrawal_at: Option<Timestamp>,
    /// `usd_rate`: USD a unit; `None` when Telegram states none (zero or less, as TDLib treats it).
    pub usd_rate: Option<UsdRate>,
    /// The revenue graph and, where there is one, that of ad impressions.
    pub graphs: Vec<NamedGraph>,
}

pub(in crate::telegram) fn revenue_stats(
    stats: e::payments::StarsRevenueStats,
    unit: UnitCode,
) -> Result<RevenueStats, Fault> {
    let e::payments::StarsRevenueStats::Stats(stats) = stats;
    let e::StarsRevenueStatus::Status(status) = stats.status;
    let named = |name, graph: Option<e::StatsGraph>| {
        let shape = shape(name, unit)?;
        Some(NamedGraph { name, shape, said: graph_said(graph?) })
    };
    let revenue = named("revenue", Some(stats.revenue_graph));
    let hours = named("top_hours", stats.top_hours_graph);
    Ok(RevenueStats {
        unit_code: unit,
        available: amount(&status.available_balance, unit)?,
        current: amount(&status.current_balance, unit)?,
        overall: amount(&status.overall_revenue, unit)?,
        withdrawal_enabled: status.withdrawal_enabled,
        next_withdrawal_at: status.next_withdrawal_at.map(moment),
        usd_rate: UsdRate::from_wire(stats.usd_rate).ok(),
        graphs: [revenue, hours].into_iter().flatten().collect(),
    })
}

/// How a graph becomes a metric, if it does in that currency.
pub(super) fn shape(graph: &str, unit: UnitCode) -> Option<Shape> {
    match (graph, unit) {
        ("revenue", UnitCode::Ton) => Some(Shape::One(Metric::AdRevenue)),
        ("revenue", UnitCode::Stars) => Some(Shape::One(Metric::StarsRevenue)),
        ("top_hours", UnitCode::Ton) => Some(Shape::One(Metric::AdImpressionsByHour)),
        _ => None,
    }
}

/// An amount in the currency that was asked for. TDLib logs the other one as an error and shows zero; zero would be
/// a lie, so here the answer is refused.
pub(super) fn amount(amount: &e::StarsAmount, unit: UnitCode) -> Result<Nano, Fault> {
    match (amount, unit) {
        (e::StarsAmount::StarsTonAmount(ton), UnitCode::Ton) => Ok(Nano(ton.amount.into())),
        (e::StarsAmount::Amount(stars), UnitCode::Stars) => Ok(Nano::from_parts(stars.amount, stars.nanos)),
        _ => Err(Fault::Undecodable { detail: format!("an amount is not in {}", unit.code()), answer: None }),
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types as t;

    use super::*;

    fn stats(balance: e::StarsAmount, usd_rate: f64) -> e::payments::StarsRevenueStats {
        let status = t::StarsRevenueStatus {
            withdrawal_enabled: true,
            current_balance: balance.clone(),
            available_balance: balance.clone(),
            overall_revenue: balance,
            next_withdrawal_at: Some(1_800_000_000),
        };
        t::payments::StarsRevenueStats {
            top_hours_graph: None,
            revenue_graph: t::StatsGraphError { error: "Not enough data to display.".to_owned() }.into(),
            status: status.into(),
            usd_rate,
        }
        .into()
    }

    #[test]
    fn amounts_are_exact_in_both_currencies() {
        let ton = revenue_stats(stats(t::StarsTonAmount { amount: i64::MAX }.into(), 3.0142), UnitCode::Ton)
            .unwrap();
        assert_eq!(
            (ton.current, ton.usd_rate.unwrap().0.to_string()),
            (Nano(i64::MAX.into()), "3.0142".to_owned())
        );
        let stars = t::StarsAmount { amount: -3, nanos: -250_000_000 };
        let stars = revenue_stats(stats(stars.into(), 0.0), UnitCode::Stars).unwrap();
        assert_eq!((stars.overall, stars.usd_rate), (Nano(-3_250_000_000), None));
        assert_eq!(stars.next_withdrawal_at.unwrap().as_second(), 1_800_000_000);
    }

    #[test]
    fn the_wrong_currency_is_refused_and_not_zero() {
        let answer = revenue_stats(stats(t::StarsTonAmount { amount: 5 }.into(), 1.0), UnitCode::Stars);
        assert_eq!(
            answer.unwrap_err().to_string(),
            "Telegram's answer cannot be read: an amount is not in XTR"
        );
    }
}
