//! What the data centre says without being asked.

use std::time::Duration;

use grammers_session::updates::UpdatesLike;
use grammers_tl_types::{Deserializable, Serializable, enums as e, functions as f};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC, Unit};
use tokio::time::timeout;

use crate::client::*;
use crate::raw::{Raw, msg_id_now};

/// The next updates that come to a client.
async fn next(client: &mut Client) -> e::Updates {
    let update = timeout(Duration::from_secs(10), client.updates.recv()).await.expect("an update").unwrap();
    match update {
        UpdatesLike::Updates(updates) => updates,
        other => panic!("{other:?}"),
    }
}

async fn hears_nothing(client: &mut Client) -> bool {
    timeout(Duration::from_millis(400), client.updates.recv()).await.is_err()
}

async fn subscribed(centre: &DataCentre) -> Client {
    let client = Client::ready(centre);
    client.home(&f::updates::GetState {}).await;
    client
}

/// All updates until nothing more comes.
async fn all(client: &mut Client) -> Vec<e::Update> {
    let mut all = Vec::new();
    let mut wait = Duration::from_secs(10);
    while let Ok(Some(UpdatesLike::Updates(updates))) = timeout(wait, client.updates.recv()).await {
        match updates {
            e::Updates::Updates(updates) => {
                assert!(!updates.chats.is_empty());
                all.extend(updates.updates);
            }
            e::Updates::UpdateShort(short) => all.push(short.update),
            other => panic!("{other:?}"),
        }
        wait = Duration::from_millis(700);
    }
    all
}

