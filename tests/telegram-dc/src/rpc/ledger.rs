//! `payments.getStarsStatus` and its like: balances and the ledger, page by page or row by row.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, entity, revenue, transaction};
use crate::world::{Channel, Row, Unit};

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
        return Ok(empty(unit).into());
    }
    let channel = revenue::open_to(caller, &request.peer, unit)?;
    let wanted = Wanted { inbound: false, outbound: false, ascending: false, offset: "", limit: WITH_STATUS };
    page(caller, &channel, unit, &wanted)
}

/// Up to a hundred rows; who asks for fewer than one gets one.
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
        return Ok(empty(unit).into());
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

/// The rows asked for, in that order; `refund` asks for the one that undoes the one with the id.
pub(crate) fn get_stars_transactions_by_id(
    caller: &Caller<'_>,
    request: f::payments::GetStarsTransactionsById,
) -> Result<e::payments::StarsStatus, RpcError> {
    let invalid = || RpcError::new(400, "TRANSACTION_ID_INVALID");
    let unit = revenue::unit(request.ton);
    if request.id.is_empty() || request.id.len() > MOST {
        return Err(invalid());
    }
    if matches!(request.peer, e::InputPeer::PeerSelf) {
        return Err(invalid());
    }
    let channel = revenue::open_to(caller, &request.peer, unit)?;
    let ledger = channel.ledger(unit, caller.shared.clock.now());
    let find = |wanted: &e::InputStarsTransaction| {
        let e::InputStarsTransaction::Transaction(wanted) = wanted;
        let is_it = |row: &&Row| row.id == wanted.id && row.is_refund() == wanted.refund;
        ledger.iter().find(is_it).cloned().ok_or_else(invalid)
    };
    let rows: Vec<Row> = request.id.iter().map(find).collect::<Result<_, _>>()?;
    Ok(told(caller, &channel, unit, &rows).into())
}

/// What the account itself subscribes to: nothing.
pub(crate) fn get_stars_subscriptions(
    _: &Caller<'_>,
    request: f::payments::GetStarsSubscriptions,
) -> Result<e::payments::StarsStatus, RpcError> {
    if !matches!(request.peer, e::InputPeer::PeerSelf) {
        return Err(RpcError::new(400, "PEER_ID_INVALID"));
    }
    if !request.offset.is_empty() {
        return Err(RpcError::new(400, "OFFSET_INVALID"));
    }
    Ok(t::payments::StarsStatus { subscriptions: Some(Vec::new()), ..empty(Unit::Stars) }.into())
}

fn page(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    unit: Unit,
    wanted: &Wanted<'_>,
) -> Result<e::payments::StarsStatus, RpcError> {
    let mut rows = channel.ledger(unit, caller.shared.clock.now());
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
    Ok(t::payments::StarsStatus { next_offset, ..told(caller, channel, unit, page) }.into())
}

/// The balance, and rows with everybody they mention.
fn told(caller: &Caller<'_>, channel: &Channel<'_>, unit: Unit, rows: &[Row]) -> t::payments::StarsStatus {
    let now = caller.shared.clock.now();
    let history = rows.iter().map(|row| transaction::of(channel, unit, row).into()).collect();
    t::payments::StarsStatus {
        balance: revenue::amount(unit, channel.balances(unit, now).current),
        history: Some(history),
        chats: vec![entity::channel(channel, now)],
        users: entity::users(caller.world(), rows.iter().filter_map(transaction::party)),
        ..empty(unit)
    }
}

/// Opaque to clients, and still right when newer rows have come.
fn cursor(row: &Row) -> String {
    let refund = if row.is_refund() { "r" } else { "" };
    format!("{}{refund}", row.id.chars().rev().collect::<String>())
}

fn empty(unit: Unit) -> t::payments::StarsStatus {
    t::payments::StarsStatus {
        balance: revenue::amount(unit, 0),
        subscriptions: None,
        subscriptions_next_offset: None,
        subscriptions_missing_balance: None,
        history: None,
        next_offset: None,
        chats: Vec::new(),
        users: Vec::new(),
    }
}
