//! Signing in with a spare key, and what only a seasoned session may do.

use grammers_crypto::two_factor_auth::calculate_2fa;
use grammers_tl_types::{RemoteCall, enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{AccessUser, DataCentre, HOME_DC, Options, STATS_DC};

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

async fn code_to(client: &Client, phone: &str) -> t::auth::SentCode {
    match client.home(&send_code(phone)).await {
        e::auth::SentCode::Code(sent) => sent,
        other => panic!("no code: {other:?}"),
    }
}

fn with_code(phone: &str, sent: &t::auth::SentCode, code: &str) -> f::auth::SignIn {
    f::auth::SignIn {
        phone_number: phone.to_owned(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: Some(code.to_owned()),
        email_verification: None,
    }
}

/// The name of the error for a request to home.
async fn refusal<R: RemoteCall>(client: &Client, request: &R) -> String
where
    R::Return: std::fmt::Debug,
{
    rpc_error(client.invoke(HOME_DC, request).await).1
}

/// Signs in with the code as far as the password.
pub(crate) async fn until_the_password(client: &Client, user: &AccessUser) {
    let sent = code_to(client, &user.phone).await;
    assert_eq!(refusal(client, &with_code(&user.phone, &sent, &user.code)).await, "SESSION_PASSWORD_NEEDED");
}

/// Signs in with code and password.
pub(crate) async fn completely(client: &Client, user: &AccessUser) {
    until_the_password(client, user).await;
    let password = proof(client, &user.password).await;
    client.home(&f::auth::CheckPassword { password }).await;
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

/// A proof by somebody who does not know the password, without the effort.
async fn wrong_proof(client: &Client) -> e::InputCheckPasswordSrp {
    let e::account::Password::Password(asked) = client.home(&f::account::GetPassword {}).await;
    t::InputCheckPasswordSrp { srp_id: asked.srp_id.unwrap(), a: vec![5; 255], m1: vec![0; 32] }.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_code_and_password_sign_a_spare_key_in() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let user = centre.access().user.clone();
    let sent = code_to(&client, &format!("+{}", user.phone)).await;
    assert_eq!(sent.r#type, t::auth::SentCodeTypeApp { length: 5 }.into());
    let wrong = with_code(&user.phone, &sent, "00000");
    assert_eq!(refusal(&client, &wrong).await, "PHONE_CODE_INVALID");
    assert_eq!(refusal(&client, &f::account::GetPassword {}).await, "AUTH_KEY_UNREGISTERED");
    let right = with_code(&user.phone, &sent, &user.code);
    assert_eq!(refusal(&client, &right).await, "SESSION_PASSWORD_NEEDED");
    assert_eq!(refusal(&client, &f::updates::GetState {}).await, "SESSION_PASSWORD_NEEDED");
    let password = proof(&client, "guess").await;
    assert_eq!(refusal(&client, &f::auth::CheckPassword { password }).await, "PASSWORD_HASH_INVALID");
    let password = proof(&client, &user.password).await;
    let e::auth::Authorization::Authorization(login) =
        client.home(&f::auth::CheckPassword { password: password.clone() }).await
    else {
        panic!("no login")
    };
    assert_eq!(login.user.id(), user.id);
    client.home(&f::updates::GetState {}).await;
    client.sign_in_to_stats().await;
}

#[tokio::test]
async fn codes_go_to_phones_that_could_exist_and_live_here() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let phone = centre.access().user.phone.clone();
    for wrong in ["", "49123", "no phone 9996620", "9996620000199966"] {
        assert_eq!(refusal(&client, &send_code(wrong)).await, "PHONE_NUMBER_INVALID", "{wrong}");
    }
    let nobodys = f::auth::SendCode { api_id: 0, ..send_code(&phone) };
    assert_eq!(refusal(&client, &nobodys).await, "API_ID_INVALID");
    let elsewhere = rpc_error(client.invoke(STATS_DC, &send_code(&phone)).await);
    assert_eq!(elsewhere, (303, "PHONE_MIGRATE".to_owned(), Some(2)));
    let free = "49 151 2345678";
    let sent = code_to(&client, free).await;
    let request = with_code(free, &sent, &centre.access().user.code);
    assert_eq!(refusal(&client, &request).await, "PHONE_NUMBER_UNOCCUPIED");
}

#[tokio::test]
async fn too_many_codes_are_a_flood_until_tomorrow() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let phone = centre.access().user.phone.clone();
    for _ in 0..10 {
        code_to(&client, &phone).await;
    }
    assert_eq!(refusal(&client, &send_code(&phone)).await, "PHONE_NUMBER_FLOOD");
    code_to(&client, "4915112345678").await;
    centre.clock().advance(SignedDuration::from_hours(24));
    code_to(&client, &phone).await;
}

#[tokio::test]
async fn a_code_expires_and_is_for_the_key_that_asked() {
    let centre = world().await;
    let (client, other) = (Client::spare(&centre, 0), Client::spare(&centre, 1));
    let user = centre.access().user.clone();
    let sent = code_to(&client, &user.phone).await;
    let right = with_code(&user.phone, &sent, &user.code);
    let empty = f::auth::SignIn { phone_code: None, ..right.clone() };
    assert_eq!(refusal(&client, &empty).await, "PHONE_CODE_EMPTY");
    assert_eq!(refusal(&other, &right).await, "PHONE_CODE_EXPIRED");
    let forged = f::auth::SignIn { phone_code_hash: "00".to_owned(), ..right.clone() };
    assert_eq!(refusal(&client, &forged).await, "PHONE_CODE_EXPIRED");
    centre.clock().advance(SignedDuration::from_mins(11));
    assert_eq!(refusal(&client, &right).await, "PHONE_CODE_EXPIRED");
}

#[tokio::test]
async fn a_code_can_be_sent_another_way_once_and_be_cancelled() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let user = centre.access().user.clone();
    let first = code_to(&client, &user.phone).await;
    assert_eq!((first.next_type.clone(), first.timeout), (Some(e::auth::CodeType::Sms), Some(60)));
    let again = f::auth::ResendCode {
        phone_number: user.phone.clone(),
        phone_code_hash: first.phone_code_hash.clone(),
        reason: None,
    };
    let none = f::auth::ResendCode { phone_code_hash: String::new(), ..again.clone() };
    assert_eq!(refusal(&client, &none).await, "PHONE_CODE_HASH_EMPTY");
    let e::auth::SentCode::Code(second) = client.home(&again).await else { panic!("no code") };
    assert_eq!(second.r#type, t::auth::SentCodeTypeSms { length: 5 }.into());
    assert_eq!((second.next_type.clone(), second.timeout), (None, None));
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &again).await);
    assert_eq!((code, name.as_str()), (406, "SEND_CODE_UNAVAILABLE"));
    let cancel = f::auth::CancelCode {
        phone_number: user.phone.clone(),
        phone_code_hash: second.phone_code_hash.clone(),
    };
    assert!(client.home(&cancel).await);
    let late = with_code(&user.phone, &second, &user.code);
    assert_eq!(refusal(&client, &late).await, "PHONE_CODE_EXPIRED");
}

