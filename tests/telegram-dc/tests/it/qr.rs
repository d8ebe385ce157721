//! Signing in by a QR code.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grammers_session::updates::UpdatesLike;
use grammers_tl_types::{RemoteCall, enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, Error, HOME_DC, Options, STATS_DC};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::*;
use crate::sign_in;

fn export(except_ids: Vec<i64>) -> f::auth::ExportLoginToken {
    f::auth::ExportLoginToken { api_id: 1, api_hash: "hash".to_owned(), except_ids }
}

async fn shown(client: &Client, dc: i32) -> t::auth::LoginToken {
    match client.invoke(dc, &export(Vec::new())).await.unwrap() {
        e::auth::LoginToken::Token(token) => token,
        other => panic!("no token to show: {other:?}"),
    }
}

fn code(token: &t::auth::LoginToken) -> String {
    format!("tg://login?token={}", URL_SAFE_NO_PAD.encode(&token.token))
}

async fn refusal<R: RemoteCall>(client: &Client, request: &R) -> String
where
    R::Return: std::fmt::Debug,
{
    rpc_error(client.invoke(HOME_DC, request).await).1
}

fn scan(centre: &DataCentre, token: &t::auth::LoginToken) -> Result<(), String> {
    centre.scan_qr(&code(token)).map_err(|error| match error {
        Error::Scan { name } => name,
        other => other.to_string(),
    })
}

async fn without_password() -> DataCentre {
    let options = Options { start_clock: Some(NOW.parse().unwrap()), two_step: false, ..Options::default() };
    DataCentre::start(options).await.unwrap()
}

#[tokio::test]
async fn a_scanned_code_signs_in() {
    let centre = without_password().await;
    let client = Client::spare(&centre, 0);
    let token = shown(&client, HOME_DC).await;
    let life = i64::from(token.expires) - centre.clock().now().as_second();
    assert!((28..=30).contains(&life), "{life}");
    assert_eq!(refusal(&client, &f::updates::GetState {}).await, "AUTH_KEY_UNREGISTERED");
    scan(&centre, &token).unwrap();
    // The login waits, also past the code's own end.
    centre.clock().advance(SignedDuration::from_secs(60));
    let e::auth::LoginToken::Success(success) = client.home(&export(Vec::new())).await else {
        panic!("no login")
    };
    let e::auth::Authorization::Authorization(login) = success.authorization else { panic!("no login") };
    assert_eq!(login.user.id(), centre.access().user.id);
    client.home(&f::updates::GetState {}).await;
    client.sign_in_to_stats().await;
}

