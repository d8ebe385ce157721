//! `account.*` and `auth.resetAuthorizations`: the account's sessions, and ending them.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError};
use crate::HOME_DC;
use crate::keyring::{Key, Login};
use crate::shared::Shared;
use crate::world::midnight;

/// Sessions younger than this, in seconds of world time, may not end others.
const SESSION_AGE: i64 = 86_400;

/// All sessions of the account, the one that asks first.
pub(crate) fn get_authorizations(
    caller: &Caller<'_>,
    _: f::account::GetAuthorizations,
) -> Result<e::account::Authorizations, RpcError> {
    let mut keys = caller.shared.keys.in_use(HOME_DC, caller.key.holder());
    keys.sort_by_key(|key| key.id != caller.key.id);
    let authorizations =
        keys.iter().map(|key| describe(caller.shared, key, key.id == caller.key.id)).collect();
    Ok(t::account::Authorizations { authorization_ttl_days: 180, authorizations }.into())
}

/// Ends one session on all its data centres.
pub(crate) fn reset_authorization(
    caller: &Caller<'_>,
    request: f::account::ResetAuthorization,
) -> Result<bool, RpcError> {
    let others = others(caller)?;
    let key = others.iter().find(|key| hash(key) == request.hash);
    let key = key.ok_or_else(|| RpcError::new(400, "HASH_INVALID"))?;
    caller.shared.keys.end_logins(key.set, Login::Revoked);
    Ok(true)
}

/// Ends all sessions of the account but the one that asks.
pub(crate) fn reset_authorizations(
    caller: &Caller<'_>,
    _: f::auth::ResetAuthorizations,
) -> Result<bool, RpcError> {
    others(caller)?.iter().for_each(|key| caller.shared.keys.end_logins(key.set, Login::Revoked));
    Ok(true)
}

/// The home keys of the other sessions, if this one is old enough to end them.
fn others(caller: &Caller<'_>) -> Result<Vec<std::sync::Arc<Key>>, RpcError> {
    let age = |since: Timestamp| caller.shared.clock.now().as_second() - since.as_second();
    if caller.key.login_date().is_some_and(|since| age(since) < SESSION_AGE) {
        return Err(RpcError::new(406, "FRESH_RESET_AUTHORISATION_FORBIDDEN"));
    }
    let mut keys = caller.shared.keys.in_use(HOME_DC, caller.key.holder());
    keys.retain(|key| key.id != caller.key.id);
    Ok(keys)
}

/// A session as its owner sees it.
pub(crate) fn describe(shared: &Shared, key: &Key, current: bool) -> e::Authorization {
    let created = key
        .login_date()
        .map_or_else(|| midnight(shared.accounts.owner().world.first_day), Timestamp::as_second);
    let active = key.last_request().map_or(created, Timestamp::as_second);
    let date = |second: i64| i32::try_from(second).unwrap_or(i32::MAX);
    let device = key.device();
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    t::Authorization {
        current,
        official_app: false,
        password_pending: key.login() == Login::PasswordNeeded,
        encrypted_requests_disabled: true,
        call_requests_disabled: true,
        unconfirmed: false,
        hash: if current { 0 } else { hash(key) },
        device_model: text(device.as_ref().map(|device| &device.model)),
        platform: "Linux".to_owned(),
        system_version: text(device.as_ref().map(|device| &device.system_version)),
        api_id: device.as_ref().map_or(1, |device| device.api_id),
        app_name: "Channelscope".to_owned(),
        app_version: text(device.as_ref().map(|device| &device.app_version)),
        date_created: date(created),
        date_active: date(active),
        ip: "127.0.0.1".to_owned(),
        country: "Germany".to_owned(),
        region: String::new(),
    }
    .into()
}

fn hash(key: &Key) -> i64 {
    i64::from_le_bytes(key.id)
}
