//! Tokens that stand for graphs.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::RpcError;
use crate::access::hex;
use crate::chart::GraphKind;

/// What a token promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) graph: GraphKind,
    pub(crate) channel: i64,
    /// Whether it is for one day's hours rather than for the graph itself.
    pub(crate) zoom: bool,
    /// World time, Unix seconds.
    pub(crate) issued: i64,
    pub(crate) generation: u64,
}

impl Token {
    /// The text that goes to the client.
    pub(crate) fn seal(&self, seed: u64) -> String {
        let zoom = u8::from(self.zoom);
        let (graph, channel, issued, generation) =
            (self.graph.name(), self.channel, self.issued, self.generation);
        let claim = format!("{graph}.{channel}.{zoom}.{issued}.{generation}");
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
        Ok(token)
    }

    fn read(text: &str, seed: u64) -> Option<Self> {
        let (claim, seal) = text.rsplit_once('.')?;
        if mac(seed, claim) != seal {
            return None;
        }
        let mut parts = claim.split('.');
        Some(Self {
            graph: GraphKind::named(parts.next()?)?,
            channel: parts.next()?.parse().ok()?,
            zoom: parts.next()? == "1",
            issued: parts.next()?.parse().ok()?,
            generation: parts.next()?.parse().ok()?,
        })
    }
}

fn mac(seed: u64, claim: &str) -> String {
    let digest =
        Sha256::new().chain_update(b"graph token").chain_update(seed.to_le_bytes()).chain_update(claim);
    hex(&digest.finalize()[..12])
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Token;
    use crate::chart::GraphKind;

    #[test]
    fn tokens_open_until_they_expire_and_forgeries_never() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let token =
            Token { graph: GraphKind::Growth, channel: 5, zoom: true, issued: 1_800_000_000, generation: 0 };
        let text = token.seal(7);
        assert_eq!(Token::open(&text, 7, 0, now, 60).unwrap(), token);
        let later = Timestamp::from_second(1_800_000_060).unwrap();
        let name = |result: Result<Token, super::RpcError>| result.unwrap_err().name;
        assert_eq!(name(Token::open(&text, 7, 0, later, 60)), "GRAPH_EXPIRED_RELOAD");
        assert_eq!(name(Token::open(&text, 7, 1, now, 60)), "GRAPH_EXPIRED_RELOAD");
        assert_eq!(name(Token::open(&text, 8, 0, now, 60)), "GRAPH_INVALID_RELOAD");
        assert_eq!(name(Token::open("", 7, 0, now, 60)), "GRAPH_INVALID_RELOAD");
    }
}
