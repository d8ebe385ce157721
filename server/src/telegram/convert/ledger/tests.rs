use super::*;

fn blank(unit: UnitCode, nano: i64) -> t::StarsTransaction {
    let amount = match unit {
        UnitCode::Ton => t::StarsTonAmount { amount: nano }.into(),
        UnitCode::Stars => t::StarsAmount { amount: nano, nanos: 0 }.into(),
    };
    t::StarsTransaction {
        refund: false,
        pending: false,
        failed: false,
        gift: false,
        reaction: false,
        stargift_upgrade: false,
        business_transfer: false,
        stargift_resale: false,
        posts_search: false,
        stargift_prepaid_upgrade: false,
        stargift_drop_original_details: false,
        phonegroup_message: false,
        stargift_auction_bid: false,
        offer: false,
        id: "id".to_owned(),
        amount,
        date: 1_700_000_000,
        peer: user(),
        title: None,
        description: None,
        photo: None,
        transaction_date: None,
        transaction_url: None,
        bot_payload: None,
        msg_id: None,
        extended_media: None,
        subscription_period: None,
        giveaway_post_id: None,
        stargift: None,
        floodskip_number: None,
        starref_commission_permille: None,
        starref_peer: None,
        starref_amount: None,
        paid_messages: None,
        premium_gift_months: None,
        ads_proceeds_from_date: None,
        ads_proceeds_to_date: None,
    }
}

fn user() -> e::StarsTransactionPeer {
    t::StarsTransactionPeer { peer: t::PeerUser { user_id: 1 }.into() }.into()
}

fn kind(unit: UnitCode, nano: i64, change: impl FnOnce(&mut t::StarsTransaction)) -> TransactionKind {
    let mut transaction = blank(unit, nano);
    change(&mut transaction);
    row(&transaction, unit, Vec::new()).unwrap().kind
}

#[test]
fn the_ton_ledger_is_told_apart_as_tdlib_does() {
    use TransactionKind as K;
    use e::StarsTransactionPeer as Peer;
    let ton = |nano, change: fn(&mut t::StarsTransaction)| kind(UnitCode::Ton, nano, change);
    let ads = |row: &mut t::StarsTransaction, from, to| {
        row.peer = Peer::Ads;
        row.ads_proceeds_from_date = Some(from);
        row.ads_proceeds_to_date = Some(to);
    };
    assert_eq!(kind(UnitCode::Ton, 5, |row| ads(row, 1, 2)), K::AdRevenue);
    assert_eq!(kind(UnitCode::Ton, 5, |row| ads(row, 0, 2)), K::Other);
    assert_eq!(kind(UnitCode::Ton, 5, |row| ads(row, 3, 2)), K::Other);
    assert_eq!(ton(5, |row| row.peer = Peer::Ads), K::Other);
    assert_eq!(ton(5, |row| (row.peer, row.refund) = (Peer::Fragment, true)), K::WithdrawalRefund);
    assert_eq!(ton(-5, |row| (row.peer, row.transaction_date) = (Peer::Fragment, Some(7))), K::Withdrawal);
    assert_eq!(ton(-5, |row| (row.peer, row.pending) = (Peer::Fragment, true)), K::Withdrawal);
    assert_eq!(ton(-5, |row| (row.peer, row.failed) = (Peer::Fragment, true)), K::Withdrawal);
    assert_eq!(ton(-5, |row| row.peer = Peer::Fragment), K::Other);
    assert_eq!(ton(5, |row| row.paid_messages = Some(1)), K::SuggestedPost);
    assert_eq!(ton(-5, |row| row.paid_messages = Some(1)), K::Other);
    assert_eq!(ton(5, |row| row.peer = Peer::Unsupported), K::Other);
}

