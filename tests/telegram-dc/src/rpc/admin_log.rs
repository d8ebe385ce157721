//! `channels.getAdminLog`: what administrators and members did in the last 48 hours.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::admin_log_event::{self, Scene};
use super::{Caller, RpcError, entity, peer, users};
use crate::world::{Action, LogEvent, Role, World};

/// Telegram gives no more events at once.
const MOST: usize = 100;

pub(crate) fn get_admin_log(
    caller: &Caller<'_>,
    request: f::channels::GetAdminLog,
) -> Result<e::channels::AdminLogResults, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel(caller, &request.channel)?;
    if channel.role(now) == Role::Member {
        return Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"));
    }
    let world = caller.world();
    let admins: Option<Vec<i64>> = request
        .admins
        .as_ref()
        .map(|admins| admins.iter().map(|one| user(caller, one)).collect::<Result<_, _>>())
        .transpose()?;
    let wanted = request.q.to_lowercase();
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let events: Vec<LogEvent> = channel
        .admin_log(now)
        .into_iter()
        .rev()
        .filter(|event| request.max_id <= 0 || event.id < request.max_id)
        .filter(|event| request.min_id <= 0 || event.id > request.min_id)
        .filter(|event| request.events_filter.as_ref().is_none_or(|filter| passes(filter, &event.action)))
        .filter(|event| admins.as_ref().is_none_or(|admins| admins.contains(&event.user)))
        .filter(|event| wanted.is_empty() || speaks_of(world, event, &wanted))
        .take(limit)
        .collect();
    let scene = Scene::of(caller, &channel, &events);
    let mentioned = events
        .iter()
        .flat_map(|event| std::iter::once(event.user).chain(admin_log_event::mentioned(&event.action)));
    Ok(t::channels::AdminLogResults {
        users: users::known(caller, mentioned.chain(scene.ids())),
        events: events.iter().map(|event| scene.event(event)).collect(),
        chats: vec![entity::channel(&channel, now)],
    }
    .into())
}

/// Whose events are wanted.
fn user(caller: &Caller<'_>, input: &e::InputUser) -> Result<i64, RpcError> {
    match input {
        e::InputUser::UserSelf => Ok(caller.user().id),
        e::InputUser::User(user) if caller.world().access_hash(user.user_id) == user.access_hash => {
            Ok(user.user_id)
        }
        _ => Err(RpcError::new(400, "USER_ID_INVALID")),
    }
}

fn passes(filter: &e::ChannelAdminLogEventsFilter, action: &Action) -> bool {
    let e::ChannelAdminLogEventsFilter::Filter(filter) = filter;
    match action {
        Action::Join | Action::JoinByLink { .. } | Action::JoinByRequest { .. } => filter.join,
        Action::Leave => filter.leave,
        Action::Invite { .. } => filter.invite,
        Action::Ban { .. } => filter.kick,
        Action::Restrict { .. } => filter.ban,
        Action::Promote { .. } => filter.promote,
        Action::Demote { .. } => filter.demote,
        Action::Send(_) => filter.send,
        Action::Edit { .. } => filter.edit,
        Action::Delete(_) => filter.delete,
        Action::Pin(_) => filter.pinned,
        Action::Title { .. } | Action::About { .. } => filter.info,
        Action::Extend { .. } => filter.sub_extend,
    }
}

/// Whether a word (in lower case) occurs in an event's texts or in the name of whoever did it.
fn speaks_of(world: &World, event: &LogEvent, wanted: &str) -> bool {
    let name = entity::first_name(world, event.user);
    let texts: Vec<&str> = match &event.action {
        Action::Send(message) | Action::Delete(message) | Action::Pin(message) => vec![&message.text],
        Action::Edit { before, message } => vec![before, &message.text],
        Action::Title { before, after } | Action::About { before, after } => vec![before, after],
        _ => Vec::new(),
    };
    texts.into_iter().chain([name]).any(|text| text.to_lowercase().contains(wanted))
}