#[tokio::test]
async fn without_two_step_verification_the_code_is_enough_and_works_once() {
    let options = Options { start_clock: Some(NOW.parse().unwrap()), two_step: false, ..Options::default() };
    let centre = DataCentre::start(options).await.unwrap();
    let client = Client::spare(&centre, 0);
    let user = centre.access().user.clone();
    let sent = code_to(&client, &user.phone).await;
    let right = with_code(&user.phone, &sent, &user.code);
    let e::auth::Authorization::Authorization(login) = client.home(&right).await else { panic!("no login") };
    assert_eq!(login.user.id(), user.id);
    let e::account::Password::Password(password) = client.home(&f::account::GetPassword {}).await;
    assert!(!password.has_password && password.current_algo.is_none() && password.srp_id.is_none());
    assert_eq!(refusal(&client, &right).await, "PHONE_CODE_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_are_for_one_question_and_one_password() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    until_the_password(&client, &centre.access().user).await;
    let words = centre.access().user.password.clone();
    let password = proof(&client, &words).await;
    centre.faults().password_changed();
    assert_eq!(refusal(&client, &f::auth::CheckPassword { password }).await, "SRP_PASSWORD_CHANGED");
    let e::InputCheckPasswordSrp::Srp(right) = proof(&client, &words).await else { panic!("no proof") };
    let other = t::InputCheckPasswordSrp { srp_id: right.srp_id ^ 1, ..right.clone() };
    assert_eq!(refusal(&client, &f::auth::CheckPassword { password: other.into() }).await, "SRP_ID_INVALID");
    client.home(&f::auth::CheckPassword { password: right.into() }).await;
    client.home(&f::updates::GetState {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_have_to_wait() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    until_the_password(&client, &centre.access().user).await;
    for _ in 0..5 {
        let password = wrong_proof(&client).await;
        assert_eq!(refusal(&client, &f::auth::CheckPassword { password }).await, "PASSWORD_HASH_INVALID");
    }
    let words = centre.access().user.password.clone();
    let right = f::auth::CheckPassword { password: proof(&client, &words).await };
    let (code, name, wait) = rpc_error(client.invoke(HOME_DC, &right).await);
    assert_eq!((code, name.as_str()), (420, "FLOOD_WAIT"));
    assert!((3_500..=3_601).contains(&wait.unwrap()), "{wait:?}");
    let phone = centre.access().user.phone.clone();
    let (code, name, _) = rpc_error(client.invoke(HOME_DC, &send_code(&phone)).await);
    assert_eq!((code, name.as_str()), (406, "PHONE_PASSWORD_FLOOD"));
    centre.clock().advance(SignedDuration::from_secs(wait.unwrap().into()));
    client.home(&right).await;
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
    completely(&fresh, &centre.access().user).await;
    let (_, name, value) = rpc_error(fresh.invoke(HOME_DC, &probe).await);
    assert_eq!(name, "SESSION_TOO_FRESH");
    assert!((86_000..=86_400).contains(&value.unwrap()));
    centre.clock().advance(SignedDuration::from_hours(25));
    let all = request(NEWS, true, None, proof(&fresh, &password).await);
    fresh.home(&all).await;
}
