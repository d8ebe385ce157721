//! Every kind of row, rows by their ids, and what else there is about money.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;
use telegram_dc::{DataCentre, HOME_DC, Options, RowKind, RowState, TruthRow, Unit};

use crate::client::*;
use crate::ledger::{all, request};
use crate::revenue::nano;

/// What TDLib takes a row of a channel for, by the tables of the reference.
fn sorted(ton: bool, row: &t::StarsTransaction) -> &'static str {
    use e::StarsTransactionPeer as Peer;
    let purchase = (nano(&row.amount) > 0) == row.refund;
    let commission = row.starref_commission_permille.is_some();
    match &row.peer {
        Peer::Ads if ton && row.ads_proceeds_from_date.is_some() => "ads proceeds",
        Peer::Ads if !ton => "ads spending",
        Peer::Fragment if row.refund => "withdrawal refund",
        Peer::Fragment if row.transaction_date.is_some() => "withdrawal succeeded",
        Peer::Fragment if row.pending => "withdrawal pending",
        Peer::Fragment if row.failed => "withdrawal failed",
        Peer::Peer(_) if commission && row.starref_peer.is_none() => "commission",
        Peer::Peer(_) if row.paid_messages.is_some() && !purchase => {
            match (commission && row.starref_amount.is_some(), row.phonegroup_message, row.reaction) {
                (true, true, true) => "live reaction",
                (true, true, false) => "live message",
                (true, false, _) => "paid message",
                (false, ..) => "suggested post",
            }
        }
        Peer::Peer(_) if ton => "other",
        Peer::Peer(_) if row.stargift.is_some() && !purchase => "gift",
        Peer::Peer(_) if row.subscription_period.is_some() && !purchase => "subscription",
        Peer::Peer(_) if row.reaction => "reaction",
        Peer::Peer(_) if row.extended_media.as_ref().is_some_and(|media| !media.is_empty()) => {
            if row.refund {
                "media refund"
            } else {
                "media"
            }
        }
        _ => "other",
    }
}

fn meant(row: &TruthRow) -> &'static str {
    match &row.kind {
        RowKind::AdsProceeds { .. } => "ads proceeds",
        RowKind::Withdrawal { state: RowState::Pending } => "withdrawal pending",
        RowKind::Withdrawal { state: RowState::Failed } => "withdrawal failed",
        RowKind::Withdrawal { state: RowState::Succeeded { .. } } => "withdrawal succeeded",
        RowKind::WithdrawalRefund => "withdrawal refund",
        RowKind::Reaction { .. } => "reaction",
        RowKind::Subscription { .. } => "subscription",
        RowKind::PaidMessage { .. } => "paid message",
        RowKind::AdsSpending => "ads spending",
        RowKind::AffiliateCommission { .. } => "commission",
        RowKind::LiveMessage { reaction: true, .. } => "live reaction",
        RowKind::LiveMessage { reaction: false, .. } => "live message",
        RowKind::SuggestedPost { .. } => "suggested post",
        RowKind::GiftConverted { .. } => "gift",
        RowKind::PaidMedia { .. } => "media",
        RowKind::PaidMediaRefund { .. } => "media refund",
        RowKind::Unsupported => "other",
    }
}

#[tokio::test]
async fn every_kind_of_row_is_told_as_the_reference_sorts_it() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for (ton, kinds) in [(true, 7), (false, 16)] {
        let ascending = f::payments::GetStarsTransactions { ascending: true, ..request(&centre, BLOG, ton) };
        let rows = all(&client, ascending).await;
        let truth = centre.truth().ledger(BLOG, if ton { Unit::Ton } else { Unit::Stars });
        assert_eq!(rows.len(), truth.len());
        let mut seen = BTreeSet::new();
        for (row, truth) in rows.iter().zip(&truth) {
            assert_eq!((&row.id, sorted(ton, row)), (&truth.id, meant(truth)), "{row:?}");
            assert_eq!(nano(&row.amount), truth.nano);
            seen.insert(meant(truth));
        }
        assert_eq!(seen.len(), kinds, "{seen:?}");
        let fraction = |row: &&t::StarsTransaction| nano(&row.amount) % 1_000_000_000 != 0;
        assert!(rows.iter().any(|row| fraction(&row) && nano(&row.amount) > 0));
        assert!(rows.iter().any(|row| fraction(&row) && nano(&row.amount) < 0));
        for (id, refund) in rows.iter().filter(|row| row.refund).map(|row| (row.id.clone(), row)) {
            let original = rows.iter().find(|row| row.id == id && !row.refund).unwrap();
            assert_eq!(nano(&original.amount), -nano(&refund.amount));
            assert_eq!(
                (&original.msg_id, &original.extended_media),
                (&refund.msg_id, &refund.extended_media)
            );
        }
    }
}

