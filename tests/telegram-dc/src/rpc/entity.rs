//! People, channels and groups as Telegram describes them.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use std::collections::BTreeSet;

use super::{names, paid_messages, photos};
use crate::world::{Channel, Chat, DEPUTY_ID, Kind, Other, Role, SELF_ID, World, crowd, midnight};

/// A person with nothing unusual about them.
pub(crate) fn person(id: i64, access_hash: i64, first_name: &str) -> t::User {
    t::User {
        is_self: false,
        contact: false,
        mutual_contact: false,
        deleted: false,
        bot: false,
        bot_chat_history: false,
        bot_nochats: false,
        verified: false,
        restricted: false,
        min: false,
        bot_inline_geo: false,
        support: false,
        scam: false,
        apply_min_photo: false,
        fake: false,
        bot_attach_menu: false,
        premium: false,
        attach_menu_enabled: false,
        bot_can_edit: false,
        close_friend: false,
        stories_hidden: false,
        stories_unavailable: true,
        contact_require_premium: false,
        bot_business: false,
        bot_has_main_app: false,
        bot_forum_view: false,
        bot_forum_can_manage_topics: false,
        bot_can_manage_bots: false,
        bot_guestchat: false,
        bot_guard: false,
        id,
        access_hash: Some(access_hash),
        first_name: Some(first_name.to_owned()),
        last_name: None,
        username: None,
        phone: None,
        photo: None,
        status: None,
        bot_info_version: None,
        restriction_reason: None,
        bot_inline_placeholder: None,
        lang_code: None,
        emoji_status: None,
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        bot_active_users: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_community_id: None,
    }
}

/// Somebody the account talks to, or one of the many others.
pub(crate) fn user(world: &World, id: i64) -> Option<e::User> {
    let known = world.chats().iter().find(|chat| !chat.group && chat.id == id);
    if let Some(chat) = known {
        return Some(e::User::User(person(id, world.access_hash(id), chat.name)));
    }
    if let Some(bot) = world.bot(id) {
        return Some(e::User::User(t::User {
            bot: true,
            bot_info_version: Some(1),
            username: Some(bot.username.to_owned()),
            ..person(id, world.access_hash(id), bot.first_name)
        }));
    }
    if [SELF_ID, DEPUTY_ID].contains(&id) || crowd::is_operator(id) {
        return Some(e::User::User(person(id, world.access_hash(id), first_name(world, id))));
    }
    let somebody = world.person(id)?;
    let premium = somebody.premium;
    Some(e::User::User(t::User { premium, ..person(id, world.access_hash(id), somebody.first_name) }))
}

/// What somebody is called: one of the accounts, or one of the many others.
pub(crate) fn first_name(world: &World, id: i64) -> &'static str {
    match id {
        SELF_ID => "Sasha",
        DEPUTY_ID => "Kim",
        id if crowd::is_operator(id) => "Robin",
        _ => world.person(id).map_or("", |person| person.first_name),
    }
}

/// Users by their ids, each once.
pub(crate) fn users(world: &World, ids: impl IntoIterator<Item = i64>) -> Vec<e::User> {
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    ids.into_iter().filter_map(|id| user(world, id)).collect()
}

/// A channel of the world, whether the account is in it or not.
pub(crate) fn any_channel(world: &World, id: i64, now: Timestamp) -> Option<e::Chat> {
    let known = world.channel(id).map(|found| channel(&found, now));
    known.or_else(|| world.other(id).map(|found| other_channel(world, found)))
}

/// Channels by their ids, each once.
pub(crate) fn channels(world: &World, ids: impl IntoIterator<Item = i64>, now: Timestamp) -> Vec<e::Chat> {
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    ids.into_iter().filter_map(|id| any_channel(world, id, now)).collect()
}

pub(crate) fn peer_user(user_id: i64) -> e::Peer {
    e::Peer::User(t::PeerUser { user_id })
}

pub(crate) fn peer_channel(channel_id: i64) -> e::Peer {
    e::Peer::Channel(t::PeerChannel { channel_id })
}

