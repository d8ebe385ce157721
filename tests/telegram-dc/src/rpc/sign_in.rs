//! `auth.*` again: signing in with the code that goes to the phone.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, auth, password};
use crate::HOME_DC;
use crate::keyring::Login;
use crate::world::Holder;

/// After how many seconds a client may offer to send the code another way.
const NEXT_AFTER: i32 = 60;

pub(crate) fn send_code(
    caller: &Caller<'_>,
    request: f::auth::SendCode,
) -> Result<e::auth::SentCode, RpcError> {
    app(request.api_id, &request.api_hash)?;
    let phone = digits(caller, &request.phone_number)?;
    let now = caller.shared.clock.now();
    let account = caller.shared.accounts.find(|user| user.phone == phone);
    if account.is_some_and(|account| account.tries.wait(now).is_some()) {
        return Err(RpcError::new(406, "PHONE_PASSWORD_FLOOD"));
    }
    let hash = caller.shared.sent_codes.send(&phone, caller.key.id, now)?;
    let by_app = t::auth::SentCodeTypeApp { length: length(caller) };
    Ok(sent(by_app.into(), hash, Some(e::auth::CodeType::Sms)))
}

/// By SMS this time; there is no third way.
pub(crate) fn resend_code(
    caller: &Caller<'_>,
    request: f::auth::ResendCode,
) -> Result<e::auth::SentCode, RpcError> {
    let phone = digits(caller, &request.phone_number)?;
    if request.phone_code_hash.is_empty() {
        return Err(RpcError::new(400, "PHONE_CODE_HASH_EMPTY"));
    }
    let (hash, now) = (request.phone_code_hash, caller.shared.clock.now());
    caller.shared.sent_codes.send_again(&hash, &phone, caller.key.id, now)?;
    let by_sms = t::auth::SentCodeTypeSms { length: length(caller) };
    Ok(sent(by_sms.into(), hash, None))
}

pub(crate) fn cancel_code(caller: &Caller<'_>, request: f::auth::CancelCode) -> Result<bool, RpcError> {
    let phone = digits(caller, &request.phone_number)?;
    let (hash, now) = (&request.phone_code_hash, caller.shared.clock.now());
    caller.shared.sent_codes.check(hash, &phone, caller.key.id, now)?;
    caller.shared.sent_codes.forget(hash);
    Ok(true)
}

pub(crate) fn sign_in(
    caller: &Caller<'_>,
    request: f::auth::SignIn,
) -> Result<e::auth::Authorization, RpcError> {
    let phone = digits(caller, &request.phone_number)?;
    let Some(code) = request.phone_code.filter(|code| !code.is_empty()) else {
        return Err(RpcError::new(400, "PHONE_CODE_EMPTY"));
    };
    let (hash, now) = (&request.phone_code_hash, caller.shared.clock.now());
    caller.shared.sent_codes.check(hash, &phone, caller.key.id, now)?;
    if code != caller.user().code {
        return Err(RpcError::new(400, "PHONE_CODE_INVALID"));
    }
    let account = caller.shared.accounts.find(|user| user.phone == phone);
    let account = account.ok_or_else(|| RpcError::new(400, "PHONE_NUMBER_UNOCCUPIED"))?;
    let authorization = identified(caller, account.holder)?;
    caller.shared.sent_codes.forget(hash);
    Ok(authorization)
}

/// Binds the key to an account, or asks for the password first if there is one.
pub(crate) fn identified(caller: &Caller<'_>, holder: Holder) -> Result<e::auth::Authorization, RpcError> {
    if !password::is_set(caller) {
        return Ok(auth::signed_in(caller, holder));
    }
    if caller.key.login() != Login::Bound {
        caller.key.set_holder(holder);
        caller.key.set_login(Login::PasswordNeeded);
        caller.key.set_login_date(caller.shared.clock.now());
    }
    Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED"))
}

/// Any application will do that could have been registered.
pub(crate) fn app(api_id: i32, api_hash: &str) -> Result<(), RpcError> {
    if api_id > 0 && !api_hash.is_empty() { Ok(()) } else { Err(RpcError::new(400, "API_ID_INVALID")) }
}

fn sent(
    r#type: e::auth::SentCodeType,
    phone_code_hash: String,
    next_type: Option<e::auth::CodeType>,
) -> e::auth::SentCode {
    let timeout = next_type.is_some().then_some(NEXT_AFTER);
    t::auth::SentCode { r#type, phone_code_hash, next_type, timeout }.into()
}

fn length(caller: &Caller<'_>) -> i32 {
    i32::try_from(caller.user().code.len()).unwrap_or(5)
}

/// The digits of a phone number that could exist, if this is where such numbers live.
fn digits(caller: &Caller<'_>, phone: &str) -> Result<String, RpcError> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let proper = phone.chars().all(|char| char.is_ascii_digit() || "+ -()".contains(char));
    if !proper || !(7..=15).contains(&digits.len()) {
        return Err(RpcError::new(400, "PHONE_NUMBER_INVALID"));
    }
    if caller.dc != HOME_DC {
        return Err(RpcError::new(303, &format!("PHONE_MIGRATE_{HOME_DC}")));
    }
    Ok(digits)
}
