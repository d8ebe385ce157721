//! Requests to the API: unwrapped, dispatched by constructor, answered in layer 230.

pub(crate) mod account;
pub(crate) mod admin_log;
mod admin_log_event;
pub(crate) mod auth;
pub(crate) mod channels;
pub(crate) mod dialogs;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod group_stats;
pub(crate) mod help;
pub(crate) mod ledger;
pub(crate) mod message;
mod nesting;
pub(crate) mod participants;
pub(crate) mod peer;
pub(crate) mod revenue;
pub(crate) mod sign_in;
pub(crate) mod stats;
pub(crate) mod stories;
mod story_item;
pub(crate) mod story_stats;
pub(crate) mod token;
mod unwrap;
pub(crate) mod updates;
pub(crate) mod users;
pub(crate) mod withdrawal;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use error::RpcError;
use grammers_tl_types::{self as tl, Cursor, Deserializable, Identifiable, Serializable, functions as f};

use crate::HOME_DC;
use crate::faults::Fault;
use crate::keyring::{Key, Login};
use crate::requests::Outcome;
use crate::shared::Shared;

/// Who asks, and where.
pub(crate) struct Caller<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) dc: i32,
    pub(crate) key: &'a Arc<Key>,
    pub(crate) session: i64,
}

/// What becomes of a request.
pub(crate) enum Verdict {
    /// The serialised result.
    Result(Vec<u8>),
    Error(RpcError),
    /// The connection closes without a word.
    Drop,
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

/// Answers a request, after a wait if a fault says so, and logs it.
pub(crate) fn answer(caller: &Caller<'_>, body: &[u8]) -> (Option<Duration>, Verdict) {
    let log = |method: &str, outcome| caller.shared.requests.add(caller.dc, method, outcome);
    let query = match unwrap::innermost(body) {
        Ok(query) => query,
        Err(error) => {
            log("?", Outcome::Refused(error.name.clone()));
            return (None, Verdict::Error(error));
        }
    };
    let id = query.first_chunk().copied().map_or(0, u32::from_le_bytes);
    let method = tl::name_for_id(id);
    let mut delay = None;
    let fault = loop {
        match caller.shared.faults.strike(method) {
            Some(Fault::Delay(by)) => delay = Some(delay.unwrap_or_default() + by),
            fault => break fault,
        }
    };
    let verdict = match fault {
        Some(Fault::DropBefore) => Verdict::Drop,
        Some(Fault::Answer(error)) => Verdict::Error(error),
        Some(Fault::DropAfter) => {
            let _ = dispatch(caller, id, &query);
            Verdict::Drop
        }
        _ => match dispatch(caller, id, &query) {
            Some(Ok(result)) => Verdict::Result(result),
            Some(Err(error)) => Verdict::Error(error),
            None => {
                tracing::error!(
                    dc = caller.dc,
                    method,
                    "unknown request {id:#010x}: telegram-dc does not serve it"
                );
                log(&unknown_name(id, method), Outcome::Unknown);
                return (delay, Verdict::Error(RpcError::new(400, "METHOD_INVALID")));
            }
        },
    };
    log(
        method,
        match &verdict {
            Verdict::Result(_) => Outcome::Answered,
            Verdict::Error(error) => Outcome::Refused(error.name.clone()),
            Verdict::Drop => Outcome::Dropped,
        },
    );
    (delay, verdict)
}

fn unknown_name(id: u32, name: &str) -> String {
    if name == "(unknown)" { format!("{id:#010x}") } else { name.to_owned() }
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
    macro_rules! methods {
        ($($place:ident $request:path => $handler:path;)+) => {
            match id {
                $(<$request as Identifiable>::CONSTRUCTOR_ID => {
                    Some(admit(caller, Place::$place).and_then(|()| {
                        let request = <$request>::deserialize(&mut Cursor::from_slice(&query[4..]))
                            .map_err(|_| RpcError::new(400, "INPUT_REQUEST_INVALID"))?;
                        let answer: <$request as tl::RemoteCall>::Return = $handler(caller, request)?;
                        Ok(answer.to_bytes())
                    }))
                })+
                _ => None,
            }
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
        Home f::messages::GetDialogs => dialogs::get_dialogs;
        Home f::channels::GetChannels => channels::get_channels;
        Home f::channels::GetFullChannel => channels::get_full_channel;
        Home f::channels::GetParticipants => participants::get_participants;
        Home f::channels::GetAdminLog => admin_log::get_admin_log;
        Home f::channels::GetAdminedPublicChannels => channels::get_admined_public_channels;
        Home f::stories::GetPeerStories => stories::get_peer_stories;
        Home f::stories::GetPinnedStories => stories::get_pinned_stories;
        Home f::stories::GetStoriesArchive => stories::get_stories_archive;
        Home f::stories::GetStoriesById => stories::get_stories_by_id;
        Home f::stories::GetStoriesViews => stories::get_stories_views;
        Home f::stories::GetStoryViewsList => stories::get_story_views_list;
        Home f::stories::GetStoryReactionsList => stories::get_story_reactions_list;
        Home f::contacts::ResolveUsername => channels::resolve_username;
        Signed f::stats::GetBroadcastStats => stats::get_broadcast_stats;
        Signed f::stats::GetMegagroupStats => group_stats::get_megagroup_stats;
        Signed f::stats::GetStoryStats => story_stats::get_story_stats;
        Signed f::stats::GetStoryPublicForwards => story_stats::get_story_public_forwards;
        Signed f::stats::LoadAsyncGraph => stats::load_async_graph;
        Home f::payments::GetStarsRevenueStats => revenue::get_stars_revenue_stats;
        Home f::payments::GetStarsRevenueWithdrawalUrl => withdrawal::get_stars_revenue_withdrawal_url;
        Home f::payments::GetStarsStatus => ledger::get_stars_status;
        Home f::payments::GetStarsTransactions => ledger::get_stars_transactions;
    }
}
