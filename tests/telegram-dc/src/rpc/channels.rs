//! `channels.*` and looking channels up by name.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, entity, invites, paid_messages, peer, photos, stories, users};
use crate::world::{BOTS, Channel, GROUP_STATS_FROM, Kind, OTHERS, Role, STATS_FROM, Unit};

/// Whether the account may see a channel's statistics: Telegram's `can_view_stats`.
pub(crate) fn can_view_stats(channel: &Channel<'_>, now: Timestamp) -> bool {
    let spec = channel.spec;
    let least = if spec.kind == Kind::Broadcast { STATS_FROM } else { GROUP_STATS_FROM };
    let enough = i64::from(entity::subscribers(channel, now)) >= least.cast_signed();
    channel.role(now) != Role::Member && enough
}

pub(crate) fn get_channels(
    caller: &Caller<'_>,
    request: f::channels::GetChannels,
) -> Result<e::messages::Chats, RpcError> {
    let now = caller.shared.clock.now();
    let chats: Result<_, _> =
        request.id.iter().map(|id| Ok(entity::channel(&peer::channel(caller, id)?, now))).collect();
    Ok(t::messages::Chats { chats: chats? }.into())
}

pub(crate) fn get_full_channel(
    caller: &Caller<'_>,
    request: f::channels::GetFullChannel,
) -> Result<e::messages::ChatFull, RpcError> {
    let now = caller.shared.clock.now();
    if let Some(other) = peer::other(caller, &request.channel) {
        let full_chat = plain_full(other.id, other.subscribers).into();
        let chats = vec![entity::other_channel(caller.world(), other)];
        return Ok(t::messages::ChatFull { full_chat, chats, users: Vec::new() }.into());
    }
    let channel = peer::channel(caller, &request.channel)?;
    let full_chat = e::ChatFull::ChannelFull(full(&channel, now));
    let chats = std::iter::once(entity::channel(&channel, now)).chain(entity::monoforum(&channel)).collect();
    let asking = if channel.role(now) == Role::Member { Vec::new() } else { invites::waiting(&channel, now) };
    Ok(t::messages::ChatFull { full_chat, chats, users: users::known(caller, asking) }.into())
}

fn full(channel: &Channel<'_>, now: Timestamp) -> t::ChannelFull {
    let spec = channel.spec;
    let (owner, admin) = (channel.role(now) == Role::Owner, channel.role(now) != Role::Member);
    let stats = can_view_stats(channel, now);
    let subscribers = entity::subscribers(channel, now);
    let waiting = if admin { invites::waiting(channel, now) } else { Vec::new() };
    let requests_pending = i32::try_from(waiting.len()).ok().filter(|count| *count > 0);
    let gifts = channel.gifts(now).into_iter().filter(|gift| admin || gift.saved).count();
    let came_from =
        channel.world.chats().iter().find(|chat| chat.became == Some(spec.id)).map(|chat| chat.id);
    let last = channel.posts(now).last().map_or(1, |post| post.message_ids().end - 1);
    t::ChannelFull {
        can_view_participants: admin,
        can_set_username: owner,
        can_view_stats: stats,
        can_delete_channel: owner,
        stories_pinned_available: channel.stories(now).iter().any(|story| story.pinned),
        can_view_revenue: channel.shows_revenue(Unit::Ton, now),
        paid_media_allowed: spec.stars,
        can_view_stars_revenue: channel.shows_revenue(Unit::Stars, now),
        paid_reactions_available: spec.stars,
        stargifts_available: spec.gift_once_in > 0,
        id: spec.id,
        about: spec.about.to_owned(),
        participants_count: Some(subscribers),
        admins_count: admin.then(|| count(channel.admins(now).len())),
        kicked_count: admin.then(|| count(channel.banned(now).len())),
        banned_count: admin.then(|| count(channel.restricted(now).len())),
        read_inbox_max_id: last,
        chat_photo: photos::of_channel(channel, now)
            .map_or(e::Photo::Empty(t::PhotoEmpty { id: 0 }), Into::into),
        exported_invite: invites::primary(channel, now),
        linked_chat_id: spec.linked,
        antispam: channel.is_marked("antispam"),
        hidden_prehistory: channel.is_marked("hidden_prehistory"),
        participants_hidden: channel.is_marked("participants_hidden"),
        restricted_sponsored: channel.is_marked("restricted_sponsored"),
        migrated_from_chat_id: came_from,
        migrated_from_max_id: came_from.map(|_| 1),
        online_count: channel.online(now).and_then(|online| i32::try_from(online).ok()),
        stats_dc: stats.then_some(spec.stats_dc),
        pts: channel.last_message_id(now),
        requests_pending,
        recent_requesters: requests_pending.map(|_| waiting),
        stories: spec.stories.then(|| stories::active(channel, now)),
        stargifts_count: i32::try_from(gifts).ok().filter(|_| spec.gift_once_in > 0),
        send_paid_messages_stars: spec.monoforum.map(|_| paid_messages::PRICE),
        ..plain_full(spec.id, subscribers)
    }
}

