//! `payments.*StarRefBot*`: affiliate programmes of bots, joined by a channel or open to it.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::transaction::seconds;
use super::{Caller, RpcError, entity, peer, revenue, users};
use crate::world::{BOTS, Bot, Channel, Connection, Role, RowKind, Unit};

/// No more at once.
const MOST: usize = 100;

pub(crate) fn get_connected_star_ref_bots(
    caller: &Caller<'_>,
    request: f::payments::GetConnectedStarRefBots,
) -> Result<e::payments::ConnectedStarRefBots, RpcError> {
    let Some(channel) = affiliate(caller, &request.peer)? else { return Ok(connected(caller, None, 0, &[])) };
    let mut connections = channel.connections(caller.shared.clock.now());
    connections.reverse();
    let count = connections.len();
    let start = match (request.offset_date, request.offset_link.as_deref()) {
        (_, Some(link)) if !link.is_empty() => {
            let place = connections.iter().position(|connection| connection.url == link);
            place.ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))? + 1
        }
        (Some(date), _) if date > 0 => connections.partition_point(|one| one.date >= i64::from(date)),
        _ => 0,
    };
    let page = &connections[start..count.min(start + limit(request.limit))];
    Ok(connected(caller, Some(&channel), count, page))
}

pub(crate) fn get_connected_star_ref_bot(
    caller: &Caller<'_>,
    request: f::payments::GetConnectedStarRefBot,
) -> Result<e::payments::ConnectedStarRefBots, RpcError> {
    let channel = affiliate(caller, &request.peer)?;
    let bot = users::find(caller, &request.bot)?.id();
    let Some(channel) = channel else { return Ok(connected(caller, None, 0, &[])) };
    let mut connections = channel.connections(caller.shared.clock.now());
    connections.retain(|connection| connection.bot.id == bot);
    Ok(connected(caller, Some(&channel), connections.len(), &connections))
}

/// The channel of a peer that can earn commissions; `None` for the account itself, which has joined nothing.
fn affiliate<'a>(caller: &'a Caller<'_>, input: &e::InputPeer) -> Result<Option<Channel<'a>>, RpcError> {
    if matches!(input, e::InputPeer::PeerSelf) {
        return Ok(None);
    }
    let channel = peer::channel_peer(caller, input)?;
    match channel.role(caller.shared.clock.now()) {
        Role::Owner => Ok(Some(channel)),
        _ => Err(RpcError::new(400, "PEER_ID_INVALID")),
    }
}

fn limit(wanted: i32) -> usize {
    usize::try_from(wanted).unwrap_or(0).clamp(1, MOST)
}

fn connected(
    caller: &Caller<'_>,
    channel: Option<&Channel<'_>>,
    count: usize,
    page: &[Connection],
) -> e::payments::ConnectedStarRefBots {
    let bots = page.iter().map(|connection| connection.bot.id);
    t::payments::ConnectedStarRefBots {
        count: i32::try_from(count).unwrap_or(i32::MAX),
        users: entity::users(caller.world(), bots),
        connected_bots: page.iter().map(|one| described(caller, channel, one)).collect(),
    }
    .into()
}

/// Revenue is what the ledger says the bot has paid, in whole Stars.
fn described(caller: &Caller<'_>, channel: Option<&Channel<'_>>, one: &Connection) -> e::ConnectedBotStarRef {
    let now = caller.shared.clock.now();
    let paid_by =
        |kind: &RowKind| matches!(kind, RowKind::AffiliateCommission { bot, .. } if *bot == one.bot.id);
    let ledger = channel.map_or_else(Vec::new, |channel| channel.ledger(Unit::Stars, now));
    let nano: i128 = ledger.iter().filter(|row| paid_by(&row.kind)).map(|row| row.nano).sum();
    t::ConnectedBotStarRef {
        revoked: one.revoked,
        url: one.url.clone(),
        date: seconds(one.date),
        bot_id: one.bot.id,
        commission_permille: one.bot.commission_permille,
        duration_months: one.bot.duration_months,
        participants: one.participants.cast_signed(),
        revenue: i64::try_from(nano / 1_000_000_000).unwrap_or(i64::MAX),
    }
    .into()
}

/// Programmes that the channel has not joined: the most profitable first, unless another order is wanted.
pub(crate) fn get_suggested_star_ref_bots(
    caller: &Caller<'_>,
    request: f::payments::GetSuggestedStarRefBots,
) -> Result<e::payments::SuggestedStarRefBots, RpcError> {
    let channel = affiliate(caller, &request.peer)?;
    if request.order_by_revenue && request.order_by_date {
        return Err(RpcError::new(400, "INPUT_REQUEST_INVALID"));
    }
    let connections = channel.map_or_else(Vec::new, |channel| channel.connections(caller.shared.clock.now()));
    let joined = |bot: &&Bot| connections.iter().any(|one| one.bot.id == bot.id && !one.revoked);
    let mut bots: Vec<&Bot> = BOTS.iter().filter(|bot| !joined(bot)).collect();
    bots.sort_by_key(|bot| {
        let profit = bot.daily_nano * i128::from(bot.commission_permille);
        std::cmp::Reverse(match (request.order_by_revenue, request.order_by_date) {
            (true, _) => bot.daily_nano,
            (_, true) => i128::from(bot.id),
            _ => profit,
        })
    });
    let start = match request.offset.as_str() {
        "" => Some(0),
        offset => offset.parse().ok().filter(|start| *start <= bots.len()),
    };
    let start: usize = start.ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))?;
    let end = bots.len().min(start + limit(request.limit));
    Ok(t::payments::SuggestedStarRefBots {
        count: i32::try_from(bots.len()).unwrap_or(i32::MAX),
        suggested_bots: bots[start..end].iter().map(|bot| programme(bot)).collect(),
        users: entity::users(caller.world(), bots[start..end].iter().map(|bot| bot.id)),
        next_offset: (end < bots.len()).then(|| end.to_string()),
    }
    .into())
}

fn programme(bot: &Bot) -> e::StarRefProgram {
    t::StarRefProgram {
        bot_id: bot.id,
        commission_permille: bot.commission_permille,
        duration_months: bot.duration_months,
        end_date: None,
        daily_revenue_per_user: Some(revenue::amount(Unit::Stars, bot.daily_nano)),
    }
    .into()
}
