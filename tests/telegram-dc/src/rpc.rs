//! Requests to the API: unwrapped, dispatched by constructor, answered in layer 230.

pub(crate) mod account;
mod answer;
pub(crate) mod auth;
pub(crate) mod channels;
pub(crate) mod dialogs;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod help;
pub(crate) mod ledger;
pub(crate) mod message;
mod nesting;
pub(crate) mod peer;
pub(crate) mod push;
pub(crate) mod revenue;
pub(crate) mod sign_in;
pub(crate) mod stats;
pub(crate) mod token;
mod unwrap;
pub(crate) mod updates;
pub(crate) mod users;
pub(crate) mod withdrawal;

use std::sync::Arc;

pub(crate) use answer::{Answered, Delivery, answer};
pub(crate) use error::RpcError;
use grammers_tl_types::{self as tl, Cursor, Deserializable, Identifiable, Serializable, functions as f};

use crate::HOME_DC;
use crate::faults::Who;
use crate::keyring::{Key, Login};
use crate::shared::Shared;

/// Who asks, and where.
pub(crate) struct Caller<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) dc: i32,
    pub(crate) key: &'a Arc<Key>,
    pub(crate) session: i64,
}

impl Caller<'_> {
    /// The user whose key it is.
    pub(crate) fn account(&self) -> Option<i64> {
        match self.key.login() {
            Login::Unbound | Login::PasswordNeeded => None,
            Login::Bound | Login::Revoked | Login::Duplicated => Some(self.shared.user.id),
        }
    }

    /// Whom a flood wait is for.
    pub(crate) fn who(&self) -> Who {
        self.account().map_or(Who::Key(self.key.id), Who::Account)
    }
}

/// Which data centres carry a method out, and for whom.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Any, for anybody.
    Anywhere,
    /// The account's home, signed in.
    Home,
    /// Any, signed in: statistics live where `channelFull.stats_dc` says, which the handler checks.
    Signed,
}

/// Telegram's rules on who may ask what where.
fn admit(caller: &Caller<'_>, place: Place) -> Result<(), RpcError> {
    if !caller.key.sessions().speak(caller.session) {
        tracing::warn!(dc = caller.dc, "two clients take turns with one key: it is dead now");
        caller.key.set_login(Login::Duplicated);
    }
    if caller.key.login() == Login::Duplicated {
        return Err(RpcError::new(406, "AUTH_KEY_DUPLICATED"));
    }
    if place == Place::Anywhere {
        return Ok(());
    }
    caller.key.require_login()?;
    match place {
        Place::Home if caller.dc != HOME_DC => Err(RpcError::new(303, &format!("USER_MIGRATE_{HOME_DC}"))),
        _ => Ok(()),
    }
}

/// `None` if nobody here knows the method.
fn dispatch(caller: &Caller<'_>, id: u32, query: &[u8]) -> Option<Result<Vec<u8>, RpcError>> {
    let method = table().iter().find(|method| method.id == id)?;
    Some(admit(caller, method.place).and_then(|()| (method.answer)(caller, query)))
}

/// The methods that are served, by Telegram's names, in no particular order.
#[must_use]
pub fn methods() -> Vec<&'static str> {
    table().iter().map(|method| tl::name_for_id(method.id)).collect()
}

struct Method {
    id: u32,
    place: Place,
    /// Reads the request, constructor and all, and serialises the answer.
    answer: fn(&Caller<'_>, &[u8]) -> Result<Vec<u8>, RpcError>,
}

fn table() -> &'static [Method] {
    macro_rules! methods {
        ($($place:ident $request:path => $handler:path;)+) => {
            const TABLE: &[Method] = &[$(Method {
                id: <$request as Identifiable>::CONSTRUCTOR_ID,
                place: Place::$place,
                answer: |caller, query| {
                    let request = <$request>::deserialize(&mut Cursor::from_slice(&query[4..]))
                        .map_err(|_| RpcError::new(400, "INPUT_REQUEST_INVALID"))?;
                    let answer: <$request as tl::RemoteCall>::Return = $handler(caller, request)?;
                    Ok(answer.to_bytes())
                },
            }),+];
        };
    }
    methods! {
        Anywhere f::help::GetConfig => help::get_config;
        Anywhere f::help::GetNearestDc => help::get_nearest_dc;
        Anywhere f::auth::ImportAuthorization => auth::import_authorization;
        Anywhere f::auth::LogOut => auth::log_out;
        Anywhere f::auth::SendCode => sign_in::send_code;
        Anywhere f::auth::SignIn => sign_in::sign_in;
        Anywhere f::auth::CheckPassword => sign_in::check_password;
        Anywhere f::account::GetPassword => sign_in::get_password;
        Home f::auth::ExportAuthorization => auth::export_authorization;
        Home f::account::GetAuthorizations => account::get_authorizations;
        Home f::users::GetUsers => users::get_users;
        Home f::users::GetFullUser => users::get_full_user;
        Home f::updates::GetState => updates::get_state;
        Home f::updates::GetDifference => updates::get_difference;
        Home f::updates::GetChannelDifference => updates::get_channel_difference;
        Home f::messages::GetDialogs => dialogs::get_dialogs;
        Home f::channels::GetChannels => channels::get_channels;
        Home f::channels::GetFullChannel => channels::get_full_channel;
        Home f::contacts::ResolveUsername => channels::resolve_username;
        Signed f::stats::GetBroadcastStats => stats::get_broadcast_stats;
        Signed f::stats::LoadAsyncGraph => stats::load_async_graph;
        Home f::payments::GetStarsRevenueStats => revenue::get_stars_revenue_stats;
        Home f::payments::GetStarsRevenueWithdrawalUrl => withdrawal::get_stars_revenue_withdrawal_url;
        Home f::payments::GetStarsStatus => ledger::get_stars_status;
        Home f::payments::GetStarsTransactions => ledger::get_stars_transactions;
    }
    TABLE
}
