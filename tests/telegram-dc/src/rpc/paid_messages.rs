//! `account.getPaidMessagesRevenue`: what one person paid for messages.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, users};
use crate::world::{Role, RowKind, Unit};

/// What a message to a channel costs, in Stars.
pub(crate) const PRICE: i64 = 10;

/// In whole Stars, as the ledger of the channel behind the direct messages has it; to the account itself nobody paid.
pub(crate) fn get_paid_messages_revenue(
    caller: &Caller<'_>,
    request: f::account::GetPaidMessagesRevenue,
) -> Result<e::account::PaidMessagesRevenue, RpcError> {
    let world = caller.world();
    let now = caller.shared.clock.now();
    let payer = users::find(caller, &request.user_id)?.id();
    let Some(parent) = request.parent_peer else {
        return Ok(t::account::PaidMessagesRevenue { stars_amount: 0 }.into());
    };
    let parent = match parent {
        e::InputPeer::Channel(parent) if world.access_hash(parent.channel_id) == parent.access_hash => {
            world.channels().find(|channel| channel.spec.monoforum == Some(parent.channel_id))
        }
        _ => None,
    };
    let channel = parent.filter(|channel| channel.role(now) != Role::Member);
    let channel = channel.ok_or_else(|| RpcError::new(400, "PARENT_PEER_INVALID"))?;
    let from_payer = |kind: &RowKind| matches!(kind, RowKind::PaidMessage { user, .. } if *user == payer);
    let ledger = channel.ledger(Unit::Stars, now);
    let nano: i128 = ledger.iter().filter(|row| from_payer(&row.kind)).map(|row| row.nano).sum();
    let stars_amount = i64::try_from(nano / 1_000_000_000).unwrap_or(i64::MAX);
    Ok(t::account::PaidMessagesRevenue { stars_amount }.into())
}
