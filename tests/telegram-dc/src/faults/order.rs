//! Faults in words, for the command line and for HTTP.

use std::fmt;
use std::str::{FromStr, Split};
use std::time::Duration;

use super::Faults;
use super::graphs::GraphFault;
use super::plan::Fault;
use crate::centre::DCS;
use crate::chart::graph_names;
use crate::dc::Dc;
use crate::keyring::Login;
use crate::rpc::{self, RpcError};
use crate::{Error, push};

/// What every kind of fault looks like in words.
const KINDS: [(&str, &str); 27] = [
    ("flood-wait", "METHOD:SECONDS[:TIMES]"),
    ("premium-flood-wait", "METHOD:SECONDS[:TIMES]"),
    ("error", "METHOD:CODE:NAME[:TIMES]"),
    ("server-error", "METHOD[:TIMES]"),
    ("timeout", "METHOD[:TIMES]"),
    ("layer-invalid", "METHOD[:TIMES]"),
    ("update-app", "METHOD[:TIMES]"),
    ("drop-before", "METHOD[:TIMES]"),
    ("drop-after", "METHOD[:TIMES]"),
    ("slow", "METHOD:SECONDS[:TIMES]"),
    ("garbage", "METHOD[:TIMES]"),
    ("wrong-crc", "METHOD[:TIMES]"),
    ("unknown-constructor", "METHOD[:TIMES]"),
    ("unknown-inside", "METHOD[:TIMES]"),
    ("dc-down", "DC"),
    ("dc-up", "DC"),
    ("rotate-salts", "DC"),
    ("clock-ahead", "DC:SECONDS"),
    ("end-logins", "revoked|unregistered"),
    ("expire-graph-tokens", ""),
    ("graph-json", "GRAPH:JSON"),
    ("graph-error", "GRAPH:TEXT"),
    ("graph-later", "GRAPH"),
    ("graph-revised", "GRAPH:DAYS:BY"),
    ("rename", "CHANNEL:TEXT"),
    ("notify", "TEXT"),
    ("clear", ""),
];

/// The longest delay of an answer, in seconds.
const LONGEST_DELAY: f64 = 86_400.0;

