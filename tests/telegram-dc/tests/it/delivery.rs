//! Answers reach their session even if a connection does not last, and requests are carried out once.

use std::time::Duration;

use grammers_tl_types::{Serializable, functions as f};
use telegram_dc::DataCentre;

use crate::client::world;
use crate::raw::{Answer, Raw, container, message, msg_id_now, ping};

const PONG: u32 = 0x3477_73c5;
const RPC_RESULT: u32 = 0xf35c_6d01;
const BAD_MESSAGE: u32 = 0xa7ef_f811;
const ACKNOWLEDGMENT: u32 = 0x62d6_b459;
const DETAILED: u32 = 0x276d_3ec6;
const STATES: u32 = 0x04de_b57d;
const STATE: &str = "updates.getState";

fn get_state() -> Vec<u8> {
    f::updates::GetState {}.to_bytes()
}

async fn session(centre: &DataCentre) -> Raw {
    let mut raw = Raw::connect(centre).await;
    raw.begin().await;
    raw
}

/// Sends a ping and gives back what came with its pong.
async fn with_pong(raw: &mut Raw) -> Vec<Answer> {
    raw.send(msg_id_now(), &ping(9)).await;
    let mut all = Vec::new();
    while all.last().is_none_or(|answer: &Answer| answer.constructor != PONG) {
        all.extend(raw.receive().await);
    }
    all.pop();
    all
}

fn bad_code(answer: &Answer) -> i32 {
    assert_eq!(answer.constructor, BAD_MESSAGE, "{answer:?}");
    i32::from_le_bytes(answer.fields[12..16].try_into().unwrap())
}

/// `msgs_state_req` or `msg_resend_req`.
fn about(constructor: u32, ids: &[i64]) -> Vec<u8> {
    [constructor.to_bytes(), ids.to_vec().to_bytes()].concat()
}

async fn states(raw: &mut Raw, ids: &[i64]) -> Vec<u8> {
    raw.send(msg_id_now(), &about(0xda69_fb52, ids)).await;
    let answers = raw.receive().await;
    assert_eq!(answers[0].constructor, STATES, "{answers:?}");
    answers[0].fields[9..9 + ids.len()].to_vec()
}

#[tokio::test]
async fn a_lost_answer_comes_on_the_next_connection_until_it_is_acknowledged() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    centre.faults().drop_connection_after(STATE, 1);
    let request = msg_id_now();
    raw.send(request, &get_state()).await;
    assert!(raw.receive().await.is_empty(), "the connection closes");

    raw.reconnect(&centre).await;
    let again = with_pong(&mut raw).await;
    assert_eq!((again.len(), again[0].constructor, again[0].about()), (1, RPC_RESULT, request));
    raw.reconnect(&centre).await;
    assert_eq!(with_pong(&mut raw).await, again, "it has the same number as before");
    raw.acknowledge(&again).await;
    raw.reconnect(&centre).await;
    assert_eq!(with_pong(&mut raw).await, []);
    assert_eq!(centre.requests().count(STATE), 1);
    let mut other = Raw::connect(&centre).await;
    other.session = 78;
    other.learn_salt().await;
    assert_eq!(with_pong(&mut other).await.len(), 1, "another session is only announced");
}

#[tokio::test]
async fn what_was_sent_is_sent_again_on_request() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    raw.send(msg_id_now(), &get_state()).await;
    let answer = raw.receive().await;
    raw.send(msg_id_now(), &about(0x7d86_1a08, &[answer[0].msg_id])).await;
    assert_eq!(raw.receive().await, answer);
    raw.acknowledge(&answer).await;
    raw.send(msg_id_now(), &about(0x7d86_1a08, &[answer[0].msg_id])).await;
    assert_eq!(raw.receive().await[0].constructor, STATES, "it is forgotten");
}

#[tokio::test]
async fn a_request_that_comes_twice_is_carried_out_once() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    let (id, seq_no) = (msg_id_now(), raw.seq_no(&get_state()));
    raw.send_as(id, seq_no, &get_state()).await;
    let answer = raw.receive().await;
    raw.send_as(id, seq_no, &get_state()).await;
    assert_eq!(raw.receive().await, answer, "the kept answer comes again");
    // In a container it is the same.
    raw.send(msg_id_now(), &container(&[message(id, seq_no, &get_state())])).await;
    assert_eq!(raw.receive().await, answer);
    raw.acknowledge(&answer).await;
    raw.send_as(id, seq_no, &get_state()).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 19, "the answer has arrived and is gone");

    centre.faults().delay(STATE, Duration::from_millis(400), 1);
    let (id, seq_no) = (msg_id_now(), raw.seq_no(&get_state()));
    for _ in 0..2 {
        raw.send_as(id, seq_no, &get_state()).await;
        let told = raw.receive().await;
        assert_eq!(told[0].constructor, ACKNOWLEDGMENT, "it is being worked on");
    }
    assert_eq!(raw.receive().await[0].about(), id);
    assert_eq!(centre.requests().count(STATE), 2);
}

