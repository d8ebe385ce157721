//! `auth.*` again: signing in with the phone's code and the password.

use grammers_tl_types::{enums as e, functions as f, types as t};
use sha2::{Digest, Sha256};

use super::{Caller, RpcError, auth};
use crate::HOME_DC;
use crate::access::hex;
use crate::keyring::Login;

pub(crate) fn send_code(
    caller: &Caller<'_>,
    request: f::auth::SendCode,
) -> Result<e::auth::SentCode, RpcError> {
    let phone_code_hash = code_hash(caller, &request.phone_number)?;
    Ok(e::auth::SentCode::Code(t::auth::SentCode {
        r#type: t::auth::SentCodeTypeApp { length: 5 }.into(),
        phone_code_hash,
        next_type: None,
        timeout: None,
    }))
}

/// The right code leads to the password, if the account has one.
pub(crate) fn sign_in(
    caller: &Caller<'_>,
    request: f::auth::SignIn,
) -> Result<e::auth::Authorization, RpcError> {
    if request.phone_code_hash != code_hash(caller, &request.phone_number)? {
        return Err(RpcError::new(400, "PHONE_CODE_EXPIRED"));
    }
    match request.phone_code.as_deref() {
        None | Some("") => Err(RpcError::new(400, "PHONE_CODE_EMPTY")),
        Some(code) if code != caller.shared.user.code => Err(RpcError::new(400, "PHONE_CODE_INVALID")),
        Some(_) if caller.shared.faults.password().missing => Ok(auth::signed_in(caller)),
        Some(_) => {
            if caller.key.login() != Login::Bound {
                caller.key.set_login(Login::PasswordNeeded);
            }
            Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED"))
        }
    }
}

pub(crate) fn get_password(
    caller: &Caller<'_>,
    _: f::account::GetPassword,
) -> Result<e::account::Password, RpcError> {
    if caller.key.login() != Login::PasswordNeeded {
        caller.key.require_login()?;
    }
    let mut password = caller.shared.srp.ask();
    if caller.shared.faults.password().missing {
        password = t::account::Password {
            has_password: false,
            current_algo: None,
            srp_b: None,
            srp_id: None,
            hint: None,
            ..password
        };
    }
    Ok(password.into())
}

pub(crate) fn check_password(
    caller: &Caller<'_>,
    request: f::auth::CheckPassword,
) -> Result<e::auth::Authorization, RpcError> {
    if caller.key.login() != Login::PasswordNeeded {
        return Err(RpcError::new(401, "AUTH_KEY_UNREGISTERED"));
    }
    caller.shared.srp.check(&request.password)?;
    Ok(auth::signed_in(caller))
}

/// The hash that goes with a code, if the phone is the account's and this is its home.
fn code_hash(caller: &Caller<'_>, phone: &str) -> Result<String, RpcError> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if digits != caller.shared.user.phone {
        return Err(RpcError::new(400, "PHONE_NUMBER_INVALID"));
    }
    if caller.dc != HOME_DC {
        return Err(RpcError::new(303, &format!("PHONE_MIGRATE_{HOME_DC}")));
    }
    let digest = Sha256::new().chain_update(b"code hash").chain_update(caller.key.id).finalize();
    Ok(hex(&digest[..9]))
}