#[tokio::test]
async fn commissions_are_shares_of_prices() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let rows = all(&client, request(&centre, BLOG, false)).await;
    let messages: Vec<_> = rows.iter().filter(|row| row.starref_amount.is_some()).collect();
    assert!(messages.len() > 50);
    for row in messages {
        let commission = nano(row.starref_amount.as_ref().unwrap());
        let price = nano(&row.amount) + commission;
        assert_eq!(price % 1_000_000_000, 0);
        assert_eq!(price * i128::from(row.starref_commission_permille.unwrap()) / 1_000, commission);
    }
}

#[tokio::test]
async fn rows_are_found_by_their_ids_and_refunds_by_the_flag() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let by_id = |id: Vec<(&str, bool)>, ton| f::payments::GetStarsTransactionsById {
        ton,
        peer: input_peer(&centre, BLOG),
        id: id
            .into_iter()
            .map(|(id, refund)| t::InputStarsTransaction { refund, id: id.to_owned() }.into())
            .collect(),
    };
    let rows = all(&client, request(&centre, BLOG, false)).await;
    let refund = rows.iter().find(|row| row.refund && row.extended_media.is_some()).unwrap();
    let first = rows.last().unwrap();
    let asked = by_id(vec![(&first.id, false), (&refund.id, true), (&refund.id, false)], false);
    let e::payments::StarsStatus::Status(found) = client.home(&asked).await;
    let told: Vec<t::StarsTransaction> =
        found.history.unwrap().into_iter().map(|e::StarsTransaction::Transaction(row)| row).collect();
    assert_eq!((&told[0], &told[1]), (first, refund));
    assert_eq!((told[2].id.as_str(), told[2].refund), (refund.id.as_str(), false));
    assert_eq!(nano(&found.balance), centre.truth().balances(BLOG, Unit::Stars).current_nano);
    for wrong in [
        by_id(vec![("no such row", false)], false),
        by_id(vec![(&first.id, true)], false),
        by_id(vec![(&first.id, false)], true),
        by_id(vec![(&first.id, false), ("", false)], false),
        by_id(Vec::new(), false),
    ] {
        assert_eq!(rpc_error(client.invoke(HOME_DC, &wrong).await).1, "TRANSACTION_ID_INVALID");
    }
    let user = f::payments::GetStarsTransactionsById { peer: e::InputPeer::Empty, ..asked };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &user).await).1, "PEER_ID_INVALID");
}

#[tokio::test]
async fn pages_of_any_size_and_direction_make_the_ledger() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let whole = all(&client, request(&centre, BLOG, true)).await;
    for (ascending, limit, page) in
        [(false, 0, 1), (false, 1_000, 100), (true, -5, 1), (true, 101, 100), (true, 7, 7)]
    {
        let asked = f::payments::GetStarsTransactions { ascending, limit, ..request(&centre, BLOG, true) };
        let e::payments::StarsStatus::Status(answer) = client.home(&asked).await;
        let history = answer.history.unwrap();
        assert_eq!(history.len(), page.min(whole.len()), "limit {limit}");
        let e::StarsTransaction::Transaction(first) = &history[0];
        assert_eq!(first, if ascending { whole.last().unwrap() } else { &whole[0] });
    }
    let base = request(&centre, BLOG, false);
    let all_rows = all(&client, base.clone()).await;
    for (inbound, ascending) in [(true, true), (true, false), (false, true), (false, false)] {
        let asked = f::payments::GetStarsTransactions {
            inbound,
            outbound: !inbound,
            ascending,
            limit: 33,
            ..base.clone()
        };
        let mut rows = all(&client, asked).await;
        if ascending {
            rows.reverse();
        }
        let expected: Vec<_> =
            all_rows.iter().filter(|row| (nano(&row.amount) > 0) == inbound).cloned().collect();
        assert_eq!(rows, expected);
    }
    let first = &all_rows[0].id;
    for offset in ["0", "garbage", first.as_str(), "\u{202e}"] {
        let lost = f::payments::GetStarsTransactions { offset: offset.to_owned(), ..base.clone() };
        assert_eq!(rpc_error(client.invoke(HOME_DC, &lost).await).1, "OFFSET_INVALID", "{offset}");
    }
    let subscription = f::payments::GetStarsTransactions { subscription_id: Some("x".to_owned()), ..base };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &subscription).await).1, "SUBSCRIPTION_ID_INVALID");
}