#[tokio::test]
async fn a_large_answer_is_only_named_when_its_request_comes_again() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    let peer = crate::client::input_peer(&centre, crate::client::BLOG);
    let ledger = f::payments::GetStarsTransactions {
        inbound: false,
        outbound: false,
        ascending: false,
        ton: false,
        subscription_id: None,
        peer,
        offset: String::new(),
        limit: 100,
    };
    let (id, seq_no, body) = (msg_id_now(), 99, ledger.to_bytes());
    raw.content = 50;
    raw.send_as(id, seq_no, &body).await;
    let answer = raw.receive().await;
    raw.send_as(id, seq_no, &body).await;
    let told = raw.receive().await;
    if answer[0].fields.len() + 4 > 16 * 1024 {
        assert_eq!((told[0].constructor, told[0].about()), (DETAILED, id));
        let named = i64::from_le_bytes(told[0].fields[8..16].try_into().unwrap());
        assert_eq!(named, answer[0].msg_id);
    } else {
        assert_eq!(told, answer);
    }
}

#[tokio::test]
async fn the_states_of_messages_are_told_honestly() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    let quick = msg_id_now();
    raw.send(quick, &get_state()).await;
    let answer = raw.receive().await;
    assert_eq!(states(&mut raw, &[4, quick, quick + 4, msg_id_now() + (1 << 33)]).await, [1, 108, 2, 3]);
    raw.acknowledge(&answer).await;
    assert_eq!(states(&mut raw, &[quick]).await, [236]);
    centre.faults().delay(STATE, Duration::from_millis(300), 1);
    let slow = msg_id_now();
    raw.send(slow, &get_state()).await;
    raw.receive().await;
    assert_eq!(states(&mut raw, &[slow]).await, [36], "being worked on");
    raw.receive().await;
    assert_eq!(states(&mut raw, &[slow]).await, [108], "answered");
}

#[tokio::test]
async fn answers_can_be_declined() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    let drop_answer = |req_msg_id| f::RpcDropAnswer { req_msg_id }.to_bytes();
    let result = |answer: &Answer| u32::from_le_bytes(answer.fields[8..12].try_into().unwrap());
    let quick = msg_id_now();
    raw.send(quick, &get_state()).await;
    raw.receive().await;
    raw.send(msg_id_now(), &drop_answer(quick)).await;
    assert_eq!(result(&raw.receive().await[0]), 0xa43a_d8b7, "it was on its way");
    raw.send(msg_id_now(), &drop_answer(quick)).await;
    assert_eq!(result(&raw.receive().await[0]), 0x5e2a_d36e, "nothing is known of it any more");
    centre.faults().delay(STATE, Duration::from_millis(300), 1);
    let slow = msg_id_now();
    raw.send(slow, &get_state()).await;
    raw.receive().await;
    raw.send(msg_id_now(), &drop_answer(slow)).await;
    let both = raw.receive().await;
    assert_eq!((both[0].about(), result(&both[0]), result(&both[1])), (slow, 0xcd78_e586, 0xcd78_e586));
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(raw.hears_nothing().await);
}

#[tokio::test]
async fn a_slow_answer_holds_up_nothing_else() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    centre.faults().delay(STATE, Duration::from_secs(2), 1);
    let slow = msg_id_now();
    raw.send(slow, &get_state()).await;
    assert_eq!(raw.receive().await[0].constructor, ACKNOWLEDGMENT);
    let begun = std::time::Instant::now();
    let quick = msg_id_now();
    raw.send(quick, &get_state()).await;
    assert_eq!(raw.receive().await[0].about(), quick);
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(raw.receive().await[0].about(), slow);
}

#[tokio::test]
async fn a_late_answer_finds_its_session_on_another_connection() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    centre.faults().delay(STATE, Duration::from_millis(200), 1);
    let slow = msg_id_now();
    raw.send(slow, &get_state()).await;
    raw.receive().await;
    raw.reconnect(&centre).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(with_pong(&mut raw).await[0].about(), slow);
}

#[tokio::test]
async fn sequence_numbers_are_checked() {
    let centre = world().await;
    let mut raw = session(&centre).await;
    raw.content = 10;
    raw.send(msg_id_now(), &get_state()).await;
    raw.receive().await;
    let acknowledgment = [ACKNOWLEDGMENT.to_bytes(), Vec::<i64>::new().to_bytes()].concat();
    for (seq_no, body, code) in [
        (22, get_state(), 35),
        (23, acknowledgment, 34),
        (23, container(&[message(msg_id_now(), 23, &ping(1))]), 34),
        (19, get_state(), 32),
        (21, get_state(), 32),
    ] {
        raw.send_as(msg_id_now(), seq_no, &body).await;
        assert_eq!(bad_code(&raw.receive().await[0]), code, "{seq_no}");
    }
    let early = msg_id_now();
    raw.content = 20;
    raw.send(msg_id_now(), &get_state()).await;
    raw.receive().await;
    raw.send_as(early, 43, &get_state()).await;
    assert_eq!(bad_code(&raw.receive().await[0]), 33);
    // A number in a container may be wrong without the others.
    let (first, second) = (msg_id_now(), msg_id_now() + 4);
    let both = container(&[message(first, 44, &get_state()), message(second, 45, &ping(5))]);
    raw.send_as(msg_id_now() + 8, 46, &both).await;
    let answers = raw.receive().await;
    assert_eq!((bad_code(&answers[0]), answers[0].about()), (35, first));
    assert_eq!(answers[1].constructor, PONG);
}
