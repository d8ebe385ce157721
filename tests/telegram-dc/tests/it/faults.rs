//! Things that go wrong on purpose.

use grammers_mtsender::InvocationError;
use grammers_tl_types::functions as f;
use telegram_dc::{HOME_DC, Outcome};

use crate::client::*;

const STATE: &str = "updates.getState";

#[tokio::test]
async fn a_flood_wait_ends() {
    let centre = world().await;
    let client = Client::ready(&centre);
    centre.faults().flood_wait(STATE, 31, 2);
    for _ in 0..2 {
        let error = rpc_error(client.invoke(HOME_DC, &f::updates::GetState {}).await);
        assert_eq!(error, (420, "FLOOD_WAIT".to_owned(), Some(31)));
    }
    client.home(&f::updates::GetState {}).await;
    assert_eq!(centre.requests().count(STATE), 3);
}

#[tokio::test]
async fn a_dropped_connection_comes_back_with_the_next_request() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&f::updates::GetState {}).await;
    centre.faults().drop_connection_before(STATE, 1);
    centre.faults().drop_connection_after(STATE, 1);
    for _ in 0..2 {
        let error = client.invoke(HOME_DC, &f::updates::GetState {}).await.unwrap_err();
        assert!(matches!(error, InvocationError::Io(_) | InvocationError::Dropped(_)), "{error:?}");
        // The pool notices the loss in its own time; until then a request is dropped with the connection.
        let mut tries = 0;
        while let Err(error) = client.invoke(HOME_DC, &f::help::GetNearestDc {}).await {
            tries += 1;
            assert!(tries < 20, "{error:?}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    client.home(&f::updates::GetState {}).await;
    let dropped = centre.requests().all().into_iter().filter(|record| record.outcome == Outcome::Dropped);
    assert_eq!(dropped.count(), 2);
}

#[tokio::test]
async fn a_revoked_session_is_over() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&f::updates::GetState {}).await;
    centre.faults().revoke_session();
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &f::updates::GetState {}).await);
    assert_eq!((code, name.as_str()), (401, "SESSION_REVOKED"));
}

#[tokio::test]
async fn two_clients_that_take_turns_with_one_key_kill_it() {
    let centre = world().await;
    let (one, two) = (Client::ready(&centre), Client::ready(&centre));
    one.home(&f::updates::GetState {}).await;
    two.home(&f::updates::GetState {}).await;
    for client in [&one, &two] {
        let (code, name, _) = rpc_error(client.invoke(HOME_DC, &f::updates::GetState {}).await);
        assert_eq!((code, name.as_str()), (406, "AUTH_KEY_DUPLICATED"));
    }
}

#[tokio::test]
async fn a_client_that_comes_back_is_welcome() {
    let centre = world().await;
    for _ in 0..5 {
        let client = Client::ready(&centre);
        client.home(&f::updates::GetState {}).await;
    }
}
