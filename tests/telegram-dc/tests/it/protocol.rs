//! The protocol itself, and what becomes of those who break it.

use grammers_tl_types::{Serializable, enums as e, functions as f};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::client::{Client, world};
use crate::raw::{Answer, Raw, msg_id_at, msg_id_now, ping};

const PONG: u32 = 0x3477_73c5;
const NEW_SESSION: u32 = 0x9ec2_0908;
const BAD_MESSAGE: u32 = 0xa7ef_f811;
const RPC_RESULT: u32 = 0xf35c_6d01;
const FUTURE_SALTS: u32 = 0xae50_0895;

fn bad_code(answer: &Answer) -> i32 {
    assert_eq!(answer.constructor, BAD_MESSAGE, "{answer:?}");
    i32::from_le_bytes(answer.fields[12..16].try_into().unwrap())
}

fn constructors(answers: &[Answer]) -> Vec<u32> {
    answers.iter().map(|answer| answer.constructor).collect()
}

#[tokio::test]
async fn a_session_begins_with_a_salt_and_an_announcement() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.learn_salt().await;
    raw.send(msg_id_now(), &ping(2)).await;
    assert_eq!(constructors(&raw.receive().await), [NEW_SESSION, PONG]);
    raw.send(msg_id_now(), &ping(3)).await;
    assert_eq!(constructors(&raw.receive().await), [PONG]);
    raw.send(msg_id_now(), &f::GetFutureSalts { num: 8 }.to_bytes()).await;
    assert_eq!(constructors(&raw.receive().await), [FUTURE_SALTS]);
}

#[tokio::test]
async fn message_ids_must_be_new_and_of_this_time() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.learn_salt().await;
    let id = msg_id_now();
    raw.send(id, &ping(1)).await;
    raw.receive().await;
    raw.send(id, &ping(1)).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 19);
    raw.send(msg_id_now() | 1, &ping(1)).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 18);
    raw.send(msg_id_at(Timestamp::now() - SignedDuration::from_mins(10)), &ping(1)).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 16);
    raw.send(msg_id_at(Timestamp::now() + SignedDuration::from_mins(10)), &ping(1)).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 17);
    raw.send(msg_id_now(), &[0xdc, 0xf8, 0xf1, 0x73, 1, 0, 0, 0]).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 64);
}

#[tokio::test]
async fn service_requests_are_answered() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.learn_salt().await;
    raw.send(msg_id_now(), &f::DestroySession { session_id: 5 }.to_bytes()).await;
    assert_eq!(constructors(&raw.receive().await), [NEW_SESSION, 0x62d3_50c9]);
    raw.send(msg_id_now(), &f::RpcDropAnswer { req_msg_id: 5 }.to_bytes()).await;
    assert_eq!(constructors(&raw.receive().await), [RPC_RESULT]);
    let mut state = 0xda69_fb52_u32.to_le_bytes().to_vec();
    vec![5_i64].serialize(&mut state);
    raw.send(msg_id_now(), &state).await;
    assert_eq!(constructors(&raw.receive().await), [0x04de_b57d]);
    raw.send(msg_id_now(), &f::PingDelayDisconnect { ping_id: 1, disconnect_delay: 1 }.to_bytes()).await;
    assert_eq!(constructors(&raw.receive().await), [PONG]);
    assert!(raw.is_closed().await);
}

#[tokio::test]
async fn packed_requests_are_unpacked() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.learn_salt().await;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &ping(9)).unwrap();
    let mut body = 0x3072_cfa1_u32.to_le_bytes().to_vec();
    encoder.finish().unwrap().serialize(&mut body);
    raw.send(msg_id_now(), &body).await;
    assert_eq!(constructors(&raw.receive().await), [NEW_SESSION, PONG]);
}

#[tokio::test]
async fn unknown_keys_are_refused() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await.with_key([9; 256]);
    raw.send(msg_id_now(), &ping(1)).await;
    assert_eq!(raw.refusal().await, -404);
    assert!(raw.is_closed().await);
    // A key exchange begins with the key id zero.
    let mut raw = Raw::connect(&centre).await;
    let frame = raw.frame(&[0; 40]);
    raw.write(&frame).await;
    assert_eq!(raw.refusal().await, -404);
}

#[tokio::test]
async fn tampering_closes_the_connection() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    let mut payload = raw.encrypt(msg_id_now(), &ping(1));
    payload[30] ^= 1;
    let frame = raw.frame(&payload);
    raw.write(&frame).await;
    assert!(raw.is_closed().await);
    let mut raw = Raw::connect(&centre).await;
    let payload = raw.encrypt(msg_id_now(), &ping(1));
    let mut frame = raw.frame(&payload);
    frame[20] ^= 1;
    raw.write(&frame).await;
    assert!(raw.is_closed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_hurts_nobody_else() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.home(&f::updates::GetState {}).await;
    let mut noise = JoinSet::new();
    for round in 0..60_usize {
        let mut raw = Raw::connect(&centre).await;
        noise.spawn(async move {
            let bytes: Vec<u8> = (0..round * 37).map(|_| rand::random()).collect();
            raw.write(&bytes).await;
            let framed = raw.frame(&bytes[..bytes.len() / 4 * 4]);
            raw.write(&framed).await;
            assert!(raw.finish().await);
        });
    }
    noise.join_all().await;
    client.home(&f::updates::GetState {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_with_the_right_key_hurts_nobody_else() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.learn_salt().await;
    for round in 0..400_usize {
        let mut body: Vec<u8> = (0..4 + round % 40 * 4).map(|_| rand::random()).collect();
        // Half of it begins like a request that exists.
        if round % 2 == 0 {
            let known =
                [f::users::GetUsers { id: vec![e::InputUser::UserSelf; round % 5] }.to_bytes(), ping(1)];
            let start = &known[round % 4 / 2];
            body.splice(..4, start[..4 + round % (start.len() / 4) * 4].to_vec());
        }
        raw.send(msg_id_now(), &body).await;
        if !body.starts_with(&[0xdc, 0xf8]) && raw.receive().await.is_empty() {
            raw = Raw::connect(&centre).await;
            raw.learn_salt().await;
        }
    }
    // Nesting without end must not reach the stack's end.
    let mut nested = f::users::GetUsers { id: Vec::new() }.to_bytes()[..4].to_vec();
    nested.extend([0x15, 0xc4, 0xb5, 0x1c, 1, 0, 0, 0]);
    nested.extend([0xe2, 0x48, 0xa4, 0x1d]);
    nested.extend(0xa87b_0a1c_u32.to_le_bytes().repeat(200_000));
    raw.send(msg_id_now(), &nested).await;
    assert_eq!(raw.receive().await.last().unwrap().constructor, RPC_RESULT);
}

#[tokio::test]
async fn what_is_too_large_to_be_sent_plain_is_packed() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to_stats().await;
    let channel = crate::client::input_channel(&centre, crate::client::NEWS);
    let request = f::stats::GetBroadcastStats { dark: false, channel };
    let raw = client.handle.raw_invoke_in_dc(4, request.to_bytes()).await.unwrap();
    assert!(raw.len() > 10_000);
}