/// A fault in words, such as `flood-wait:stats.getBroadcastStats:30:2`: its kind and what belongs to it, with colons
/// between. `METHOD` is one that is served, or `*` for any; `TIMES` is 1 unless given; `DC` is 1, 2 or 4.
///
/// | order | does |
/// | --- | --- |
/// | `flood-wait:METHOD:SECONDS[:TIMES]` | [`Faults::flood_wait`] |
/// | `premium-flood-wait:METHOD:SECONDS[:TIMES]` | [`Faults::premium_flood_wait`] |
/// | `error:METHOD:CODE:NAME[:TIMES]` | [`Faults::rpc_error`] |
/// | `server-error:METHOD[:TIMES]`, `timeout:METHOD[:TIMES]` | [`Faults::server_error`], [`Faults::timeout`] |
/// | `layer-invalid:METHOD[:TIMES]`, `update-app:METHOD[:TIMES]` | [`Faults::layer_invalid`], [`Faults::update_app`] |
/// | `drop-before:METHOD[:TIMES]` | [`Faults::drop_connection_before`] |
/// | `drop-after:METHOD[:TIMES]` | [`Faults::drop_connection_after`] |
/// | `slow:METHOD:SECONDS[:TIMES]`, decimals allowed | [`Faults::delay`] |
/// | `garbage:METHOD[:TIMES]`, `wrong-crc:METHOD[:TIMES]` | [`Faults::garbage`], [`Faults::wrong_crc`] |
/// | `unknown-constructor:METHOD[:TIMES]` | [`Faults::unknown_constructor`] |
/// | `unknown-inside:METHOD[:TIMES]` | [`Faults::unknown_inside`] |
/// | `dc-down:DC`, `dc-up:DC` | [`Dc::goes_down`], [`Dc::comes_back`] |
/// | `rotate-salts:DC` | [`Dc::rotates_salts`] |
/// | `clock-ahead:DC:SECONDS`, negative for behind | [`Dc::clock_is_ahead`] |
/// | `end-logins:revoked`, `end-logins:unregistered` | [`Faults::revoke_session`], [`Faults::auth_key_unregistered`] |
/// | `expire-graph-tokens` | [`Faults::expire_graph_tokens`] |
/// | `graph-json:GRAPH:JSON`, `graph-error:GRAPH:TEXT` | [`Faults::graph_is`] |
/// | `graph-later:GRAPH`, `graph-revised:GRAPH:DAYS:BY` | [`Faults::graph_is`] |
/// | `rename:CHANNEL:TEXT` | [`Faults::rename`] |
/// | `notify:TEXT` | [`crate::DataCentre::push_service_notification`] |
/// | `clear` | [`Faults::clear`] |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultOrder {
    words: String,
    deed: Deed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Deed {
    Request { method: String, fault: Fault, times: u32 },
    Dc { dc: i32, change: DcChange },
    EndLogins(Login),
    ExpireGraphTokens,
    Graph(String, GraphFault),
    Rename(i64, String),
    Notify(String),
    Clear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DcChange {
    Down,
    Up,
    Salts,
    Ahead(i64),
}

impl fmt::Display for FaultOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

impl FromStr for FaultOrder {
    type Err = Error;

    fn from_str(words: &str) -> Result<Self, Error> {
        let (kind, _) = words.split_once(':').unwrap_or((words, ""));
        let told = |reason| Error::Fault { order: words.to_owned(), reason };
        let Some((_, shape)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            let kinds: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
            return Err(told(format!("there is no fault {kind:?}; there are {}", kinds.join(", "))));
        };
        let deed = deed(words).map_err(|reason| {
            let colon = if shape.is_empty() { "" } else { ":" };
            told(format!("{reason}; it goes {kind}{colon}{shape}"))
        })?;
        Ok(Self { words: words.to_owned(), deed })
    }
}

/// The parts of an order behind its kind.
struct Parts<'a>(Split<'a, char>);

impl<'a> Parts<'a> {
    fn next(&mut self, what: &str) -> Result<&'a str, String> {
        self.0.next().filter(|part| !part.is_empty()).ok_or_else(|| format!("{what} is missing"))
    }

    fn number<T: FromStr>(&mut self, what: &str) -> Result<T, String> {
        let part = self.next(what)?;
        part.parse().map_err(|_| format!("{what} cannot be {part:?}"))
    }

    fn method(&mut self) -> Result<String, String> {
        let method = self.next("METHOD")?;
        if method != "*" && !rpc::methods().contains(&method) {
            return Err(format!("the method {method:?} is not served here"));
        }
        Ok(method.to_owned())
    }

    fn graph(&mut self) -> Result<String, String> {
        let graph = self.next("GRAPH")?;
        if !graph_names().any(|name| name == graph) {
            let names: Vec<_> = graph_names().collect();
            return Err(format!("there is no graph {graph:?}; there are {}", names.join(", ")));
        }
        Ok(graph.to_owned())
    }

    fn seconds(&mut self) -> Result<u32, String> {
        let seconds = self.number("SECONDS")?;
        if seconds == 0 { Err("SECONDS must not be 0".to_owned()) } else { Ok(seconds) }
    }

    fn delay(&mut self) -> Result<Duration, String> {
        let seconds: f64 = self.number("SECONDS")?;
        if !(0.0..=LONGEST_DELAY).contains(&seconds) {
            return Err(format!("SECONDS must be from 0 to {LONGEST_DELAY}"));
        }
        Ok(Duration::from_secs_f64(seconds))
    }

    fn times(&mut self) -> Result<u32, String> {
        match self.0.next() {
            None => Ok(1),
            Some(part) => match part.parse() {
                Ok(0) | Err(_) => Err(format!("TIMES cannot be {part:?}")),
                Ok(times) => Ok(times),
            },
        }
    }

    fn dc(&mut self) -> Result<i32, String> {
        let dc = self.number("DC")?;
        if DCS.contains(&dc) { Ok(dc) } else { Err(format!("there is no data centre {dc}")) }
    }

    fn end(mut self, deed: Deed) -> Result<Deed, String> {
        self.0.next().map_or(Ok(deed), |rest| Err(format!("{rest:?} is too much")))
    }
}

