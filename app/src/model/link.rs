//! What people paste to name a channel: its id, its name, a link to it or to one of its posts.

use std::fmt;
use std::str::FromStr;

use super::ChannelId;

/// Which channel is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelLink {
    /// By Telegram's id; bots' `-100…` form is understood.
    Id(ChannelId),
    /// By its public name, in small letters, without `@`.
    Username(String),
    /// By the hash of an invite link, which only Telegram can follow.
    Invite(String),
}

/// Neither an id nor a name nor a link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” names no channel; write its id, @name, or a link such as https://t.me/name or https://t.me/c/123/45"
)]
pub struct NoChannelLink(pub String);

/// Hosts of Telegram's links: <https://core.telegram.org/api/links>.
const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];

impl FromStr for ChannelLink {
    type Err = NoChannelLink;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        parse(trimmed).ok_or_else(|| NoChannelLink(trimmed.chars().take(200).collect()))
    }
}

/// The link in one form; reading it again gives the same.
impl fmt::Display for ChannelLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "https://t.me/c/{id}"),
            Self::Username(name) => write!(f, "https://t.me/{name}"),
            Self::Invite(hash) => write!(f, "https://t.me/+{hash}"),
        }
    }
}

fn parse(text: &str) -> Option<ChannelLink> {
    if let Some(rest) = text.strip_prefix("tg://") {
        return app_link(rest);
    }
    let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    if let Some((host, path)) = bare.split_once('/') {
        let host = host.to_ascii_lowercase();
        if HOSTS.contains(&host.as_str()) {
            return web_path(path);
        }
        // NAME.t.me is the same as t.me/NAME.
        let name = host.strip_suffix(".t.me")?;
        return username(name);
    }
    if let Some(name) = bare.strip_suffix(".t.me") {
        return username(name);
    }
    id(text).or_else(|| username(text.strip_prefix('@').unwrap_or(text)))
}

fn web_path(path: &str) -> Option<ChannelLink> {
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match parts.next()? {
        "c" => id(parts.next()?),
        // To boost a channel: t.me/boost/name, or t.me/boost?c=123 where it has no name.
        "boost" => parts.next().map_or_else(|| id(field(query, "c")?), username),
        "joinchat" => invite(parts.next()?),
        // The preview in a browser: t.me/s/name.
        "s" => username(parts.next()?),
        first => match first.strip_prefix('+') {
            Some(hash) => invite(hash),
            None => username(first),
        },
    }
}

fn app_link(rest: &str) -> Option<ChannelLink> {
    let (kind, query) = rest.split_once('?')?;
    match kind.trim_end_matches('/') {
        "resolve" => username(field(query, "domain")?),
        "privatepost" => id(field(query, "channel")?),
        "boost" => match field(query, "domain") {
            Some(name) => username(name),
            None => id(field(query, "channel")?),
        },
        "join" => invite(field(query, "invite")?),
        _ => None,
    }
}

/// A value of a link's query.
fn field<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

fn id(text: &str) -> Option<ChannelLink> {
    let text = text.strip_prefix("-100").unwrap_or(text);
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|id| is_number && *id > 0).map(|id| ChannelLink::Id(ChannelId(id)))
}

/// 4 to 32 letters, digits and underscores, a letter first: <https://core.telegram.org/method/channels.checkUsername>.
fn username(name: &str) -> Option<ChannelLink> {
    let is_name = (4..=32).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| ChannelLink::Username(name.to_ascii_lowercase()))
}

fn invite(hash: &str) -> Option<ChannelLink> {
    let is_hash = !hash.is_empty()
        && hash.len() <= 64
        && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    is_hash.then(|| ChannelLink::Invite(hash.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_link_is_understood() {
        let name = ChannelLink::Username("durov".to_owned());
        for text in [
            "@durov",
            "durov",
            "Durov",
            "t.me/durov",
            "https://t.me/durov",
            "http://www.t.me/durov/231?single",
            "https://t.me/s/durov",
            "https://telegram.me/durov",
            "durov.t.me",
            "https://durov.t.me/5",
            "tg://resolve?domain=durov&post=5",
            "https://t.me/boost/durov",
            "https://t.me/boost/Durov/?x=1#y",
            "https://t.me/durov?boost",
            "tg://boost?domain=durov",
            "tg://boost/?x=1&domain=durov",
            " https://t.me/durov ",
        ] {
            assert_eq!(text.parse(), Ok(name.clone()), "{text}");
        }
        let id = ChannelLink::Id(ChannelId(1_234_567_890));
        for text in [
            "1234567890",
            "-1001234567890",
            "https://t.me/c/1234567890/77",
            "tg://privatepost?channel=1234567890&post=7",
            "https://t.me/boost?c=1234567890",
            "t.me/boost/?x=1&c=1234567890#y",
            "https://t.me/c/1234567890?boost",
            "tg://boost?channel=1234567890",
        ] {
            assert_eq!(text.parse(), Ok(id.clone()), "{text}");
        }
        let invite = ChannelLink::Invite("AAAAAEx_-1".to_owned());
        for text in ["https://t.me/+AAAAAEx_-1", "t.me/joinchat/AAAAAEx_-1", "tg://join?invite=AAAAAEx_-1"] {
            assert_eq!(text.parse(), Ok(invite.clone()), "{text}");
        }
        for link in [name, id, invite] {
            assert_eq!(link.to_string().parse(), Ok(link));
        }
    }

    #[test]
    fn what_is_no_link_is_refused_in_words() {
        for text in [
            "",
            "abc",
            "https://example.org/durov",
            "t.me/",
            "tg://settings?x=1",
            "0",
            "-100",
            "1durov",
            "a b c d",
            "t.me/c/x",
            "https://t.me/boost",
            "https://t.me/boost?c=x",
            "https://t.me/boost?x=1",
            "https://t.me/boost/abc",
            "tg://boost?x=1",
            "99999999999999999999",
        ] {
            let error = text.parse::<ChannelLink>().unwrap_err().to_string();
            assert!(error.contains("names no channel"), "{text}: {error}");
        }
    }
}
