//! `auth.*`: carrying a login to another data centre, and signing out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};

use super::{Caller, RpcError, users};
use crate::HOME_DC;
use crate::keyring::Login;
use crate::world::Holder;

/// How long exported bytes can be imported (wall time).
const EXPORT_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// No honest client leaves so many exports unused; then all of them are forgotten.
const MOST_EXPORTS: usize = 1_000;

/// Exported logins that have not been imported yet: whose, for which data centre, and since when.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<HashMap<Vec<u8>, (Holder, i32, Timestamp)>>);

impl Exports {
    fn add(&self, holder: Holder, dc: i32) -> Vec<u8> {
        let now = Timestamp::now();
        let bytes = rand::random::<[u8; 32]>().repeat(4);
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|_, (_, _, since)| now.duration_since(*since) < EXPORT_LIFE);
        if pending.len() >= MOST_EXPORTS {
            pending.clear();
        }
        pending.insert(bytes.clone(), (holder, dc, now));
        bytes
    }

    /// True once for each export.
    fn take(&self, holder: Holder, dc: i32, bytes: &[u8]) -> bool {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(bytes);
        taken.is_some_and(|(whose, for_dc, since)| {
            whose == holder && for_dc == dc && Timestamp::now().duration_since(since) < EXPORT_LIFE
        })
    }
}

pub(crate) fn export_authorization(
    caller: &Caller<'_>,
    request: f::auth::ExportAuthorization,
) -> Result<e::auth::ExportedAuthorization, RpcError> {
    if request.dc_id == HOME_DC || !caller.shared.addresses.contains_key(&request.dc_id) {
        return Err(RpcError::new(400, "DC_ID_INVALID"));
    }
    let bytes = caller.shared.exports.add(caller.key.holder(), request.dc_id);
    Ok(t::auth::ExportedAuthorization { id: caller.user().id, bytes }.into())
}

pub(crate) fn import_authorization(
    caller: &Caller<'_>,
    request: f::auth::ImportAuthorization,
) -> Result<e::auth::Authorization, RpcError> {
    let account = caller.shared.accounts.find(|user| user.id == request.id);
    let holder = account.ok_or_else(|| RpcError::new(400, "USER_ID_INVALID"))?.holder;
    if !caller.shared.exports.take(holder, caller.dc, &request.bytes) {
        return Err(RpcError::new(400, "AUTH_BYTES_INVALID"));
    }
    Ok(signed_in(caller, holder))
}

/// Binds the key to an account.
pub(crate) fn signed_in(caller: &Caller<'_>, holder: Holder) -> e::auth::Authorization {
    caller.key.set_holder(holder);
    caller.key.set_login(Login::Bound);
    caller.key.set_login_date(caller.shared.clock.now());
    e::auth::Authorization::Authorization(t::auth::Authorization {
        setup_password_required: false,
        otherwise_relogin_days: None,
        tmp_sessions: None,
        future_auth_token: None,
        user: users::myself(caller),
    })
}

/// Ends the login of this key and of those it was carried to.
pub(crate) fn log_out(caller: &Caller<'_>, _: f::auth::LogOut) -> Result<e::auth::LoggedOut, RpcError> {
    caller.key.require_login()?;
    caller.shared.keys.end_logins(caller.key.set, Login::Unbound);
    Ok(t::auth::LoggedOut { future_auth_token: None }.into())
}
