//! What can go wrong between us and Telegram, and what is to be done about it.

use std::time::Duration;

use grammers_mtsender::{InvocationError, RpcError};

use super::session::SessionError;

/// Why a request was not answered. Each is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// 420: this may not be asked for so long.
    #[error("Telegram asks to wait {seconds} seconds before the next {method}")]
    FloodWait {
        /// Telegram's name of what was asked.
        method: &'static str,
        /// From now.
        seconds: u32,
    },
    /// The session is not valid any more.
    #[error("Telegram has signed this account out ({name}): link it again")]
    SignedOut {
        /// What Telegram called it.
        name: String,
    },
    /// The account may not do this, or not any more.
    #[error("the account may not {right} ({name}): give it the right again, then resume the schedule")]
    RightLost {
        /// What it may not do.
        right: &'static str,
        /// What Telegram called it.
        name: String,
    },
    /// The account is frozen by Telegram.
    #[error("Telegram has frozen this account: nothing can be collected until it is released")]
    Frozen,
    /// 303: ask another data centre.
    #[error("Telegram keeps this in data centre {dc}")]
    Migrate {
        /// Which.
        dc: i32,
    },
    /// A graph's token is not valid any more: ask its parent again.
    #[error("the token of the graph has expired ({name})")]
    GraphExpired {
        /// Which of the three codes it was.
        name: String,
    },
    /// Telegram has too few data to say.
    #[error("Telegram says: {text}")]
    NotEnoughData {
        /// Its words, in the language of the session.
        text: String,
    },
    /// No answer in time.
    ///
    /// `bad_msg_notification` 17 ends here too: grammers (0.11) sends again what came from a clock more than 30 seconds ahead,
    /// without end and without a word.
    #[error(
        "Telegram did not answer within {} seconds; if it never does, see whether this machine is online and its clock right \
         (it must not be 30 seconds ahead)",
        after.as_secs()
    )]
    Timeout {
        /// How long we waited.
        after: Duration,
    },
    /// The connection could not be made, or broke.
    #[error("the connection to Telegram broke: {detail}")]
    Dropped {
        /// What was seen.
        detail: String,
    },
    /// Another error of Telegram's.
    #[error("Telegram answered with the error {code} {name}")]
    Rpc {
        /// Like a status of HTTP.
        code: i32,
        /// In capitals, without its number.
        name: String,
    },
    /// An answer that cannot be read.
    #[error("Telegram's answer cannot be read: {detail}")]
    Undecodable {
        /// What was wrong.
        detail: String,
        /// The answer as it was sent, where it is one.
        answer: Option<UnreadAnswer>,
    },
    /// The same page again and again.
    #[error("Telegram's list of {what} does not end: {detail}")]
    Endless {
        /// Of what.
        what: &'static str,
        /// What was seen.
        detail: String,
    },
    /// This process does not hold the account's connection, or is stopping.
    #[error("this process does not hold the account's connection any more")]
    Stopped,
}

/// An answer that cannot be read, as it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadAnswer {
    /// Telegram's name of what was asked.
    pub method: &'static str,
    /// The TL bytes, of a later layer.
    pub raw: Vec<u8>,
}

impl std::fmt::Debug for UnreadAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} bytes", self.method, self.raw.len())
    }
}

/// What is to be done after a [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not before so long.
    RetryAfter(Duration),
    /// It may pass by itself: later, and later still.
    RetryLater,
    /// Only a person can help; the reason is for them.
    Park(String),
    /// Trying again would fail again; the next scheduled run may be luckier.
    Fail,
}