/// A basic group, perhaps one that became a supergroup and is only a shell since.
pub(crate) fn small_group(world: &World, chat: &Chat) -> e::Chat {
    let migrated_to = chat
        .became
        .map(|channel_id| t::InputChannel { channel_id, access_hash: world.access_hash(channel_id) }.into());
    e::Chat::Chat(t::Chat {
        creator: false,
        left: false,
        deactivated: migrated_to.is_some(),
        call_active: false,
        call_not_empty: false,
        noforwards: false,
        id: chat.id,
        title: chat.name.to_owned(),
        photo: e::ChatPhoto::Empty,
        participants_count: 5,
        date: 1_600_000_000,
        version: 1,
        migrated_to,
        admin_rights: None,
        default_banned_rights: None,
    })
}

pub(crate) fn channel(channel: &Channel<'_>, now: Timestamp) -> e::Chat {
    let (spec, role) = (channel.spec, channel.role(now));
    let broadcast = spec.kind == Kind::Broadcast;
    let marked = |flag| channel.is_marked(flag);
    let names = names::several(channel);
    e::Chat::Channel(t::Channel {
        creator: role == Role::Owner,
        broadcast,
        megagroup: !broadcast,
        signatures: !spec.authors.is_empty(),
        verified: marked("verified"),
        noforwards: marked("noforwards"),
        join_to_send: marked("join_to_send"),
        slowmode_enabled: marked("slowmode_enabled"),
        scam: marked("scam"),
        autotranslation: marked("autotranslation"),
        has_link: spec.linked.is_some(),
        stories_unavailable: !spec.stories,
        username: names.is_none().then_some(spec.username).flatten().map(str::to_owned),
        usernames: names,
        photo: photos::chat_photo(channel),
        date: i32::try_from(midnight(channel.world.first_day)).unwrap_or(0),
        admin_rights: (role != Role::Member).then(|| rights(role).into()),
        participants_count: Some(subscribers(channel, now)),
        level: channel.level(now),
        broadcast_messages_allowed: spec.monoforum.is_some(),
        linked_monoforum_id: spec.monoforum,
        stories_max_id: channel
            .active_stories(now)
            .last()
            .map(|story| e::RecentStory::Story(t::RecentStory { live: false, max_id: Some(story.id) })),
        ..plain_channel(spec.id, channel.world.access_hash(spec.id), &channel.title())
    })
}

/// Its direct messages, if it takes any.
pub(crate) fn monoforum(channel: &Channel<'_>) -> Option<e::Chat> {
    let (world, spec) = (channel.world, channel.spec);
    let id = spec.monoforum?;
    Some(e::Chat::Channel(t::Channel {
        broadcast: false,
        megagroup: true,
        monoforum: true,
        linked_monoforum_id: Some(spec.id),
        send_paid_messages_stars: Some(paid_messages::PRICE),
        ..plain_channel(id, world.access_hash(id), &channel.title())
    }))
}

pub(crate) fn other_channel(world: &World, other: &Other) -> e::Chat {
    e::Chat::Channel(t::Channel {
        left: true,
        username: Some(other.username.to_owned()),
        participants_count: Some(other.subscribers),
        ..plain_channel(other.id, world.access_hash(other.id), other.title)
    })
}

/// A broadcast channel with nothing unusual about it.
fn plain_channel(id: i64, access_hash: i64, title: &str) -> t::Channel {
    t::Channel {
        creator: false,
        left: false,
        broadcast: true,
        verified: false,
        megagroup: false,
        restricted: false,
        signatures: false,
        min: false,
        scam: false,
        has_link: false,
        has_geo: false,
        slowmode_enabled: false,
        call_active: false,
        call_not_empty: false,
        fake: false,
        gigagroup: false,
        noforwards: false,
        join_to_send: false,
        join_request: false,
        forum: false,
        stories_hidden: false,
        stories_hidden_min: false,
        stories_unavailable: true,
        signature_profiles: false,
        autotranslation: false,
        broadcast_messages_allowed: false,
        monoforum: false,
        forum_tabs: false,
        id,
        access_hash: Some(access_hash),
        title: title.to_owned(),
        username: None,
        photo: e::ChatPhoto::Empty,
        date: 1_500_000_000,
        restriction_reason: None,
        admin_rights: None,
        banned_rights: None,
        default_banned_rights: None,
        participants_count: None,
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        emoji_status: None,
        level: None,
        subscription_until_date: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_monoforum_id: None,
        linked_community_id: None,
    }
}

