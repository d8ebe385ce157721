//! How much the data centre bears: makes a world, asks it many small questions from 20 connections, and prints a table.
//!
//!     cargo run --release -p telegram-dc --example load -- 1000000
//!
//! Client and server share the process, so the real numbers are better: the client costs as much as the server.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/raw.rs"]
mod raw;

use std::time::Instant;

use grammers_tl_types::{Serializable, functions as f};
use raw::{Raw, msg_id_now};
use telegram_dc::{DataCentre, Options, Unit};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 20;

/// So many questions are on their way on a connection at a time.
const TOGETHER: u64 = 8;

const RPC_RESULT: u32 = 0xf35c_6d01;

/// The resident memory of this process, in MiB.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// One connection for each of so many keys.
async fn connections(centre: &DataCentre) -> Vec<Raw> {
    let mut connections = Vec::new();
    for set in 0..8 {
        for dc in [1, 2, 4] {
            let key = centre.access().spare_key(set, dc).unwrap();
            let mut raw = Raw::connect_to(centre, dc).await.with_key(key);
            raw.begin().await;
            connections.push(raw);
        }
    }
    connections.truncate(CONNECTIONS);
    connections
}

/// Asks so many questions, some at a time, and acknowledges the answers.
async fn ask(mut raw: Raw, calls: u64) -> Raw {
    let body = f::help::GetNearestDc {}.to_bytes();
    let mut left = calls;
    while left > 0 {
        let together = left.min(TOGETHER);
        for _ in 0..together {
            raw.send(msg_id_now(), &body).await;
        }
        let mut answers = Vec::new();
        while (answers.len() as u64) < together {
            let more = raw.receive().await;
            assert!(!more.is_empty(), "the connection is lost");
            answers.extend(more.into_iter().filter(|answer| answer.constructor == RPC_RESULT));
        }
        raw.acknowledge(&answers).await;
        left -= together;
    }
    raw
}

/// Spreads the calls over the connections; how many seconds it took.
async fn load(connections: &mut Vec<Raw>, calls: u64) -> f64 {
    let begun = Instant::now();
    let share = calls / connections.len() as u64;
    let mut asking: JoinSet<Raw> = connections.drain(..).map(|raw| ask(raw, share)).collect();
    while let Some(raw) = asking.join_next().await {
        connections.push(raw.unwrap());
    }
    begun.elapsed().as_secs_f64()
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let calls: u64 = std::env::args().nth(1).map_or(1_000_000, |calls| calls.parse().unwrap());
    let empty = memory();
    let begun = Instant::now();
    let centre = DataCentre::start(Options::default()).await.unwrap();
    let truth = centre.truth();
    let mut rows = 0;
    for channel in truth.channels() {
        rows += truth.days(channel.id).len();
        rows += truth.ledger(channel.id, Unit::Ton).len() + truth.ledger(channel.id, Unit::Stars).len();
    }
    println!("| a world of 400 days                | {:8.2} s     |", begun.elapsed().as_secs_f64());
    println!("| its days and ledger rows           | {rows:8}       |");
    println!("| memory for it                      | {:8.1} MiB   |", memory() - empty);
    let mut connections = connections(&centre).await;
    // The log of requests grows to its full size first.
    load(&mut connections, calls.min(120_000)).await;
    let before = memory();
    let seconds = load(&mut connections, calls).await;
    let after = memory();
    println!("| calls from {CONNECTIONS} connections          | {calls:8}       |");
    println!("| calls a second                     | {:8.0}       |", calls as f64 / seconds);
    println!("| memory before                      | {before:8.1} MiB   |");
    println!("| memory after                       | {after:8.1} MiB   |");
    let counted = centre.requests().count("help.getNearestDc");
    println!("| requests counted                   | {counted:8}       |");
    centre.shutdown().await;
}