impl Fault {
    /// What is to be done.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::FloodWait { seconds, .. } => Verdict::RetryAfter(Duration::from_secs((*seconds).into())),
            Self::SignedOut { .. } | Self::RightLost { .. } | Self::Frozen => Verdict::Park(self.to_string()),
            Self::Timeout { .. } | Self::Dropped { .. } | Self::Stopped | Self::GraphExpired { .. } => {
                Verdict::RetryLater
            }
            Self::Rpc { code, .. } if *code >= 500 || *code < 0 => Verdict::RetryLater,
            Self::Migrate { .. }
            | Self::NotEnoughData { .. }
            | Self::Rpc { .. }
            | Self::Undecodable { .. }
            | Self::Endless { .. } => Verdict::Fail,
        }
    }

    /// The account does not get at the channel at all: it was thrown out, or never let in.
    pub fn is_thrown_out(&self) -> bool {
        let Self::RightLost { name, .. } = self else { return false };
        matches!(name.as_str(), "CHANNEL_PRIVATE" | "CHANNEL_INVALID" | "CHANNEL_PUBLIC_GROUP_NA")
    }

    /// After this the connection is not to be used again.
    pub(super) const fn breaks_connection(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Dropped { .. } | Self::Undecodable { .. })
    }

    /// From what grammers says. `home`: was it the account's home data centre? `method`: Telegram's name of the request;
    /// `right`: what it needs a right for, in words.
    pub(super) fn from_invocation(
        error: InvocationError,
        home: bool,
        method: &'static str,
        right: &'static str,
    ) -> Self {
        match error {
            InvocationError::Rpc(error) => Self::from_rpc(error, home, method, right),
            InvocationError::Deserialize(error) => {
                Self::Undecodable { detail: error.to_string(), answer: None }
            }
            InvocationError::Session(error) => match error.downcast_ref::<SessionError>() {
                Some(SessionError::KeyRefused { .. }) if home => {
                    Self::SignedOut { name: "key unknown".to_owned() }
                }
                _ => Self::Dropped { detail: error.to_string() },
            },
            other => Self::Dropped { detail: other.to_string() },
        }
    }

    /// Codes and names: <https://core.telegram.org/api/errors>.
    fn from_rpc(error: RpcError, home: bool, method: &'static str, right: &'static str) -> Self {
        let RpcError { code, name, value, .. } = error;
        match (code, name.as_str(), value) {
            (
                420,
                "FLOOD_WAIT" | "FLOOD_PREMIUM_WAIT" | "SLOWMODE_WAIT" | "TAKEOUT_INIT_DELAY",
                Some(seconds),
            ) => Self::FloodWait { method, seconds },
            (420, "FROZEN_METHOD_INVALID", _) => Self::Frozen,
            (303, _, Some(dc)) => {
                i32::try_from(dc).map_or(Self::Rpc { code, name }, |dc| Self::Migrate { dc })
            }
            (400, "GRAPH_EXPIRED_RELOAD" | "GRAPH_INVALID_RELOAD" | "GRAPH_OUTDATED_RELOAD", _) => {
                Self::GraphExpired { name }
            }
            (401, "SESSION_PASSWORD_NEEDED", _) => Self::Rpc { code, name },
            (401, "AUTH_KEY_UNREGISTERED", _) if !home => Self::Rpc { code, name },
            (401, ..) | (406, "AUTH_KEY_DUPLICATED", _) => Self::SignedOut { name },
            (
                400 | 403,
                "CHAT_ADMIN_REQUIRED"
                | "CHANNEL_PRIVATE"
                | "CHANNEL_INVALID"
                | "CHANNEL_PUBLIC_GROUP_NA"
                | "CHAT_WRITE_FORBIDDEN"
                | "USER_BANNED_IN_CHANNEL",
                _,
            ) => Self::RightLost { right, name },
            _ => Self::Rpc { code, name: value.map_or(name.clone(), |value| format!("{name} ({value})")) },
        }
    }

    /// Telegram knows no such channel, or not by this access hash.
    pub fn is_about_an_unknown_channel(&self) -> bool {
        match self {
            Self::RightLost { name, .. } => name == "CHANNEL_INVALID",
            Self::Rpc { code: 400, name } => name == "PEER_ID_INVALID",
            _ => false,
        }
    }

    /// The authorisation was not imported to this data centre.
    pub(super) fn is_unregistered(&self) -> bool {
        matches!(self, Self::Rpc { code: 401, name } if name == "AUTH_KEY_UNREGISTERED")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: i32, message: &str, home: bool) -> Fault {
        let error = RpcError::from(grammers_tl_types::types::RpcError {
            error_code: code,
            error_message: message.to_owned(),
        });
        Fault::from_invocation(
            InvocationError::Rpc(error),
            home,
            "stats.getBroadcastStats",
            "read the statistics of this channel",
        )
    }

    #[test]
    fn each_error_has_its_verdict() {
        let park = |fault: Fault| matches!(fault.verdict(), Verdict::Park(_));
        assert_eq!(fault(420, "FLOOD_WAIT_31", true).verdict(), Verdict::RetryAfter(Duration::from_secs(31)));
        assert_eq!(fault(303, "STATS_MIGRATE_4", true), Fault::Migrate { dc: 4 });
        assert!(park(fault(401, "AUTH_KEY_UNREGISTERED", true)));
        assert!(fault(401, "AUTH_KEY_UNREGISTERED", false).is_unregistered());
        assert!(park(fault(401, "SESSION_REVOKED", false)));
        assert!(park(fault(406, "AUTH_KEY_DUPLICATED", true)));
        assert!(park(fault(400, "CHAT_ADMIN_REQUIRED", true)));
        assert!(park(fault(403, "CHAT_ADMIN_REQUIRED", true)));
        assert!(!fault(403, "CHAT_ADMIN_REQUIRED", true).is_thrown_out());
        assert!(fault(400, "CHANNEL_PRIVATE", true).is_thrown_out());
        assert!(park(fault(420, "FROZEN_METHOD_INVALID", true)));
        assert!(matches!(fault(400, "GRAPH_OUTDATED_RELOAD", false), Fault::GraphExpired { .. }));
        assert_eq!(fault(500, "RPC_CALL_FAIL", true).verdict(), Verdict::RetryLater);
        assert_eq!(fault(-503, "Timeout", true).verdict(), Verdict::RetryLater);
        assert_eq!(fault(400, "PEER_ID_INVALID", true).verdict(), Verdict::Fail);
    }

    #[test]
    fn a_refused_key_is_a_sign_out_at_home_only() {
        let refused = || InvocationError::Session(Box::new(SessionError::KeyRefused { dc: 2 }));
        assert!(matches!(Fault::from_invocation(refused(), true, "", ""), Fault::SignedOut { .. }));
        assert_eq!(Fault::from_invocation(refused(), false, "", "").verdict(), Verdict::RetryLater);
    }

    #[test]
    fn sentences_name_the_thing_and_the_fix() {
        assert_eq!(
            fault(400, "CHAT_ADMIN_REQUIRED", true).to_string(),
            "the account may not read the statistics of this channel (CHAT_ADMIN_REQUIRED): give it the right again, \
             then resume the schedule"
        );
    }
}