/// Subscribers at this moment.
pub(crate) fn subscribers(channel: &Channel<'_>, now: Timestamp) -> i32 {
    channel.days(now).last().map_or(0, |day| i32::try_from(day.subscribers()).unwrap_or(i32::MAX))
}

pub(crate) fn rights(role: Role) -> t::ChatAdminRights {
    t::ChatAdminRights {
        change_info: role == Role::Owner,
        post_messages: true,
        edit_messages: true,
        delete_messages: true,
        ban_users: role == Role::Owner,
        invite_users: true,
        pin_messages: true,
        add_admins: role == Role::Owner,
        anonymous: false,
        manage_call: role == Role::Owner,
        other: true,
        manage_topics: false,
        post_stories: role == Role::Owner,
        edit_stories: role == Role::Owner,
        delete_stories: role == Role::Owner,
        manage_direct_messages: role == Role::Owner,
        manage_ranks: false,
        manage_linked_peers: false,
        manage_welcome_messages: false,
    }
}

pub(crate) fn notify_settings() -> e::PeerNotifySettings {
    e::PeerNotifySettings::Settings(t::PeerNotifySettings {
        show_previews: None,
        silent: None,
        mute_until: None,
        ios_sound: None,
        android_sound: None,
        other_sound: None,
        stories_muted: None,
        stories_hide_sender: None,
        stories_ios_sound: None,
        stories_android_sound: None,
        stories_other_sound: None,
    })
}

/// All about a person of whom little is known.
pub(crate) fn full_user(id: i64) -> t::UserFull {
    t::UserFull {
        blocked: false,
        phone_calls_available: false,
        phone_calls_private: false,
        can_pin_message: false,
        has_scheduled: false,
        video_calls_available: false,
        voice_messages_forbidden: false,
        translations_disabled: false,
        stories_pinned_available: false,
        blocked_my_stories_from: false,
        wallpaper_overridden: false,
        contact_require_premium: false,
        read_dates_private: false,
        sponsored_enabled: false,
        can_view_revenue: false,
        bot_can_manage_emoji_status: false,
        display_gifts_button: false,
        noforwards_my_enabled: false,
        noforwards_peer_enabled: false,
        unofficial_security_risk: false,
        id,
        about: None,
        settings: settings(),
        personal_photo: None,
        profile_photo: None,
        fallback_photo: None,
        notify_settings: notify_settings(),
        bot_info: None,
        pinned_msg_id: None,
        common_chats_count: 0,
        folder_id: None,
        ttl_period: None,
        theme: None,
        private_forward_name: None,
        bot_group_admin_rights: None,
        bot_broadcast_admin_rights: None,
        wallpaper: None,
        stories: None,
        business_work_hours: None,
        business_location: None,
        business_greeting_message: None,
        business_away_message: None,
        business_intro: None,
        birthday: None,
        personal_channel_id: None,
        personal_channel_message: None,
        stargifts_count: None,
        starref_program: None,
        bot_verification: None,
        send_paid_messages_stars: None,
        disallowed_gifts: None,
        stars_rating: None,
        stars_my_pending_rating: None,
        stars_my_pending_rating_date: None,
        main_tab: None,
        saved_music: None,
        note: None,
        bot_manager_id: None,
    }
}

fn settings() -> e::PeerSettings {
    e::PeerSettings::Settings(t::PeerSettings {
        report_spam: false,
        add_contact: false,
        block_contact: false,
        share_contact: false,
        need_contacts_exception: false,
        report_geo: false,
        autoarchived: false,
        invite_members: false,
        request_chat_broadcast: false,
        business_bot_paused: false,
        business_bot_can_reply: false,
        geo_distance: None,
        request_chat_title: None,
        request_chat_date: None,
        business_bot_id: None,
        business_bot_manage_url: None,
        charge_paid_message_stars: None,
        registration_month: None,
        phone_country: None,
        name_change_date: None,
        photo_change_date: None,
    })
}
