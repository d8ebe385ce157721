//! `account.getPassword` and `auth.checkPassword`: two-step verification.

use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_tl_types::{enums as e, functions as f};
use jiff::{SignedDuration, Timestamp};

use super::{Caller, RpcError, auth};
use crate::keyring::Login;
use crate::srp::Srp;

/// So many wrong passwords are looked at within [`FLOOD_TIME`] of world time.
const MOST: usize = 5;
const FLOOD_TIME: SignedDuration = SignedDuration::from_hours(1);

/// When somebody tried a wrong password.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<Vec<Timestamp>>);

impl Tries {
    /// For how many seconds no password is looked at, if there were too many wrong ones.
    pub(crate) fn wait(&self, now: Timestamp) -> Option<i64> {
        let mut wrong = self.lock();
        wrong.retain(|at| now.duration_since(*at) < FLOOD_TIME);
        let oldest = wrong.first().filter(|_| wrong.len() >= MOST)?;
        // Rounded up: by then it is over.
        Some((FLOOD_TIME - now.duration_since(*oldest)).as_secs() + 1)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn is_set(caller: &Caller<'_>) -> bool {
    caller.shared.options.two_step && !caller.shared.faults.password().missing
}

pub(crate) fn get_password(
    caller: &Caller<'_>,
    _: f::account::GetPassword,
) -> Result<e::account::Password, RpcError> {
    if caller.key.login() != Login::PasswordNeeded {
        caller.key.require_login()?;
    }
    let password = if is_set(caller) { caller.shared.srp.ask() } else { Srp::none() };
    Ok(password.into())
}

pub(crate) fn check_password(
    caller: &Caller<'_>,
    request: f::auth::CheckPassword,
) -> Result<e::auth::Authorization, RpcError> {
    if caller.key.login() != Login::PasswordNeeded {
        return Err(RpcError::new(401, "AUTH_KEY_UNREGISTERED"));
    }
    check(caller, &request.password)?;
    Ok(auth::signed_in(caller, caller.key.holder()))
}

/// Checks a proof that somebody knows the password, unless there were too many wrong ones lately.
pub(crate) fn check(caller: &Caller<'_>, proof: &e::InputCheckPasswordSrp) -> Result<(), RpcError> {
    let (tries, now) = (&caller.me().tries, caller.shared.clock.now());
    if let Some(seconds) = tries.wait(now) {
        return Err(RpcError::new(420, &format!("FLOOD_WAIT_{seconds}")));
    }
    let checked = caller.shared.srp.check(proof);
    match (&checked, proof) {
        (Ok(()), _) => tries.lock().clear(),
        // A proof that is none, which clients send to find out how things stand, is no try.
        (Err(error), e::InputCheckPasswordSrp::Srp(_)) if error.name == "PASSWORD_HASH_INVALID" => {
            tries.lock().push(now);
        }
        _ => {}
    }
    checked
}
