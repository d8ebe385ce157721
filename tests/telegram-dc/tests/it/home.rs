//! What the account's home data centre answers.

use std::collections::HashSet;

use grammers_client::Client as Grammers;
use grammers_tl_types::{enums as e, functions as f, types as t};
use telegram_dc::{Access, DataCentre, FAR_DC, HOME_DC, STATS_DC};

use crate::client::*;

#[tokio::test]
async fn a_ready_key_is_signed_in_and_tells_who_it_is() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let users = client.home(&f::users::GetUsers { id: vec![e::InputUser::UserSelf] }).await;
    let e::User::User(me) = &users[0] else { panic!("{users:?}") };
    assert!(me.is_self);
    assert_eq!(me.id, centre.access().user.id);
    client.home(&f::users::GetFullUser { id: e::InputUser::UserSelf }).await;
    client.home(&f::account::GetAuthorizations {}).await;
    client.home(&f::help::GetNearestDc {}).await;
    client.home(&f::updates::GetState {}).await;
    let difference = f::updates::GetDifference {
        pts: 1,
        pts_limit: None,
        pts_total_limit: None,
        date: 1,
        qts: 0,
        qts_limit: None,
    };
    assert!(matches!(client.home(&difference).await, e::updates::Difference::Empty(_)));
    assert_eq!(centre.requests().unknown(), []);
    assert!(centre.requests().count("help.getConfig") >= 1);
}

#[tokio::test]
async fn a_spare_key_belongs_to_nobody() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let request = f::users::GetUsers { id: vec![e::InputUser::UserSelf] };
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &request).await);
    assert_eq!((code, name.as_str()), (401, "AUTH_KEY_UNREGISTERED"));
}

#[tokio::test]
async fn dialogs_come_with_private_chats_among_them() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let grammers = Grammers::new(client.handle.clone());
    let mut dialogs = grammers.iter_dialogs();
    let mut names = Vec::new();
    while let Some(dialog) = dialogs.next().await.unwrap() {
        names.push(dialog.peer.name().unwrap_or_default().to_owned());
    }
    assert_eq!(names.len(), 13, "{names:?}");
    assert!(names.iter().any(|name| name == "Anna Weber"));
    assert!(names.iter().any(|name| name.contains("<script>")));
    assert_eq!(centre.truth().private_markers().len(), 4);
}

#[tokio::test]
async fn dialogs_come_in_pages_without_gaps_or_repeats() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let mut request = dialogs(3);
    let mut seen = Vec::new();
    loop {
        let e::messages::Dialogs::Slice(page) = client.home(&request).await else { panic!("no slice") };
        assert_eq!(page.count, 13);
        if page.dialogs.is_empty() {
            break;
        }
        for message in &page.messages {
            let e::Message::Message(message) = message else { panic!("{message:?}") };
            seen.push(message.peer_id.clone());
            (request.offset_date, request.offset_id) = (message.date, message.id);
        }
    }
    assert_eq!(seen.len(), 13);
    let distinct: HashSet<String> = seen.iter().map(|peer| format!("{peer:?}")).collect();
    assert_eq!(distinct.len(), 13);
}

#[tokio::test]
async fn full_channels_tell_what_the_account_may_see() {
    let centre = world().await;
    let client = Client::ready(&centre);
    // id, can_view_stats, can_view_revenue, can_view_stars_revenue
    let expected = [
        (NEWS, true, true, false),
        (BLOG, true, true, true),
        (KITCHEN, true, false, false),
        (ADMIN_ONLY, true, false, false),
        (GROUP, true, false, false),
        (TINY, false, false, false),
        (FOLLOWED, false, false, false),
    ];
    for (id, stats, ton, stars) in expected {
        let request = f::channels::GetFullChannel { channel: input_channel(&centre, id) };
        let e::messages::ChatFull::Full(answer) = client.home(&request).await;
        let e::ChatFull::ChannelFull(full) = answer.full_chat else { panic!("{id}") };
        assert_eq!(
            (full.can_view_stats, full.can_view_revenue, full.can_view_stars_revenue),
            (stats, ton, stars)
        );
        let keeper = if id == GROUP { FAR_DC } else { STATS_DC };
        assert_eq!(full.stats_dc, stats.then_some(keeper));
        let truth = centre.truth().channels().into_iter().find(|channel| channel.id == id).unwrap();
        assert!(u64::try_from(full.participants_count.unwrap()).unwrap().abs_diff(truth.subscribers) <= 40);
    }
}

