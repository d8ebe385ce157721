//! Invite links of a channel, for its administrators: the owner sees all, others see their own.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::transaction::seconds;
use super::{Caller, RpcError, entity, peer, users};
use crate::world::invite::{self, FOREIGN_INVITE, Link};
use crate::world::subscription::{PERIOD_SECONDS, PRICE};
use crate::world::{Channel, Role};

/// No more at once.
const MOST: usize = 100;

/// The channel of an administrator.
pub(crate) fn of_admin<'a>(caller: &'a Caller<'_>, input: &e::InputPeer) -> Result<Channel<'a>, RpcError> {
    let channel = peer::channel_peer(caller, input)?;
    match channel.role(caller.shared.clock.now()) {
        Role::Member => Err(admin_required()),
        Role::Admin | Role::Owner => Ok(channel),
    }
}

fn admin_required() -> RpcError {
    RpcError::new(400, "CHAT_ADMIN_REQUIRED")
}

fn is_revoked(link: &Link, now: i64) -> bool {
    link.revoked_at.is_some_and(|at| at <= now)
}

pub(crate) fn get_admins_with_invites(
    caller: &Caller<'_>,
    request: f::messages::GetAdminsWithInvites,
) -> Result<e::messages::ChatAdminsWithInvites, RpcError> {
    let now = caller.shared.clock.now();
    let channel = of_admin(caller, &request.peer)?;
    let links = invite::until(&channel, now);
    let seen = |admin: &i64| channel.role(now) == Role::Owner || *admin == channel.spec.account;
    let admins: Vec<i64> = invite::admins(&channel).into_iter().filter(seen).collect();
    let of = |admin: i64, revoked: bool| {
        let its = links.iter().filter(|link| link.admin == admin);
        let found = its.filter(|link| is_revoked(link, now.as_second()) == revoked).count();
        i32::try_from(found).unwrap_or(i32::MAX)
    };
    let told = |admin_id: &i64| {
        let (invites_count, revoked_invites_count) = (of(*admin_id, false), of(*admin_id, true));
        t::ChatAdminWithInvites { admin_id: *admin_id, invites_count, revoked_invites_count }.into()
    };
    let told = admins.iter().map(told).collect();
    Ok(t::messages::ChatAdminsWithInvites { admins: told, users: users::known(caller, admins) }.into())
}

pub(crate) fn get_exported_chat_invites(
    caller: &Caller<'_>,
    request: f::messages::GetExportedChatInvites,
) -> Result<e::messages::ExportedChatInvites, RpcError> {
    let now = caller.shared.clock.now();
    let channel = of_admin(caller, &request.peer)?;
    let invalid = |_| RpcError::new(400, "ADMIN_ID_INVALID");
    let admin = users::find(caller, &request.admin_id).map_err(invalid)?.id();
    if channel.role(now) != Role::Owner && admin != channel.spec.account {
        return Err(admin_required());
    }
    if !invite::admins(&channel).contains(&admin) {
        return Err(RpcError::new(400, "ADMIN_ID_INVALID"));
    }
    let mut links = invite::until(&channel, now);
    links.retain(|link| link.admin == admin && is_revoked(link, now.as_second()) == request.revoked);
    let count = i32::try_from(links.len()).unwrap_or(i32::MAX);
    let start = request.offset_date.zip(request.offset_link).map_or(0, |(date, url)| {
        let place = (i64::from(date), hash_of(&url).to_owned());
        links.partition_point(|link| (link.created, &link.hash) >= (place.0, &place.1))
    });
    let page = links.iter().skip(start).take(limit(request.limit));
    let invites = page.map(|link| exported(&channel, link, now)).collect();
    Ok(t::messages::ExportedChatInvites { count, invites, users: users::known(caller, [admin]) }.into())
}

fn limit(wanted: i32) -> usize {
    usize::try_from(wanted).unwrap_or(0).clamp(1, MOST)
}

/// `https://t.me/+hash`, `https://t.me/joinchat/hash` or `tg://join?invite=hash`.
pub(crate) fn hash_of(link: &str) -> &str {
    link.rsplit(['/', '+', '=']).next().unwrap_or(link)
}

