//! The way to a withdrawal, as the official clients go it, and everything that may be in the way.

use grammers_tl_types::{enums as e, functions as f};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC, Unit};

use crate::client::*;
use crate::sign_in::proof;

const EMPTY: e::InputCheckPasswordSrp = e::InputCheckPasswordSrp::InputCheckPasswordEmpty;

fn request(
    centre: &DataCentre,
    amount: Option<i64>,
    password: e::InputCheckPasswordSrp,
) -> f::payments::GetStarsRevenueWithdrawalUrl {
    let peer = input_peer(centre, BLOG);
    f::payments::GetStarsRevenueWithdrawalUrl { ton: amount.is_none(), peer, amount, password }
}

async fn refused(
    client: &Client,
    request: &f::payments::GetStarsRevenueWithdrawalUrl,
) -> (String, Option<u32>) {
    let (code, name, value) = rpc_error(client.invoke(HOME_DC, request).await);
    assert_eq!(code, 400);
    (name, value)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_without_password_tells_what_is_missing() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let password = centre.access().user.password.clone();
    let probe = request(&centre, None, EMPTY);

    centre.faults().forget_password();
    assert_eq!(refused(&client, &probe).await.0, "PASSWORD_MISSING");
    let e::account::Password::Password(asked) = client.home(&f::account::GetPassword {}).await;
    assert!(!asked.has_password && asked.srp_id.is_none() && asked.current_algo.is_none());

    centre.faults().clear();
    let stale = proof(&client, &password).await;
    centre.faults().password_changed();
    let (name, value) = refused(&client, &probe).await;
    assert_eq!(name, "PASSWORD_TOO_FRESH");
    assert!((86_390..=86_400).contains(&value.unwrap()));
    centre.clock().advance(SignedDuration::from_hours(23));
    assert!(refused(&client, &probe).await.1.unwrap() <= 3_600);
    centre.clock().advance(SignedDuration::from_hours(1));

    assert_eq!(refused(&client, &probe).await.0, "PASSWORD_HASH_INVALID");
    assert_eq!(refused(&client, &request(&centre, None, stale.clone())).await.0, "SRP_PASSWORD_CHANGED");
    assert_eq!(refused(&client, &request(&centre, None, stale)).await.0, "SRP_ID_INVALID");
    let wrong = proof(&client, "incorrect horse").await;
    assert_eq!(refused(&client, &request(&centre, None, wrong)).await.0, "PASSWORD_HASH_INVALID");
    let right = request(&centre, None, proof(&client, &password).await);
    let e::payments::StarsRevenueWithdrawalUrl::Url(first) = client.home(&right).await;
    let right = request(&centre, None, proof(&client, &password).await);
    let e::payments::StarsRevenueWithdrawalUrl::Url(second) = client.home(&right).await;
    assert!(first.url.starts_with("https://fragment.com/") && first.url != second.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_session_waits_for_the_longer_of_two_days() {
    let centre = world().await;
    let fresh = Client::spare(&centre, 0);
    let user = centre.access().user.clone();
    crate::sign_in::completely(&fresh, &user).await;
    centre.clock().advance(SignedDuration::from_hours(20));
    let probe = request(&centre, Some(1_000), EMPTY);
    assert_eq!(refused(&fresh, &probe).await.0, "SESSION_TOO_FRESH");
    centre.faults().password_changed();
    assert_eq!(refused(&fresh, &probe).await.0, "PASSWORD_TOO_FRESH");
    centre.clock().advance(SignedDuration::from_hours(24));
    assert_eq!(refused(&fresh, &probe).await.0, "PASSWORD_HASH_INVALID");
    // The ready session is older than the world.
    assert_eq!(refused(&Client::ready(&centre), &probe).await.0, "PASSWORD_HASH_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_and_owners_are_checked() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let password = centre.access().user.password.clone();
    for amount in [i64::MIN, -1, 0, 999, 25_000_001, i64::MAX] {
        assert_eq!(refused(&client, &request(&centre, Some(amount), EMPTY)).await.0, "STARS_AMOUNT_INVALID");
    }
    let all = f::payments::GetStarsRevenueWithdrawalUrl { ton: false, ..request(&centre, None, EMPTY) };
    assert_eq!(refused(&client, &all).await.0, "STARS_AMOUNT_INVALID");
    let more = centre.truth().balances(BLOG, Unit::Stars).available_nano / 1_000_000_000 + 1_000;
    let more = request(&centre, Some(more.try_into().unwrap()), proof(&client, &password).await);
    assert_eq!(refused(&client, &more).await.0, "BALANCE_TOO_LOW");
    for (id, name) in [(ADMIN_ONLY, "CHAT_ADMIN_REQUIRED"), (FOLLOWED, "CHAT_ADMIN_REQUIRED")] {
        let other = f::payments::GetStarsRevenueWithdrawalUrl {
            peer: input_peer(&centre, id),
            ..request(&centre, None, EMPTY)
        };
        assert_eq!(refused(&client, &other).await.0, name);
    }
    let nobody = f::payments::GetStarsRevenueWithdrawalUrl {
        peer: e::InputPeer::PeerSelf,
        ..request(&centre, None, EMPTY)
    };
    assert_eq!(refused(&client, &nobody).await.0, "PEER_ID_INVALID");
}

#[tokio::test]
async fn stars_that_are_held_are_promised_for_a_time() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let asked = |ton| f::payments::GetStarsRevenueStats { dark: false, ton, peer: input_peer(&centre, BLOG) };
    let status = async |ton| {
        let e::payments::StarsRevenueStats::Stats(stats) = client.home(&asked(ton)).await;
        let e::StarsRevenueStatus::Status(status) = stats.status;
        status
    };
    let mut promised = 0;
    for _ in 0..60 {
        centre.clock().advance(SignedDuration::from_hours(24));
        let available = centre.truth().balances(BLOG, Unit::Stars).available_nano;
        let stars = status(false).await;
        assert_eq!(stars.next_withdrawal_at.is_some(), available < 1_000_000_000_000);
        assert!(stars.withdrawal_enabled);
        if let Some(at) = stars.next_withdrawal_at {
            assert!(i64::from(at) > centre.clock().now().as_second());
            promised += 1;
        }
        assert!(status(true).await.next_withdrawal_at.is_none());
    }
    assert!(promised > 0);
}

#[tokio::test]
async fn ads_are_bought_by_owners() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let asked = |peer| f::payments::GetStarsRevenueAdsAccountUrl { peer };
    let e::payments::StarsRevenueAdsAccountUrl::Url(answer) =
        client.home(&asked(input_peer(&centre, BLOG))).await;
    assert!(answer.url.starts_with("https://ads.telegram.org/"));
    let admin = asked(input_peer(&centre, ADMIN_ONLY));
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &admin).await);
    assert_eq!((code, name.as_str()), (403, "CHAT_WRITE_FORBIDDEN"));
    for peer in [e::InputPeer::PeerSelf, input_peer(&centre, NEWS)] {
        assert_eq!(rpc_error(client.invoke(HOME_DC, &asked(peer)).await).1, "PEER_ID_INVALID");
    }
}
