//! Signing in with a spare key, and what only a seasoned session may do.

use grammers_crypto::two_factor_auth::calculate_2fa;
use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, HOME_DC, STATS_DC};

use crate::client::*;

fn send_code(phone: &str) -> f::auth::SendCode {
    let settings = t::CodeSettings {
        allow_flashcall: false,
        current_number: false,
        allow_app_hash: false,
        allow_missed_call: false,
        allow_firebase: false,
        unknown_number: false,
        logout_tokens: None,
        token: None,
        app_sandbox: None,
    };
    let (phone_number, api_hash) = (phone.to_owned(), "hash".to_owned());
    f::auth::SendCode { phone_number, api_id: 1, api_hash, settings: settings.into() }
}

pub(crate) async fn sign_in(client: &Client, centre: &DataCentre, code: &str) -> (i32, String, Option<u32>) {
    let phone = centre.access().user.phone.clone();
    let e::auth::SentCode::Code(sent) = client.home(&send_code(&phone)).await else { panic!("no code") };
    let request = f::auth::SignIn {
        phone_number: phone,
        phone_code_hash: sent.phone_code_hash,
        phone_code: Some(code.to_owned()),
        email_verification: None,
    };
    rpc_error(client.invoke(HOME_DC, &request).await)
}

pub(crate) async fn proof(client: &Client, password: &str) -> e::InputCheckPasswordSrp {
    let e::account::Password::Password(asked) = client.home(&f::account::GetPassword {}).await;
    let Some(e::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow(algo)) =
        asked.current_algo
    else {
        panic!("no algorithm")
    };
    let secret = asked.secure_random;
    let (m1, a) =
        calculate_2fa(&algo.salt1, &algo.salt2, &algo.p, &algo.g, asked.srp_b.unwrap(), secret, password);
    t::InputCheckPasswordSrp { srp_id: asked.srp_id.unwrap(), a: a.to_vec(), m1: m1.to_vec() }.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_code_and_password_sign_a_spare_key_in() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let wrong = rpc_error(client.invoke(HOME_DC, &send_code("49123")).await);
    assert_eq!(wrong.1, "PHONE_NUMBER_INVALID");
    let phone = centre.access().user.phone.clone();
    let elsewhere = rpc_error(client.invoke(STATS_DC, &send_code(&phone)).await);
    assert_eq!(elsewhere, (303, "PHONE_MIGRATE".to_owned(), Some(2)));
    assert_eq!(sign_in(&client, &centre, "00000").await.1, "PHONE_CODE_INVALID");
    let user = centre.access().user.clone();
    assert_eq!(sign_in(&client, &centre, &user.code).await.1, "SESSION_PASSWORD_NEEDED");
    let password = proof(&client, "guess").await;
    let refused = rpc_error(client.invoke(HOME_DC, &f::auth::CheckPassword { password }).await);
    assert_eq!(refused.1, "PASSWORD_HASH_INVALID");
    let password = proof(&client, &user.password).await;
    client.home(&f::auth::CheckPassword { password }).await;
    client.home(&f::updates::GetState {}).await;
    client.sign_in_to_stats().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_wants_password_age_and_balance() {
    let centre = world().await;
    let password = centre.access().user.password.clone();
    let request = |id, ton, amount, password| f::payments::GetStarsRevenueWithdrawalUrl {
        ton,
        peer: input_peer(&centre, id),
        amount,
        password,
    };
    let client = Client::ready(&centre);
    let probe = request(BLOG, false, Some(1_000), e::InputCheckPasswordSrp::InputCheckPasswordEmpty);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &probe).await).1, "PASSWORD_HASH_INVALID");
    let good = request(BLOG, false, Some(1_000), proof(&client, &password).await);
    let e::payments::StarsRevenueWithdrawalUrl::Url(answer) = client.home(&good).await;
    assert!(answer.url.starts_with("https://fragment.com/"));
    assert_eq!(rpc_error(client.invoke(HOME_DC, &good).await).1, "SRP_ID_INVALID");
    let few = request(BLOG, false, Some(999), e::InputCheckPasswordSrp::InputCheckPasswordEmpty);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &few).await).1, "STARS_AMOUNT_INVALID");
    let much = request(NEWS, true, Some(i64::MAX), proof(&client, &password).await);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &much).await).1, "BALANCE_TOO_LOW");
    let admin = request(ADMIN_ONLY, true, None, e::InputCheckPasswordSrp::InputCheckPasswordEmpty);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &admin).await).1, "CHAT_ADMIN_REQUIRED");

    let fresh = Client::spare(&centre, 0);
    sign_in(&fresh, &centre, &centre.access().user.code).await;
    fresh.home(&f::auth::CheckPassword { password: proof(&fresh, &password).await }).await;
    let (_, name, value) = rpc_error(fresh.invoke(HOME_DC, &probe).await);
    assert_eq!(name, "SESSION_TOO_FRESH");
    assert!((86_000..=86_400).contains(&value.unwrap()));
    centre.clock().advance(SignedDuration::from_hours(25));
    let all = request(NEWS, true, None, proof(&fresh, &password).await);
    fresh.home(&all).await;
}
