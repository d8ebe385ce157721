//! A second account, which looks after some of the owner's channels.

use grammers_tl_types::{enums as e, functions as f, types as t};
use telegram_dc::{AccessUser, DataCentre, HOME_DC, Role, STATS_DC, Unit};

use crate::client::*;
use crate::sign_in;

fn deputy(centre: &DataCentre) -> AccessUser {
    centre.access().others[0].clone()
}

async fn signed_in(centre: &DataCentre) -> Client {
    let client = Client::spare(centre, 0);
    sign_in::completely(&client, &deputy(centre)).await;
    client
}

fn access_hash(centre: &DataCentre, id: i64) -> i64 {
    let channels = centre.truth_of(deputy(centre).id).unwrap().channels();
    channels.iter().find(|channel| channel.id == id).unwrap().access_hash
}

fn channel(centre: &DataCentre, id: i64) -> e::InputChannel {
    t::InputChannel { channel_id: id, access_hash: access_hash(centre, id) }.into()
}

async fn error<R: grammers_tl_types::RemoteCall>(client: &Client, dc: i32, request: &R) -> String
where
    R::Return: std::fmt::Debug,
{
    rpc_error(client.invoke(dc, request).await).1
}

#[tokio::test(flavor = "multi_thread")]
async fn it_signs_in_with_its_own_phone_and_sees_its_own_sessions() {
    let centre = world().await;
    let (owner, client) = (Client::ready(&centre), signed_in(&centre).await);
    let me = client.home(&f::users::GetUsers { id: vec![e::InputUser::UserSelf] }).await;
    let e::User::User(me) = &me[0] else { panic!("{me:?}") };
    assert_eq!((me.id, me.phone.as_deref()), (7_000_000_102, Some("99966200002")));
    assert_ne!(me.id, centre.access().user.id);
    for one in [&owner, &client] {
        let e::account::Authorizations::Authorizations(listed) =
            one.home(&f::account::GetAuthorizations {}).await;
        assert_eq!(listed.authorizations.len(), 1);
    }
    centre.faults().revoke_sessions_of(centre.access().user.id);
    assert_eq!(error(&owner, HOME_DC, &f::updates::GetState {}).await, "SESSION_REVOKED");
    client.home(&f::updates::GetState {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_its_own_access_hashes_and_lesser_rights() {
    let centre = world().await;
    let client = signed_in(&centre).await;
    client.sign_in_to_stats().await;
    let of_owner = f::channels::GetFullChannel { channel: input_channel(&centre, NEWS) };
    assert_eq!(error(&client, HOME_DC, &of_owner).await, "CHANNEL_INVALID");
    // id, can_view_stats
    for (id, stats) in [(NEWS, true), (GROUP, true), (BLOG, false), (ADMIN_ONLY, false)] {
        let request = f::channels::GetFullChannel { channel: channel(&centre, id) };
        let e::messages::ChatFull::Full(answer) = client.home(&request).await;
        let e::ChatFull::ChannelFull(full) = answer.full_chat else { panic!("{id}") };
        let gates = (full.can_view_stats, full.can_view_revenue, full.can_view_stars_revenue);
        assert_eq!(gates, (stats, false, false), "{id}");
        let e::Chat::Channel(chat) = &answer.chats[0] else { panic!("{id}") };
        assert_eq!((chat.creator, chat.admin_rights.is_some()), (false, stats), "{id}");
    }
    let peer = t::InputPeerChannel { channel_id: NEWS, access_hash: access_hash(&centre, NEWS) };
    let revenue = f::payments::GetStarsRevenueStats { dark: false, ton: true, peer: peer.into() };
    assert_eq!(error(&client, HOME_DC, &revenue).await, "CHAT_ADMIN_REQUIRED");
    let blog = f::stats::GetBroadcastStats { dark: false, channel: channel(&centre, BLOG) };
    assert_eq!(error(&client, STATS_DC, &blog).await, "CHAT_ADMIN_REQUIRED");
    let truth = centre.truth_of(deputy(&centre).id).unwrap().channels();
    assert!(truth.iter().all(|channel| channel.role != Role::Owner && !channel.ton && !channel.stars));
    assert!(centre.truth_of(1).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_the_same_statistics_as_the_owner() {
    let centre = world().await;
    let (owner, client) = (Client::ready(&centre), signed_in(&centre).await);
    owner.sign_in_to_stats().await;
    client.sign_in_to_stats().await;
    let mut growth = Vec::new();
    for (reader, channel) in [(&owner, input_channel(&centre, NEWS)), (&client, channel(&centre, NEWS))] {
        let request = f::stats::GetBroadcastStats { dark: false, channel };
        let e::stats::BroadcastStats::Stats(stats) = reader.stats(&request).await;
        let mut subscribers = column(&chart(stats.growth_graph), "Total subscribers");
        // Today goes on.
        subscribers.pop();
        growth.push(subscribers);
    }
    assert_eq!(growth[0].len(), 400);
    assert_eq!(growth[0], growth[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_are_carried_over_for_their_own_account_only() {
    let centre = world().await;
    let client = signed_in(&centre).await;
    let e::auth::ExportedAuthorization::Authorization(exported) =
        client.home(&f::auth::ExportAuthorization { dc_id: STATS_DC }).await;
    assert_eq!(exported.id, deputy(&centre).id);
    let id = centre.access().user.id;
    let import = f::auth::ImportAuthorization { id, bytes: exported.bytes };
    assert_eq!(error(&client, STATS_DC, &import).await, "AUTH_BYTES_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_private_chats_are_none_of_its_business() {
    let centre = world().await;
    let client = signed_in(&centre).await;
    let request = dialogs(100);
    let e::messages::Dialogs::Dialogs(all) = client.home(&request).await else { panic!("not all dialogs") };
    assert_eq!(all.dialogs.len(), centre.truth().channels().len());
    assert!(!format!("{all:?}").contains("private-marker"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_it_scans_lets_it_in_rather_than_the_owner() {
    let centre = world().await;
    let (phone, new) = (signed_in(&centre).await, Client::spare(&centre, 1));
    let owner = centre.access().user.id;
    let export =
        f::auth::ExportLoginToken { api_id: 1, api_hash: "hash".to_owned(), except_ids: vec![owner] };
    let e::auth::LoginToken::Token(shown) = new.home(&export).await else { panic!("no token") };
    phone.home(&f::auth::AcceptLoginToken { token: shown.token }).await;
    assert_eq!(error(&new, HOME_DC, &export).await, "SESSION_PASSWORD_NEEDED");
    let password = sign_in::proof(&new, &deputy(&centre).password).await;
    let e::auth::Authorization::Authorization(login) = new.home(&f::auth::CheckPassword { password }).await
    else {
        panic!("no login")
    };
    assert_eq!(login.user.id(), deputy(&centre).id);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_told_of_the_owners_balances() {
    let centre = world().await;
    let (owner, client) = (Client::ready(&centre), signed_in(&centre).await);
    owner.home(&f::updates::GetState {}).await;
    client.home(&f::updates::GetState {}).await;
    assert_eq!(centre.push_balance(NEWS, Unit::Ton), 1);
    assert_eq!(centre.push_service_notification("TEST", "hello"), 2);
}