fn deed(words: &str) -> Result<Deed, String> {
    let mut parts = Parts(words.split(':'));
    let kind = parts.next("the kind")?;
    let dc = |mut parts: Parts<'_>, change| {
        let dc = parts.dc()?;
        parts.end(Deed::Dc { dc, change })
    };
    match kind {
        "dc-down" => dc(parts, DcChange::Down),
        "dc-up" => dc(parts, DcChange::Up),
        "rotate-salts" => dc(parts, DcChange::Salts),
        "clock-ahead" => {
            let (dc, seconds) = (parts.dc()?, parts.number("SECONDS")?);
            parts.end(Deed::Dc { dc, change: DcChange::Ahead(seconds) })
        }
        "end-logins" => {
            let login = match parts.next("revoked or unregistered")? {
                "revoked" => Login::Revoked,
                "unregistered" => Login::Unbound,
                other => return Err(format!("{other:?} is neither revoked nor unregistered")),
            };
            parts.end(Deed::EndLogins(login))
        }
        "expire-graph-tokens" => parts.end(Deed::ExpireGraphTokens),
        "clear" => parts.end(Deed::Clear),
        "graph-json" => {
            let graph = parts.graph()?;
            Ok(Deed::Graph(graph, GraphFault::Json(rest(words, 2, "JSON")?)))
        }
        "graph-error" => {
            let graph = parts.graph()?;
            Ok(Deed::Graph(graph, GraphFault::Error(rest(words, 2, "TEXT")?)))
        }
        "graph-later" => {
            let graph = parts.graph()?;
            parts.end(Deed::Graph(graph, GraphFault::Later))
        }
        "graph-revised" => {
            let graph = parts.graph()?;
            let (days_ago, by) = (parts.number("DAYS")?, parts.number("BY")?);
            parts.end(Deed::Graph(graph, GraphFault::Revised { days_ago, by }))
        }
        "rename" => Ok(Deed::Rename(parts.number("CHANNEL")?, rest(words, 2, "TEXT")?)),
        "notify" => Ok(Deed::Notify(rest(words, 1, "TEXT")?)),
        _ => request(kind, parts),
    }
}

/// What is behind so many parts, colons and all.
fn rest(words: &str, parts: usize, what: &str) -> Result<String, String> {
    let rest = words.splitn(parts + 1, ':').nth(parts).filter(|text| !text.is_empty());
    rest.map(str::to_owned).ok_or_else(|| format!("{what} is missing"))
}

fn request(kind: &str, mut parts: Parts<'_>) -> Result<Deed, String> {
    let method = parts.method()?;
    let answer = |code, name: &str| Fault::Answer(RpcError::new(code, name));
    let fault = match kind {
        "flood-wait" => Fault::FloodWait { seconds: parts.seconds()?, premium: false },
        "premium-flood-wait" => Fault::FloodWait { seconds: parts.seconds()?, premium: true },
        "error" => {
            let (code, name) = (parts.number("CODE")?, parts.next("NAME")?);
            answer(code, name)
        }
        "server-error" => answer(500, "RPC_CALL_FAIL"),
        "timeout" => answer(-503, "Timeout"),
        "layer-invalid" => answer(400, "CONNECTION_LAYER_INVALID"),
        "update-app" => answer(406, "UPDATE_APP_TO_LOGIN"),
        "drop-before" => Fault::DropBefore,
        "drop-after" => Fault::DropAfter,
        "slow" => Fault::Delay(parts.delay()?),
        "garbage" => Fault::Garbage,
        "wrong-crc" => Fault::WrongCrc,
        "unknown-constructor" => Fault::UnknownConstructor,
        "unknown-inside" => Fault::UnknownInside,
        _ => return Err(format!("there is no fault {kind:?}")),
    };
    let times = parts.times()?;
    parts.end(Deed::Request { method, fault, times })
}

