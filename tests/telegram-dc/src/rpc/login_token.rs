//! `auth.*LoginToken`: signing in by a QR code that a signed-in phone scans.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};

use super::{Caller, RpcError, account, sign_in};
use crate::HOME_DC;
use crate::accounts::Account;
use crate::keyring::Key;
use crate::push;
use crate::shared::Shared;
use crate::world::Holder;

/// How long a code can be scanned, in world time.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(30);

/// So many tokens are remembered.
const REMEMBERED: usize = 1_024;

/// The tokens of late, oldest first.
#[derive(Debug, Default)]
pub(crate) struct LoginTokens(Mutex<Vec<Token>>);

#[derive(Debug)]
struct Token {
    bytes: Vec<u8>,
    /// Whose code it is.
    key: Arc<Key>,
    expires: Timestamp,
    /// Accounts that its client has already.
    except: Vec<i64>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Shown,
    /// By whom.
    Accepted(Holder),
    Used,
}

impl Token {
    fn accepted_by(&self) -> Option<Holder> {
        match self.state {
            State::Accepted(holder) => Some(holder),
            State::Shown | State::Used => None,
        }
    }
}

impl LoginTokens {
    fn lock(&self) -> MutexGuard<'_, Vec<Token>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A code to show; or, once it has been accepted, the login or where to fetch it.
pub(crate) fn export_login_token(
    caller: &Caller<'_>,
    request: f::auth::ExportLoginToken,
) -> Result<e::auth::LoginToken, RpcError> {
    sign_in::app(request.api_id, &request.api_hash)?;
    let mut tokens = caller.shared.login_tokens.lock();
    let mut own = tokens.iter_mut().filter(|token| token.key.id == caller.key.id);
    let accepted = own.find_map(|token| token.accepted_by().map(|holder| (token, holder)));
    if let Some((token, holder)) = accepted {
        return success(caller, token, holder);
    }
    if tokens.len() >= REMEMBERED {
        tokens.remove(0);
    }
    let bytes = rand::random::<[u8; 32]>().to_vec();
    let now = caller.shared.clock.now();
    let expires = now.checked_add(TOKEN_LIFE).unwrap_or(now);
    tokens.push(Token {
        bytes: bytes.clone(),
        key: caller.key.clone(),
        expires,
        except: request.except_ids,
        state: State::Shown,
    });
    let expires = i32::try_from(expires.as_second()).unwrap_or(i32::MAX);
    Ok(t::auth::LoginToken { expires, token: bytes }.into())
}

/// Fetches the login at home with the token of another data centre.
pub(crate) fn import_login_token(
    caller: &Caller<'_>,
    request: f::auth::ImportLoginToken,
) -> Result<e::auth::LoginToken, RpcError> {
    let mut tokens = caller.shared.login_tokens.lock();
    let token = tokens.iter_mut().find(|token| token.bytes == request.token);
    let token = token.ok_or_else(|| RpcError::new(400, "AUTH_TOKEN_INVALID"))?;
    match token.state {
        State::Accepted(holder) => success(caller, token, holder),
        State::Used => Err(RpcError::new(400, "AUTH_TOKEN_ALREADY_ACCEPTED")),
        State::Shown if caller.shared.clock.now() >= token.expires => {
            Err(RpcError::new(400, "AUTH_TOKEN_EXPIRED"))
        }
        State::Shown => Err(RpcError::new(400, "AUTH_TOKEN_INVALID")),
    }
}

fn success(caller: &Caller<'_>, token: &mut Token, holder: Holder) -> Result<e::auth::LoginToken, RpcError> {
    if caller.dc != HOME_DC {
        return Ok(t::auth::LoginTokenMigrateTo { dc_id: HOME_DC, token: token.bytes.clone() }.into());
    }
    token.state = State::Used;
    let authorization = sign_in::identified(caller, holder)?;
    Ok(t::auth::LoginTokenSuccess { authorization }.into())
}

pub(crate) fn accept_login_token(
    caller: &Caller<'_>,
    request: f::auth::AcceptLoginToken,
) -> Result<e::Authorization, RpcError> {
    accept(caller.shared, &request.token, caller.me())
}

/// An account lets the client in that shows the code.
pub(crate) fn accept(shared: &Shared, token: &[u8], account: &Account) -> Result<e::Authorization, RpcError> {
    let mut tokens = shared.login_tokens.lock();
    let token = tokens.iter_mut().find(|shown| shown.bytes == token);
    let token = token.ok_or_else(|| RpcError::new(400, "AUTH_TOKEN_INVALIDX"))?;
    if token.state != State::Shown {
        return Err(RpcError::new(400, "AUTH_TOKEN_ALREADY_ACCEPTED"));
    }
    if shared.clock.now() >= token.expires {
        return Err(RpcError::new(400, "AUTH_TOKEN_EXPIRED"));
    }
    if token.except.contains(&account.user.id) {
        return Err(RpcError::new(400, "AUTH_TOKEN_EXCEPTION"));
    }
    token.state = State::Accepted(account.holder);
    token.key.set_login_date(shared.clock.now());
    push::login_token(shared, &token.key);
    Ok(account::describe(shared, &token.key, false))
}
