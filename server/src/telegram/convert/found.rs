//! `contacts.resolveUsername` and `messages.checkChatInvite`: what a link leads to. Of what is no channel only the kind
//! is told.

use grammers_tl_types::{enums as e, types as t};

use super::channel::reference;
use crate::telegram::client::ChannelRef;
use crate::telegram::fault::Fault;

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A channel or supergroup that the account can ask about.
    Channel(ChannelRef),
    /// A channel or supergroup, and Telegram does not let the account in.
    Closed,
    /// A person.
    Person,
    /// A bot.
    Bot,
    /// A group of the old kind, which is no supergroup.
    BasicGroup,
    /// A community: several channels and groups under one roof.
    Community,
    /// The account is not in what the invite link leads to.
    NotIn,
    /// The invite link was revoked, ended, or never was.
    Expired,
    /// Nobody has that name.
    Nobody,
}

pub(in crate::telegram) fn resolved(answer: e::contacts::ResolvedPeer) -> Found {
    let e::contacts::ResolvedPeer::Peer(t::contacts::ResolvedPeer { peer, chats, users }) = answer;
    match peer {
        e::Peer::Channel(peer) => {
            chats.iter().find(|chat| chat.id() == peer.channel_id).map_or(Found::Closed, chat)
        }
        e::Peer::Chat(_) => Found::BasicGroup,
        e::Peer::User(peer) => {
            let is_bot =
                |user: &e::User| matches!(user, e::User::User(user) if user.id == peer.user_id && user.bot);
            if users.iter().any(is_bot) { Found::Bot } else { Found::Person }
        }
    }
}

pub(in crate::telegram) fn invited(answer: e::ChatInvite) -> Found {
    match answer {
        e::ChatInvite::Already(already) => chat(&already.chat),
        // A peek lasts for minutes; nothing can be collected through it.
        e::ChatInvite::Invite(_) | e::ChatInvite::Peek(_) => Found::NotIn,
    }
}

/// Errors that are answers: <https://core.telegram.org/method/contacts.resolveUsername>,
/// <https://core.telegram.org/method/messages.checkChatInvite>.
pub(in crate::telegram) fn nothing(fault: Fault) -> Result<Found, Fault> {
    match &fault {
        Fault::Rpc { code: 400, name } => match name.as_str() {
            "USERNAME_NOT_OCCUPIED" | "USERNAME_INVALID" => Ok(Found::Nobody),
            "INVITE_HASH_EXPIRED" | "INVITE_HASH_INVALID" | "INVITE_HASH_EMPTY" => Ok(Found::Expired),
            _ => Err(fault),
        },
        Fault::RightLost { .. } => Ok(Found::Closed),
        _ => Err(fault),
    }
}

fn chat(chat: &e::Chat) -> Found {
    match chat {
        e::Chat::Channel(channel) => reference(channel).map_or(Found::Closed, Found::Channel),
        e::Chat::Forbidden(_) | e::Chat::ChannelForbidden(_) => Found::Closed,
        e::Chat::Chat(_) | e::Chat::Empty(_) => Found::BasicGroup,
        e::Chat::Community(_) | e::Chat::CommunityForbidden(_) => Found::Community,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(peer: e::Peer, chats: Vec<e::Chat>) -> Found {
        resolved(t::contacts::ResolvedPeer { peer, chats, users: Vec::new() }.into())
    }

    #[test]
    fn what_is_no_channel_is_told_by_its_kind() {
        let channel = || e::Peer::Channel(t::PeerChannel { channel_id: 5 });
        assert_eq!(resolve(channel(), Vec::new()), Found::Closed);
        let forbidden = t::ChannelForbidden {
            broadcast: true,
            megagroup: false,
            monoforum: false,
            id: 5,
            access_hash: 7,
            title: "Closed".to_owned(),
            until_date: None,
        };
        assert_eq!(resolve(channel(), vec![forbidden.clone().into()]), Found::Closed);
        assert_eq!(resolve(e::Peer::User(t::PeerUser { user_id: 5 }), Vec::new()), Found::Person);
        assert_eq!(resolve(e::Peer::Chat(t::PeerChat { chat_id: 5 }), Vec::new()), Found::BasicGroup);
        assert_eq!(invited(t::ChatInviteAlready { chat: forbidden.clone().into() }.into()), Found::Closed);
        assert_eq!(
            invited(t::ChatInvitePeek { chat: forbidden.into(), expires: 9 }.into()),
            Found::NotIn,
            "looking for a few minutes is not being in it"
        );
        let group = t::ChatInviteAlready { chat: t::ChatEmpty { id: 5 }.into() };
        assert_eq!(invited(group.into()), Found::BasicGroup);
    }

    #[test]
    fn only_errors_that_say_so_mean_that_there_is_nothing() {
        let rpc = |name: &str| Fault::Rpc { code: 400, name: name.to_owned() };
        assert_eq!(nothing(rpc("USERNAME_NOT_OCCUPIED")), Ok(Found::Nobody));
        assert_eq!(nothing(rpc("INVITE_HASH_EXPIRED")), Ok(Found::Expired));
        assert_eq!(nothing(rpc("SOMETHING_NEW")), Err(rpc("SOMETHING_NEW")));
        assert_eq!(nothing(Fault::Stopped), Err(Fault::Stopped));
    }
}
