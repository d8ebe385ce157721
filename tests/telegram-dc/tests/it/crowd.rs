//! Accounts with many channels each.

use std::collections::BTreeSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use telegram_dc::{Crowd, DataCentre, Error, HOME_DC, Options, Role};

use crate::client::*;

const CROWD: Crowd = Crowd { accounts: 3, channels: 120 };

async fn crowded() -> DataCentre {
    DataCentre::start(Options { crowd: CROWD, days: 30, ..Options::default() }).await.unwrap()
}

fn operator(centre: &DataCentre, number: u16) -> Client {
    let access = centre.access_of(number).unwrap();
    Client::with_keys(&access, |dc| access.ready_key(dc))
}

/// The channels in an account's list of dialogs.
async fn listed(client: &Client) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let mut request = dialogs(100);
    loop {
        let (dialogs, messages, chats) = match client.home(&request).await {
            e::messages::Dialogs::Dialogs(all) => (all.dialogs, all.messages, all.chats),
            e::messages::Dialogs::Slice(page) => (page.dialogs, page.messages, page.chats),
            other => panic!("{other:?}"),
        };
        let peers = dialogs.iter().filter_map(|dialog| match dialog {
            e::Dialog::Dialog(t::Dialog { peer: e::Peer::Channel(peer), .. }) => Some(peer.channel_id),
            _ => None,
        });
        let before = found.len();
        found.extend(peers);
        let Some(e::Message::Message(last)) = messages.last() else { return found };
        let e::Peer::Channel(peer) = &last.peer_id else { return found };
        if found.len() == before {
            return found;
        }
        let hash = chats.iter().find_map(|chat| match chat {
            e::Chat::Channel(channel) if channel.id == peer.channel_id => channel.access_hash,
            _ => None,
        });
        let hash = hash.unwrap();
        (request.offset_date, request.offset_id) = (last.date, last.id);
        let channel = t::InputPeerChannel { channel_id: peer.channel_id, access_hash: hash };
        request.offset_peer = channel.into();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_has_channels_of_its_own_which_nobody_else_sees() {
    let centre = crowded().await;
    assert!(centre.truth().channels().iter().all(|channel| channel.id < 1_450_000_000));
    let mut all = BTreeSet::new();
    for number in 0..CROWD.accounts {
        let client = operator(&centre, number);
        let user = centre.access_of(number).unwrap().user.id;
        let me = client.home(&f::users::GetUsers { id: vec![e::InputUser::UserSelf] }).await;
        assert_eq!(me[0].id(), user);
        let truth = centre.truth_of(user).unwrap().channels();
        assert!(truth.iter().all(|one| one.role == Role::Owner && one.stats && one.ton && one.stars));
        let ids: BTreeSet<i64> = truth.iter().map(|channel| channel.id).collect();
        assert_eq!(ids.len(), usize::from(CROWD.channels));
        assert_eq!(listed(&client).await, ids);
        assert!(all.is_disjoint(&ids));
        all.extend(ids);
        // What belongs to another is not to be had.
        let theirs = centre.truth_of(centre.access().user.id).unwrap().channels()[0].clone();
        let channel = t::InputChannel { channel_id: theirs.id, access_hash: theirs.access_hash };
        let request = f::channels::GetFullChannel { channel: channel.into() };
        assert_eq!(rpc_error(client.invoke(HOME_DC, &request).await).1, "CHANNEL_INVALID");
    }
    assert!(centre.access_of(CROWD.accounts).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absurd_crowd_is_refused_in_words() {
    let crowd = Crowd { accounts: 101, channels: 1 };
    let refused = DataCentre::start(Options { crowd, ..Options::default() }).await.unwrap_err();
    assert!(matches!(refused, Error::Crowd { .. }), "{refused}");
    assert!(refused.to_string().contains("101 accounts"), "{refused}");
}