#[tokio::test]
async fn a_wrong_access_hash_opens_nothing() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let channel: e::InputChannel = t::InputChannel { channel_id: NEWS, access_hash: 1 }.into();
    let full = f::channels::GetFullChannel { channel: channel.clone() };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &full).await).1, "CHANNEL_INVALID");
    let some = f::channels::GetChannels { id: vec![channel] };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &some).await).1, "CHANNEL_INVALID");
}

#[tokio::test]
async fn names_lead_to_channels() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let request = f::contacts::ResolveUsername { username: "North_Herald".to_owned(), referer: None };
    let e::contacts::ResolvedPeer::Peer(found) = client.home(&request).await;
    assert_eq!(found.peer, e::Peer::Channel(t::PeerChannel { channel_id: NEWS }));
    let nobody = f::contacts::ResolveUsername { username: "nobody_here".to_owned(), referer: None };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &nobody).await).1, "USERNAME_NOT_OCCUPIED");
}

#[tokio::test]
async fn names_lead_to_channels_of_others_and_to_users() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let resolve = async |username: &str| {
        let request = f::contacts::ResolveUsername { username: username.to_owned(), referer: None };
        let e::contacts::ResolvedPeer::Peer(found) = client.home(&request).await;
        found
    };
    let found = resolve("WideWorld").await;
    let [e::Chat::Channel(other)] = &found.chats[..] else { panic!("{found:?}") };
    assert!(other.left && other.admin_rights.is_none());
    let access_hash = other.access_hash.unwrap();
    let channel = |access_hash| e::InputChannel::from(t::InputChannel { channel_id: other.id, access_hash });
    let request = f::channels::GetFullChannel { channel: channel(access_hash) };
    let e::messages::ChatFull::Full(answer) = client.home(&request).await;
    let e::ChatFull::ChannelFull(full) = answer.full_chat else { panic!("no channel") };
    assert_eq!((full.id, full.participants_count, full.can_view_stats), (other.id, Some(4_800_000), false));
    let similar = f::channels::GetChannelRecommendations { channel: Some(channel(access_hash)) };
    let e::messages::Chats::Slice(similar) = client.home(&similar).await else { panic!("all") };
    assert!(similar.chats.iter().all(|chat| chat.id() != other.id), "not itself");
    let peer: e::InputPeer = t::InputPeerChannel { channel_id: other.id, access_hash }.into();
    let ads = f::messages::GetSponsoredMessages { peer, msg_id: None };
    assert_eq!(client.home(&ads).await, e::messages::SponsoredMessages::Empty);
    let history = f::messages::GetHistory {
        peer: t::InputPeerChannel { channel_id: other.id, access_hash }.into(),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let e::messages::Messages::ChannelMessages(history) = client.home(&history).await else {
        panic!("no channel")
    };
    assert!(history.messages.is_empty() && history.chats.len() == 1);
    let wrong = f::channels::GetFullChannel { channel: channel(access_hash ^ 2) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &wrong).await).1, "CHANNEL_INVALID");

    for (name, bot) in [("latte_tycoon_bot", true), ("sasha_owns_channels", false)] {
        let found = resolve(name).await;
        let [e::User::User(user)] = &found.users[..] else { panic!("{found:?}") };
        assert_eq!(found.peer, e::Peer::User(t::PeerUser { user_id: user.id }));
        assert_eq!((user.bot, user.username.as_deref(), found.chats.len()), (bot, Some(name), 0));
    }
}

#[tokio::test]
async fn an_unknown_request_is_loud() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &f::help::GetSupport {}).await);
    assert_eq!((code, name.as_str()), (400, "METHOD_INVALID"));
    let unknown = centre.requests().unknown();
    assert_eq!(unknown.iter().map(|record| record.method.as_str()).collect::<Vec<_>>(), ["help.getSupport"]);
}

#[tokio::test]
async fn signing_out_ends_the_login_everywhere() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    client.home(&f::auth::LogOut {}).await;
    let request = f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, NEWS) };
    assert_eq!(rpc_error(client.invoke(STATS_DC, &request).await).1, "AUTH_KEY_UNREGISTERED");
    assert_eq!(rpc_error(client.invoke(HOME_DC, &f::updates::GetState {}).await).1, "AUTH_KEY_UNREGISTERED");
}