impl FaultOrder {
    pub(super) fn carry_out(&self, faults: &Faults) {
        match &self.deed {
            Deed::Request { method, fault, times } => faults.add(method, fault.clone(), *times),
            Deed::Dc { dc, change } => {
                let Some(dc) = Dc::find(faults.shared(), *dc) else { return };
                match change {
                    DcChange::Down => dc.goes_down(),
                    DcChange::Up => dc.comes_back(),
                    DcChange::Salts => dc.rotates_salts(),
                    DcChange::Ahead(seconds) => dc.clock_is_ahead(*seconds),
                }
            }
            Deed::EndLogins(login) => faults.shared().keys.end_all_logins(*login),
            Deed::ExpireGraphTokens => faults.expire_graph_tokens(),
            Deed::Graph(graph, fault) => faults.graph_is(graph, fault.clone()),
            Deed::Rename(channel, title) => faults.rename(*channel, title),
            Deed::Notify(text) => {
                push::service_notification(faults.shared(), "NOTICE", text);
            }
            Deed::Clear => faults.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FaultOrder, KINDS};

    fn refusal(words: &str) -> String {
        words.parse::<FaultOrder>().unwrap_err().to_string()
    }

    #[test]
    fn every_kind_can_be_ordered_as_its_shape_says() {
        for (kind, shape) in KINDS {
            let shape = shape
                .replace("METHOD", "stats.getBroadcastStats")
                .replace("SECONDS", "30")
                .replace("CODE", "400")
                .replace("NAME", "PEER_ID_INVALID")
                .replace("DC", "4")
                .replace("GRAPH", "growth")
                .replace("CHANNEL", "1420000001")
                .replace("DAYS", "3")
                .replace("BY", "-5")
                .replace("revoked|unregistered", "revoked");
            let short = format!("{kind}:{}", shape.replace("[:TIMES]", ""));
            let long = format!("{kind}:{}", shape.replace("[:TIMES]", ":2"));
            for words in [short, long] {
                let order: FaultOrder = words.trim_end_matches(':').parse().unwrap();
                assert_eq!(order.to_string(), words.trim_end_matches(':'));
            }
        }
    }

    #[test]
    fn what_cannot_be_understood_is_explained() {
        assert!(refusal("flood").contains("there is no fault \"flood\"; there are flood-wait, "));
        let unknown = refusal("drop-before:stats.getBroadcastStat");
        assert!(
            unknown.contains("\"stats.getBroadcastStat\" is not served here; it goes drop-before:METHOD")
        );
        assert!(
            refusal("flood-wait:*").contains("SECONDS is missing; it goes flood-wait:METHOD:SECONDS[:TIMES]")
        );
        assert!(refusal("flood-wait:*:soon").contains("SECONDS cannot be \"soon\""));
        assert!(refusal("flood-wait:*:30:0").contains("TIMES cannot be \"0\""));
        assert!(refusal("flood-wait:*:30:1:1").contains("\"1\" is too much"));
        assert!(refusal("slow:*:-1").contains("SECONDS must be from 0 to 86400"));
        assert!(refusal("dc-down:3").contains("there is no data centre 3"));
        assert!(refusal("end-logins:all").contains("neither revoked nor unregistered"));
        assert!(refusal("notify:").contains("TEXT is missing"));
        assert!(refusal("graph-later:grow").contains("there is no graph \"grow\"; there are growth, "));
        assert!(refusal("graph-json:growth").contains("JSON is missing; it goes graph-json:GRAPH:JSON"));
        assert!(refusal("graph-revised:growth:3:some").contains("BY cannot be \"some\""));
        assert!(refusal("").contains("there is no fault \"\""));
    }
}
