//! Tokens that stand for graphs.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::RpcError;
use crate::access::hex;
use crate::chart::Zoom;

/// What a graph is about: the channel itself, or something in it by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Channel,
    Group,
    Message(i32),
    Story(i32),
}

impl Subject {
    /// A letter, and the id if there is one.
    fn name(self) -> String {
        match self {
            Self::Channel => "c".to_owned(),
            Self::Group => "g".to_owned(),
            Self::Message(id) => format!("m{id}"),
            Self::Story(id) => format!("s{id}"),
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name.split_at_checked(1)? {
            ("c", "") => Some(Self::Channel),
            ("g", "") => Some(Self::Group),
            ("m", id) => Some(Self::Message(id.parse().ok()?)),
            ("s", id) => Some(Self::Story(id.parse().ok()?)),
            _ => None,
        }
    }
}

/// What a token promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) subject: Subject,
    /// Which of the subject's graphs, by a name without dots.
    pub(crate) graph: String,
    pub(crate) channel: i64,
    /// How closely one of its points is looked at; absent for the graph itself.
    pub(crate) zoom: Option<Zoom>,
    /// World time, Unix seconds.
    pub(crate) issued: i64,
    pub(crate) generation: u64,
}

impl Token {
    /// The text that goes to the client.
    pub(crate) fn seal(&self, seed: u64) -> String {
        let (subject, zoom) = (self.subject.name(), zoom_name(self.zoom));
        let Self { graph, channel, issued, generation, .. } = self;
        let claim = format!("{subject}.{graph}.{channel}.{zoom}.{issued}.{generation}");
        let seal = mac(seed, &claim);
        format!("{claim}.{seal}")
    }

    /// Reads a token that this world gave out and that is still good.
    pub(crate) fn open(
        text: &str,
        seed: u64,
        generation: u64,
        now: Timestamp,
        life: i64,
    ) -> Result<Self, RpcError> {
        let token = Self::read(text, seed).ok_or_else(|| RpcError::new(400, "GRAPH_INVALID_RELOAD"))?;
        if token.generation != generation || !(0..life).contains(&(now.as_second() - token.issued)) {
            return Err(RpcError::new(400, "GRAPH_EXPIRED_RELOAD"));
        }
        // The graph it stands for ends with a day that is not the last any more.
        if token.issued.div_euclid(86_400) != now.as_second().div_euclid(86_400) {
            return Err(RpcError::new(400, "GRAPH_OUTDATED_RELOAD"));
        }
        Ok(token)
    }

    fn read(text: &str, seed: u64) -> Option<Self> {
        let (claim, seal) = text.rsplit_once('.')?;
        if mac(seed, claim) != seal {
            return None;
        }
        let mut parts = claim.split('.');
        Some(Self {
            subject: Subject::named(parts.next()?)?,
            graph: parts.next()?.to_owned(),
            channel: parts.next()?.parse().ok()?,
            zoom: zoom_named(parts.next()?)?,
            issued: parts.next()?.parse().ok()?,
            generation: parts.next()?.parse().ok()?,
        })
    }
}

fn zoom_name(zoom: Option<Zoom>) -> &'static str {
    match zoom {
        None => "whole",
        Some(Zoom::Hours) => "hours",
        Some(Zoom::Minutes) => "minutes",
    }
}

fn zoom_named(name: &str) -> Option<Option<Zoom>> {
    [None, Some(Zoom::Hours), Some(Zoom::Minutes)].into_iter().find(|zoom| zoom_name(*zoom) == name)
}

fn mac(seed: u64, claim: &str) -> String {
    let digest =
        Sha256::new().chain_update(b"graph token").chain_update(seed.to_le_bytes()).chain_update(claim);
    hex(&digest.finalize()[..12])
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Subject, Token};
    use crate::chart::Zoom;

    #[test]
    fn tokens_open_until_they_expire_and_forgeries_never() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let about = |subject| Token {
            subject,
            graph: "growth".to_owned(),
            channel: 5,
            zoom: Some(Zoom::Minutes),
            issued: 1_800_000_000,
            generation: 0,
        };
        for subject in [Subject::Channel, Subject::Group, Subject::Message(12), Subject::Story(3)] {
            assert_eq!(Token::open(&about(subject).seal(7), 7, 0, now, 60).unwrap(), about(subject));
        }
        let text = about(Subject::Channel).seal(7);
        let later = Timestamp::from_second(1_800_000_060).unwrap();
        let name = |result: Result<Token, super::RpcError>| result.unwrap_err().name;
        assert_eq!(name(Token::open(&text, 7, 0, later, 60)), "GRAPH_EXPIRED_RELOAD");
        assert_eq!(name(Token::open(&text, 7, 1, now, 60)), "GRAPH_EXPIRED_RELOAD");
        let tomorrow = Timestamp::from_second(1_800_000_000 + 86_400).unwrap();
        assert_eq!(name(Token::open(&text, 7, 0, tomorrow, 100_000)), "GRAPH_OUTDATED_RELOAD");
        assert_eq!(name(Token::open(&text, 8, 0, now, 60)), "GRAPH_INVALID_RELOAD");
        assert_eq!(name(Token::open("", 7, 0, now, 60)), "GRAPH_INVALID_RELOAD");
    }
}
