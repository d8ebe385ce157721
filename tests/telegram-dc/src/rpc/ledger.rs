//! `payments.getStarsStatus` and `payments.getStarsTransactions`: balances and the ledger, page by page.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, entity, revenue};
use crate::world::{Channel, Row, RowKind, RowState, Unit};

/// Telegram gives no more rows at once, and so many with a balance alone.
const MOST: usize = 100;
const WITH_STATUS: usize = 5;

/// The rows a client wants.
struct Wanted<'a> {
    inbound: bool,
    outbound: bool,
    ascending: bool,
    offset: &'a str,
    limit: usize,
}

pub(crate) fn get_stars_status(
    caller: &Caller<'_>,
    request: f::payments::GetStarsStatus,
) -> Result<e::payments::StarsStatus, RpcError> {
    let unit = revenue::unit(request.ton);
    if matches!(request.peer, e::InputPeer::PeerSelf) {
        return Ok(empty(unit));
    }
    let channel = revenue::open_to(caller, &request.peer, unit)?;
    let wanted = Wanted { inbound: false, outbound: false, ascending: false, offset: "", limit: WITH_STATUS };
    page(caller, &channel, unit, &wanted)
}

pub(crate) fn get_stars_transactions(
    caller: &Caller<'_>,
    request: f::payments::GetStarsTransactions,
) -> Result<e::payments::StarsStatus, RpcError> {
    let unit = revenue::unit(request.ton);
    if request.subscription_id.is_some() {
        return Err(RpcError::new(400, "SUBSCRIPTION_ID_INVALID"));
    }
    if request.inbound && request.outbound {
        return Err(RpcError::new(400, "INPUT_REQUEST_INVALID"));
    }
    if matches!(request.peer, e::InputPeer::PeerSelf) {
        return Ok(empty(unit));
    }
    let channel = revenue::open_to(caller, &request.peer, unit)?;
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let wanted = Wanted {
        inbound: request.inbound,
        outbound: request.outbound,
        ascending: request.ascending,
        offset: &request.offset,
        limit,
    };
    page(caller, &channel, unit, &wanted)
}

fn page(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    unit: Unit,
    wanted: &Wanted<'_>,
) -> Result<e::payments::StarsStatus, RpcError> {
    let now = caller.shared.clock.now();
    let mut rows = channel.ledger(unit, now);
    rows.retain(|row| !(wanted.inbound && row.nano < 0 || wanted.outbound && row.nano > 0));
    if !wanted.ascending {
        rows.reverse();
    }
    let start = match wanted.offset {
        "" => 0,
        offset => {
            let place = rows.iter().position(|row| cursor(row) == offset);
            place.ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))? + 1
        }
    };
    let page = &rows[start..rows.len().min(start + wanted.limit)];
    let next_offset = page.last().filter(|_| start + page.len() < rows.len()).map(cursor);
    let world = caller.world();
    let users = entity::users(world, page.iter().filter_map(payer));
    let balance = revenue::amount(unit, channel.balances(unit, now).current);
    let history = Some(page.iter().map(|row| transaction(unit, row).into()).collect());
    let chats = vec![entity::channel(channel, now)];
    Ok(status(balance, history, next_offset, chats, users))
}

/// Opaque to clients, and still right when newer rows have come.
fn cursor(row: &Row) -> String {
    let refund = if row.kind == RowKind::WithdrawalRefund { "r" } else { "" };
    format!("{}{refund}", row.id.chars().rev().collect::<String>())
}

fn empty(unit: Unit) -> e::payments::StarsStatus {
    status(revenue::amount(unit, 0), None, None, Vec::new(), Vec::new())
}

fn status(
    balance: e::StarsAmount,
    history: Option<Vec<e::StarsTransaction>>,
    next_offset: Option<String>,
    chats: Vec<e::Chat>,
    users: Vec<e::User>,
) -> e::payments::StarsStatus {
    t::payments::StarsStatus {
        balance,
        subscriptions: None,
        subscriptions_next_offset: None,
        subscriptions_missing_balance: None,
        history,
        next_offset,
        chats,
        users,
    }
    .into()
}

fn payer(row: &Row) -> Option<i64> {
    match row.kind {
        RowKind::Reaction { user, .. }
        | RowKind::Subscription { user }
        | RowKind::PaidMessage { user, .. } => Some(user),
        _ => None,
    }
}

fn plain(unit: Unit, row: &Row, peer: e::StarsTransactionPeer) -> t::StarsTransaction {
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
        id: row.id.clone(),
        amount: revenue::amount(unit, row.nano),
        date: seconds(row.date),
        peer,
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

fn transaction(unit: Unit, row: &Row) -> t::StarsTransaction {
    let peer = match payer(row) {
        Some(user_id) => {
            let peer = e::Peer::User(t::PeerUser { user_id });
            e::StarsTransactionPeer::Peer(t::StarsTransactionPeer { peer })
        }
        None if matches!(row.kind, RowKind::AdsProceeds { .. }) => e::StarsTransactionPeer::Ads,
        None => e::StarsTransactionPeer::Fragment,
    };
    let mut transaction = plain(unit, row, peer);
    match &row.kind {
        RowKind::AdsProceeds { from, to } => {
            transaction.ads_proceeds_from_date = Some(seconds(*from));
            transaction.ads_proceeds_to_date = Some(seconds(*to));
        }
        RowKind::Withdrawal { state: RowState::Pending } => transaction.pending = true,
        RowKind::Withdrawal { state: RowState::Failed } => transaction.failed = true,
        RowKind::Withdrawal { state: RowState::Succeeded { at, url } } => {
            transaction.transaction_date = Some(seconds(*at));
            transaction.transaction_url = Some(url.clone());
        }
        RowKind::WithdrawalRefund => transaction.refund = true,
        RowKind::Reaction { post, .. } => {
            transaction.reaction = true;
            transaction.msg_id = Some(*post);
        }
        RowKind::Subscription { .. } => transaction.subscription_period = Some(30 * 86_400),
        RowKind::PaidMessage { commission_permille, commission_nano, user } => {
            transaction.paid_messages = Some(1);
            transaction.starref_commission_permille = Some(*commission_permille);
            transaction.starref_peer = Some(e::Peer::User(t::PeerUser { user_id: *user }));
            transaction.starref_amount = Some(revenue::amount(unit, *commission_nano));
        }
    }
    transaction
}

fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
