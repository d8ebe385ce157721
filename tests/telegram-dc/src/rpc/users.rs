//! `users.*`.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, entity};

/// The account's own first name.
pub(crate) const FIRST_NAME: &str = "Sasha";

pub(crate) fn myself(caller: &Caller<'_>) -> e::User {
    let user = &caller.shared.user;
    let access_hash = caller.shared.world.access_hash(user.id);
    e::User::User(t::User {
        is_self: true,
        phone: Some(user.phone.clone()),
        last_name: Some("Example".to_owned()),
        username: Some("sasha_owns_channels".to_owned()),
        ..entity::person(user.id, access_hash, FIRST_NAME)
    })
}

/// Users by their ids, each once, the account itself among them if it is mentioned.
pub(crate) fn mentioned(caller: &Caller<'_>, ids: impl IntoIterator<Item = i64>) -> Vec<e::User> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let me = ids.contains(&caller.shared.user.id).then(|| myself(caller));
    me.into_iter().chain(entity::users(&caller.shared.world, ids)).collect()
}

pub(crate) fn get_users(caller: &Caller<'_>, request: f::users::GetUsers) -> Result<Vec<e::User>, RpcError> {
    request.id.iter().map(|id| find(caller, id)).collect()
}

fn find(caller: &Caller<'_>, id: &e::InputUser) -> Result<e::User, RpcError> {
    match id {
        e::InputUser::UserSelf => Ok(myself(caller)),
        e::InputUser::User(user) if user.user_id == caller.shared.user.id => Ok(myself(caller)),
        e::InputUser::User(user) => entity::user(&caller.shared.world, user.user_id)
            .filter(|_| caller.shared.world.access_hash(user.user_id) == user.access_hash)
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