#[test]
fn the_stars_ledger_is_told_apart_as_tdlib_does() {
    use TransactionKind as K;
    use e::StarsTransactionPeer as Peer;
    let stars = |nano, change: fn(&mut t::StarsTransaction)| kind(UnitCode::Stars, nano, change);
    let telegram = || Some(e::Peer::from(t::PeerUser { user_id: 777 }));
    assert_eq!(stars(-5, |row| (row.peer, row.pending) = (Peer::Fragment, true)), K::Withdrawal);
    assert_eq!(stars(5, |row| (row.peer, row.refund) = (Peer::Fragment, true)), K::WithdrawalRefund);
    assert_eq!(stars(-5, |row| row.peer = Peer::Ads), K::AdSpend);
    assert_eq!(stars(5, |row| row.starref_commission_permille = Some(100)), K::AffiliateCommission);
    assert_eq!(stars(5, |row| row.subscription_period = Some(2_592_000)), K::Subscription);
    assert_eq!(stars(-5, |row| row.subscription_period = Some(2_592_000)), K::Other);
    assert_eq!(stars(5, |row| row.reaction = true), K::PaidReaction);
    assert_eq!(stars(5, |row| row.extended_media = Some(vec![e::MessageMedia::Empty])), K::PaidMedia);
    assert_eq!(stars(-5, |row| row.refund = true), K::PaidMedia);
    assert_eq!(stars(5, |row| row.paid_messages = Some(1)), K::SuggestedPost);
    assert_eq!(stars(5, |row| row.gift = true), K::Other);
    assert_eq!(stars(5, |row| row.peer = Peer::AppStore), K::Other);
    assert_eq!(stars(5, |_| {}), K::Other);
    let paid_message = |row: &mut t::StarsTransaction| {
        row.paid_messages = Some(1);
        row.starref_commission_permille = Some(150);
        row.starref_peer = telegram();
    };
    assert_eq!(kind(UnitCode::Stars, 5, paid_message), K::PaidMessage);
    let live = |row: &mut t::StarsTransaction| {
        paid_message(row);
        (row.phonegroup_message, row.reaction) = (true, true);
    };
    assert_eq!(kind(UnitCode::Stars, 5, live), K::PaidReaction);
}

#[test]
fn states_and_moments_are_read() {
    let mut transaction = blank(UnitCode::Ton, -5);
    transaction.pending = true;
    assert_eq!(row(&transaction, UnitCode::Ton, vec![]).unwrap().state, TransactionState::Pending);
    (transaction.pending, transaction.failed) = (false, true);
    assert_eq!(row(&transaction, UnitCode::Ton, vec![]).unwrap().state, TransactionState::Failed);
    transaction.failed = false;
    transaction.transaction_date = Some(1_700_000_100);
    transaction.transaction_url = Some("https://tonviewer.com/transaction/x".to_owned());
    let read = row(&transaction, UnitCode::Ton, vec![]).unwrap();
    assert_eq!(read.state, TransactionState::Done);
    assert_eq!(read.settled_at.unwrap().as_second(), 1_700_000_100);
    assert_eq!((read.amount, read.period_start), (Nano(-5), None));
}

#[test]
fn a_row_of_the_wrong_currency_is_named_and_the_others_stay() {
    let rows = [blank(UnitCode::Ton, 5), blank(UnitCode::Stars, 6)];
    let status = t::payments::StarsStatus {
        balance: t::StarsTonAmount { amount: 5 }.into(),
        subscriptions: None,
        subscriptions_next_offset: None,
        subscriptions_missing_balance: None,
        history: Some(rows.iter().cloned().map(Into::into).collect()),
        next_offset: Some("more".to_owned()),
        chats: vec![],
        users: vec![],
    };
    let page = page(e::payments::StarsStatus::from(status).into(), UnitCode::Ton);
    assert_eq!((page.rows.len(), page.refused.len(), page.length()), (1, 1, 2));
    assert_eq!(page.rows[0].raw, e::StarsTransaction::from(rows[0].clone()).to_bytes());
    assert_eq!(page.next_offset.as_deref(), Some("more"));
}
