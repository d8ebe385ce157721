use super::*;

fn channel(id: i64) -> t::Channel {
    t::Channel {
        creator: true,
        left: false,
        broadcast: false,
        verified: false,
        megagroup: true,
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
        access_hash: Some(77),
        title: "Kitchen table".to_owned(),
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

/// A group of the old kind, which may have become a supergroup.
fn basic_group(id: i64, migrated_to: Option<i64>) -> e::Chat {
    let channel = |channel_id| t::InputChannel { channel_id, access_hash: 77 }.into();
    t::Chat {
        creator: true,
        left: false,
        deactivated: migrated_to.is_some(),
        call_active: false,
        call_not_empty: false,
        noforwards: false,
        id,
        title: "Kitchen table".to_owned(),
        photo: e::ChatPhoto::Empty,
        participants_count: 5,
        date: 1_400_000_000,
        version: 1,
        migrated_to: migrated_to.map(channel),
        admin_rights: None,
        default_banned_rights: None,
    }
    .into()
}

#[test]
fn a_group_that_became_a_supergroup_is_one_channel() {
    let dialogs: e::messages::Dialogs = t::messages::Dialogs {
        dialogs: vec![],
        messages: vec![],
        chats: vec![basic_group(9, Some(5)), channel(5).into(), basic_group(8, None)],
        users: vec![],
    }
    .into();
    let listed = dialog_page(dialogs).channels;
    assert_eq!(
        listed.iter().map(|one| (one.channel.id, one.is_group)).collect::<Vec<_>>(),
        [(ChannelId(5), true)]
    );
}

#[test]
fn a_supergroup_that_becomes_a_gigagroup_stays_what_it_is() {
    let giga = listed(&t::Channel { megagroup: false, gigagroup: true, ..channel(5) }.into()).unwrap();
    assert_eq!(giga, listed(&channel(5).into()).unwrap());
    let both = listed(&t::Channel { gigagroup: true, ..channel(5) }.into()).unwrap();
    assert_eq!(both, giga);
}

#[test]
fn a_channel_without_the_account_in_it_is_not_listed() {
    for gone in [
        t::Channel { left: true, ..channel(5) },
        t::Channel { access_hash: None, ..channel(5) },
        t::Channel { min: true, ..channel(5) },
    ] {
        assert_eq!(listed(&gone.into()), None);
    }
    let forbidden = t::ChannelForbidden {
        broadcast: false,
        megagroup: true,
        monoforum: false,
        id: 5,
        access_hash: 77,
        title: "Kitchen table".to_owned(),
        until_date: None,
    };
    assert_eq!(listed(&forbidden.into()), None);
}
