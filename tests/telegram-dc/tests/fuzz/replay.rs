//! Sends the corpus and mutations of it, at every depth, and looks whether anybody else notices.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use grammers_tl_types::{Deserializable, Serializable, enums as e, functions as f};
use jiff::Timestamp;
use telegram_dc::{DataCentre, Options};

use crate::corpus::{self, Depth, Entry, Mutator};
use crate::raw::{Raw, msg_id_now, ping};

const PONG: u32 = 0x3477_73c5;
const RPC_RESULT: u32 = 0xf35c_6d01;
const BAD_MESSAGE: u32 = 0xa7ef_f811;

/// How long mutations are tried, unless `TELEGRAM_DC_FUZZ_SECONDS` says otherwise.
const SECONDS: u64 = 4;

/// Memory may waver by so much, in KiB.
const WAVERING: u64 = 96 * 1024;

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Somebody who means harm, with one of the account's keys for each data centre and one of nobody's.
struct Attacker {
    signed_in: [Raw; 2],
    stranger: Raw,
}

async fn world() -> DataCentre {
    let start_clock = Some("2026-03-01T15:30:00Z".parse::<Timestamp>().unwrap());
    DataCentre::start(Options { start_clock, ..Options::default() }).await.unwrap()
}

/// The result of a request, `rpc_result` taken off.
async fn ask(raw: &mut Raw, body: &[u8]) -> Vec<u8> {
    let msg_id = msg_id_now();
    raw.send(msg_id, body).await;
    loop {
        let answers = raw.receive().await;
        assert!(!answers.is_empty(), "the connection is lost");
        let found = answers.iter().find(|one| one.constructor == RPC_RESULT && one.about() == msg_id);
        let result = found.map(|answer| answer.fields[8..].to_vec());
        raw.acknowledge(&answers).await;
        if let Some(result) = result {
            return result;
        }
    }
}

impl Attacker {
    async fn new(centre: &DataCentre) -> Self {
        let mut home = Raw::connect(centre).await;
        home.begin().await;
        let exported = ask(&mut home, &f::auth::ExportAuthorization { dc_id: 4 }.to_bytes()).await;
        let exported = e::auth::ExportedAuthorization::from_bytes(&exported).unwrap();
        let e::auth::ExportedAuthorization::Authorization(exported) = exported;
        let mut stats = Raw::connect_to(centre, 4).await;
        stats.begin().await;
        let import = f::auth::ImportAuthorization { id: exported.id, bytes: exported.bytes };
        ask(&mut stats, &import.to_bytes()).await;
        let key = centre.access().spare_key(5, 2).unwrap();
        let mut stranger = Raw::connect(centre).await.with_key(key);
        stranger.begin().await;
        Self { signed_in: [home, stats], stranger }
    }

    /// Sends an input and waits until it has been dealt with.
    async fn send(&mut self, centre: &DataCentre, entry: &Entry, round: usize) {
        let bytes = &entry.bytes;
        match entry.depth {
            Depth::Raw => {
                let mut raw = Raw::connect(centre).await;
                raw.write(bytes).await;
                assert!(raw.finish().await, "{entry:?} keeps a connection open");
            }
            Depth::Framed => {
                let mut raw = Raw::connect(centre).await;
                let key_id = raw.encrypt(msg_id_now(), &ping(1))[..8].to_vec();
                let payload = match bytes.strip_prefix(b"KEYIDKEY") {
                    Some(rest) => [&key_id[..], rest].concat(),
                    None => bytes.clone(),
                };
                let frame = raw.frame(&payload);
                raw.write(&frame).await;
                assert!(raw.finish().await, "{entry:?} keeps a connection open");
            }
            Depth::Packet => {
                let raw = &mut self.stranger;
                let message = match bytes.strip_prefix(&[0; 8]) {
                    Some(rest) => [&msg_id_now().to_le_bytes()[..], rest].concat(),
                    None => bytes.clone(),
                };
                let payload = raw.encrypt_message(&message);
                let frame = raw.frame(&payload);
                raw.write(&frame).await;
                settle(raw, centre, entry).await;
            }
            Depth::Message => {
                let raw = &mut self.signed_in[round % 2];
                let mut body = bytes.clone();
                if round % 16 != 15 {
                    body.resize(body.len().next_multiple_of(4).max(4), 0);
                }
                raw.send(msg_id_now(), &body).await;
                settle(raw, centre, entry).await;
            }
        }
    }
}

/// Waits until a ping is answered or the connection is closed, and then makes another one.
async fn settle(raw: &mut Raw, centre: &DataCentre, entry: &Entry) {
    let msg_id = msg_id_now();
    raw.send(msg_id, &ping(2)).await;
    loop {
        let Some(answers) = raw.try_receive().await else { panic!("{entry:?} is not dealt with") };
        if answers.is_empty() {
            raw.reconnect(centre).await;
            return;
        }
        if answers.iter().any(|answer| answer.constructor == PONG && answer.about() == msg_id) {
            return;
        }
        // A sequence number too high spoils a session for all that follows: another one takes over.
        if answers.iter().any(|answer| answer.constructor == BAD_MESSAGE && answer.about() == msg_id) {
            raw.session += 1;
            raw.content = 0;
            return;
        }
    }
}

/// The resident memory of this process, in KiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A panic on the server's side counts, and so does one of the test's own.
fn count_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(panic);
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corpus_and_what_comes_of_it_hurt_nobody() {
    count_panics();
    let seconds = std::env::var("TELEGRAM_DC_FUZZ_SECONDS").ok();
    let seconds = seconds.map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let centre = world().await;
    let key = centre.access().spare_key(2, 2).unwrap();
    let mut bystander = Raw::connect(&centre).await.with_key(key);
    bystander.begin().await;
    let nearest = f::help::GetNearestDc {}.to_bytes();
    let expected = ask(&mut bystander, &nearest).await;

    let mut attacker = Attacker::new(&centre).await;
    let entries = corpus::all();
    for (round, entry) in entries.iter().chain(&entries).enumerate() {
        // Both data centres get every message.
        attacker.send(&centre, entry, round + round / entries.len() * (1 + entries.len() % 2)).await;
    }
    assert_eq!(ask(&mut bystander, &nearest).await, expected);
    let before = memory();
    let mut mutator = Mutator::new(7, entries);
    let (begun, mut round) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let entry = mutator.next();
        attacker.send(&centre, &entry, round).await;
        round += 1;
        if round.is_multiple_of(50) {
            assert_eq!(ask(&mut bystander, &nearest).await, expected, "after {entry:?}");
        }
    }
    let after = memory();
    eprintln!("{round} mutations, memory {before} to {after} KiB");
    assert!(round > 50, "only {round} mutations were tried");
    assert_eq!((centre.panics(), PANICS.load(Ordering::Relaxed)), (0, 0));
    assert!(after < before + WAVERING, "memory grew from {before} to {after} KiB");
    assert_eq!(ask(&mut bystander, &nearest).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_megabytes_are_refused_before_they_are_read() {
    let centre = world().await;
    let mut raw = Raw::connect(&centre).await;
    raw.write(&(16 * 1024 * 1024_i32).to_le_bytes()).await;
    assert!(raw.is_closed().await);
}