#[tokio::test]
async fn new_posts_and_balances_are_told_when_the_clock_has_passed_them() {
    let centre = world().await;
    let mut client = subscribed(&centre).await;
    let before = centre.truth().balances(NEWS, Unit::Ton);
    let request = f::channels::GetFullChannel { channel: input_channel(&centre, NEWS) };
    let pts = |answer: e::messages::ChatFull| match answer {
        e::messages::ChatFull::Full(full) => match full.full_chat {
            e::ChatFull::ChannelFull(full) => full.pts,
            other => panic!("{other:?}"),
        },
    };
    let old = pts(client.home(&request).await);
    centre.clock().advance(SignedDuration::from_hours(24));
    let updates = all(&mut client).await;
    let posts: Vec<_> = updates.iter().filter_map(|update| new_post(update, NEWS)).collect();
    assert!(posts.len() > 2, "{}", posts.len());
    assert!(posts.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
    let (from, to) = (centre.clock().now() - SignedDuration::from_hours(25), centre.clock().now());
    assert!(posts.iter().all(|(_, date)| (from.as_second()..=to.as_second()).contains(date)));
    assert!(posts[0].0 > old);
    assert!(pts(client.home(&request).await) >= posts.last().unwrap().0);

    let after = centre.truth().balances(NEWS, Unit::Ton);
    assert_ne!(before, after);
    let told = updates.iter().find_map(|update| match update {
        e::Update::StarsRevenueStatus(one) if one.peer == peer(NEWS) => match &one.status {
            e::StarsRevenueStatus::Status(status) => match &status.current_balance {
                e::StarsAmount::StarsTonAmount(ton) => Some(i128::from(ton.amount)),
                e::StarsAmount::Amount(_) => None,
            },
        },
        _ => None,
    });
    assert_eq!(told, Some(after.current_nano));
    assert!(hears_nothing(&mut client).await, "each thing is told once");
    centre.clock().advance(SignedDuration::from_hours(-2));
    assert!(hears_nothing(&mut client).await, "nothing happens when the clock is put back");
}

fn peer(channel_id: i64) -> e::Peer {
    grammers_tl_types::types::PeerChannel { channel_id }.into()
}

/// Id and date.
fn new_post(update: &e::Update, channel: i64) -> Option<(i32, i64)> {
    let e::Update::NewChannelMessage(update) = update else { return None };
    let e::Message::Message(message) = &update.message else { return None };
    assert_eq!((update.pts, update.pts_count), (message.id, 1));
    (message.peer_id == peer(channel)).then(|| (message.id, i64::from(message.date)))
}

#[tokio::test]
async fn who_was_away_too_long_is_told_to_catch_up() {
    let centre = world().await;
    let mut client = subscribed(&centre).await;
    centre.clock().advance(SignedDuration::from_hours(40 * 24));
    assert_eq!(next(&mut client).await, e::Updates::TooLong);
}

#[tokio::test]
async fn the_difference_of_a_channel_is_its_new_posts() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let difference = |pts, limit| f::updates::GetChannelDifference {
        force: false,
        channel: input_channel(&centre, NEWS),
        filter: e::ChannelMessagesFilter::Empty,
        pts,
        limit,
    };
    let e::updates::ChannelDifference::Empty(empty) = client.home(&difference(i32::MAX, 100)).await else {
        panic!("nothing is newer")
    };
    let e::updates::ChannelDifference::Difference(first) = client.home(&difference(empty.pts - 5, 2)).await
    else {
        panic!("there are posts")
    };
    assert!(!first.r#final && first.new_messages.len() == 2 && first.pts < empty.pts);
    let e::updates::ChannelDifference::Difference(rest) = client.home(&difference(first.pts, 100)).await
    else {
        panic!("there are more")
    };
    assert!(rest.r#final && rest.pts == empty.pts);
    let ids: Vec<_> = [first.new_messages, rest.new_messages].concat().iter().map(e::Message::id).collect();
    assert!(ids.is_sorted() && ids.first() >= Some(&(empty.pts - 4)) && ids.last() <= Some(&empty.pts));
    let name = |result| rpc_error::<e::updates::ChannelDifference>(result).1;
    assert_eq!(name(client.invoke(HOME_DC, &difference(0, 10)).await), "PERSISTENT_TIMESTAMP_EMPTY");
    assert_eq!(name(client.invoke(HOME_DC, &difference(-3, 10)).await), "PERSISTENT_TIMESTAMP_INVALID");
}

#[tokio::test]
async fn a_service_notification_reaches_all_who_listen() {
    let centre = world().await;
    assert_eq!(centre.push_service_notification("NOTICE", "Nobody hears it."), 0);
    let mut client = subscribed(&centre).await;
    assert_eq!(centre.push_service_notification("NOTICE", "Please update <b>now</b>."), 1);
    let e::Updates::UpdateShort(short) = next(&mut client).await else { panic!("short") };
    let e::Update::ServiceNotification(notice) = short.update else { panic!("a notice") };
    assert_eq!((notice.r#type.as_str(), notice.message.as_str()), ("NOTICE", "Please update <b>now</b>."));
    assert_eq!(centre.push_balance(BLOG, Unit::Stars), 1);
    let e::Updates::UpdateShort(short) = next(&mut client).await else { panic!("short") };
    assert!(matches!(short.update, e::Update::StarsRevenueStatus(one) if one.peer == peer(BLOG)));
    assert_eq!(centre.push_balance(ADMIN_ONLY, Unit::Ton), 0, "nobody but the owner hears of money");
    centre.faults().revoke_session();
    assert_eq!(centre.push_service_notification("NOTICE", "Too late."), 0);
}

#[tokio::test]
async fn who_asks_without_updates_gets_none() {
    let centre = world().await;
    let mut client = Client::ready(&centre);
    let silent = f::InvokeWithoutUpdates { query: f::updates::GetState {} };
    client.home(&silent).await;
    assert_eq!(centre.push_service_notification("NOTICE", "Quiet."), 0);
    centre.clock().advance(SignedDuration::from_hours(24));
    assert!(hears_nothing(&mut client).await);
    // One question without it is enough.
    client.home(&f::updates::GetState {}).await;
    assert_eq!(centre.push_service_notification("NOTICE", "Loud."), 1);
    next(&mut client).await;
}

#[tokio::test]
async fn an_update_that_was_not_acknowledged_comes_again() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.begin().await;
    raw.send(msg_id_now(), &f::updates::GetState {}.to_bytes()).await;
    let answer = raw.receive().await;
    raw.acknowledge(&answer).await;
    assert_eq!(centre.push_service_notification("NOTICE", "Once more."), 1);
    let pushed = raw.receive().await;
    assert_eq!((pushed[0].msg_id & 3, pushed[0].seq_no & 1), (3, 1));
    let body = [pushed[0].constructor.to_bytes(), pushed[0].fields.clone()].concat();
    assert!(matches!(e::Updates::from_bytes(&body).unwrap(), e::Updates::UpdateShort(_)));
    raw.reconnect(&centre).await;
    raw.send(msg_id_now(), &crate::raw::ping(1)).await;
    assert_eq!(raw.receive().await, pushed);
}