#[tokio::test]
async fn the_access_file_is_private_and_comes_back_the_same() {
    use std::os::unix::fs::PermissionsExt;
    let centre = world().await;
    let path = std::env::temp_dir().join(format!("telegram-dc-access-{}.json", std::process::id()));
    centre.access().write(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    let read = Access::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(&read, centre.access());
    assert!(read.ready.values().all(|key| key.len() == 512));
}

#[tokio::test]
async fn rights_are_lost_half_way() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let stats = f::stats::GetBroadcastStats { dark: false, channel: input_channel(&centre, LISBOA) };
    client.stats(&stats).await;
    centre.clock().advance(jiff::SignedDuration::from_hours(29 * 24));
    client.stats(&stats).await;
    centre.clock().advance(jiff::SignedDuration::from_hours(24));
    let (code, name, _) = rpc_error(client.invoke(STATS_DC, &stats).await);
    assert_eq!((code, name.as_str()), (400, "CHAT_ADMIN_REQUIRED"));
    let full = f::channels::GetFullChannel { channel: input_channel(&centre, LISBOA) };
    let e::messages::ChatFull::Full(full) = client.home(&full).await;
    let e::ChatFull::ChannelFull(full) = full.full_chat else { panic!("{full:?}") };
    assert!(!full.can_view_stats && full.stats_dc.is_none() && full.admins_count.is_none());
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_says_which_one() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let request = dialogs(100);
    let e::messages::Dialogs::Dialogs(all) = client.home(&request).await else { panic!("a slice") };
    let groups = all.chats.iter().filter_map(|chat| match chat {
        e::Chat::Chat(group) => Some(group),
        _ => None,
    });
    let moved: Vec<_> = groups.filter(|group| group.deactivated).collect();
    let [shell] = moved[..] else { panic!("{moved:?}") };
    let Some(e::InputChannel::Channel(to)) = &shell.migrated_to else { panic!("{shell:?}") };
    let channel = input_channel(&centre, to.channel_id);
    let full = client.home(&f::channels::GetFullChannel { channel }).await;
    let e::messages::ChatFull::Full(t::messages::ChatFull {
        full_chat: e::ChatFull::ChannelFull(full), ..
    }) = full
    else {
        panic!("{full:?}")
    };
    assert_eq!((full.id, full.migrated_from_chat_id), (to.channel_id, Some(shell.id)));
}

async fn described(client: &Client, centre: &DataCentre, id: i64) -> t::Channel {
    let request = f::channels::GetChannels { id: vec![input_channel(centre, id)] };
    let e::messages::Chats::Chats(mut chats) = client.home(&request).await else { panic!("a slice") };
    let Some(e::Chat::Channel(channel)) = chats.chats.pop() else { panic!("{chats:?}") };
    channel
}

#[tokio::test]
async fn a_channel_has_the_title_that_somebody_gave_it() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let title = "я".repeat(2_048);
    centre.faults().order(&format!("rename:{NEWS}:{title}").parse().unwrap());
    assert_eq!(described(&client, &centre, NEWS).await.title, title);
    assert_eq!(centre.truth().channels().iter().find(|one| one.id == NEWS).unwrap().title, title);
}

#[tokio::test]
async fn names_marks_photo_and_level_are_those_of_the_truth() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for truth in centre.truth().channels() {
        let channel = described(&client, &centre, truth.id).await;
        let several = channel.usernames.iter().flatten().filter_map(|name| match name {
            e::Username::Username(name) => name.active.then(|| name.username.clone()),
        });
        let names: Vec<String> = channel.username.iter().cloned().chain(several).collect();
        assert_eq!(names, truth.usernames);
        assert!(channel.username.is_none() || channel.usernames.is_none(), "either or");
        assert_eq!(channel.verified, truth.flags.contains(&"verified"));
        assert_eq!(channel.level, truth.level);
        let photo = match &channel.photo {
            e::ChatPhoto::Photo(photo) => Some(photo.photo_id),
            e::ChatPhoto::Empty => None,
        };
        assert_eq!(photo, truth.photo_id);
        for name in truth.usernames {
            let request = f::contacts::ResolveUsername { username: name, referer: None };
            let e::contacts::ResolvedPeer::Peer(found) = client.home(&request).await;
            let e::Peer::Channel(peer) = found.peer else { panic!("{found:?}") };
            assert_eq!(peer.channel_id, truth.id);
        }
    }
    let resting = f::contacts::ResolveUsername { username: "vestnik_old".to_owned(), referer: None };
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &resting).await);
    assert_eq!((code, name.as_str()), (400, "USERNAME_NOT_OCCUPIED"));
}