#[tokio::test]
async fn the_client_that_shows_the_code_is_told() {
    let centre = without_password().await;
    let (mut client, mut other) = (Client::spare(&centre, 0), Client::spare(&centre, 1));
    let token = shown(&client, HOME_DC).await;
    shown(&other, HOME_DC).await;
    scan(&centre, &token).unwrap();
    match timeout(Duration::from_secs(10), client.updates.recv()).await {
        Ok(Some(UpdatesLike::Updates(e::Updates::UpdateShort(short)))) => {
            assert_eq!(short.update, e::Update::LoginToken);
        }
        heard => panic!("{heard:?}"),
    }
    assert!(timeout(Duration::from_millis(300), other.updates.recv()).await.is_err());
    assert!(matches!(client.home(&export(Vec::new())).await, e::auth::LoginToken::Success(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_code_still_wants_the_password() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let token = shown(&client, HOME_DC).await;
    scan(&centre, &token).unwrap();
    let (status, name, _) = rpc_error(client.invoke(HOME_DC, &export(Vec::new())).await);
    assert_eq!((status, name.as_str()), (401, "SESSION_PASSWORD_NEEDED"));
    let password = sign_in::proof(&client, &centre.access().user.password).await;
    client.home(&f::auth::CheckPassword { password }).await;
    client.home(&f::updates::GetState {}).await;
}

#[tokio::test]
async fn a_signed_in_session_accepts_and_sees_the_new_one() {
    let centre = without_password().await;
    let (phone, client) = (Client::ready(&centre), Client::spare(&centre, 0));
    let token = shown(&client, HOME_DC).await;
    let accept = f::auth::AcceptLoginToken { token: token.token.clone() };
    assert_eq!(refusal(&client, &accept).await, "AUTH_KEY_UNREGISTERED");
    let e::Authorization::Authorization(new) = phone.home(&accept).await;
    let e::auth::LoginToken::Success(_) = client.home(&export(Vec::new())).await else { panic!("no login") };
    let e::account::Authorizations::Authorizations(listed) =
        phone.home(&f::account::GetAuthorizations {}).await;
    let e::Authorization::Authorization(second) = &listed.authorizations[1];
    assert!(!new.current && new.hash != 0);
    assert_eq!((second.hash, second.date_created), (new.hash, second.date_active.min(second.date_created)));
    assert!(i64::from(second.date_created) > centre.clock().now().as_second() - 60);
}

#[tokio::test]
async fn codes_expire_work_once_and_cannot_be_made_up() {
    let centre = without_password().await;
    let (phone, client) = (Client::ready(&centre), Client::spare(&centre, 0));
    let nobodys = f::auth::ExportLoginToken { api_id: 0, ..export(Vec::new()) };
    assert_eq!(refusal(&client, &nobodys).await, "API_ID_INVALID");
    let made_up = f::auth::AcceptLoginToken { token: vec![7; 32] };
    assert_eq!(refusal(&phone, &made_up).await, "AUTH_TOKEN_INVALIDX");
    let old = shown(&client, HOME_DC).await;
    centre.clock().advance(SignedDuration::from_secs(31));
    let late = f::auth::AcceptLoginToken { token: old.token.clone() };
    assert_eq!(refusal(&phone, &late).await, "AUTH_TOKEN_EXPIRED");
    let new = shown(&client, HOME_DC).await;
    assert_ne!(old.token, new.token);
    scan(&centre, &new).unwrap();
    let twice = f::auth::AcceptLoginToken { token: new.token.clone() };
    assert_eq!(refusal(&phone, &twice).await, "AUTH_TOKEN_ALREADY_ACCEPTED");
    assert_eq!(scan(&centre, &old), Err("AUTH_TOKEN_EXPIRED".to_owned()));
    assert!(centre.scan_qr("https://example.org").is_err());
}

#[tokio::test]
async fn the_phone_also_hears_over_http() {
    let truth_listen = Some("127.0.0.1:0".parse().unwrap());
    let centre = DataCentre::start(Options { truth_listen, ..Options::default() }).await.unwrap();
    let client = Client::spare(&centre, 0);
    let token = URL_SAFE_NO_PAD.encode(shown(&client, HOME_DC).await.token);
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(centre.truth_address().unwrap()).await.unwrap();
        stream.write_all(format!("POST /phone/scan/{token} HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answers.push(answer);
    }
    assert!(answers[0].ends_with("\r\n\r\nnull"), "{answers:?}");
    assert!(answers[1].contains("AUTH_TOKEN_ALREADY_ACCEPTED"), "{answers:?}");
    assert_eq!(refusal(&client, &export(Vec::new())).await, "SESSION_PASSWORD_NEEDED");
}

#[tokio::test]
async fn an_account_that_the_client_has_already_is_not_let_in() {
    let centre = without_password().await;
    let (phone, client) = (Client::ready(&centre), Client::spare(&centre, 0));
    let answer = client.home(&export(vec![centre.access().user.id])).await;
    let e::auth::LoginToken::Token(token) = answer else { panic!("{answer:?}") };
    let accept = f::auth::AcceptLoginToken { token: token.token };
    assert_eq!(refusal(&phone, &accept).await, "AUTH_TOKEN_EXCEPTION");
}

#[tokio::test]
async fn a_code_of_another_data_centre_leads_home() {
    let centre = without_password().await;
    let client = Client::spare(&centre, 0);
    let token = shown(&client, STATS_DC).await;
    let import = |token: &[u8]| f::auth::ImportLoginToken { token: token.to_vec() };
    assert_eq!(refusal(&client, &import(&[7; 32])).await, "AUTH_TOKEN_INVALID");
    assert_eq!(refusal(&client, &import(&token.token)).await, "AUTH_TOKEN_INVALID");
    scan(&centre, &token).unwrap();
    let answer = client.invoke(STATS_DC, &export(Vec::new())).await.unwrap();
    let e::auth::LoginToken::MigrateTo(home) = answer else { panic!("{answer:?}") };
    assert_eq!(home.dc_id, HOME_DC);
    let answer = client.home(&import(&home.token)).await;
    assert!(matches!(answer, e::auth::LoginToken::Success(_)), "{answer:?}");
    client.home(&f::updates::GetState {}).await;
    assert_eq!(refusal(&client, &import(&home.token)).await, "AUTH_TOKEN_ALREADY_ACCEPTED");
    let late = shown(&client, STATS_DC).await;
    centre.clock().advance(SignedDuration::from_secs(31));
    assert_eq!(refusal(&client, &import(&late.token)).await, "AUTH_TOKEN_EXPIRED");
}
