//! Ways out for what was earned: for owners; withdrawals with a password and a session that are a day old.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, password, peer, revenue};
use crate::access::hex;
use crate::world::{Role, Unit};

/// Passwords and sessions younger than this, in seconds of world time, may not withdraw.
const AGE: i64 = 86_400;

/// The least and the most Stars at a time.
const STARS: std::ops::RangeInclusive<i64> = 1_000..=25_000_000;

/// A page to go on from; nothing has moved yet. Clients ask first without a password, to learn what else is missing.
pub(crate) fn get_stars_revenue_withdrawal_url(
    caller: &Caller<'_>,
    request: f::payments::GetStarsRevenueWithdrawalUrl,
) -> Result<e::payments::StarsRevenueWithdrawalUrl, RpcError> {
    let now = caller.shared.clock.now();
    let unit = revenue::unit(request.ton);
    let channel = revenue::open_to(caller, &request.peer, unit)?;
    let state = caller.shared.faults.password();
    if !password::is_set(caller) {
        return Err(RpcError::new(400, "PASSWORD_MISSING"));
    }
    old_enough("PASSWORD", state.changed_at, now)?;
    old_enough("SESSION", caller.key.login_date(), now)?;
    let available = channel.balances(unit, now).available;
    let wanted = match (unit, request.amount) {
        (Unit::Ton, amount) => amount.map_or(available, i128::from),
        (Unit::Stars, Some(amount)) if STARS.contains(&amount) => i128::from(amount) * 1_000_000_000,
        (Unit::Stars, _) => return Err(RpcError::new(400, "STARS_AMOUNT_INVALID")),
    };
    password::check(caller, &request.password)?;
    if wanted <= 0 || wanted > available {
        return Err(RpcError::new(400, "BALANCE_TOO_LOW"));
    }
    let url = format!("https://fragment.com/stars/withdraw?tx={}", hex(&rand::random::<[u8; 16]>()));
    Ok(t::payments::StarsRevenueWithdrawalUrl { url }.into())
}

fn old_enough(what: &str, since: Option<Timestamp>, now: Timestamp) -> Result<(), RpcError> {
    let left = since.map_or(0, |since| since.as_second() + AGE - now.as_second());
    if left > 0 { Err(RpcError::new(400, &format!("{what}_TOO_FRESH_{left}"))) } else { Ok(()) }
}

/// A page on which Stars buy ads.
pub(crate) fn get_stars_revenue_ads_account_url(
    caller: &Caller<'_>,
    request: f::payments::GetStarsRevenueAdsAccountUrl,
) -> Result<e::payments::StarsRevenueAdsAccountUrl, RpcError> {
    let channel = peer::channel_peer(caller, &request.peer)?;
    if channel.role(caller.shared.clock.now()) != Role::Owner {
        return Err(RpcError::new(403, "CHAT_WRITE_FORBIDDEN"));
    }
    if !channel.spec.stars {
        return Err(RpcError::new(400, "PEER_ID_INVALID"));
    }
    let url = format!("https://ads.telegram.org/auth?token={}", hex(&rand::random::<[u8; 16]>()));
    Ok(t::payments::StarsRevenueAdsAccountUrl { url }.into())
}