/// The channel's link, if the account may see it.
pub(crate) fn find(caller: &Caller<'_>, channel: &Channel<'_>, url: &str) -> Result<Link, RpcError> {
    let now = caller.shared.clock.now();
    let link = invite::until(channel, now).into_iter().find(|link| link.hash == hash_of(url));
    let link = link.ok_or_else(|| RpcError::new(400, "INVITE_HASH_EXPIRED"))?;
    let seen = channel.role(now) == Role::Owner || link.admin == channel.spec.account;
    if seen { Ok(link) } else { Err(admin_required()) }
}

pub(crate) fn get_exported_chat_invite(
    caller: &Caller<'_>,
    request: f::messages::GetExportedChatInvite,
) -> Result<e::messages::ExportedChatInvite, RpcError> {
    let channel = of_admin(caller, &request.peer)?;
    let link = find(caller, &channel, &request.link)?;
    let invite = exported(&channel, &link, caller.shared.clock.now());
    Ok(t::messages::ExportedChatInvite { invite, users: users::known(caller, [link.admin]) }.into())
}

/// The account's own primary link, if it may invite.
pub(crate) fn primary(channel: &Channel<'_>, now: Timestamp) -> Option<e::ExportedChatInvite> {
    let links = invite::until(channel, now);
    let link = links.iter().find(|link| link.permanent && link.admin == channel.spec.account)?;
    (channel.role(now) != Role::Member).then(|| exported(channel, link, now))
}

/// Who waits to be let in, newest first.
pub(crate) fn waiting(channel: &Channel<'_>, now: Timestamp) -> Vec<i64> {
    let links = invite::until(channel, now);
    links.iter().flat_map(|link| link.pending.iter().map(|importer| importer.user)).collect()
}

pub(crate) fn exported(channel: &Channel<'_>, link: &Link, now: Timestamp) -> e::ExportedChatInvite {
    let some = |count: usize| i32::try_from(count).ok().filter(|count| *count > 0);
    let usage = usize::try_from(link.usage(channel, now.as_second())).unwrap_or(usize::MAX);
    let pricing = || {
        let period = i32::try_from(PERIOD_SECONDS).unwrap_or(i32::MAX);
        t::StarsSubscriptionPricing { period, amount: i64::from(PRICE) }.into()
    };
    t::ChatInviteExported {
        revoked: is_revoked(link, now.as_second()),
        permanent: link.permanent,
        request_needed: link.request_needed,
        link: link.url(),
        admin_id: link.admin,
        date: seconds(link.created),
        start_date: None,
        expire_date: link.expires.map(seconds),
        usage_limit: link.usage_limit.and_then(|limit| i32::try_from(limit).ok()),
        usage: some(usage),
        requested: some(link.pending.len()),
        subscription_expired: some(link.lapsed.len()),
        title: link.title.clone(),
        subscription_pricing: link.paid.then(pricing),
    }
    .into()
}

/// Accounts are in every channel there is a link to, except the one behind [`FOREIGN_INVITE`]. Links that ended lead
/// nowhere.
pub(crate) fn check_chat_invite(
    caller: &Caller<'_>,
    request: f::messages::CheckChatInvite,
) -> Result<e::ChatInvite, RpcError> {
    let now = caller.shared.clock.now();
    if request.hash.is_empty() {
        return Err(RpcError::new(400, "INVITE_HASH_EMPTY"));
    }
    for channel in caller.world().channels() {
        let Some(link) = invite::until(&channel, now).into_iter().find(|link| link.hash == request.hash)
        else {
            continue;
        };
        let ended = link.expires.is_some_and(|at| at <= now.as_second());
        if ended || is_revoked(&link, now.as_second()) {
            return Err(RpcError::new(400, "INVITE_HASH_EXPIRED"));
        }
        return Ok(t::ChatInviteAlready { chat: entity::channel(&channel, now) }.into());
    }
    if request.hash == FOREIGN_INVITE {
        return Ok(foreign().into());
    }
    Err(RpcError::new(400, "INVITE_HASH_INVALID"))
}

/// What those who are not in it see of a private channel.
fn foreign() -> t::ChatInvite {
    t::ChatInvite {
        channel: true,
        broadcast: true,
        public: false,
        megagroup: false,
        request_needed: true,
        verified: false,
        scam: false,
        fake: false,
        can_refulfill_subscription: false,
        title: "Behind closed doors".to_owned(),
        about: None,
        photo: e::Photo::Empty(t::PhotoEmpty { id: 0 }),
        participants_count: 77,
        participants: None,
        color: 0,
        subscription_pricing: None,
        subscription_form_id: None,
        bot_verification: None,
    }
}