#[tokio::test]
async fn the_stars_graph_is_what_the_ledger_earned_each_day() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let asked =
        f::payments::GetStarsRevenueStats { dark: false, ton: false, peer: input_peer(&centre, BLOG) };
    let e::payments::StarsRevenueStats::Stats(stats) = client.home(&asked).await;
    let graph = chart(stats.revenue_graph);
    let mut earned: BTreeMap<i64, i128> = BTreeMap::new();
    for row in centre.truth().ledger(BLOG, Unit::Stars) {
        let counts = match row.kind {
            RowKind::Withdrawal { .. } | RowKind::WithdrawalRefund | RowKind::AdsSpending => false,
            RowKind::Unsupported => row.nano > 0,
            _ => true,
        };
        if counts {
            *earned.entry(row.date.div_euclid(86_400) * 86_400).or_default() += row.nano;
        }
    }
    let days = column(&graph, "x").into_iter().map(|x| x / 1_000);
    for (day, stars) in days.zip(column(&graph, "Stars")) {
        assert_eq!(i128::from(stars), earned.get(&day).map_or(0, |nano| nano / 1_000_000_000));
    }
}

#[tokio::test]
async fn paid_media_was_posted_before_it_was_sold() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let rows = all(&client, request(&centre, BLOG, false)).await;
    let mut prices: BTreeMap<i32, BTreeSet<i128>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.extended_media.is_some()) {
        prices.entry(row.msg_id.unwrap()).or_default().insert(nano(&row.amount).abs());
    }
    assert!(prices.len() > 20, "{prices:?}");
    assert!(prices.values().all(|prices| prices.len() == 1), "one price a post");
}

#[tokio::test]
async fn subscribers_pay_every_thirty_days() {
    let centre = world().await;
    let mut paid: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for row in centre.truth().ledger(BLOG, Unit::Stars) {
        if let RowKind::Subscription { user } = row.kind {
            assert_eq!(row.nano, 250_000_000_000);
            paid.entry(user).or_default().push(row.date);
        }
    }
    assert!(paid.len() > 60);
    for dates in paid.values() {
        assert!(dates.windows(2).all(|pair| pair[1] - pair[0] == 30 * 86_400), "{dates:?}");
    }
}

#[tokio::test]
async fn the_account_itself_subscribes_to_nothing() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let asked =
        |peer| f::payments::GetStarsSubscriptions { missing_balance: false, peer, offset: String::new() };
    let e::payments::StarsStatus::Status(answer) = client.home(&asked(e::InputPeer::PeerSelf)).await;
    assert_eq!((nano(&answer.balance), answer.subscriptions), (0, Some(Vec::new())));
    let channel = asked(input_peer(&centre, BLOG));
    assert_eq!(rpc_error(client.invoke(HOME_DC, &channel).await).1, "PEER_ID_INVALID");
}

#[tokio::test]
async fn currency_rates_agree_with_the_revenue() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let e::payments::CurrencyRates::Rates(rates) = client.home(&f::payments::GetCurrencyRates {}).await;
    for (ton, currency) in [(true, "TON"), (false, "XTR")] {
        let asked = f::payments::GetStarsRevenueStats { dark: false, ton, peer: input_peer(&centre, BLOG) };
        let e::payments::StarsRevenueStats::Stats(stats) = client.home(&asked).await;
        let rate = rates
            .rates
            .iter()
            .find_map(|e::CurrencyRate::Rate(rate)| (rate.currency == currency).then_some(rate.rate));
        assert_eq!(rate, Some(stats.usd_rate));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_truth_is_told_over_http_in_both_units() {
    let start_clock = Some(NOW.parse::<Timestamp>().unwrap());
    let truth_listen = Some(([127, 0, 0, 1], 0).into());
    let centre =
        DataCentre::start(Options { start_clock, truth_listen, ..Options::default() }).await.unwrap();
    let address = centre.truth_address().unwrap();
    let get = |path: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(format!("GET /truth/channels/{BLOG}/{path} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str::<Vec<serde_json::Value>>(body).unwrap()
    };
    let truth = centre.truth();
    let (ton, stars) = (truth.ledger(BLOG, Unit::Ton), truth.ledger(BLOG, Unit::Stars));
    let whole = get("ledger");
    assert_eq!(whole.len(), ton.len() + stars.len());
    assert!(whole.windows(2).all(|pair| pair[0]["date"].as_i64() <= pair[1]["date"].as_i64()));
    let of = |unit: &str| whole.iter().filter(|row| row["unit"] == unit).cloned().collect::<Vec<_>>();
    assert_eq!(of("ton"), get("ledger?unit=ton"));
    assert_eq!(of("stars"), get("ledger?unit=stars"));
    assert_eq!(of("stars").len(), stars.len());
    assert_eq!(get("boosts").len(), truth.boosts(BLOG).len());
    assert_eq!(get("giveaways").len(), truth.giveaways(BLOG).len());
    assert_eq!(get("invites").len(), truth.invites(BLOG).len());
}
