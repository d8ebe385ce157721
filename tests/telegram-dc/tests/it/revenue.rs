//! Ad revenue and balances.

use grammers_tl_types::{enums as e, functions as f, types as t};
use telegram_dc::{DataCentre, HOME_DC, RowKind, RowState, Unit};

use crate::client::*;

async fn revenue(client: &Client, centre: &DataCentre, id: i64, ton: bool) -> t::payments::StarsRevenueStats {
    let request = f::payments::GetStarsRevenueStats { dark: false, ton, peer: input_peer(centre, id) };
    let e::payments::StarsRevenueStats::Stats(stats) = client.home(&request).await;
    stats
}

/// Billionths of the unit.
pub(crate) fn nano(amount: &e::StarsAmount) -> i128 {
    match amount {
        e::StarsAmount::StarsTonAmount(ton) => i128::from(ton.amount),
        e::StarsAmount::Amount(stars) => i128::from(stars.amount) * 1_000_000_000 + i128::from(stars.nanos),
    }
}

#[tokio::test]
async fn balances_are_sums_over_the_ledger() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for (id, ton) in [(NEWS, true), (BLOG, true), (BLOG, false)] {
        let unit = if ton { Unit::Ton } else { Unit::Stars };
        let e::StarsRevenueStatus::Status(status) = revenue(&client, &centre, id, ton).await.status;
        let ledger = centre.truth().ledger(id, unit);
        let mut overall = 0;
        let mut current = 0;
        for row in &ledger {
            match &row.kind {
                RowKind::Withdrawal { state: RowState::Failed } => {}
                RowKind::Withdrawal { .. } | RowKind::WithdrawalRefund | RowKind::AdsSpending => {
                    current += row.nano;
                }
                RowKind::Unsupported if row.nano < 0 => current += row.nano,
                _ => {
                    overall += row.nano;
                    current += row.nano;
                }
            }
        }
        assert_eq!(nano(&status.overall_revenue), overall);
        assert_eq!(nano(&status.current_balance), current);
        assert!(nano(&status.available_balance) <= current && nano(&status.available_balance) >= 0);
        assert!(overall > 0);
    }
}

#[tokio::test]
async fn the_revenue_graph_and_the_ledger_agree_to_the_nanoton() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [NEWS, BLOG] {
        let stats = revenue(&client, &centre, id, true).await;
        let graph = chart(stats.revenue_graph);
        assert!(graph["yTickFormatter"].as_str().unwrap().contains("TON"));
        let by_day: Vec<(i64, i64)> =
            column(&graph, "x").into_iter().map(|x| x / 1000).zip(column(&graph, "Ad Revenue")).collect();
        assert_eq!(by_day.len(), 90);
        let mut compared = 0;
        for row in centre.truth().ledger(id, Unit::Ton) {
            if let RowKind::AdsProceeds { from, to } = row.kind
                && from >= by_day[0].0
            {
                let shown: i64 =
                    by_day.iter().filter(|(day, _)| (from..=to).contains(day)).map(|(_, nano)| nano).sum();
                assert_eq!(i128::from(shown), row.nano);
                compared += 1;
            }
        }
        assert!(compared >= 28, "{compared}");
        assert!(stats.usd_rate > 1.0 && stats.usd_rate < 6.0);
        let hours = chart(stats.top_hours_graph.unwrap());
        assert_eq!(column(&hours, "x").len(), 24);
    }
}

#[tokio::test]
async fn stars_graphs_are_in_stars() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let stats = revenue(&client, &centre, BLOG, false).await;
    assert!(stats.top_hours_graph.is_none());
    let graph = chart(stats.revenue_graph);
    assert!(graph["yTickFormatter"].as_str().unwrap().contains("XTR"));
    assert!(column(&graph, "Stars").iter().all(|stars| (0..20_000).contains(stars)));
    assert!((0.012..0.014).contains(&stats.usd_rate));
}

#[tokio::test]
async fn revenue_is_for_owners_of_channels_that_earn() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for (id, ton) in [(ADMIN_ONLY, true), (KITCHEN, true), (NEWS, false), (FOLLOWED, true)] {
        let request = f::payments::GetStarsRevenueStats { dark: false, ton, peer: input_peer(&centre, id) };
        assert_eq!(rpc_error(client.invoke(HOME_DC, &request).await).1, "CHAT_ADMIN_REQUIRED");
    }
    let peer = e::InputPeer::Channel(t::InputPeerChannel { channel_id: NEWS, access_hash: 5 });
    let request = f::payments::GetStarsRevenueStats { dark: false, ton: true, peer };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &request).await).1, "CHANNEL_INVALID");
}
