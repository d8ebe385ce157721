//! `users.*`.

use std::collections::BTreeSet;

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, entity};
use crate::world::Holder;

pub(crate) fn myself(caller: &Caller<'_>) -> e::User {
    let user = caller.user();
    let access_hash = caller.world().access_hash(user.id);
    let username = match caller.key.holder() {
        Holder::Owner => "sasha_owns_channels".to_owned(),
        Holder::Deputy => "kim_looks_after_channels".to_owned(),
        Holder::Operator(number) => format!("robin_runs_channels_{number}"),
    };
    let first_name = entity::first_name(caller.world(), user.id);
    e::User::User(t::User {
        is_self: true,
        premium: true,
        phone: Some(user.phone.clone()),
        last_name: Some("Example".to_owned()),
        username: Some(username),
        ..entity::person(user.id, access_hash, first_name)
    })
}

/// Users by their ids, each once; the account may be one of them.
pub(crate) fn known(caller: &Caller<'_>, ids: impl IntoIterator<Item = i64>) -> Vec<e::User> {
    let mut ids: BTreeSet<i64> = ids.into_iter().collect();
    let myself = ids.remove(&caller.user().id).then(|| myself(caller));
    myself.into_iter().chain(entity::users(caller.world(), ids)).collect()
}

pub(crate) fn get_users(caller: &Caller<'_>, request: f::users::GetUsers) -> Result<Vec<e::User>, RpcError> {
    request.id.iter().map(|id| find(caller, id)).collect()
}

pub(crate) fn find(caller: &Caller<'_>, id: &e::InputUser) -> Result<e::User, RpcError> {
    match id {
        e::InputUser::UserSelf => Ok(myself(caller)),
        e::InputUser::User(user) if user.user_id == caller.user().id => Ok(myself(caller)),
        e::InputUser::User(user) => entity::user(caller.world(), user.user_id)
            .filter(|_| caller.world().access_hash(user.user_id) == user.access_hash)
            .ok_or_else(|| RpcError::new(400, "USER_ID_INVALID")),
        _ => Err(RpcError::new(400, "USER_ID_INVALID")),
    }
}

pub(crate) fn get_full_user(
    caller: &Caller<'_>,
    request: f::users::GetFullUser,
) -> Result<e::users::UserFull, RpcError> {
    let user = find(caller, &request.id)?;
    let mut full = entity::full_user(user.id());
    full.about = Some("Runs a few channels.".to_owned());
    Ok(t::users::UserFull { full_user: full.into(), chats: Vec::new(), users: vec![user] }.into())
}