/// A channel with nothing unusual about it, and without rights of the account.
fn plain_full(id: i64, participants_count: i32) -> t::ChannelFull {
    t::ChannelFull {
        can_view_participants: false,
        can_set_username: false,
        can_set_stickers: false,
        hidden_prehistory: false,
        can_set_location: false,
        has_scheduled: false,
        can_view_stats: false,
        blocked: false,
        can_delete_channel: false,
        antispam: false,
        participants_hidden: false,
        translations_disabled: false,
        stories_pinned_available: false,
        view_forum_as_messages: false,
        restricted_sponsored: false,
        can_view_revenue: false,
        paid_media_allowed: false,
        can_view_stars_revenue: false,
        paid_reactions_available: false,
        stargifts_available: false,
        paid_messages_available: false,
        has_welcome_messages: false,
        id,
        about: String::new(),
        participants_count: Some(participants_count),
        admins_count: None,
        kicked_count: None,
        banned_count: None,
        online_count: None,
        read_inbox_max_id: 0,
        read_outbox_max_id: 0,
        unread_count: 0,
        chat_photo: e::Photo::Empty(t::PhotoEmpty { id: 0 }),
        notify_settings: entity::notify_settings(),
        exported_invite: None,
        bot_info: Vec::new(),
        migrated_from_chat_id: None,
        migrated_from_max_id: None,
        pinned_msg_id: None,
        stickerset: None,
        available_min_id: None,
        folder_id: None,
        linked_chat_id: None,
        location: None,
        slowmode_seconds: None,
        slowmode_next_send_date: None,
        stats_dc: None,
        pts: 1,
        call: None,
        ttl_period: None,
        pending_suggestions: None,
        groupcall_default_join_as: None,
        theme_emoticon: None,
        requests_pending: None,
        recent_requesters: None,
        default_send_as: None,
        available_reactions: None,
        reactions_limit: None,
        stories: None,
        wallpaper: None,
        boosts_applied: None,
        boosts_unrestrict: None,
        emojiset: None,
        bot_verification: None,
        stargifts_count: None,
        send_paid_messages_stars: None,
        main_tab: None,
        guard_bot_id: None,
    }
}

fn count(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Channels and supergroups with a public name in which the account has rights by now; none of them has a location.
pub(crate) fn get_admined_public_channels(
    caller: &Caller<'_>,
    request: f::channels::GetAdminedPublicChannels,
) -> Result<e::messages::Chats, RpcError> {
    let now = caller.shared.clock.now();
    let public = |channel: &Channel<'_>| {
        channel.spec.username.is_some() && channel.role(now) != Role::Member && !request.by_location
    };
    let channels = caller.world().channels().filter(public);
    Ok(t::messages::Chats { chats: channels.map(|channel| entity::channel(&channel, now)).collect() }.into())
}

pub(crate) fn resolve_username(
    caller: &Caller<'_>,
    request: f::contacts::ResolveUsername,
) -> Result<e::contacts::ResolvedPeer, RpcError> {
    let now = caller.shared.clock.now();
    let wanted = request.username.trim_start_matches('@');
    let named = |name: &str| name.eq_ignore_ascii_case(wanted);
    let world = caller.world();
    let channel =
        world.channels().find(|channel| channel.names().iter().any(|name| name.active && named(name.text)));
    let channel = channel.map(|channel| (channel.spec.id, entity::channel(&channel, now)));
    let other = || OTHERS.iter().find(|other| named(other.username));
    if let Some((channel_id, chat)) =
        channel.or_else(|| other().map(|other| (other.id, entity::other_channel(world, other))))
    {
        let peer = entity::peer_channel(channel_id);
        return Ok(t::contacts::ResolvedPeer { peer, chats: vec![chat], users: Vec::new() }.into());
    }
    let user = match BOTS.iter().find(|bot| named(bot.username)) {
        Some(bot) => entity::user(world, bot.id),
        None => Some(users::myself(caller)).filter(
            |user| matches!(user, e::User::User(user) if user.username.as_deref().is_some_and(named)),
        ),
    };
    let user = user.ok_or_else(|| RpcError::new(400, "USERNAME_NOT_OCCUPIED"))?;
    let peer = entity::peer_user(user.id());
    Ok(t::contacts::ResolvedPeer { peer, chats: Vec::new(), users: vec![user] }.into())
}
