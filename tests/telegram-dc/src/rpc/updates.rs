//! `updates.*`: nothing has happened.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError};

fn date(caller: &Caller<'_>) -> i32 {
    i32::try_from(caller.shared.clock.now().as_second()).unwrap_or(i32::MAX)
}

pub(crate) fn get_state(caller: &Caller<'_>, _: f::updates::GetState) -> Result<e::updates::State, RpcError> {
    Ok(t::updates::State { pts: 1, qts: 0, date: date(caller), seq: 1, unread_count: 0 }.into())
}

pub(crate) fn get_difference(
    caller: &Caller<'_>,
    _: f::updates::GetDifference,
) -> Result<e::updates::Difference, RpcError> {
    Ok(e::updates::Difference::Empty(t::updates::DifferenceEmpty { date: date(caller), seq: 1 }))
}
