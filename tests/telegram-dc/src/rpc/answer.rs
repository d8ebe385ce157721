//! What becomes of a request: unwrapped, checked for flood waits and faults, carried out, logged.

use std::sync::atomic::Ordering;
use std::time::Duration;

use grammers_tl_types as tl;

use super::{Caller, RpcError, dispatch, unwrap};
use crate::HOME_DC;
use crate::faults::{Fault, unknown};
use crate::keyring::Login;
use crate::mtproto::reply::Spoil;
use crate::requests::{Asked, Outcome};

/// What goes back, and how.
pub(crate) struct Answered {
    /// How much later (wall time).
    pub(crate) delay: Option<Duration>,
    /// The serialised result or `rpc_error`; `None` if the request was not carried out.
    pub(crate) object: Option<Vec<u8>>,
    pub(crate) delivery: Delivery,
    /// Whether the session wants to hear of what happens from now on.
    pub(crate) subscribes: bool,
}

/// What happens to an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Sent,
    Spoilt(Spoil),
    /// The connection closes in its place.
    Lost,
}

impl Answered {
    fn error(error: &RpcError) -> Self {
        let (object, delivery) = (Some(error.to_bytes()), Delivery::Sent);
        Self { delay: None, object, delivery, subscribes: false }
    }
}

/// Answers a request.
pub(crate) fn answer(caller: &Caller<'_>, body: &[u8]) -> Answered {
    let asked = Asked { account: caller.account(), dc: caller.dc, world_at: caller.shared.clock.now() };
    match unwrap::innermost(body) {
        Ok(query) => {
            if let Some(device) = &query.device {
                caller.key.set_device(device.clone());
            }
            let id = query.body.first_chunk().copied().map_or(0, u32::from_le_bytes);
            answer_query(caller, &asked, id, &query)
        }
        Err(error) => {
            caller.shared.requests.add(&asked, "?", Outcome::Refused(error.name.clone()), false);
            Answered::error(&error)
        }
    }
}

fn answer_query(caller: &Caller<'_>, asked: &Asked, id: u32, query: &unwrap::Query) -> Answered {
    let shared = caller.shared;
    let method = tl::name_for_id(id);
    let log = |outcome, inside| shared.requests.add(asked, method, outcome, inside);
    if let Some(error) = shared.faults.floods.running(caller.who(), id, asked.world_at) {
        log(Outcome::Refused(error.name.clone()), true);
        return Answered::error(&error);
    }
    let (delay, fault) = fault(caller, asked, method);
    let refusal = match &fault {
        Some(Fault::Answer(error)) => Some(error.clone()),
        Some(Fault::FloodWait { seconds, premium }) => {
            Some(shared.faults.floods.begin(caller.who(), id, *seconds, *premium, asked.world_at))
        }
        _ => None,
    };
    if let Some(error) = refusal {
        log(Outcome::Refused(error.name.clone()), false);
        return Answered { delay, ..Answered::error(&error) };
    }
    if let Some(Fault::Down(time)) = fault
        && let Some(dc) = shared.dcs.get(&caller.dc)
    {
        dc.go_down_for(time);
    }
    if matches!(fault, Some(Fault::DropBefore | Fault::Down(_))) {
        log(Outcome::Dropped, false);
        return Answered { delay, object: None, delivery: Delivery::Lost, subscribes: false };
    }
    before_the_answer(caller, fault.as_ref());
    let Some(result) = dispatch(caller, id, &query.body) else {
        tracing::error!(dc = caller.dc, method, "unknown request {id:#010x}: telegram-dc does not serve it");
        shared.requests.add(asked, &unknown_name(id, method), Outcome::Unknown, false);
        return Answered { delay, ..Answered::error(&RpcError::new(400, "METHOD_INVALID")) };
    };
    let outcome = match (&result, &fault) {
        (_, Some(Fault::DropAfter)) => Outcome::Dropped,
        (Ok(_), _) => Outcome::Answered,
        (Err(error), _) => Outcome::Refused(error.name.clone()),
    };
    log(outcome, false);
    let subscribes = result.is_ok() && query.wants_updates && listens(caller, method);
    let object = match (result, &fault) {
        (Ok(object), Some(Fault::UnknownConstructor)) => unknown::outside(object),
        (Ok(object), Some(Fault::UnknownInside)) => unknown::inside(object),
        (Ok(object), _) => object,
        (Err(error), _) => error.to_bytes(),
    };
    let delivery = match fault {
        Some(Fault::DropAfter) => Delivery::Lost,
        Some(Fault::Garbage) => Delivery::Spoilt(Spoil::Garbage),
        Some(Fault::WrongCrc) => Delivery::Spoilt(Spoil::WrongCrc),
        _ => Delivery::Sent,
    };
    Answered { delay, object: Some(object), delivery, subscribes }
}

/// What changes around a request that is carried out all the same.
fn before_the_answer(caller: &Caller<'_>, fault: Option<&Fault>) {
    let shared = caller.shared;
    match (fault, shared.dcs.get(&caller.dc)) {
        (Some(Fault::RotateSalts), Some(dc)) => dc.rotate_salts(),
        (Some(Fault::ClockGains(seconds)), Some(dc)) => dc.gain(*seconds, &shared.keys),
        (Some(Fault::ExpireGraphTokens), _) => {
            shared.faults.graph_generation.fetch_add(1, Ordering::Relaxed);
        }
        (Some(Fault::EndLogins(login)), _) if caller.account().is_some() => {
            shared.keys.end_logins_of(caller.key.holder(), *login);
        }
        _ => {}
    }
}

/// By how much the answer is late, and what else goes wrong with it: what was ordered, else what chance has in store.
fn fault(caller: &Caller<'_>, asked: &Asked, method: &str) -> (Option<Duration>, Option<Fault>) {
    let faults = &caller.shared.faults;
    let (delay, ordered) = match faults.plan.strike(method) {
        Some(Fault::Delay(by)) => (Some(by), faults.plan.strike_late(method)),
        fault => (None, fault),
    };
    if ordered.is_some() || delay.is_some() || !faults.chaos.is_on() {
        return (delay, ordered);
    }
    let count = caller.shared.requests.count_of(asked.account, method);
    match faults.chaos.strike(asked.account, method, count) {
        Some(Fault::Delay(by)) => (Some(by), None),
        fault => (None, fault),
    }
}

/// Updates go to sessions at home that ask about the account (`help.*` and `auth.*` are for anybody), and to those that
/// show a QR code.
fn listens(caller: &Caller<'_>, method: &str) -> bool {
    if method == "auth.exportLoginToken" {
        return true;
    }
    caller.dc == HOME_DC
        && caller.key.login() == Login::Bound
        && !["help.", "auth."].iter().any(|prefix| method.starts_with(prefix))
}

fn unknown_name(id: u32, name: &str) -> String {
    if name == "(unknown)" { format!("{id:#010x}") } else { name.to_owned() }
}
