//! The ledger, page by page.

use std::collections::HashSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC, RowKind, RowState, Unit};

use crate::client::*;
use crate::revenue::nano;

pub(crate) fn request(centre: &DataCentre, id: i64, ton: bool) -> f::payments::GetStarsTransactions {
    f::payments::GetStarsTransactions {
        inbound: false,
        outbound: false,
        ascending: false,
        ton,
        subscription_id: None,
        peer: input_peer(centre, id),
        offset: String::new(),
        limit: 100,
    }
}

pub(crate) async fn all(
    client: &Client,
    mut request: f::payments::GetStarsTransactions,
) -> Vec<t::StarsTransaction> {
    let mut rows = Vec::new();
    loop {
        let e::payments::StarsStatus::Status(page) = client.home(&request).await;
        let history = page.history.unwrap_or_default();
        assert!(history.len() <= 100 && !history.is_empty());
        let known: HashSet<i64> = page.users.iter().map(e::User::id).collect();
        for e::StarsTransaction::Transaction(row) in history {
            if let e::StarsTransactionPeer::Peer(peer) = &row.peer {
                let e::Peer::User(user) = &peer.peer else { panic!("{peer:?}") };
                assert!(known.contains(&user.user_id));
            }
            rows.push(row);
        }
        match page.next_offset {
            Some(offset) => request.offset = offset,
            None => return rows,
        }
    }
}

#[tokio::test]
async fn the_whole_ledger_is_the_truth() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for (id, ton) in [(NEWS, true), (BLOG, true), (BLOG, false)] {
        let unit = if ton { Unit::Ton } else { Unit::Stars };
        let mut rows = all(&client, request(&centre, id, ton)).await;
        rows.reverse();
        let truth = centre.truth().ledger(id, unit);
        let told: Vec<_> =
            rows.iter().map(|row| (row.id.clone(), i64::from(row.date), nano(&row.amount))).collect();
        let known: Vec<_> = truth.iter().map(|row| (row.id.clone(), row.date, row.nano)).collect();
        assert_eq!(told, known);
        let distinct: HashSet<_> = rows.iter().map(|row| (row.id.clone(), row.refund)).collect();
        assert_eq!(distinct.len(), rows.len());
        let ascending =
            all(&client, f::payments::GetStarsTransactions { ascending: true, ..request(&centre, id, ton) });
        assert_eq!(ascending.await, rows);
    }
}

#[tokio::test]
async fn inbound_and_outbound_are_the_two_halves() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let whole = request(&centre, NEWS, true);
    let inbound = all(&client, f::payments::GetStarsTransactions { inbound: true, ..whole.clone() }).await;
    let outbound = all(&client, f::payments::GetStarsTransactions { outbound: true, ..whole.clone() }).await;
    assert!(inbound.iter().all(|row| nano(&row.amount) > 0));
    assert!(outbound.iter().all(|row| nano(&row.amount) < 0));
    assert_eq!(inbound.len() + outbound.len(), all(&client, whole.clone()).await.len());
    let both = f::payments::GetStarsTransactions { inbound: true, outbound: true, ..whole.clone() };
    assert!(client.invoke(HOME_DC, &both).await.is_err());
    let lost = f::payments::GetStarsTransactions { offset: "nowhere".to_owned(), ..whole };
    assert!(client.invoke(HOME_DC, &lost).await.is_err());
}

#[tokio::test]
async fn withdrawals_take_every_course() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let rows = all(&client, request(&centre, NEWS, true)).await;
    let fragment: Vec<_> =
        rows.iter().filter(|row| matches!(row.peer, e::StarsTransactionPeer::Fragment)).collect();
    assert!(fragment.iter().any(|row| row.pending));
    assert!(fragment.iter().any(|row| row.failed));
    assert!(fragment.iter().any(|row| row.transaction_date.is_some() && row.transaction_url.is_some()));
    let refund = fragment.iter().find(|row| row.refund).unwrap();
    let refunded = fragment.iter().find(|row| row.id == refund.id && !row.refund).unwrap();
    assert_eq!(nano(&refund.amount), -nano(&refunded.amount));
    let proceeds = rows.iter().find(|row| matches!(row.peer, e::StarsTransactionPeer::Ads)).unwrap();
    assert!(proceeds.ads_proceeds_from_date < proceeds.ads_proceeds_to_date);
}

#[tokio::test]
async fn a_pending_withdrawal_comes_to_an_end() {
    let centre = world().await;
    let pending =
        |row: &&telegram_dc::TruthRow| matches!(row.kind, RowKind::Withdrawal { state: RowState::Pending });
    let before = centre.truth().ledger(NEWS, Unit::Ton);
    let id = before.iter().find(pending).unwrap().id.clone();
    centre.clock().advance(SignedDuration::from_hours(72));
    let after = centre.truth().ledger(NEWS, Unit::Ton);
    assert!(!after.iter().any(|row| pending(&row)));
    assert!(after.iter().any(|row| row.id == id));
    // What was booked stays as it was.
    let booked = |rows: &[telegram_dc::TruthRow]| -> Vec<_> {
        rows.iter().filter(|row| row.nano > 0).map(|row| (row.id.clone(), row.nano)).collect()
    };
    assert_eq!(booked(&after)[..booked(&before).len()], booked(&before));
}

#[tokio::test]
async fn the_status_has_the_balance_and_the_last_rows() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let request = f::payments::GetStarsStatus { ton: true, peer: input_peer(&centre, NEWS) };
    let e::payments::StarsStatus::Status(status) = client.home(&request).await;
    assert_eq!(nano(&status.balance), centre.truth().balances(NEWS, Unit::Ton).current_nano);
    assert_eq!(status.history.unwrap().len(), 5);
    let own = f::payments::GetStarsStatus { ton: false, peer: e::InputPeer::PeerSelf };
    let e::payments::StarsStatus::Status(status) = client.home(&own).await;
    assert_eq!(nano(&status.balance), 0);
}
