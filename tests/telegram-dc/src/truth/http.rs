//! The truth over HTTP, for tests in other languages: a few GET addresses, JSON answers, one request a connection.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::{Clock, RequestLog, Truth, Unit};

/// What the addresses tell about.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) truth: Truth,
    pub(crate) requests: RequestLog,
    pub(crate) clock: Clock,
}

/// Answers until the listener is dropped.
pub(crate) async fn serve(sources: Sources, listener: TcpListener) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let sources = sources.clone();
            tokio::spawn(async move {
                let _ = talk(&sources, stream).await;
            });
        }
    }
}

async fn talk(sources: &Sources, mut stream: TcpStream) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new((&mut stream).take(4096)).read_line(&mut line).await?;
    let mut words = line.split_whitespace();
    let (method, address) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, body) = match answer(sources, method, address) {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", r#"{"error":"unknown address"}"#.to_owned()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

fn answer(sources: &Sources, method: &str, address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let truth = &sources.truth;
    match (method, parts.as_slice()) {
        ("GET", ["truth", "channels"]) => json(&truth.channels()),
        ("GET", ["truth", "channels", id, "days"]) => json(&truth.days(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "ledger"]) => json(&truth.ledger(id.parse().ok()?, unit(query)?)),
        ("GET", ["truth", "channels", id, "balances"]) => {
            json(&truth.balances(id.parse().ok()?, unit(query)?))
        }
        ("GET", ["truth", "channels", id, "stories"]) => json(&truth.stories(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "group_days"]) => json(&truth.group_days(id.parse().ok()?)),
        ("GET", ["truth", "requests"]) => json(&sources.requests.all()),
        ("POST", ["clock", "advance", seconds]) => {
            sources.clock.advance(SignedDuration::from_secs(seconds.parse().ok()?));
            json(&sources.clock.now())
        }
        ("POST", ["clock", "set", milliseconds]) => {
            sources.clock.set(Timestamp::from_millisecond(milliseconds.parse().ok()?).ok()?);
            json(&sources.clock.now())
        }
        _ => None,
    }
}

/// `?unit=ton` (also without a query) or `?unit=stars`.
fn unit(query: &str) -> Option<Unit> {
    match query {
        "" | "unit=ton" => Some(Unit::Ton),
        "unit=stars" => Some(Unit::Stars),
        _ => None,
    }
}

fn json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}
