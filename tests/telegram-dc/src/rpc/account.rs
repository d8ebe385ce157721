//! `account.*`.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError};

/// The one session there is.
pub(crate) fn get_authorizations(
    caller: &Caller<'_>,
    _: f::account::GetAuthorizations,
) -> Result<e::account::Authorizations, RpcError> {
    let now = caller.shared.clock.now().as_second();
    let current = t::Authorization {
        current: true,
        official_app: false,
        password_pending: false,
        encrypted_requests_disabled: true,
        call_requests_disabled: true,
        unconfirmed: false,
        hash: 0,
        device_model: "Channelscope".to_owned(),
        platform: "Linux".to_owned(),
        system_version: String::new(),
        api_id: 1,
        app_name: "Channelscope".to_owned(),
        app_version: String::new(),
        date_created: i32::try_from(now - 40 * 86_400).unwrap_or(0),
        date_active: i32::try_from(now).unwrap_or(0),
        ip: "127.0.0.1".to_owned(),
        country: "Germany".to_owned(),
        region: String::new(),
    };
    let authorizations = vec![e::Authorization::Authorization(current)];
    Ok(t::account::Authorizations { authorization_ttl_days: 180, authorizations }.into())
}
