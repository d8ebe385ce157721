//! `payments.getStarsRevenueWithdrawalUrl`: for owners, with the password, from a session that is a day old.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, password, revenue};
use crate::access::hex;
use crate::world::Unit;

/// Sessions younger than this, in seconds of world time, may not withdraw.
const SESSION_AGE: i64 = 86_400;

/// The least and the most Stars at a time.
const STARS: std::ops::RangeInclusive<i64> = 1_000..=25_000_000;

/// A page to go on from; nothing has moved yet.
pub(crate) fn get_stars_revenue_withdrawal_url(
    caller: &Caller<'_>,
    request: f::payments::GetStarsRevenueWithdrawalUrl,
) -> Result<e::payments::StarsRevenueWithdrawalUrl, RpcError> {
    let now = caller.shared.clock.now();
    let unit = revenue::unit(request.ton);
    let channel = revenue::open_to(caller, &request.peer, unit)?;
    if let Some(since) = caller.key.login_date() {
        let left = since.as_second() + SESSION_AGE - now.as_second();
        if left > 0 {
            return Err(RpcError::new(400, &format!("SESSION_TOO_FRESH_{left}")));
        }
    }
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
