//! Identifiers. Each is its own type, so that one can't stand where another is meant.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// A channel or supergroup: Telegram's bare positive id (`channel.id` in TL, without the `-100` prefix of bots).
    ChannelId
}
id! {
    /// A linked Telegram account, numbered by us.
    AccountId
}
id! {
    /// One run of a collector for a channel, numbered by us.
    RunId
}
id! {
    /// A question to Telegram that is no run, numbered by us.
    ErrandId
}
id! {
    /// A Telegram user (`user.id` in TL): the person a linked account belongs to.
    TelegramUserId
}
id! {
    /// Somebody who may sign in to Channelscope, numbered by us.
    UserId
}
