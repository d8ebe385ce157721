//! The account's sessions, and ending them.

use grammers_tl_types::{RemoteCall, enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, HOME_DC, STATS_DC};

use crate::client::*;
use crate::sign_in;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn sessions(client: &Client) -> Vec<t::Authorization> {
    let e::account::Authorizations::Authorizations(answer) =
        client.home(&f::account::GetAuthorizations {}).await;
    answer.authorizations.into_iter().map(|e::Authorization::Authorization(session)| session).collect()
}

async fn refusal<R: RemoteCall>(client: &Client, dc: i32, request: &R) -> (i32, String)
where
    R::Return: std::fmt::Debug,
{
    let (code, name, _) = rpc_error(client.invoke(dc, request).await);
    (code, name)
}

fn stats(centre: &DataCentre) -> f::stats::GetBroadcastStats {
    f::stats::GetBroadcastStats { dark: false, channel: input_channel(centre, NEWS) }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_login_is_a_session_with_its_device_and_date() {
    let centre = world().await;
    let (ready, spare) = (Client::ready(&centre), Client::spare(&centre, 3));
    assert_eq!(sessions(&ready).await.len(), 1);
    centre.clock().advance(DAY);
    let now = centre.clock().now().as_second();
    sign_in::until_the_password(&spare, &centre.access().user).await;
    let both = sessions(&ready).await;
    assert_eq!(both.iter().map(|session| session.password_pending).collect::<Vec<_>>(), [false, true]);
    sign_in::completely(&spare, &centre.access().user).await;
    spare.sign_in_to_stats().await;

    let (seen_by_ready, seen_by_spare) = (sessions(&ready).await, sessions(&spare).await);
    for seen in [&seen_by_ready, &seen_by_spare] {
        assert_eq!(seen.iter().map(|session| session.current).collect::<Vec<_>>(), [true, false]);
        assert!(seen.iter().all(|session| !session.password_pending && session.api_id == 1));
        // What grammers tells in initConnection.
        assert!(seen.iter().all(
            |session| session.app_version == env!("CARGO_PKG_VERSION") || !session.app_version.is_empty()
        ));
        assert!(seen[0].hash == 0 && seen[1].hash != 0);
    }
    let new = &seen_by_ready[1];
    assert!((0..60).contains(&(i64::from(new.date_created) - now)), "{new:?}");
    assert!(new.date_active >= new.date_created);
    let start: Timestamp = NOW.parse().unwrap();
    assert!(i64::from(seen_by_ready[0].date_created) < start.as_second());
    assert_eq!(seen_by_ready[0].device_model, seen_by_spare[1].device_model);
    assert!(!seen_by_ready[0].device_model.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_ended_from_another_on_all_its_data_centres() {
    let centre = world().await;
    let (ready, spare, bystander) =
        (Client::ready(&centre), Client::spare(&centre, 0), Client::spare(&centre, 1));
    sign_in::completely(&spare, &centre.access().user).await;
    sign_in::completely(&bystander, &centre.access().user).await;
    spare.sign_in_to_stats().await;
    spare.stats(&stats(&centre)).await;
    let listed = sessions(&ready).await;
    let wrong = f::account::ResetAuthorization { hash: 0 };
    assert_eq!(refusal(&ready, HOME_DC, &wrong).await, (400, "HASH_INVALID".to_owned()));
    assert!(ready.home(&f::account::ResetAuthorization { hash: listed[1].hash }).await);
    let over = (401, "SESSION_REVOKED".to_owned());
    assert_eq!(refusal(&spare, HOME_DC, &f::updates::GetState {}).await, over);
    assert_eq!(refusal(&spare, STATS_DC, &stats(&centre)).await, over);
    bystander.home(&f::updates::GetState {}).await;
    let left = sessions(&ready).await;
    assert_eq!(left.iter().map(|session| session.hash).collect::<Vec<_>>(), [0, listed[2].hash]);
    let again = f::account::ResetAuthorization { hash: listed[1].hash };
    assert_eq!(refusal(&ready, HOME_DC, &again).await, (400, "HASH_INVALID".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_young_session_ends_no_others_until_it_is_a_day_old() {
    let centre = world().await;
    let (ready, spare) = (Client::ready(&centre), Client::spare(&centre, 0));
    sign_in::completely(&spare, &centre.access().user).await;
    let old = sessions(&spare).await[1].hash;
    let fresh = (406, "FRESH_RESET_AUTHORISATION_FORBIDDEN".to_owned());
    assert_eq!(refusal(&spare, HOME_DC, &f::account::ResetAuthorization { hash: old }).await, fresh);
    assert_eq!(refusal(&spare, HOME_DC, &f::auth::ResetAuthorizations {}).await, fresh);
    ready.home(&f::updates::GetState {}).await;
    centre.clock().advance(DAY);
    assert!(spare.home(&f::auth::ResetAuthorizations {}).await);
    spare.home(&f::updates::GetState {}).await;
    let over = (401, "SESSION_REVOKED".to_owned());
    assert_eq!(refusal(&ready, HOME_DC, &f::updates::GetState {}).await, over);
    assert_eq!(sessions(&spare).await.len(), 1);
    // Whoever was thrown out may come in again by the door.
    sign_in::completely(&ready, &centre.access().user).await;
    ready.home(&f::updates::GetState {}).await;
}
