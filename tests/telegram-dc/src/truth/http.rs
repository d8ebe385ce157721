//! The truth over HTTP, for tests in other languages, and faults and the clock on order: a few addresses, JSON answers,
//! one request a connection.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::shared::Shared;
use crate::{FaultOrder, Faults, Truth, Unit, phone};

/// What the addresses tell about.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) truth: Truth,
    pub(crate) shared: Arc<Shared>,
    pub(crate) faults: Faults,
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
    let (status, body) = match address.strip_prefix("/fault/").filter(|_| method == "POST") {
        Some(words) => order(sources, words),
        None => match answer(sources, method, address) {
            Some(body) => ("200 OK", body),
            None => ("404 Not Found", r#"{"error":"unknown address"}"#.to_owned()),
        },
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
        ("GET", ["truth", "channels"]) => to_json(&truth.channels()),
        ("GET", ["truth", "channels", id, "days"]) => to_json(&truth.days(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "ledger"]) if query.is_empty() => {
            to_json(&truth.whole_ledger(id.parse().ok()?))
        }
        ("GET", ["truth", "channels", id, "posts"]) => to_json(&truth.posts(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "ledger"]) => {
            to_json(&truth.ledger(id.parse().ok()?, unit(query)?))
        }
        ("GET", ["truth", "channels", id, "boosts"]) => to_json(&truth.boosts(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "giveaways"]) => to_json(&truth.giveaways(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "invites"]) => to_json(&truth.invites(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "balances"]) => {
            to_json(&truth.balances(id.parse().ok()?, unit(query)?))
        }
        ("GET", ["truth", "channels", id, "stories"]) => to_json(&truth.stories(id.parse().ok()?)),
        ("GET", ["truth", "channels", id, "group_days"]) => to_json(&truth.group_days(id.parse().ok()?)),
        ("GET", ["truth", "requests"]) => to_json(&sources.shared.requests.summary()),
        ("GET", ["truth", "harm"]) => to_json(&sources.shared.requests.harm()),
        ("POST", ["clock", "advance", seconds]) => {
            sources.shared.clock.advance(SignedDuration::from_secs(seconds.parse().ok()?));
            to_json(&sources.shared.clock.now())
        }
        ("POST", ["clock", "set", milliseconds]) => {
            sources.shared.clock.set(Timestamp::from_millisecond(milliseconds.parse().ok()?).ok()?);
            to_json(&sources.shared.clock.now())
        }
        ("POST", ["phone", "scan", token]) => {
            to_json(&phone::scan(&sources.shared, token).err().map(|error| error.to_string()))
        }
        _ => None,
    }
}

/// Makes something go wrong, as the words say.
fn order(sources: &Sources, words: &str) -> (&'static str, String) {
    let told = decoded(words).map(|words| words.parse::<FaultOrder>().map_err(|error| error.to_string()));
    match told.unwrap_or_else(|| Err("the address is not percent-encoded UTF-8".to_owned())) {
        Ok(order) => {
            sources.faults.order(&order);
            ("200 OK", json!({ "ordered": order.to_string() }).to_string())
        }
        Err(reason) => ("400 Bad Request", json!({ "error": reason }).to_string()),
    }
}

/// The text of a percent-encoded part of an address.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_first_chunk::<2>()?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// `?unit=ton` (for balances also without a query) or `?unit=stars`.
fn unit(query: &str) -> Option<Unit> {
    match query {
        "" | "unit=ton" => Some(Unit::Ton),
        "unit=stars" => Some(Unit::Stars),
        _ => None,
    }
}

fn to_json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn addresses_are_decoded() {
        assert_eq!(decoded("flood-wait:%2a:30").unwrap(), "flood-wait:*:30");
        assert_eq!(decoded("%D0%BF").unwrap(), "п");
        assert_eq!((decoded("%2"), decoded("%zz"), decoded("%ff")), (None, None, None));
    }
}
